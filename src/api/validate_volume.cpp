#include <set>
#include <string_view>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

bool has_backstep(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

/// validateMountPropagation and validateMountRecursiveReadOnly; their paths lack the mount's index.
void validate_mount_options(const Value& mount, const Value& container, const Path& path, Errors& errors) {
  constexpr RuleId kOptions = RuleId::ValidateMountOptions;
  const std::string& propagation = mount.string_at("mountPropagation");
  const Path propagation_path = path.child("mountPropagation");
  if (mount.find("mountPropagation") != nullptr && !is_one_of(propagation, {"Bidirectional", "HostToContainer", "None"})) {
    errors.not_supported(propagation_path, kOptions, propagation, {"Bidirectional", "HostToContainer", "None"});
  }
  const Value* security = object_at(container, "securityContext");
  if (propagation == "Bidirectional" && (security == nullptr || !bool_at(*security, "privileged"))) {
    errors.forbidden(propagation_path, kOptions, "Bidirectional mount propagation is available only to privileged containers");
  }
  if (mount.find("recursiveReadOnly") == nullptr) return;
  const std::string& mode = mount.string_at("recursiveReadOnly");
  const Path mode_path = path.child("recursiveReadOnly");
  if (mode == "Disabled") return;
  if (!is_one_of(mode, {"Enabled", "IfPossible"})) {
    return errors.not_supported(mode_path, kOptions, mode, {"Disabled", "Enabled", "IfPossible"});
  }
  if (!bool_at(mount, "readOnly")) errors.forbidden(mode_path, kOptions, "may only be specified when readOnly is true");
  if (!propagation.empty() && propagation != "None") {
    errors.forbidden(mode_path, kOptions, "may only be specified when mountPropagation is None or not specified");
  }
}

void validate_sub_paths(const Value& mount, bool is_image, const Path& list_path, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateSubPath;
  const std::string& sub_path = mount.string_at("subPath");
  const std::string& expression = mount.string_at("subPathExpr");
  if (is_image && !sub_path.empty()) {
    errors.invalid(path.child("subPath"), kRule, sub_path, "not allowed in image volume sources");
  }
  if (is_image && !expression.empty()) {
    errors.invalid(path.child("subPathExpr"), kRule, expression, "not allowed in image volume sources");
  }
  if (!sub_path.empty()) validate_local_path(sub_path, list_path.child("subPath"), kRule, errors);
  if (expression.empty()) return;
  if (!sub_path.empty()) {
    errors.invalid(path.child("subPathExpr"), kRule, expression, "subPathExpr and subPath are mutually exclusive");
  }
  validate_local_path(expression, list_path.child("subPathExpr"), kRule, errors);
}

}  // namespace

void validate_backsteps(std::string_view text, const Path& path, RuleId rule, Errors& errors) {
  if (has_backstep(text)) errors.invalid(path, rule, text, "must not contain '..'");
}

void validate_local_path(std::string_view text, const Path& path, RuleId rule, Errors& errors) {
  if (text.substr(0, 1) == "/") errors.invalid(path, rule, text, "must be a relative path");
  validate_backsteps(text, path, rule, errors);
}

VolumeNames validate_volumes(const Value::Array& volumes, const Options& options, const Path& path, Errors& errors) {
  VolumeNames names;
  std::set<std::string> made_claims;
  for (const Value& volume : volumes) {
    if (object_at(volume, "ephemeral") == nullptr || options.pod_name.empty()) continue;
    made_claims.insert(std::string{options.pod_name} + "-" + volume.string_at("name"));
  }
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const Value& volume = volumes[i];
    const std::string& name = volume.string_at("name");
    const Path at = path.index(i);
    const Path name_path = at.child("name");
    const std::size_t before = errors.size();
    validate_volume_source(volume, options, at, errors);
    if (name.empty()) {
      errors.required(name_path, RuleId::ValidateVolumeName);
    } else {
      errors.invalid_each(name_path, RuleId::ValidateVolumeName, name, formats::dns1123_label(name));
    }
    if (names.all.count(name) != 0) errors.duplicate(name_path, RuleId::ValidateVolumeName, name);
    const bool is_valid = errors.size() == before;
    const std::string& claim = part_of(volume, "persistentVolumeClaim").string_at("claimName");
    if (made_claims.count(claim) != 0) {
      const Path claim_path = at.child("persistentVolumeClaim");
      errors.invalid(claim_path.child("claimName"), RuleId::ValidateVolumeSource, claim,
                     "must not reference a PVC that gets created for an ephemeral volume");
    }
    if (!is_valid) continue;  // a volume with errors counts as missing
    names.all.insert(name);
    if (object_at(volume, "image") != nullptr) names.images.insert(name);
    const bool is_claim = object_at(volume, "persistentVolumeClaim") != nullptr || object_at(volume, "ephemeral") != nullptr;
    if (is_claim) names.claims.insert(name);
  }
  return names;
}

