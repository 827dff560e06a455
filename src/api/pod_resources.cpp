#include "podlapse/api/pod_resources.hpp"

#include <map>
#include <string>

#include "podlapse/api/quantity.hpp"

namespace podlapse {
namespace {

using Amounts = std::map<std::string, Quantity>;

Amounts amounts_of(const Value* resources) {
  Amounts amounts;
  if (resources == nullptr || !resources->is_object()) return amounts;
  for (const Value::Member& member : resources->members()) {
    Quantity quantity;
    std::string error;
    const std::string text = member.value.is_int() ? std::to_string(member.value.as_int())
                             : member.value.is_string() ? member.value.as_string()
                                                        : std::string{};
    if (parse_quantity(text, quantity, error)) amounts.emplace(member.key, quantity);
  }
  return amounts;
}

Amounts amounts_at(const Value& holder, const char* kind) {
  const Value* resources = holder.find("resources");
  return amounts_of(resources ? resources->find(kind) : nullptr);
}

void add(Amounts& sum, const Amounts& more) {
  for (const auto& [name, quantity] : more) {
    const auto [place, inserted] = sum.emplace(name, quantity);
    if (inserted) continue;
    if (place->second.nano == 0) place->second.format = quantity.format;
    place->second.nano += quantity.nano;
  }
}

void raise(Amounts& most, const Amounts& other) {
  for (const auto& [name, quantity] : other) {
    const auto [place, inserted] = most.emplace(name, quantity);
    if (!inserted && compare(place->second, quantity) < 0) place->second = quantity;
  }
}

const Value::Array& containers_at(const Value& spec, const char* key) {
  static const Value::Array kNone;
  const Value* list = spec.find(key);
  return list && list->is_array() ? list->items() : kNone;
}

Amounts of_containers(const Value& spec, const char* kind) {
  Amounts sum, sidecars, peak;
  for (const Value& main : containers_at(spec, "containers")) add(sum, amounts_at(main, kind));
  for (const Value& init : containers_at(spec, "initContainers")) {
    Amounts needed = amounts_at(init, kind);
    const bool sidecar = init.string_at("restartPolicy") == "Always";
    if (sidecar) add(sum, needed);
    add(needed, sidecars);
    if (sidecar) sidecars = needed;
    raise(peak, needed);
  }
  raise(sum, peak);
  return sum;
}

bool is_for_pods(const std::string& resource) {
  return resource == "cpu" || resource == "memory" || resource.rfind("hugepages-", 0) == 0;
}

Value of_pod(const Value& spec, const char* kind, bool limits) {
  Amounts amounts = of_containers(spec, kind);
  for (const auto& [name, quantity] : amounts_at(spec, kind)) {
    if (is_for_pods(name)) amounts[name] = quantity;
  }
  Amounts overhead = amounts_of(spec.find("overhead"));
  if (limits) {
    std::erase_if(overhead, [&](const auto& entry) {
      const auto limit = amounts.find(entry.first);
      return limit == amounts.end() || limit->second.nano == 0;
    });
  }
  add(amounts, overhead);
  Value out = Value::object();
  for (const auto& [name, quantity] : amounts) out.set(name, Value{quantity.to_string()});
  return out;
}

}  // namespace

Value pod_requests(const Value& pod_spec) { return of_pod(pod_spec, "requests", false); }

Value pod_limits(const Value& pod_spec) { return of_pod(pod_spec, "limits", true); }

}  // namespace podlapse
