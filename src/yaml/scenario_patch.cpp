#include "yaml/scenario_patch.hpp"

#include <utility>

#include "podlapse/api/validation.hpp"
#include "yaml/object_report.hpp"

namespace podlapse::yaml {

const Value& PatchedPods::current(PodIndex pod) const {
  const auto found = changed_.find(pod);
  return found == changed_.end() ? scenario_.workloads[pod].pod_object : found->second;
}

bool PatchedPods::apply(PodIndex pod, const Value& patch, PatchType type, Diagnostics& out) {
  return replace(pod, apply_patch(current(pod), patch, type), out);
}

bool PatchedPods::replace(PodIndex pod, const Value& object, Diagnostics& out) {
  CheckedObject checked = check_update(object, current(pod), SchemaType::Pod, scenario_.cluster.gates);
  const bool refused = report_object(object, checked, FieldValidation::Strict, out);
  if (!refused) changed_[pod] = std::move(checked.object);
  return !refused;
}

}  // namespace podlapse::yaml
