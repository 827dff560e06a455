// What creating a Pod adds to it beyond defaulting, and its quality of service.
#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "podlapse/api/defaults.hpp"
#include "podlapse/api/quantity.hpp"
#include "validator.hpp"

namespace podlapse {
namespace {

using validation::int_at;
using validation::list_at;
using validation::map_at;
using validation::object_at;

/// DefaultTolerationSeconds: 300 s for nodes that are not ready or unreachable.
void add_toleration(Value& spec, const char* key) {
  constexpr int kSeconds = 300;
  const auto covers = [key](const Value& toleration) {
    const std::string& own = toleration.string_at("key");
    const std::string& effect = toleration.string_at("effect");
    return (own == key || own.empty()) && (effect == "NoExecute" || effect.empty());
  };
  const Value::Array& tolerations = list_at(spec, "tolerations");
  if (std::any_of(tolerations.begin(), tolerations.end(), covers)) return;
  Value toleration = Value::object();
  toleration.set("key", Value{key});
  toleration.set("operator", Value{"Exists"});
  toleration.set("effect", Value{"NoExecute"});
  toleration.set("tolerationSeconds", Value{kSeconds});
  spec["tolerations"].push_back(std::move(toleration));
}

/// The Priority plugin with the two classes every cluster has; others are not known here and count as 0.
AdmissionRefusal set_priority(Value& spec) {
  constexpr const char* kDefault = "PreemptLowerPriority";
  const std::string& name = spec.string_at("priorityClassName");
  const bool is_known = name.empty() || name == "system-cluster-critical" || name == "system-node-critical";
  std::int64_t priority = 0;
  if (name == "system-cluster-critical") priority = 2'000'000'000;
  if (name == "system-node-critical") priority = 2'000'001'000;
  const auto given = int_at(spec, "priority");
  if (is_known && given && *given != priority) {
    return {RuleId::AdmitPriority, "spec.priority",
            "the integer value of priority (" + std::to_string(*given) + ") must not be provided in pod spec; priority admission "
            "controller computed " + std::to_string(priority) + " from the given PriorityClass name"};
  }
  const std::string& policy = spec.string_at("preemptionPolicy");
  if (is_known && spec.find("preemptionPolicy") != nullptr && policy != kDefault) {
    return {RuleId::AdmitPriority, "spec.preemptionPolicy",
            "the string value of PreemptionPolicy (" + policy + ") must not be provided in pod spec; priority admission "
            "controller computed " + kDefault + " from the given PriorityClass name"};
  }
  if (!given) spec.set("priority", Value{priority});
  if (spec.find("preemptionPolicy") == nullptr) spec.set("preemptionPolicy", Value{kDefault});
  return {};
}

/// When objects are created: no clock is read here.
constexpr const char* kAdmissionTime = "2026-01-01T00:00:00Z";

using Amounts = std::map<std::string, QuantityAmount, std::less<>>;

void add_amounts(const Value& resources, const char* which, Amounts& sum) {
  for (const Value::Member& member : map_at(resources, which)) {
    Quantity amount;
    std::string unused;
    const bool counts = member.key == "cpu" || member.key == "memory";
    if (!counts || !member.value.is_string() || !parse_quantity(member.value.as_string(), amount, unused)) continue;
    if (amount.nano > 0) sum[member.key] += amount.nano;
  }
}

}  // namespace

const char* qos_class(const Value& pod_spec) {
  Amounts requests, limits;
  bool all_limited = true;
  const auto count = [&](const Value& resources) {
    Amounts own;
    add_amounts(resources, "requests", requests);
    add_amounts(resources, "limits", limits);
    add_amounts(resources, "limits", own);
    all_limited = all_limited && own.size() == 2;
  };
  const Value* of_pod = object_at(pod_spec, "resources");
  if (of_pod != nullptr && (!map_at(*of_pod, "requests").empty() || !map_at(*of_pod, "limits").empty())) {
    count(*of_pod);
  } else {
    for (const char* list : {"containers", "initContainers"}) {
      for (const Value& container : list_at(pod_spec, list)) {
        count(validation::part_of(container, "resources"));
      }
    }
  }
  if (requests.empty() && limits.empty()) return "BestEffort";
  return all_limited && requests == limits ? "Guaranteed" : "Burstable";
}

namespace {

/// What a Pod that is not to be scheduled yet is told (pkg/registry/core/pod/strategy.go applySchedulingGatedCondition).
Value gated_condition() {
  Value condition = Value::object();
  condition.set("type", Value{"PodScheduled"});
  condition.set("status", Value{"False"});
  condition.set("lastProbeTime", Value{});
  condition.set("lastTransitionTime", Value{kAdmissionTime});
  condition.set("reason", Value{"SchedulingGated"});
  condition.set("message", Value{"Scheduling is blocked due to non-empty scheduling gates"});
  return condition;
}

AdmissionRefusal admit_pod(Value& pod) {
  Value& spec = pod["spec"];
  if (const auto grace = int_at(spec, "terminationGracePeriodSeconds"); grace && *grace < 0) {
    spec.set("terminationGracePeriodSeconds", Value{1});
  }
  add_toleration(spec, "node.kubernetes.io/not-ready");
  add_toleration(spec, "node.kubernetes.io/unreachable");
  AdmissionRefusal refusal = set_priority(spec);
  Value status = Value::object();
  const std::string own_class = validation::part_of(pod, "status").string_at("qosClass");
  status.set("phase", Value{"Pending"});
  if (!list_at(spec, "schedulingGates").empty()) status["conditions"].push_back(gated_condition());
  status.set("qosClass", Value{own_class.empty() ? qos_class(spec) : own_class});
  pod.set("status", std::move(status));
  return refusal;
}

/// generateSelector (pkg/registry/batch/job/strategy.go): a Job selects its Pods by its own uid.
void admit_job(Value& job, const std::string& uid) {
  Value& spec = job["spec"];
  if (validation::bool_at(spec, "manualSelector")) return;
  const std::string name = job["metadata"].string_at("name");
  Value& labels = spec["template"]["metadata"]["labels"];
  Value& own = job["metadata"]["labels"];
  // Labels taken from the template by defaulting are the same map upstream, so additions show in both.
  const bool shared = own.is_null() || own == labels;
  for (const char* prefix : {"batch.kubernetes.io/", ""}) {
    labels.set(std::string{prefix} + "controller-uid", Value{uid});
    labels.set(std::string{prefix} + "job-name", Value{name});
  }
  if (shared) own = labels;
  spec["selector"]["matchLabels"].set("batch.kubernetes.io/controller-uid", Value{uid});
}

}  // namespace

AdmissionRefusal admit_object(Value& object, SchemaType kind, const std::string& uid) {
  Value& meta = object["metadata"];
  if (meta.string_at("namespace").empty()) meta.set("namespace", Value{"default"});
  meta.set("generation", Value{1});
  if (kind == SchemaType::Pod) return admit_pod(object);
  if (kind == SchemaType::DaemonSet) meta["annotations"].set("deprecated.daemonset.template.generation", Value{"1"});
  if (kind == SchemaType::Job) admit_job(object, uid);
  return {};
}

void admit_update(Value& object, const Value& old, SchemaType kind) {
  const Value& before = validation::part_of(old, "metadata");
  Value& meta = object["metadata"];
  for (const char* field : {"namespace", "uid", "generation", "creationTimestamp", "deletionTimestamp"}) {
    const Value* kept = before.find(field);
    if (kept != nullptr && meta.find(field) == nullptr) meta.set(field, *kept);
  }
  if (const Value* status = old.find("status")) object.set("status", *status);
  if (kind != SchemaType::Pod) return;
  Value& spec = object["spec"];
  add_toleration(spec, "node.kubernetes.io/not-ready");
  add_toleration(spec, "node.kubernetes.io/unreachable");
}

}  // namespace podlapse
