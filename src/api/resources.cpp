#include "resources.hpp"

#include "validator.hpp"

namespace podlapse::resources {
namespace {

using validation::list_at;
using validation::part_of;

/// Quantity.Add: a sum keeps the form of its first part, unless that is zero.
void add(Amounts& sum, const Amounts& more) {
  for (const auto& [name, amount] : more) {
    const auto [place, is_new] = sum.emplace(name, amount);
    if (is_new) continue;
    if (place->second.nano == 0) place->second.format = amount.format;
    place->second.nano += amount.nano;
  }
}

void raise(Amounts& most, const Amounts& other) {
  for (const auto& [name, amount] : other) {
    const auto [place, is_new] = most.emplace(name, amount);
    if (!is_new && amount.nano > place->second.nano) place->second = amount;
  }
}

}  // namespace

Amounts amounts_at(const Value& requirements, std::string_view which) {
  Amounts amounts;
  for (const Value::Member& member : validation::map_at(requirements, which)) {
    Quantity amount;
    std::string unused;
    if (member.value.is_string() && parse_quantity(member.value.as_string(), amount, unused)) amounts.emplace(member.key, amount);
  }
  return amounts;
}

Amounts aggregate(const Value& pod_spec, std::string_view which) {
  Amounts sum, sidecars, most;
  for (const Value& container : list_at(pod_spec, "containers")) add(sum, amounts_at(part_of(container, "resources"), which));
  for (const Value& container : list_at(pod_spec, "initContainers")) {
    Amounts own = amounts_at(part_of(container, "resources"), which);
    if (container.string_at("restartPolicy") == "Always") {
      add(sum, own);
      add(sidecars, own);
      raise(most, sidecars);
    } else {
      add(own, sidecars);
      raise(most, own);
    }
  }
  raise(sum, most);
  return sum;
}

bool is_hugepages(std::string_view name) { return name.substr(0, 10) == "hugepages-"; }

bool is_pod_level(std::string_view name) { return name == "cpu" || name == "memory" || is_hugepages(name); }

}  // namespace podlapse::resources
