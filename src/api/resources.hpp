// Resource lists with their quantities parsed, and what the containers of a Pod ask for together.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "podlapse/api/quantity.hpp"
#include "podlapse/api/value.hpp"

namespace podlapse::resources {

using Amounts = std::map<std::string, Quantity, std::less<>>;

/// A resource list; nullptr: none.
[[nodiscard]] Amounts amounts_of(const Value* list);
/// The `which` ("limits", "requests") of ResourceRequirements.
[[nodiscard]] Amounts amounts_at(const Value& requirements, std::string_view which);

/// What the containers of a Pod's spec ask for together: the sum of ordinary containers and sidecars, or what the most
/// demanding init container and the sidecars before it want (component-helpers/resource AggregateContainerRequests,
/// AggregateContainerLimits).
[[nodiscard]] Amounts aggregate(const Value& pod_spec, std::string_view which);

/// Quantity.Add for each: a sum keeps the form of its first part, unless that is zero.
void add(Amounts& sum, const Amounts& more);

[[nodiscard]] bool is_hugepages(std::string_view name);
/// cpu, memory and huge pages: what a Pod as a whole can ask for.
[[nodiscard]] bool is_pod_level(std::string_view name);

}  // namespace podlapse::resources
