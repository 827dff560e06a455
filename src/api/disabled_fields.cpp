#include "podlapse/api/disabled_fields.hpp"

#include <string_view>
#include <utility>

#include "validator.hpp"

namespace podlapse {
namespace {

using validation::list_at;
using validation::object_at;
using validation::part_of;

constexpr const char* kLists[] = {"containers", "initContainers", "ephemeralContainers"};
constexpr const char* kHooks[] = {"postStart", "preStop"};
constexpr std::string_view kInit = "initContainers";
constexpr const char* kNotUnderContainers =
    "a sidecar stands under initContainers: there it starts first, and a finished Pod does not wait for it";

/// Where the spec of the Pod is, in an object of this type.
std::string_view spec_path(SchemaType kind) {
  if (kind == SchemaType::Pod) return "spec";
  if (kind == SchemaType::PodTemplate) return "template.spec";
  return kind == SchemaType::CronJob ? "spec.jobTemplate.spec.template.spec" : "spec.template.spec";
}

Value* find_at(Value& object, std::string_view path) {
  Value* at = &object;
  while (at != nullptr && !path.empty()) {
    const std::size_t dot = path.find('.');
    at = at->find(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return at != nullptr && at->is_object() ? at : nullptr;
}

template <typename Visit>
void visit_containers(Value& spec, Visit visit) {
  for (const char* list : kLists) {
    Value* containers = spec.find(list);
    if (containers == nullptr || !containers->is_array()) continue;
    for (std::size_t i = 0; i < containers->items().size(); ++i) {
      visit(containers->items()[i], std::string_view{list}, std::string{list} + "[" + std::to_string(i) + "]");
    }
  }
}

/// Whether a container of `spec` (null: there was none before) has what `has` looks for.
template <typename Has>
bool in_use(const Value* spec, Has has) {
  if (spec == nullptr) return false;
  for (const char* list : kLists) {
    for (const Value& container : list_at(*spec, list)) {
      if (has(container, std::string_view{list} == kInit)) return true;
    }
  }
  return false;
}

bool has_sleep(const Value& container, bool) {
  const Value& lifecycle = part_of(container, "lifecycle");
  return object_at(part_of(lifecycle, "preStop"), "sleep") != nullptr || object_at(part_of(lifecycle, "postStart"), "sleep") != nullptr;
}

bool has_stop_signal(const Value& container, bool) { return part_of(container, "lifecycle").find("stopSignal") != nullptr; }

bool is_sidecar(const Value& container, bool is_init) { return is_init && container.string_at("restartPolicy") == "Always"; }

bool has_restart_rules(const Value& container, bool is_init) {
  const std::string& policy = container.string_at("restartPolicy");
  return is_init ? (!policy.empty() && policy != "Always") || !list_at(container, "restartPolicyRules").empty() : !policy.empty();
}

class Dropper {
 public:
  Dropper(Value& spec, std::string_view path, const FeatureGates& gates, const Value* old)
      : spec_(spec), path_(path), gates_(gates), old_(old) {}

  std::vector<FieldNote> run() && {
    drop_unknown();
    if (gates_.container_restart_policy_field && !gates_.sidecar_containers && !in_use(old_, is_sidecar)) drop_sidecars();
    if (gates_.restart_policy_rules_field && !gates_.container_restart_rules && !in_use(old_, has_restart_rules)) drop_restart_rules();
    if (gates_.sleep_field && !gates_.pod_lifecycle_sleep_action && !in_use(old_, has_sleep)) drop_sleep();
    if (gates_.stop_signal_field && !gates_.container_stop_signals && !in_use(old_, has_stop_signal)) drop_stop_signals();
    return std::move(dropped_);
  }

 private:
  /// Fields that the release's types do not have.
  void drop_unknown() {
    visit_containers(spec_, [this](Value& container, std::string_view, const std::string& place) {
      if (!gates_.container_restart_policy_field) unknown(container, "restartPolicy", place);
      if (!gates_.restart_policy_rules_field) unknown(container, "restartPolicyRules", place);
      Value* lifecycle = container.find("lifecycle");
      if (lifecycle == nullptr) return;
      if (!gates_.stop_signal_field) unknown(*lifecycle, "stopSignal", place + ".lifecycle");
      for (const char* hook : kHooks) {
        Value* handler = lifecycle->find(hook);
        if (handler != nullptr && !gates_.sleep_field) unknown(*handler, "sleep", place + ".lifecycle." + hook);
      }
    });
  }

  /// The list of init containers alone: of the others restartPolicy is refused by validation.
  void drop_sidecars() {
    visit_containers(spec_, [this](Value& container, std::string_view list, const std::string& place) {
      if (list == kInit) disabled(container, "restartPolicy", place, "SidecarContainers", kNoSidecar);
    });
  }

  /// dropContainerRestartRules.
  void drop_restart_rules() {
    visit_containers(spec_, [this](Value& container, std::string_view list, const std::string& place) {
      const bool always = container.string_at("restartPolicy") == "Always";
      if (list != kInit || !always) {
        disabled(container, "restartPolicy", place, "ContainerRestartRules", always ? kNotUnderContainers : "");
      }
      disabled(container, "restartPolicyRules", place, "ContainerRestartRules", "");
    });
  }

  /// dropPodLifecycleSleepAction.
  void drop_sleep() {
    visit_containers(spec_, [this](Value& container, std::string_view, const std::string& place) {
      Value* lifecycle = container.find("lifecycle");
      if (lifecycle == nullptr) return;
      for (const char* hook : kHooks) {
        Value* handler = lifecycle->find(hook);
        if (handler == nullptr || !disabled(*handler, "sleep", place + ".lifecycle." + hook, "PodLifecycleSleepAction", "")) continue;
        if (!gates_.sleep_drop_leaves_hook && handler->members().empty()) lifecycle->erase(hook);
      }
      if (lifecycle->members().empty()) container.erase("lifecycle");
    });
  }

  /// dropContainerStopSignals: a lifecycle that holds nothing else goes too.
  void drop_stop_signals() {
    visit_containers(spec_, [this](Value& container, std::string_view, const std::string& place) {
      Value* lifecycle = container.find("lifecycle");
      const bool dropped =
          lifecycle != nullptr && disabled(*lifecycle, "stopSignal", place + ".lifecycle", "ContainerStopSignals", "");
      if (dropped && lifecycle->members().empty()) container.erase("lifecycle");
    });
  }

  static constexpr const char* kNoSidecar =
      "without it this is no sidecar but an init container: what comes after waits until it has ended";

  void unknown(Value& holder, const char* field, const std::string& place) {
    if (!holder.erase(field)) return;
    const bool init_policy = std::string_view{field} == "restartPolicy" && place.compare(0, kInit.size(), kInit) == 0;
    add(RuleId::AdmitUnknownField, place + "." + field,
        std::string{"dropped: this release has no field `"} + field + "` (kubectl, which is strict, refuses it)",
        init_policy ? kNoSidecar : "");
  }

  bool disabled(Value& holder, const char* field, const std::string& place, const char* gate, const char* help) {
    if (!holder.erase(field)) return false;
    add(RuleId::AdmitDisabledField, place + "." + field,
        std::string{"dropped, in silence: the feature gate "} + gate + " is off", help);
    return true;
  }

  void add(RuleId rule, const std::string& place, std::string text, std::string help) {
    dropped_.push_back({rule, std::string{path_} + "." + place, std::move(text), std::move(help)});
  }

  Value& spec_;
  std::string_view path_;
  const FeatureGates& gates_;
  const Value* old_;
  std::vector<FieldNote> dropped_;
};

}  // namespace

std::vector<FieldNote> drop_disabled_fields(Value& object, SchemaType kind, const FeatureGates& gates, const Value* old) {
  const std::string_view path = spec_path(kind);
  Value* spec = find_at(object, path);
  if (spec == nullptr) return {};
  return Dropper{*spec, path, gates, old == nullptr ? nullptr : old->at_path(path)}.run();
}

std::vector<FieldNote> misplaced_sidecars(const Value& object, SchemaType kind) {
  std::vector<FieldNote> notes;
  const std::string path{spec_path(kind)};
  const Value* spec = object.at_path(path);
  if (spec == nullptr || !spec->is_object()) return notes;
  const Value::Array& containers = list_at(*spec, "containers");
  for (std::size_t i = 0; i < containers.size(); ++i) {
    if (containers[i].string_at("restartPolicy") != "Always") continue;
    notes.push_back({RuleId::HintSidecarUnderContainers, path + ".containers[" + std::to_string(i) + "].restartPolicy",
                     "under containers this makes no sidecar: the container is restarted for ever", kNotUnderContainers});
  }
  return notes;
}

}  // namespace podlapse