void validate_volume_mounts(const Value& container, const VolumeNames& volumes, const Path& path, Errors& errors) {
  const Value::Array& mounts = list_at(container, "volumeMounts");
  std::set<std::string_view> device_names, device_paths;
  for (const Value& device : list_at(container, "volumeDevices")) {
    device_names.insert(device.string_at("name"));
    device_paths.insert(device.string_at("devicePath"));
  }
  std::set<std::string_view> taken;
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const Value& mount = mounts[i];
    const Path at = path.index(i);
    const std::string& name = mount.string_at("name");
    const std::string& mount_path = mount.string_at("mountPath");
    if (name.empty()) errors.required(at.child("name"), RuleId::ValidateMountVolume);
    if (volumes.all.count(name) == 0) errors.not_found(at.child("name"), RuleId::ValidateMountVolume, name);
    if (mount_path.empty()) errors.required(at.child("mountPath"), RuleId::ValidateMountPath);
    if (!taken.insert(mount_path).second) {
      errors.invalid(at.child("mountPath"), RuleId::ValidateMountPath, mount_path, "must be unique");
    }
    if (device_names.count(name) != 0) {
      errors.invalid(at.child("name"), RuleId::ValidateMountVolume, name, "must not already exist in volumeDevices");
    }
    if (device_paths.count(mount_path) != 0) {
      errors.invalid(at.child("mountPath"), RuleId::ValidateMountPath, mount_path,
                     "must not already exist as a path in volumeDevices");
    }
    validate_sub_paths(mount, volumes.images.count(name) != 0, path, at, errors);
    validate_mount_options(mount, container, path, errors);
  }
}

void validate_volume_devices(const Value& container, const VolumeNames& volumes, const Path& path, Errors& errors) {
  const Value::Array& devices = list_at(container, "volumeDevices");
  std::set<std::string> names, paths;
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const Path at = path.index(i);
    const std::string& name = devices[i].string_at("name");
    const std::string& device_path = devices[i].string_at("devicePath");
    if (name.empty()) errors.required(at.child("name"), RuleId::ValidateMountVolume);
    if (names.count(name) != 0) errors.invalid(at.child("name"), RuleId::ValidateMountVolume, name, "must be unique");
    if (volumes.all.count(name) == 0) {
      errors.not_found(at.child("name"), RuleId::ValidateMountVolume, name);
    } else if (volumes.claims.count(name) == 0) {
      errors.invalid(at.child("name"), RuleId::ValidateMountVolume, name,
                     "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
    }
    if (device_path.empty()) errors.required(at.child("devicePath"), RuleId::ValidateMountPath);
    if (paths.count(device_path) != 0) {
      errors.invalid(at.child("devicePath"), RuleId::ValidateMountPath, device_path, "must be unique");
    }
    if (has_backstep(device_path)) {
      errors.invalid(at.child("devicePath"), RuleId::ValidateMountPath, device_path, "can not contain backsteps ('..')");
    } else {
      paths.insert(device_path);
    }
    for (const Value& mount : list_at(container, "volumeMounts")) {
      if (mount.string_at("name") != name) continue;
      errors.invalid(at.child("name"), RuleId::ValidateMountVolume, name, "must not already exist in volumeMounts");
      break;
    }
    for (const Value& mount : list_at(container, "volumeMounts")) {
      if (mount.string_at("mountPath") != device_path) continue;
      errors.invalid(at.child("devicePath"), RuleId::ValidateMountPath, device_path,
                     "must not already exist as a path in volumeMounts");
      break;
    }
    if (!name.empty()) names.insert(name);
  }
}

}  // namespace podlapse::validation
