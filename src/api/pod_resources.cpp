#include "podlapse/api/pod_resources.hpp"

#include "resources.hpp"
#include "validator.hpp"

namespace podlapse {
namespace {

using resources::add;
using resources::Amounts;
using resources::amounts_of;

Value of_pod(const Value& spec, const char* kind, bool limits) {
  Amounts amounts = resources::aggregate(spec, kind);
  for (const auto& [name, quantity] : resources::amounts_at(validation::part_of(spec, "resources"), kind)) {
    if (resources::is_pod_level(name)) amounts[name] = quantity;
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
