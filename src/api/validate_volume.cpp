#include <set>
#include <string_view>

#include "formats.hpp"
#include "podlapse/api/quantity.hpp"
#include "podlapse/api/schema.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr RuleId kSource = RuleId::ValidateVolumeSource;
constexpr std::int64_t kModeMax = 0777;
constexpr const char* kModeError = "must be a number between 0 and 0777 (octal), both inclusive";

bool has_backstep(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

void require(const Value& source, const char* field, const Path& path, Errors& errors) {
  if (source.string_at(field).empty()) errors.required(path.child(field), kSource);
}

void validate_mode(const Value& holder, const char* field, const Path& path, Errors& errors) {
  const std::optional<std::int64_t> mode = int_at(holder, field);
  if (mode && (*mode < 0 || *mode > kModeMax)) errors.invalid(path.child(field), kSource, *mode, kModeError);
}

/// ValidateLocalNonReservedPath.
void validate_item_path(const std::string& text, const Path& path, Errors& errors) {
  validate_local_path(text, path, kSource, errors);
  if (text.substr(0, 2) == ".." && text.substr(0, 3) != "../") errors.invalid(path, kSource, text, "must not start with '..'");
}

/// validateKeyToPath for each of `items`.
void validate_items(const Value& source, const Path& path, Errors& errors) {
  const Value::Array& items = list_at(source, "items");
  const Path items_path = path.child("items");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Path at = items_path.index(i);
    require(items[i], "key", at, errors);
    require(items[i], "path", at, errors);
    validate_item_path(items[i].string_at("path"), at.child("path"), errors);
    validate_mode(items[i], "mode", at, errors);
  }
}

void validate_empty_dir(const Value& source, const Path& path, Errors& errors) {
  Quantity limit;
  std::string unused;
  const std::string& text = source.string_at("sizeLimit");
  if (text.empty() || !parse_quantity(text, limit, unused) || limit.nano >= 0) return;
  errors.forbidden(path.child("sizeLimit"), kSource, "SizeLimit field must be a valid resource quantity");
}

