#include "podlapse/report/describe.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "describe.hpp"
#include "fields.hpp"
#include "podlapse/api/defaults.hpp"
#include "podlapse/api/quantity.hpp"
#include "podlapse/report/columns.hpp"

namespace podlapse {
namespace describing {
namespace {

using namespace fields;

constexpr std::size_t kAnnotationMost = 140;

void put_ips(const Writer& out, const Value& status) {
  const Value::Array& addresses = list_at(status, "podIPs");
  if (addresses.empty()) return out.field(0, "IPs:", "<none>");
  out.put(0, "IPs:\n");
  for (const Value& address : addresses) out.field(1, "IP:", text_at(address, "ip"));
}

/// printController: the owner that is the controller, as "ReplicaSet/web".
std::string controller_of(const Value& metadata) {
  for (const Value& owner : list_at(metadata, "ownerReferences")) {
    if (bool_at(owner, "controller")) return text_at(owner, "kind") + "/" + text_at(owner, "name");
  }
  return {};
}

void put_seccomp(const Writer& out, std::size_t level, std::size_t inner, const Value& holder) {
  const Value* profile = object_at(holder, "securityContext").find("seccompProfile");
  if (profile == nullptr || !profile->is_object()) return;
  out.field(level, "SeccompProfile:", text_at(*profile, "type"));
  if (text_at(*profile, "type") == "Localhost") {
    out.field(inner, "LocalhostProfile:", text_at(*profile, "localhostProfile"));
  }
}

void put_phase(const Writer& out, const Value& metadata, const Value& status, WallTime now) {
  const std::string phase = text_at(status, "phase");
  const std::optional<WallTime> deleted = time_at(metadata, "deletionTimestamp");
  if (deleted && phase != "Failed" && phase != "Succeeded") {
    out.field(0, "Status:", "Terminating (lasts " + human_duration(now - *deleted) + ")");
    out.field(0, "Termination Grace Period:",
              std::to_string(int_at(metadata, "deletionGracePeriodSeconds").value_or(0)) + "s");
  } else {
    out.field(0, "Status:", phase);
  }
  for (const auto& [label, key] : {std::pair{"Reason:", "reason"}, std::pair{"Message:", "message"}}) {
    if (const std::string text = text_at(status, key); !text.empty()) out.field(0, label, text);
  }
}

void put_spec_names(const Writer& out, const Value& spec) {
  if (const auto priority = int_at(spec, "priority")) out.field(0, "Priority:", std::to_string(*priority));
  constexpr std::array<std::pair<const char*, const char*>, 3> kNames{{{"Priority Class Name:", "priorityClassName"},
                                                                       {"Runtime Class Name:", "runtimeClassName"},
                                                                       {"Service Account:", "serviceAccountName"}}};
  for (const auto& [label, key] : kNames) {
    if (const std::string name = text_at(spec, key); !name.empty()) out.field(0, label, name);
  }
}

void put_head(const Writer& out, const Value& pod, WallTime now) {
  const Value& metadata = object_at(pod, "metadata");
  const Value& spec = object_at(pod, "spec");
  const Value& status = object_at(pod, "status");
  out.field(0, "Name:", text_at(metadata, "name"));
  out.field(0, "Namespace:", text_at(metadata, "namespace"));
  put_spec_names(out, spec);
  const std::string node = text_at(spec, "nodeName");
  out.field(0, "Node:", node.empty() ? "<none>" : node + "/" + text_at(status, "hostIP"));
  if (time_at(status, "startTime")) out.field(0, "Start Time:", rfc1123_at(status, "startTime"));
  put_labels(out, "Labels", metadata, "labels");
  put_annotations(out, metadata);
  put_phase(out, metadata, status, now);
  put_seccomp(out, 0, 0, spec);
  out.field(0, "IP:", text_at(status, "podIP"));
  put_ips(out, status);
  if (const std::string controller = controller_of(metadata); !controller.empty()) {
    out.field(0, "Controlled By:", controller);
  }
  if (const std::string node_name = text_at(status, "nominatedNodeName"); !node_name.empty()) {
    out.field(0, "NominatedNodeName:", node_name);
  }
  if (const Value* resources = spec.find("resources"); resources && resources->is_object()) {
    out.put(0, "Resources:\n");
    put_resources(out, 1, *resources);
  }
}

/// The status of the first condition of a type; "<none>" without one.
std::string condition_status(const Value& status, const std::string& type) {
  for (const Value& condition : list_at(status, "conditions")) {
    if (text_at(condition, "type") == type) return text_at(condition, "status");
  }
  return "<none>";
}

void put_conditions(const Writer& out, const Value& spec, const Value& status) {
  const auto put_row = [&out](const std::string& type, const std::string& state) {
    out.put(1, type + " \t" + state + " \n");
  };
  if (!list_at(spec, "readinessGates").empty()) out.put(0, "Readiness Gates:\n  Type\tStatus\n");
  for (const Value& gate : list_at(spec, "readinessGates")) {
    const std::string type = text_at(gate, "conditionType");
    put_row(type, condition_status(status, type));
  }
  if (!list_at(status, "conditions").empty()) out.put(0, "Conditions:\n  Type\tStatus\n");
  for (const Value& condition : list_at(status, "conditions")) {
    put_row(text_at(condition, "type"), text_at(condition, "status"));
  }
}

/// The items of a list, sorted by one text member.
std::vector<const Value*> sorted_by(const Value::Array& list, std::string_view key) {
  std::vector<const Value*> items;
  for (const Value& item : list) items.push_back(&item);
  std::stable_sort(items.begin(), items.end(),
                   [key](const Value* a, const Value* b) { return text_at(*a, key) < text_at(*b, key); });
  return items;
}

std::string toleration_text(const Value& toleration) {
  const std::string key = text_at(toleration, "key"), value = text_at(toleration, "value");
  const std::string effect = text_at(toleration, "effect");
  std::string text = key;
  if (!value.empty()) text += "=" + value;
  if (!effect.empty()) text += ":" + effect;
  if (text_at(toleration, "operator") == "Exists" && value.empty()) {
    text += key.empty() && effect.empty() ? "op=Exists" : " op=Exists";
  }
  if (const auto seconds = int_at(toleration, "tolerationSeconds")) text += " for " + std::to_string(*seconds) + "s";
  return text;
}

void put_tolerations(const Writer& out, const Value& spec) {
  out.put(0, "Tolerations:\t");
  const std::vector<const Value*> tolerations = sorted_by(list_at(spec, "tolerations"), "key");
  if (tolerations.empty()) return out.put_line("<none>");
  for (const Value* toleration : tolerations) {
    if (toleration != tolerations.front()) out.put(0, "\t");
    out.put_line(toleration_text(*toleration));
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

/// One requirement of a label selector ("key in (a,b)"); empty where there is no such operator.
std::string requirement_text(const Value& expression) {
  std::string key = text_at(expression, "key");
  const std::string op = text_at(expression, "operator");
  if (op == "Exists") return key;
  if (op == "DoesNotExist") return "!" + key;
  if (op != "In" && op != "NotIn") return {};
  std::vector<std::string> values;
  for (const Value& value : list_at(expression, "values")) values.push_back(scalar_text(&value));
  std::sort(values.begin(), values.end());
  return key + (op == "In" ? " in (" : " notin (") + joined(values) + ")";
}

/// metav1.FormatLabelSelector: requirements sorted by key.
std::string selector_text(const Value& selector) {
  std::vector<Pair> requirements;
  for (const Pair& pair : sorted_pairs(selector, "matchLabels")) {
    requirements.push_back({pair.key, pair.key + "=" + pair.value});
  }
  for (const Value& expression : list_at(selector, "matchExpressions")) {
    requirements.push_back({text_at(expression, "key"), requirement_text(expression)});
    if (requirements.back().value.empty()) return "<error>";
  }
  if (requirements.empty()) return "<none>";
  std::stable_sort(requirements.begin(), requirements.end(),
                   [](const Pair& a, const Pair& b) { return a.key < b.key; });
  std::vector<std::string> texts;
  for (Pair& requirement : requirements) texts.push_back(std::move(requirement.value));
  return joined(texts);
}

void put_topology_spread(const Writer& out, const Value& spec) {
  const std::vector<const Value*> constraints = sorted_by(list_at(spec, "topologySpreadConstraints"), "topologyKey");
  if (constraints.empty()) return;
  out.put(0, "Topology Spread Constraints:\t");
  for (const Value* constraint : constraints) {
    if (constraint != constraints.front()) out.put(0, "\t");
    std::string line = text_at(*constraint, "topologyKey") + ":" + text_at(*constraint, "whenUnsatisfiable") +
                       " when max skew " + std::to_string(int_at(*constraint, "maxSkew").value_or(0)) + " is exceeded";
    const Value* selector = constraint->find("labelSelector");
    if (selector && selector->is_object()) line += " for selector " + selector_text(*selector);
    out.put_line(line);
  }
}

/// kubectl/pkg/util/qos GetPodQOS: the status's class, else what the spec makes of it. Unlike the server, kubectl looks at no
/// container as soon as the Pod has resources of its own, empty ones included.
std::string qos_text(const Value& spec, const Value& status) {
  std::string given = text_at(status, "qosClass");
  if (!given.empty()) return given;
  const Value* resources = spec.find("resources");
  if (resources == nullptr || !resources->is_object()) return qos_class(spec);
  Value alone = Value::object();
  alone.set("resources", *resources);
  return qos_class(alone);
}

void put_tail(const Writer& out, const Value& spec, const Value& status) {
  put_conditions(out, spec, status);
  put_volumes(out, list_at(spec, "volumes"));
  out.field(0, "QoS Class:", qos_text(spec, status));
  put_labels(out, "Node-Selectors", spec, "nodeSelector");
  put_tolerations(out, spec);
  put_topology_spread(out, spec);
  if (const Value* group = spec.find("schedulingGroup"); group && group->is_object()) {
    out.put(0, "SchedulingGroup:\n");
    out.field(1, "PodGroupName:", text_at(*group, "podGroupName"));
  }
}

}  // namespace

std::vector<Pair> sorted_pairs(const Value& holder, std::string_view key) {
  std::vector<Pair> pairs;
  for (const Value::Member& member : members_at(holder, key)) pairs.push_back({member.key, scalar_text(&member.value)});
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.key < b.key; });
  return pairs;
}

void put_labels(const Writer& out, std::string_view title, const Value& holder, std::string_view key) {
  out.put(0, std::string{title} + ":\t");
  const std::vector<Pair> labels = sorted_pairs(holder, key);
  if (labels.empty()) return out.put_line("<none>");
  bool first = true;
  for (const Pair& label : labels) {
    if (!std::exchange(first, false)) {
      out.put(0, "");
      out.put(0, "\t");
    }
    out.put(0, label.key + "=" + label.value + "\n");
  }
}

void put_annotations(const Writer& out, const Value& holder) {
  out.put(0, "Annotations:\t");
  std::vector<Pair> annotations = sorted_pairs(holder, "annotations");
  annotations.erase(std::remove_if(annotations.begin(), annotations.end(),
                                   [](const Pair& pair) {
                                     return pair.key == "kubectl.kubernetes.io/last-applied-configuration";
                                   }),
                    annotations.end());
  if (annotations.empty()) return out.put_line("<none>");
  bool first = true;
  for (Pair& annotation : annotations) {
    if (!std::exchange(first, false)) out.put(0, "\t");
    std::string& value = annotation.value;
    if (!value.empty() && value.back() == '\n') value.pop_back();
    const bool broken = value.find('\n') != std::string::npos;
    if (!broken && value.size() + annotation.key.size() + 2 <= kAnnotationMost) {
      out.put(0, annotation.key + ": " + value + "\n");
      continue;
    }
    out.put(0, annotation.key + ":\n");
    for (std::size_t at = 0; at <= value.size();) {
      const std::size_t end = std::min(value.find('\n', at), value.size());
      std::string line = value.substr(at, end - at);
      if (line.size() > kAnnotationMost - 2) line = line.substr(0, kAnnotationMost - 2) + "...";
      out.put(0, "\t  " + line + "\n");
      at = end + 1;
    }
  }
}

std::string quantity_text(const Value* quantity) {
  const std::string text = scalar_text(quantity);
  Quantity parsed;
  std::string error;
  return parse_quantity(text, parsed, error) ? parsed.to_string() : text;
}

std::string rfc1123_at(const Value& holder, std::string_view key) {
  constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::optional<WallTime> time = time_at(holder, key);
  if (!time) return "Mon, 01 Jan 0001 00:00:00 +0000";
  const std::string date = format_rfc3339(*time);  // 2026-11-21T18:07:54Z
  const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(*time)};
  const auto month = static_cast<std::size_t>(std::stoi(date.substr(5, 2)) - 1);
  return std::string{kDays[day.c_encoding()]} + ", " + date.substr(8, 2) + " " + kMonths[month] + " " + date.substr(0, 4) + " " +
         date.substr(11, 8) + " +0000";
}

}  // namespace describing

std::string describe_pod(const Value& pod, const Value::Array& events, WallTime now) {
  using namespace fields;
  using namespace describing;
  TabWriter tabs{kDescribeTabs};
  const Writer out{tabs};
  const Value& spec = object_at(pod, "spec");
  const Value& status = object_at(pod, "status");
  put_head(out, pod, now);
  const Value::Array& inits = list_at(spec, "initContainers");
  if (!inits.empty()) put_containers(out, "Init Containers", inits, list_at(status, "initContainerStatuses"), pod);
  put_containers(out, "Containers", list_at(spec, "containers"), list_at(status, "containerStatuses"), pod);
  const Value::Array& ephemeral = list_at(spec, "ephemeralContainers");
  if (!ephemeral.empty()) {
    put_containers(out, "Ephemeral Containers", ephemeral, list_at(status, "ephemeralContainerStatuses"), pod);
  }
  put_tail(out, spec, status);
  put_events(out, events, now);
  return tabs.take();
}

}  // namespace podlapse
