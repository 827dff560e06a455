// From a checked object to the one Pod that is simulated for it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "podlapse/api/schema.hpp"
#include "podlapse/api/value.hpp"
#include "podlapse/scenario/workload.hpp"

namespace podlapse {

/// A kind that has Pods, and how the API serves it.
struct WorkloadKindInfo {
  WorkloadKind kind = WorkloadKind::Pod;
  SchemaType type = SchemaType::Pod;
  const char* api_version = "v1";
  const char* resource = "pods";                ///< plural, as kubectl takes it
  const char* short_name = nullptr;             ///< "po"; nullptr: none
};

/// Every kind that has Pods.
[[nodiscard]] const std::vector<WorkloadKindInfo>& workload_kinds();

/// The kind called `name` as manifests write it ("Deployment"), or nullptr.
[[nodiscard]] const WorkloadKindInfo* find_workload_kind(std::string_view name);

/// The kind that kubectl understands by `word`: singular, plural or short, in any case ("deploy", "Pods"); or nullptr.
[[nodiscard]] const WorkloadKindInfo* find_workload_alias(std::string_view word);

/// The workload of `object`, which check_object has passed without errors. Its Pod is the object itself or what its
/// controller would make of the template: named as the controller names Pods (the same name each time), with the labels and
/// the owner the controller adds, the claims of a StatefulSet as volumes, and a Pod's own defaults.
[[nodiscard]] Workload make_workload(const WorkloadKindInfo& kind, const Value& object);

}  // namespace podlapse
