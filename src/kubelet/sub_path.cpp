#include "podlapse/kubelet/sub_path.hpp"

#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace podlapse {

namespace {

/// What is known of the environment; nullopt: a value that nobody knows.
using Environment = std::map<std::string, std::optional<std::string>>;

/// third_party/forked/golang/expansion Expand: $(NAME) is what `value_of` has for it, $$ is a $.
template <class ValueOf>
std::string expand(std::string_view text, ValueOf value_of) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool last = at + 1 == text.size();
    if (text[at] != '$' || last) {
      result += text[at];
      continue;
    }
    const std::size_t close = text[at + 1] == '(' ? text.find(')', at) : std::string_view::npos;
    if (text[at + 1] == '$') {
      result += text[++at];
    } else if (close == std::string_view::npos) {
      result += text[at];
    } else {
      result += value_of(std::string{text.substr(at + 2, close - at - 2)});
      at = close;
    }
  }
  return result;
}

/// fieldpath.ExtractFieldPathAsString: metadata.labels['app'].
std::optional<std::string> field_of(const PodSpec& pod, std::string_view path) {
  const std::size_t bracket = path.find("['");
  if (bracket != std::string_view::npos && path.size() > bracket + 4) {
    const std::string key{path.substr(bracket + 2, path.size() - bracket - 4)};
    const auto& entries = path.substr(0, bracket) == "metadata.labels" ? pod.labels : pod.annotations;
    const auto found = entries.find(key);
    return found == entries.end() ? std::string{} : found->second;
  }
  if (path == "metadata.name") return pod.name;
  if (path == "metadata.namespace") return pod.namespace_name;
  if (path == "metadata.uid") return pod.uid;
  if (path == "spec.nodeName") return pod.node_name;
  if (path == "spec.serviceAccountName") return pod.service_account;
  return std::nullopt;
}

/// kubelet_pods.go makeEnvironmentVariables: a reference to what comes later, or does not exist, stays as it is written.
Environment environment_of(const PodSpec& pod, const ContainerSpec& container) {
  Environment environment;
  for (const EnvVar& variable : container.env) {
    if (!variable.field_path.empty()) {
      environment[variable.name] = field_of(pod, variable.field_path);
      continue;
    }
    bool known = variable.value.has_value();
    std::string value = expand(variable.value.value_or(std::string{}), [&](const std::string& name) {
      const auto earlier = environment.find(name);
      if (earlier == environment.end()) return "$(" + name + ")";
      known = known && earlier->second;
      return earlier->second.value_or(std::string{});
    });
    environment[variable.name] = known ? std::optional{std::move(value)} : std::nullopt;
  }
  return environment;
}

/// pkg/volume/validation ValidatePathNoBacksteps.
bool has_backsteps(std::string_view path) {
  for (;;) {
    const std::size_t end = path.find('/');
    if (path.substr(0, end) == "..") return true;
    if (end == std::string_view::npos) return false;
    path.remove_prefix(end + 1);
  }
}

Decided<std::string> problem_of(const std::string& expression, const Environment& environment, bool more_names) {
  std::set<std::string> missing;
  bool known = true;
  const std::string path = expand(expression, [&](const std::string& name) -> std::string {
    const auto found = environment.find(name);
    if (found == environment.end() ? more_names : !found->second) {
      known = false;
    } else if (found == environment.end() || found->second->empty()) {
      missing.insert(name);
    } else {
      return *found->second;
    }
    return {};
  });
  if (!known) return {{}, RuleId::SubPathUnknown};
  if (!missing.empty()) {
    std::string names;
    for (const std::string& name : missing) names += (names.empty() ? "" : ", ") + name;
    return {"missing value for " + names, RuleId::SubPathMissingValue};
  }
  if (!path.empty() && path.front() == '/') {
    return {"error SubPath `" + path + "` must not be an absolute path", RuleId::SubPathAbsolute};
  }
  if (has_backsteps(path)) {
    return {"unable to provision SubPath `" + path + "`: must not contain '..'", RuleId::SubPathBacksteps};
  }
  return {{}, RuleId::SubPathMade};
}

}  // namespace

Decided<std::string> sub_path_problem(const PodSpec& pod, const ContainerSpec& container) {
  Decided<std::string> last;
  for (const VolumeMount& mount : container.volume_mounts) {
    if (mount.sub_path_expr.empty()) continue;
    last = problem_of(mount.sub_path_expr, environment_of(pod, container), container.env_from);
    if (!last.value.empty()) return last;
  }
  return last;
}

}  // namespace podlapse
