// The containers of `kubectl describe pod`: describe.go describeContainers and what it calls.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <limits>
#include <utility>

#include "describe.hpp"
#include "fields.hpp"
#include "podlapse/api/quantity.hpp"

namespace podlapse::describing {
namespace {

using namespace fields;

/// The part of Go's %q that names of paths can need.
std::string go_quoted(const std::string& text) {
  constexpr const char* kHex = "0123456789abcdef";
  constexpr std::string_view kShort = "\a\b\t\n\v\f\r", kLetters = "abtnvfr";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const std::size_t known = kShort.find(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (known != std::string_view::npos) {
      out += {'\\', kLetters[known]};
    } else if (byte < 0x20 || byte == 0x7f) {
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// "80/TCP (http), 443/TCP"; `key` is containerPort or hostPort.
std::string ports_text(const Value& container, const char* key) {
  std::string text;
  for (const Value& port : list_at(container, "ports")) {
    text += (text.empty() ? "" : ", ") + std::to_string(int_at(port, key).value_or(0)) + "/" + text_at(port, "protocol");
    if (const std::string name = text_at(port, "name"); !name.empty()) text += " (" + name + ")";
  }
  return text;
}

void put_ports(const Writer& out, const Value& container) {
  for (const auto& [label, key] : {std::pair{"Port", "containerPort"}, std::pair{"Host Port", "hostPort"}}) {
    const std::string ports = ports_text(container, key);
    const bool several = ports.find(',') != std::string::npos;
    out.field(2, std::string{label} + (several ? "s:" : ":"), ports.empty() ? "<none>" : ports);
  }
}

void put_basics(const Writer& out, const Value& container, const Value* status) {
  out.put(1, text_at(container, "name") + ":\n");
  if (status) out.field(2, "Container ID:", text_at(*status, "containerID"));
  out.field(2, "Image:", text_at(container, "image"));
  if (status) out.field(2, "Image ID:", text_at(*status, "imageID"));
  put_ports(out, container);
  const Value* profile = object_at(container, "securityContext").find("seccompProfile");
  if (profile == nullptr || !profile->is_object()) return;
  out.field(2, "SeccompProfile:", text_at(*profile, "type"));
  if (text_at(*profile, "type") == "Localhost") out.field(3, "LocalhostProfile:", text_at(*profile, "localhostProfile"));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

void put_command(const Writer& out, const Value& container) {
  for (const auto& [label, key] : {std::pair{"Command:\n", "command"}, std::pair{"Args:\n", "args"}}) {
    const Value::Array& words = list_at(container, key);
    if (!words.empty()) out.put(2, label);
    for (const Value& word : words) {
      for (const std::string& line : lines_of(scalar_text(&word))) out.put(3, line + "\n");
    }
  }
}

const Value* object_or_null(const Value& holder, std::string_view key) {
  const Value* member = holder.find(key);
  return member && member->is_object() ? member : nullptr;
}

/// describeStatus.
void put_one_state(const Writer& out, std::string_view label, const Value& state) {
  if (const Value* running = object_or_null(state, "running")) {
    out.field(2, label, "Running");
    out.field(3, "Started:", rfc1123_at(*running, "startedAt"));
    return;
  }
  const Value* ended = object_or_null(state, "terminated");
  if (const Value* waiting = object_or_null(state, "waiting"); waiting || !ended) {
    out.field(2, label, "Waiting");
    if (!waiting) return;
    if (const std::string reason = text_at(*waiting, "reason"); !reason.empty()) out.field(3, "Reason:", reason);
    return;
  }
  out.field(2, label, "Terminated");
  for (const auto& [name, key] : {std::pair{"Reason:", "reason"}, std::pair{"Message:", "message"}}) {
    if (const std::string text = text_at(*ended, key); !text.empty()) out.field(3, name, text);
  }
  out.field(3, "Exit Code:", std::to_string(int_at(*ended, "exitCode").value_or(0)));
  if (const std::int64_t signal = int_at(*ended, "signal").value_or(0); signal > 0) {
    out.field(3, "Signal:", std::to_string(signal));
  }
  out.field(3, "Started:", rfc1123_at(*ended, "startedAt"));
  out.field(3, "Finished:", rfc1123_at(*ended, "finishedAt"));
}

void put_state(const Writer& out, const Value& status) {
  put_one_state(out, "State:", object_at(status, "state"));
  const Value& last = object_at(status, "lastState");
  if (object_or_null(last, "terminated")) put_one_state(out, "Last State:", last);
  out.field(2, "Ready:", bool_at(status, "ready") ? "True" : "False");
  out.field(2, "Restart Count:", std::to_string(int_at(status, "restartCount").value_or(0)));
}

/// net/url escape: everything but letters, digits, "-_.~" and `also` is percent-encoded.
std::string url_escaped(const std::string& text, std::string_view also) {
  constexpr const char* kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte < 0x80 && std::isalnum(byte) != 0) || std::string_view{"-_.~"}.find(c) != std::string_view::npos ||
                       also.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

/// net/url URL.String of what an httpGet probe asks for: "http://:8080/healthz".
std::string probe_url(const Value& get) {
  std::string scheme = text_at(get, "scheme"), host = text_at(get, "host");
  std::transform(scheme.begin(), scheme.end(), scheme.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const Value* port = get.find("port");
  const std::string port_text = port ? scalar_text(port) : "0";
  if (!port_text.empty()) {
    const bool bracketed = host.find(':') != std::string::npos;
    host = (bracketed ? "[" + host + "]" : host) + ":" + port_text;
  }
  const std::string path = text_at(get, "path");
  std::string url = scheme.empty() ? "" : scheme + ":";
  if ((!scheme.empty() || !host.empty()) && (!host.empty() || !path.empty())) url += "//";
  url += url_escaped(host, "!$&'()*+,;=:[]<>\"");
  if (!path.empty() && path[0] != '/' && !host.empty()) url += '/';
  return url + (path == "*" ? path : url_escaped(path, "$&+,/:;=@"));
}

/// Go's %v of a list of strings: "[a b]".
std::string list_text(const Value::Array& words) {
  std::string text = "[";
  for (const Value& word : words) text += (&word == words.data() ? "" : " ") + scalar_text(&word);
  return text + "]";
}

/// DescribeProbe.
std::string probe_text(const Value& probe) {
  const auto number = [&probe](const char* key) { return std::to_string(int_at(probe, key).value_or(0)); };
  const std::string rest = " delay=" + number("initialDelaySeconds") + "s timeout=" + number("timeoutSeconds") + "s period=" +
                           number("periodSeconds") + "s #success=" + number("successThreshold") +
                           " #failure=" + number("failureThreshold");
  if (const Value* exec = object_or_null(probe, "exec")) return "exec " + list_text(list_at(*exec, "command")) + rest;
  if (const Value* get = object_or_null(probe, "httpGet")) return "http-get " + probe_url(*get) + rest;
  if (const Value* socket = object_or_null(probe, "tcpSocket")) {
    return "tcp-socket " + text_at(*socket, "host") + ":" + text_at(*socket, "port") + rest;
  }
  if (const Value* grpc = object_or_null(probe, "grpc")) {
    return "grpc <pod>:" + text_at(*grpc, "port") + " " + text_at(*grpc, "service") + rest;
  }
  return "unknown" + rest;
}

void put_probes(const Writer& out, const Value& container) {
  constexpr std::array<std::pair<const char*, const char*>, 3> kProbes{
      {{"Liveness:", "livenessProbe"}, {"Readiness:", "readinessProbe"}, {"Startup:", "startupProbe"}}};
  for (const auto& [label, key] : kProbes) {
    if (const Value* probe = object_or_null(container, key)) out.field(2, label, probe_text(*probe));
  }
}

void put_env_from(const Writer& out, const Value& container) {
  if (list_at(container, "envFrom").empty()) return;
  out.put(2, "Environment Variables from:\n");
  for (const Value& source : list_at(container, "envFrom")) {
    const Value* map = object_or_null(source, "configMapRef");
    const Value* secret = object_or_null(source, "secretRef");
    const Value& reference = map ? *map : object_at(source, "secretRef");
    std::string from = map ? "ConfigMap" : secret ? "Secret" : "";
    if (const std::string prefix = text_at(source, "prefix"); !prefix.empty()) from += " with prefix '" + prefix + "'";
    out.put(3, text_at(reference, "name") + "\t" + from + "\tOptional: " + (bool_at(reference, "optional") ? "true" : "false") + "\n");
  }
}

/// kubectl's scheme knows two labels of a Pod's fields; the rest stays empty (EnvValueRetriever, ConvertFieldLabel).
std::string field_value(const Value& pod, const std::string& path) {
  if (path == "metadata.name") return text_at(object_at(pod, "metadata"), "name");
  if (path == "metadata.namespace") return text_at(object_at(pod, "metadata"), "namespace");
  return {};
}

Quantity quantity_at(const Value& holder, std::string_view key) {
  Quantity quantity;
  std::string error;
  if (!parse_quantity(text_at(holder, key), quantity, error)) quantity = {};
  return quantity;
}

std::int64_t whole_units(const Quantity& quantity, std::int64_t unit_nano) {
  const QuantityAmount rounded = (quantity.nano + unit_nano - 1) / unit_nano;
  return rounded > std::numeric_limits<std::int64_t>::max() ? std::numeric_limits<std::int64_t>::max()
                                                            : static_cast<std::int64_t>(rounded);
}

/// kubectl/pkg/util/resource ExtractContainerResourceValue: how many divisors the resource holds, rounded up; empty for a
/// resource that cannot be asked for.
std::string resource_value(const Value& container, const Value& reference) {
  const std::string resource = text_at(reference, "resource");
  const bool limit = resource.rfind("limits.", 0) == 0;
  if (!limit && resource.rfind("requests.", 0) != 0) return {};
  const std::string name = resource.substr(limit ? 7 : 9);
  const bool known = name == "cpu" || name == "memory" || name == "ephemeral-storage" || name.rfind("hugepages-", 0) == 0;
  if (!known) return {};
  const Quantity amount = quantity_at(object_at(object_at(container, "resources"), limit ? "limits" : "requests"), name);
  Quantity divisor = quantity_at(reference, "divisor");
  if (divisor.nano == 0) divisor.nano = 1'000'000'000;
  const std::int64_t unit = name == "cpu" ? 1'000'000 : 1'000'000'000;
  const std::int64_t have = whole_units(amount, unit), per = whole_units(divisor, unit);
  return std::to_string(have / per + (have % per > 0 ? 1 : 0));
}

void put_env_from_elsewhere(const Writer& out, const Value& pod, const Value& container, const Value& variable) {
  const Value& from = object_at(variable, "valueFrom");
  const std::string label = text_at(variable, "name") + ":";
  if (const Value* field = object_or_null(from, "fieldRef")) {
    const std::string path = text_at(*field, "fieldPath");
    return out.field(3, label, field_value(pod, path) + " (" + text_at(*field, "apiVersion") + ":" + path + ")");
  }
  if (const Value* reference = object_or_null(from, "resourceFieldRef")) {
    const std::string resource = text_at(*reference, "resource");
    std::string value = resource_value(container, *reference);
    if (value == "0" && (resource == "limits.cpu" || resource == "limits.memory")) value = "node allocatable";
    return out.field(3, label, value + " (" + resource + ")");
  }
  const Value* secret = object_or_null(from, "secretKeyRef");
  const Value* key = secret ? secret : object_or_null(from, "configMapKeyRef");
  if (key == nullptr) return;
  out.put(3, label + "\t<set to the key '" + text_at(*key, "key") + (secret ? "' in secret '" : "' of config map '") +
                 text_at(*key, "name") + "'>\tOptional: " + (bool_at(*key, "optional") ? "true" : "false") + "\n");
}

void put_env(const Writer& out, const Value& pod, const Value& container) {
  const Value::Array& variables = list_at(container, "env");
  out.put(2, variables.empty() ? "Environment:\t<none>\n" : "Environment:\n");
  for (const Value& variable : variables) {
    if (object_or_null(variable, "valueFrom")) {
      put_env_from_elsewhere(out, pod, container, variable);
      continue;
    }
    std::string label = text_at(variable, "name") + ":";
    for (const std::string& line : lines_of(text_at(variable, "value"))) {
      out.field(3, label, line);
      label.clear();
    }
  }
}

std::vector<const Value*> sorted_paths(const Value::Array& list, const char* key) {
  std::vector<const Value*> items;
  for (const Value& item : list) items.push_back(&item);
  std::stable_sort(items.begin(), items.end(),
                   [key](const Value* a, const Value* b) { return text_at(*a, key) < text_at(*b, key); });
  return items;
}

void put_mounts(const Writer& out, const Value& container) {
  const Value::Array& mounts = list_at(container, "volumeMounts");
  const std::string none = mounts.empty() ? "\t<none>\n" : "\n";
  out.put(2, "Mounts:" + none);
  for (const Value* mount : sorted_paths(mounts, "mountPath")) {
    std::string flags = bool_at(*mount, "readOnly") ? "ro" : "rw";
    if (const std::string path = text_at(*mount, "subPath"); !path.empty()) flags += ",path=" + go_quoted(path);
    out.put(3, text_at(*mount, "mountPath") + " from " + text_at(*mount, "name") + " (" + flags + ")\n");
  }
  const Value::Array& devices = list_at(container, "volumeDevices");
  if (!devices.empty()) out.put(2, "Devices:" + none);  // kubectl says <none> where there are no mounts
  for (const Value* device : sorted_paths(devices, "devicePath")) {
    out.put(3, text_at(*device, "devicePath") + " from " + text_at(*device, "name") + "\n");
  }
}

/// The last status with this name, as a map of statuses would have it.
const Value* status_of(const Value::Array& statuses, const std::string& name) {
  const Value* found = nullptr;
  for (const Value& status : statuses) {
    if (text_at(status, "name") == name) found = &status;
  }
  return found;
}

}  // namespace

void put_resources(const Writer& out, std::size_t level, const Value& resources) {
  for (const auto& [label, key] : {std::pair{"Limits:\n", "limits"}, std::pair{"Requests:\n", "requests"}}) {
    const Value& amounts = object_at(resources, key);
    const std::vector<Pair> pairs = sorted_pairs(resources, key);
    if (!pairs.empty()) out.put(level, label);
    for (const Pair& pair : pairs) out.field(level + 1, pair.key + ":", quantity_text(amounts.find(pair.key)));
  }
}

void put_containers(const Writer& out, std::string_view label, const Value::Array& containers, const Value::Array& statuses,
                    const Value& pod) {
  out.put(0, std::string{label} + (containers.empty() ? ": <none>\n" : ":\n"));
  for (const Value& container : containers) {
    const Value* status = status_of(statuses, text_at(container, "name"));
    put_basics(out, container, status);
    put_command(out, container);
    if (status) put_state(out, *status);
    put_resources(out, 2, object_at(container, "resources"));
    put_probes(out, container);
    put_env_from(out, container);
    put_env(out, pod, container);
    put_mounts(out, container);
  }
}

}  // namespace podlapse::describing
