// The Pod object as a server would hand it out: the manifest's own members, what the server adds to metadata, and the
// status. As a document tree, and as the JSON that kubectl prints (`podlapse get -o json`; YAML: yaml/write.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/base/time.hpp"
#include "podlapse/model/pod_status.hpp"

namespace podlapse {

/// What the server and the scheduler write into a Pod object beside its status.
struct ServerFields {
  std::string name, namespace_name = "default";
  std::string uid, resource_version;
  std::int64_t generation = 1;
  WallTime creation_timestamp{};
  std::optional<WallTime> deletion_timestamp;
  std::optional<std::int64_t> deletion_grace_period_seconds;
  std::string node_name;  ///< empty: not bound to a node
};

/// status as core/v1 has it, in the API's order; what it repeats of the spec (resources, user, volumeMounts) is left out.
[[nodiscard]] Value to_value(const PodStatus& status);

/// The inverse, of any Pod's status; what is not modelled or has another type is passed over.
[[nodiscard]] PodStatus pod_status_from(const Value& status);

/// The whole object, members in the API's order, with what the kubelet repeats of the spec in the status. `manifest` is a Pod
/// object without status (Workload::pod_object).
[[nodiscard]] Value pod_object(const Value& manifest, const ServerFields& fields, const PodStatus& status);

/// kubectl's answer for several objects: kind List.
[[nodiscard]] Value object_list(std::vector<Value> items);

/// `value` with the members of each object in the order of the API's Go types, as the server writes them; members that
/// `type` does not know come last.
[[nodiscard]] Value in_api_order(const Value& value, SchemaType type);

/// `value` with the members of each object sorted by name, as kubectl prints them.
[[nodiscard]] Value by_name(const Value& value);

/// JSON, indented by four blanks, strings escaped as Go does, with a newline at the end. Members in their own order.
[[nodiscard]] std::string write_json(const Value& value);

}  // namespace podlapse
