// From documents to what the simulator runs: the Pod a template makes, and its specification as a PodSpec.
#pragma once

#include <string>
#include <string_view>

#include "podlapse/api/value.hpp"
#include "podlapse/model/pod_spec.hpp"

namespace podlapse {

/// The specification of a Pod object that decode_object, set_defaults and admit_object have passed and validation accepted.
/// What was not given and has no default keeps PodSpec's own.
[[nodiscard]] PodSpec to_pod_spec(const Value& pod);

/// The handler of a decoded probe or hook; an empty exec where none is given.
[[nodiscard]] Handler to_handler(const Value& holder);

/// A uid that is always the same for an object: "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx" made from its kind, namespace and
/// name.
[[nodiscard]] std::string make_uid(std::string_view kind, std::string_view namespace_name, std::string_view name);

/// `length` characters as generated names end in, always the same for `seed` (apimachinery/pkg/util/rand SafeEncodeString).
[[nodiscard]] std::string name_suffix(std::string_view seed, std::size_t length);

}  // namespace podlapse
