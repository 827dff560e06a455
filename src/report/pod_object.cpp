#include "podlapse/report/pod_object.hpp"

#include <algorithm>

#include "fields.hpp"
#include "podlapse/api/pod_resources.hpp"
#include "podlapse/base/hash.hpp"
#include "podlapse/scenario/scenario.hpp"

namespace podlapse {

namespace {

using Kind = ContainerState::Kind;
using namespace fields;

void set_text(Value& object, std::string_view key, const std::string& text) {
  if (!text.empty()) object.set(key, Value{text});
}

/// metav1.Time: null where it is not set.
Value time_value(const std::optional<WallTime>& time) {
  return time ? Value{format_rfc3339(*time)} : Value{};
}

Value state_value(const ContainerState& state) {
  Value inner = Value::object();
  switch (state.kind) {
    case Kind::None: return inner;
    case Kind::Waiting:
      set_text(inner, "reason", state.reason);
      set_text(inner, "message", state.message);
      break;
    case Kind::Running: inner.set("startedAt", time_value(state.started_at)); break;
    case Kind::Terminated:
      inner.set("exitCode", Value{state.exit_code});
      if (state.signal != 0) inner.set("signal", Value{state.signal});
      set_text(inner, "reason", state.reason);
      set_text(inner, "message", state.message);
      inner.set("startedAt", time_value(state.started_at));
      inner.set("finishedAt", time_value(state.finished_at));
      set_text(inner, "containerID", state.container_id);
      break;
  }
  constexpr const char* kNames[] = {"", "waiting", "running", "terminated"};
  Value outer = Value::object();
  outer.set(kNames[static_cast<std::size_t>(state.kind)], std::move(inner));
  return outer;
}

Value container_value(const ContainerStatus& status) {
  Value out = Value::object();
  out.set("name", Value{status.name});
  out.set("state", state_value(status.state));
  out.set("lastState", state_value(status.last_state));
  out.set("ready", Value{status.ready});
  out.set("restartCount", Value{status.restart_count});
  out.set("image", Value{status.image});
  out.set("imageID", Value{status.image_id});
  set_text(out, "containerID", status.container_id);
  if (status.started) out.set("started", Value{*status.started});
  return out;
}

Value condition_value(const PodCondition& condition) {
  Value out = Value::object();
  out.set("type", Value{condition.type});
  if (condition.observed_generation) out.set("observedGeneration", Value{*condition.observed_generation});
  out.set("status", Value{condition.status});
  out.set("lastProbeTime", Value{});
  out.set("lastTransitionTime", time_value(condition.last_transition_time));
  set_text(out, "reason", condition.reason);
  set_text(out, "message", condition.message);
  return out;
}

template <typename Item>
void set_list(Value& object, std::string_view key, const std::vector<Item>& items, Value (*convert)(const Item&)) {
  if (items.empty()) return;
  Value list = Value::array();
  for (const Item& item : items) list.push_back(convert(item));
  object.set(key, std::move(list));
}

/// hostIP and hostIPs, podIP and podIPs.
void set_address(Value& object, const std::string& key, const std::string& address) {
  if (address.empty()) return;
  object.set(key, Value{address});
  Value entry = Value::object();
  entry.set("ip", Value{address});
  object.set(key + "s", Value{Value::Array{std::move(entry)}});
}

std::int32_t int32_at(const Value& object, std::string_view key) {
  return static_cast<std::int32_t>(int_at(object, key).value_or(0));
}

ContainerState state_from(const Value* outer) {
  ContainerState state;
  if (!outer) return state;
  const Value* inner = nullptr;
  if ((inner = outer->find("waiting"))) {
    state.kind = Kind::Waiting;
  } else if ((inner = outer->find("running"))) {
    state.kind = Kind::Running;
  } else if ((inner = outer->find("terminated"))) {
    state.kind = Kind::Terminated;
    state.exit_code = int32_at(*inner, "exitCode");
    state.signal = int32_at(*inner, "signal");
    state.finished_at = time_at(*inner, "finishedAt");
    state.container_id = inner->string_at("containerID");
  } else {
    return state;
  }
  if (state.kind != Kind::Waiting) state.started_at = time_at(*inner, "startedAt");
  state.reason = inner->string_at("reason");
  state.message = inner->string_at("message");
  return state;
}

ContainerStatus container_from(const Value& value) {
  ContainerStatus status;
  status.name = value.string_at("name");
  status.state = state_from(value.find("state"));
  status.last_state = state_from(value.find("lastState"));
  status.ready = bool_at(value, "ready");
  if (const Value* started = value.find("started"); started && started->is_bool()) status.started = started->as_bool();
  status.restart_count = int32_at(value, "restartCount");
  status.image = value.string_at("image");
  status.image_id = value.string_at("imageID");
  status.container_id = value.string_at("containerID");
  return status;
}

PodCondition condition_from(const Value& value) {
  PodCondition condition;
  condition.type = value.string_at("type");
  condition.status = value.string_at("status");
  condition.reason = value.string_at("reason");
  condition.message = value.string_at("message");
  condition.last_transition_time = time_at(value, "lastTransitionTime");
  condition.observed_generation = int_at(value, "observedGeneration");
  return condition;
}

template <typename Item>
std::vector<Item> list_from(const Value& object, std::string_view key, Item (*convert)(const Value&)) {
  std::vector<Item> items;
  const Value* list = object.find(key);
  if (!list || !list->is_array()) return items;
  for (const Value& item : list->items()) items.push_back(convert(item));
  return items;
}

/// The mounts of a container as its status repeats them; nothing is read-only all the way down unless that was asked for.
Value mount_statuses(const Value& container) {
  Value list = Value::array();
  for (const Value& mount : list_at(container, "volumeMounts")) {
    Value& out = list.push_back(Value::object());
    out.set("name", Value{mount.string_at("name")});
    out.set("mountPath", Value{mount.string_at("mountPath")});
    if (!bool_at(mount, "readOnly")) continue;
    out.set("readOnly", Value{true});
    const std::string& mode = mount.string_at("recursiveReadOnly");
    const bool recursive = mode == "Enabled" || mode == "IfPossible";
    out.set("recursiveReadOnly", Value{recursive ? "Enabled" : "Disabled"});
  }
  return list;
}

/// Whom a process runs as. An image can name a user of its own; podlapse knows no images and takes root.
Value user_of(const Value& pod_spec, const Value& container) {
  const Value& of_pod = object_at(pod_spec, "securityContext");
  const Value& own = object_at(container, "securityContext");
  const auto id = [&](const char* key) {
    const auto given = int_at(own, key);
    return given ? *given : int_at(of_pod, key).value_or(0);
  };
  Value groups = Value::array();
  groups.push_back(Value{id("runAsGroup")});
  for (const Value& group : list_at(of_pod, "supplementalGroups")) groups.push_back(group);
  if (const auto group = int_at(of_pod, "fsGroup")) groups.push_back(Value{*group});
  Value linux_user = Value::object();
  linux_user.set("uid", Value{id("runAsUser")});
  linux_user.set("gid", Value{id("runAsGroup")});
  linux_user.set("supplementalGroups", std::move(groups));
  Value out = Value::object();
  out.set("linux", std::move(linux_user));
  return out;
}

/// An image's name as the runtime reports it, and a reference by digest. podlapse knows no images: the digest is made up
/// from the name, and always the same for it.
void set_image(const std::string& image, Value& status) {
  std::string name = normalized_image(image);
  status.set("image", Value{name});
  const std::size_t at = name.find('@');
  std::string digest = at == std::string::npos ? "@sha256:" : name.substr(at);
  if (at == std::string::npos) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::uint64_t hash = hash_text(kHashSeed, name);
    for (int word = 0; word < 4; ++word) {
      hash = hash_word(hash, static_cast<std::uint64_t>(word));
      for (int shift = 60; shift >= 0; shift -= 4) digest += kDigits[(hash >> shift) & 15];
    }
  }
  name.resize(std::min(at, name.size()));
  if (const std::size_t tag = name.find(':', name.rfind('/')); tag != std::string::npos) name.resize(tag);
  status.set("imageID", Value{name + digest});
}

/// What a container's status says beside its state: mounts from the beginning, the rest once a container exists
/// (pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses).
void complete_container_status(const Value& pod_spec, const Value& container, Value& status) {
  Value mounts = mount_statuses(container);
  if (!mounts.items().empty()) status.set("volumeMounts", std::move(mounts));
  if (status.string_at("containerID").empty()) return;
  if (status.string_at("imageID").empty()) set_image(status.string_at("image"), status);
  const Value& resources = object_at(container, "resources");
  status.set("resources", resources);
  const Value* requests = resources.find("requests");
  if (requests && requests->is_object() && !requests->members().empty()) status.set("allocatedResources", *requests);
  status.set("user", user_of(pod_spec, container));
}

/// What the status repeats of the spec, once the kubelet has written one.
void complete_status(const Value& pod_spec, Value& status) {
  constexpr const char* kLists[][2] = {{"initContainers", "initContainerStatuses"},
                                       {"containers", "containerStatuses"},
                                       {"ephemeralContainers", "ephemeralContainerStatuses"}};
  for (const auto& [spec_list, status_list] : kLists) {
    Value* statuses = status.find(status_list);
    if (statuses == nullptr) continue;
    for (Value& container_status : statuses->items()) {
      for (const Value& container : list_at(pod_spec, spec_list)) {
        if (container.string_at("name") != container_status.string_at("name")) continue;
        complete_container_status(pod_spec, container, container_status);
      }
    }
  }
  if (status.find("startTime") == nullptr) return;
  Value requests = pod_requests(pod_spec), limits = pod_limits(pod_spec);
  Value resources = Value::object();
  if (!limits.members().empty()) resources.set("limits", std::move(limits));
  if (!requests.members().empty()) {
    resources.set("requests", requests);
    status.set("allocatedResources", std::move(requests));
  }
  status.set("resources", std::move(resources));
}

/// Position of a field in its Go type; unknown ones come last.
std::size_t field_position(SchemaType type, std::string_view name) {
  const SchemaFields fields = schema_fields(type);
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const SchemaField& field) { return field.name == name; });
  return static_cast<std::size_t>(found - fields.begin());
}

