#include "resources.hpp"

#include "validator.hpp"

namespace podlapse::resources {
namespace {

using validation::list_at;
using validation::part_of;

void raise(Amounts& most, const Amounts& other) {
  for (const auto& [name, amount] : other) {
    const auto [place, is_new] = most.emplace(name, amount);
    if (!is_new && amount.nano > place->second.nano) place->second = amount;
  }
}

}  // namespace

void add(Amounts& sum, const Amounts& more) {
  for (const auto& [name, amount] : more) {
    const auto [place, is_new] = sum.emplace(name, amount);
    if (is_new) continue;
    if (place->second.nano == 0) place->second.format = amount.format;
    place->second.nano += amount.nano;
  }
}

Amounts amounts_of(const Value* list) {
  Amounts amounts;
  if (list == nullptr || !list->is_object()) return amounts;
  for (const Value::Member& member : list->members()) {
    Quantity amount;
    std::string unused;
    if (member.value.is_string() && parse_quantity(member.value.as_string(), amount, unused))
      amounts.emplace(member.key, amount);
    if (member.value.is_int() && parse_quantity(std::to_string(member.value.as_int()), amount, unused))
      amounts.emplace(member.key, amount);
  }
  return amounts;
}

Amounts amounts_at(const Value& requirements, std::string_view which) {
  return amounts_of(requirements.find(which));
}

Amounts aggregate(const Value& pod_spec, std::string_view which) {
  Amounts sum, sidecars, most;
  for (const Value& container : list_at(pod_spec, "containers"))
    add(sum, amounts_at(part_of(container, "resources"), which));
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

bool is_hugepages(std::string_view name) {
  return name.substr(0, 10) == "hugepages-";
}

bool is_pod_level(std::string_view name) {
  return name == "cpu" || name == "memory" || is_hugepages(name);
}

}  // namespace podlapse::resources