void validate_host_path(const Value& source, const Path& path, Errors& errors) {
  const std::string& host_path = source.string_at("path");
  if (host_path.empty()) return errors.required(path.child("path"), kSource);
  if (has_backstep(host_path)) errors.invalid(path.child("path"), kSource, host_path, "must not contain '..'");
  const std::string& type = source.string_at("type");
  if (is_one_of(type, {"", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"})) return;
  errors.not_supported(path.child("type"), kSource, type,
                       {"", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"});
}

/// validateProjectionSources, as far as names and items go.
void validate_projected(const Value& source, const Path& path, Errors& errors) {
  validate_mode(source, "defaultMode", path, errors);
  const Value::Array& sources = list_at(source, "sources");
  const Path sources_path = path.child("sources");
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Path at = sources_path.index(i);
    for (const char* kind : {"secret", "configMap"}) {
      const Value* projection = object_at(sources[i], kind);
      if (projection == nullptr) continue;
      const Path projection_path = at.child(kind);
      require(*projection, "name", projection_path, errors);
      validate_items(*projection, projection_path, errors);
    }
    const Value* token = object_at(sources[i], "serviceAccountToken");
    if (token == nullptr) continue;
    const Path token_path = at.child("serviceAccountToken");
    const std::int64_t seconds = int_at(*token, "expirationSeconds").value_or(0);
    constexpr std::int64_t kTenMinutes = 600;
    if (seconds < kTenMinutes) {
      errors.invalid(token_path.child("expirationSeconds"), kSource, seconds, "may not specify a duration less than 10 minutes");
    }
    require(*token, "path", token_path, errors);
  }
}

void validate_nfs(const Value& source, const Path& path, Errors& errors) {
  require(source, "server", path, errors);
  require(source, "path", path, errors);
  const std::string& export_path = source.string_at("path");
  if (export_path.substr(0, 1) != "/") errors.invalid(path.child("path"), kSource, export_path, "must be an absolute path");
}

using SourceCheck = void (*)(const Value& source, const Path& path, Errors& errors);

void check_secret(const Value& source, const Path& path, Errors& errors) {
  require(source, "secretName", path, errors);
  validate_mode(source, "defaultMode", path, errors);
  validate_items(source, path, errors);
}

void check_config_map(const Value& source, const Path& path, Errors& errors) {
  require(source, "name", path, errors);
  validate_mode(source, "defaultMode", path, errors);
  validate_items(source, path, errors);
}

void check_claim(const Value& source, const Path& path, Errors& errors) { require(source, "claimName", path, errors); }
void check_csi(const Value& source, const Path& path, Errors& errors) { require(source, "driver", path, errors); }
void check_git_repo(const Value& source, const Path& path, Errors& errors) {
  require(source, "repository", path, errors);
  validate_local_path(source.string_at("directory"), path.child("directory"), kSource, errors);
}
void check_downward(const Value& source, const Path& path, Errors& errors) { validate_mode(source, "defaultMode", path, errors); }
void check_nothing(const Value&, const Path&, Errors&) {}

/// The sources in upstream's order: of several, the first is validated and the others are forbidden.
struct SourceKind {
  const char* name;
  SourceCheck check;
};
constexpr SourceKind kSources[] = {
    {"emptyDir", validate_empty_dir}, {"hostPath", validate_host_path}, {"gitRepo", check_git_repo},
    {"gcePersistentDisk", check_nothing}, {"awsElasticBlockStore", check_nothing}, {"secret", check_secret},
    {"nfs", validate_nfs}, {"iscsi", check_nothing}, {"glusterfs", check_nothing}, {"flocker", check_nothing},
    {"persistentVolumeClaim", check_claim}, {"rbd", check_nothing}, {"cinder", check_nothing}, {"cephfs", check_nothing},
    {"quobyte", check_nothing}, {"downwardAPI", check_downward}, {"fc", check_nothing}, {"flexVolume", check_nothing},
    {"configMap", check_config_map}, {"azureFile", check_nothing}, {"vsphereVolume", check_nothing},
    {"photonPersistentDisk", check_nothing}, {"portworxVolume", check_nothing}, {"azureDisk", check_nothing},
    {"storageos", check_nothing}, {"projected", validate_projected}, {"scaleIO", check_nothing}, {"csi", check_csi},
    {"ephemeral", check_nothing}, {"image", check_nothing},
};

void validate_source(const Value& volume, const Path& path, Errors& errors) {
  int count = 0;
  for (const SourceKind& kind : kSources) {
    const Value* source = object_at(volume, kind.name);
    if (source == nullptr) continue;
    const Path at = path.child(kind.name);
    if (++count > 1) {
      errors.forbidden(at, kSource, "may not specify more than 1 volume type");
    } else {
      kind.check(*source, at, errors);
    }
  }
  if (count == 0) errors.required(path, kSource, "must specify a volume type");
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

void validate_local_path(std::string_view text, const Path& path, RuleId rule, Errors& errors) {
  if (text.substr(0, 1) == "/") errors.invalid(path, rule, text, "must be a relative path");
  if (has_backstep(text)) errors.invalid(path, rule, text, "must not contain '..'");
}

VolumeNames validate_volumes(const Value::Array& volumes, const Path& path, Errors& errors) {
  VolumeNames names;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    const Value& volume = volumes[i];
    const std::string& name = volume.string_at("name");
    const Path at = path.index(i);
    const Path name_path = at.child("name");
    const std::size_t before = errors.size();
    validate_source(volume, at, errors);
    if (name.empty()) {
      errors.required(name_path, RuleId::ValidateVolumeName);
    } else {
      errors.invalid_each(name_path, RuleId::ValidateVolumeName, name, formats::dns1123_label(name));
    }
    if (names.all.count(name) != 0) errors.duplicate(name_path, RuleId::ValidateVolumeName, name);
    if (errors.size() != before) continue;  // a volume with errors counts as missing
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
    if (!name.empty()) names.insert(name);
  }
}

}  // namespace podlapse::validation