Value items_in_order(const Value& value, const SchemaField& field) {
  if (field.shape == SchemaShape::One) return in_api_order(value, field.type);
  Value out = value;
  if (field.shape == SchemaShape::List && out.is_array()) {
    for (Value& item : out.items()) item = in_api_order(item, field.type);
  } else if (field.shape == SchemaShape::Map && out.is_object()) {
    for (Value::Member& member : out.members()) member.value = in_api_order(member.value, field.type);
  }
  return out;
}

/// Go's encoding/json: <, > and & are escaped, and the two line separators of Unicode.
std::string go_json_string(const std::string& text) {
  constexpr const char* kHex = "0123456789abcdef";
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool separator = text.compare(i, 3, "\u2028") == 0 || text.compare(i, 3, "\u2029") == 0;
    if (separator) {
      out += text[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || c == '<' || c == '>' || c == '&') {
      out += {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

void write_value(const Value& value, std::size_t depth, std::string& out);

void write_item(const std::string& key, const Value& value, std::size_t depth, bool first, std::string& out) {
  out += first ? "\n" : ",\n";
  out.append(4 * (depth + 1), ' ');
  out += key;
  write_value(value, depth + 1, out);
}

void close(char bracket, bool empty, std::size_t depth, std::string& out) {
  if (!empty) {
    out += '\n';
    out.append(4 * depth, ' ');
  }
  out += bracket;
}

void write_value(const Value& value, std::size_t depth, std::string& out) {
  switch (value.kind()) {
    case Value::Kind::Null: out += "null"; return;
    case Value::Kind::Bool: out += value.as_bool() ? "true" : "false"; return;
    case Value::Kind::Int: out += std::to_string(value.as_int()); return;
    case Value::Kind::Number: out += value.number_text(); return;
    case Value::Kind::String: out += go_json_string(value.as_string()); return;
    case Value::Kind::Array: {
      out += '[';
      bool first = true;
      for (const Value& item : value.items()) {
        write_item("", item, depth, first, out);
        first = false;
      }
      close(']', first, depth, out);
      return;
    }
    case Value::Kind::Object: {
      out += '{';
      bool first = true;
      for (const Value::Member& member : value.members()) {
        write_item(go_json_string(member.key) + ": ", member.value, depth, first, out);
        first = false;
      }
      close('}', first, depth, out);
      return;
    }
  }
}

}  // namespace

Value to_value(const PodStatus& status) {
  Value out = Value::object();
  if (status.observed_generation) out.set("observedGeneration", Value{*status.observed_generation});
  set_text(out, "phase", status.phase);
  set_list(out, "conditions", status.conditions, condition_value);
  set_text(out, "message", status.message);
  set_text(out, "reason", status.reason);
  set_text(out, "nominatedNodeName", status.nominated_node_name);
  set_address(out, "hostIP", status.host_ip);
  set_address(out, "podIP", status.pod_ip);
  if (status.start_time) out.set("startTime", time_value(status.start_time));
  set_list(out, "initContainerStatuses", status.init_container_statuses, container_value);
  set_list(out, "containerStatuses", status.container_statuses, container_value);
  set_text(out, "qosClass", status.qos_class);
  set_list(out, "ephemeralContainerStatuses", status.ephemeral_container_statuses, container_value);
  return out;
}

PodStatus pod_status_from(const Value& status) {
  PodStatus out;
  out.observed_generation = int_at(status, "observedGeneration");
  out.phase = status.string_at("phase");
  out.conditions = list_from(status, "conditions", condition_from);
  out.message = status.string_at("message");
  out.reason = status.string_at("reason");
  out.nominated_node_name = status.string_at("nominatedNodeName");
  out.host_ip = status.string_at("hostIP");
  // The printer of tables works with podIPs, into which the server folds podIP.
  const Value::Array& addresses = list_at(status, "podIPs");
  out.pod_ip = addresses.empty() ? status.string_at("podIP") : addresses.front().string_at("ip");
  out.start_time = time_at(status, "startTime");
  out.init_container_statuses = list_from(status, "initContainerStatuses", container_from);
  out.container_statuses = list_from(status, "containerStatuses", container_from);
  out.ephemeral_container_statuses = list_from(status, "ephemeralContainerStatuses", container_from);
  out.qos_class = status.string_at("qosClass");
  return out;
}

Value pod_object(const Value& manifest, const ServerFields& fields, const PodStatus& status) {
  Value out = manifest;
  out.set("kind", Value{"Pod"});
  out.set("apiVersion", Value{"v1"});
  Value& metadata = out["metadata"];
  metadata.set("name", Value{fields.name});
  metadata.set("namespace", Value{fields.namespace_name});
  set_text(metadata, "uid", fields.uid);
  set_text(metadata, "resourceVersion", fields.resource_version);
  metadata.set("generation", Value{fields.generation});
  metadata.set("creationTimestamp", time_value(fields.creation_timestamp));
  if (fields.deletion_timestamp) metadata.set("deletionTimestamp", time_value(fields.deletion_timestamp));
  if (fields.deletion_grace_period_seconds) {
    metadata.set("deletionGracePeriodSeconds", Value{*fields.deletion_grace_period_seconds});
  }
  if (out.find("spec") == nullptr) out.set("spec", Value::object());
  set_text(out["spec"], "nodeName", fields.node_name);
  Value complete = to_value(status);
  complete_status(*out.find("spec"), complete);
  out.set("status", std::move(complete));
  return in_api_order(out, SchemaType::Pod);
}

Value object_list(std::vector<Value> items) {
  Value metadata = Value::object();
  metadata.set("resourceVersion", Value{""});
  Value out = Value::object();
  out.set("apiVersion", Value{"v1"});
  out.set("items", Value{std::move(items)});
  out.set("kind", Value{"List"});
  out.set("metadata", std::move(metadata));
  return out;
}

Value in_api_order(const Value& value, SchemaType type) {
  Value out = value;
  if (!out.is_object() || !is_struct(type)) return out;
  Value::Object& members = out.members();
  std::stable_sort(members.begin(), members.end(), [&](const Value::Member& a, const Value::Member& b) {
    return field_position(type, a.key) < field_position(type, b.key);
  });
  for (Value::Member& member : members) {
    if (const SchemaField* field = find_schema_field(type, member.key))
      member.value = items_in_order(member.value, *field);
  }
  return out;
}

Value by_name(const Value& value) {
  Value out = value;
  if (out.is_array()) {
    for (Value& item : out.items()) item = by_name(item);
  } else if (out.is_object()) {
    Value::Object& members = out.members();
    std::stable_sort(members.begin(), members.end(),
                     [](const Value::Member& a, const Value::Member& b) { return a.key < b.key; });
    for (Value::Member& member : members) member.value = by_name(member.value);
  }
  return out;
}

std::string write_json(const Value& value) {
  std::string out;
  write_value(value, 0, out);
  return out + '\n';
}

}  // namespace podlapse
