// The sources of volumes (pkg/apis/core/validation/validation.go validateVolumeSource).
#include <algorithm>
#include <string>
#include <string_view>

#include "formats.hpp"
#include "podlapse/api/quantity.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr RuleId kSource = RuleId::ValidateVolumeSource;
constexpr std::int64_t kByteMax = 255;

void require(const Value& source, const char* field, const Path& path, Errors& errors) {
  if (source.string_at(field).empty()) errors.required(path.child(field), kSource);
}

/// A secretRef that is given names a secret.
void require_secret_name(const Value& source, const Path& path, Errors& errors) {
  const Value* secret = object_at(source, "secretRef");
  if (secret != nullptr) require(*secret, "name", path.child("secretRef"), errors);
}

void validate_partition(const Value& source, const Path& path, Errors& errors) {
  const std::int64_t partition = int_at(source, "partition").value_or(0);
  if (partition < 0 || partition > kByteMax) {
    errors.invalid(path.child("partition"), kSource, partition, formats::inclusive_range(1, kByteMax));
  }
}

void check_empty_dir(const Value& source, const Path& path, Errors& errors) {
  Quantity limit;
  std::string unused;
  const std::string& text = source.string_at("sizeLimit");
  if (text.empty() || !parse_quantity(text, limit, unused) || limit.nano >= 0) return;
  errors.forbidden(path.child("sizeLimit"), kSource, "SizeLimit field must be a valid resource quantity");
}

void check_host_path(const Value& source, const Path& path, Errors& errors) {
  const std::string& host_path = source.string_at("path");
  if (host_path.empty()) return errors.required(path.child("path"), kSource);
  validate_backsteps(host_path, path.child("path"), kSource, errors);
  const std::string& type = source.string_at("type");
  if (is_one_of(type,
                {"", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"}))
    return;
  errors.not_supported(
      path.child("type"), kSource, type,
      {"", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"});
}

void check_git_repo(const Value& source, const Path& path, Errors& errors) {
  require(source, "repository", path, errors);
  validate_local_path(source.string_at("directory"), path.child("directory"), kSource, errors);
}

void check_gce_disk(const Value& source, const Path& path, Errors& errors) {
  require(source, "pdName", path, errors);
  validate_partition(source, path, errors);
}

void check_aws_disk(const Value& source, const Path& path, Errors& errors) {
  require(source, "volumeID", path, errors);
  validate_partition(source, path, errors);
}

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

void check_nfs(const Value& source, const Path& path, Errors& errors) {
  require(source, "server", path, errors);
  require(source, "path", path, errors);
  const std::string& export_path = source.string_at("path");
  if (export_path.substr(0, 1) != "/")
    errors.invalid(path.child("path"), kSource, export_path, "must be an absolute path");
}

bool all_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}
bool all_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// iqn.2012-01.org:x, eui.<16 hex digits>, naa.<32 hex digits>.
bool is_initiator(std::string_view name) {
  if (name.substr(0, 4) == "eui.") return name.size() == 20 && all_hex(name.substr(4));
  if (name.substr(0, 4) == "naa.") return name.size() == 36 && all_hex(name.substr(4));
  constexpr std::size_t kDate = 4, kDateEnd = 11;  // "2012-01"
  if (name.substr(0, 4) != "iqn." || name.size() < kDateEnd + 2 || name[8] != '-' || name[kDateEnd] != '.')
    return false;
  if (!all_digits(name.substr(kDate, 4)) || !all_digits(name.substr(9, 2))) return false;
  const std::string_view authority = name.substr(kDateEnd + 1, name.find(':') - kDateEnd - 1);
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !authority.empty() && std::all_of(authority.begin(), authority.end(), fits) && name.back() != ':';
}

void validate_initiator(const std::string& name, const Path& path, Errors& errors) {
  const std::string prefix = name.substr(0, 3);
  if (!is_one_of(prefix, {"iqn", "eui", "naa"})) {
    errors.invalid(path, kSource, name, "must be valid format starting with iqn, eui, or naa");
  } else if (!is_initiator(name)) {
    errors.invalid(path, kSource, name, "must be valid format");
  }
}

void check_iscsi(const Value& source, const Path& path, Errors& errors) {
  require(source, "targetPortal", path, errors);
  require(source, "iqn", path, errors);
  if (!source.string_at("iqn").empty()) validate_initiator(source.string_at("iqn"), path.child("iqn"), errors);
  const std::int64_t lun = int_at(source, "lun").value_or(0);
  if (lun < 0 || lun > kByteMax) errors.invalid(path.child("lun"), kSource, lun, formats::inclusive_range(0, kByteMax));
  const bool authenticates = bool_at(source, "chapAuthDiscovery") || bool_at(source, "chapAuthSession");
  if (authenticates && object_at(source, "secretRef") == nullptr) errors.required(path.child("secretRef"), kSource);
  if (const Value* name = source.find("initiatorName"))
    validate_initiator(name->as_string(), path.child("initiatorname"), errors);
}

void check_glusterfs(const Value& source, const Path& path, Errors& errors) {
  require(source, "endpoints", path, errors);
  require(source, "path", path, errors);
}

void check_flocker(const Value& source, const Path& path, Errors& errors) {
  const std::string& name = source.string_at("datasetName");
  const std::string& uuid = source.string_at("datasetUUID");
  if (name.empty() && uuid.empty()) errors.required(path, kSource, "one of datasetName and datasetUUID is required");
  if (!name.empty() && !uuid.empty()) {
    errors.invalid(path, kSource, "resource", "datasetName and datasetUUID can not be specified simultaneously");
  }
  if (name.find('/') != std::string::npos)
    errors.invalid(path.child("datasetName"), kSource, name, "must not contain '/'");
}

void check_claim(const Value& source, const Path& path, Errors& errors) {
  require(source, "claimName", path, errors);
}

void check_rbd(const Value& source, const Path& path, Errors& errors) {
  if (list_at(source, "monitors").empty()) errors.required(path.child("monitors"), kSource);
  require(source, "image", path, errors);
}

void check_cinder(const Value& source, const Path& path, Errors& errors) {
  require(source, "volumeID", path, errors);
  require_secret_name(source, path, errors);
}

void check_cephfs(const Value& source, const Path& path, Errors& errors) {
  if (list_at(source, "monitors").empty()) errors.required(path.child("monitors"), kSource);
}

void check_quobyte(const Value& source, const Path& path, Errors& errors) {
  constexpr const char* kPairs = "must be a host:port pair or multiple pairs separated by commas";
  constexpr std::size_t kTenantMax = 64;
  const std::string& registry = source.string_at("registry");
  if (registry.empty()) {
    errors.required(path.child("registry"), kSource, kPairs);
  } else if (source.string_at("tenant").size() > kTenantMax) {
    errors.required(path.child("tenant"), kSource, "must be a UUID and may not exceed a length of 64 characters");
  } else {
    for (std::string_view rest = registry; !rest.empty();) {
      const std::string_view pair = rest.substr(0, rest.find(','));
      if (std::count(pair.begin(), pair.end(), ':') != 1)
        errors.invalid(path.child("registry"), kSource, registry, kPairs);
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    }
  }
  require(source, "volume", path, errors);
}

void check_downward(const Value& source, const Path& path, Errors& errors) {
  validate_mode(source, "defaultMode", path, errors);
  for (const Value& file : list_at(source, "items")) validate_downward_file(file, path, errors);
}

void check_fc(const Value& source, const Path& path, Errors& errors) {
  const Value::Array& names = list_at(source, "targetWWNs");
  const Path names_path = path.child("targetWWNs"), lun_path = path.child("lun");
  const bool has_ids = !list_at(source, "wwids").empty();
  if (names.empty() && !has_ids) {
    errors.required(names_path, kSource, "must specify either targetWWNs or wwids, but not both");
  }
  if (names.empty()) return;
  const Value list{names};
  if (has_ids) {
    errors.invalid_json(names_path, kSource, go_json_list(&list),
                        "targetWWNs and wwids can not be specified simultaneously");
  }
  const auto lun = int_at(source, "lun");
  if (!lun) {
    errors.required(lun_path, kSource, "lun is required if targetWWNs is specified");
  } else if (*lun < 0 || *lun > kByteMax) {
    errors.invalid(lun_path, kSource, *lun, formats::inclusive_range(0, kByteMax));
  }
}

void check_flex(const Value& source, const Path& path, Errors& errors) {
  require(source, "driver", path, errors);
  const Path options_path = path.child("options");
  for (const Value::Member& option : map_at(source, "options")) {
    std::string space = "." + option.key.substr(0, option.key.find('/'));
    std::transform(space.begin(), space.end(), space.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const auto ends = [&space](std::string_view end) {
      return space.size() >= end.size() && space.compare(space.size() - end.size(), end.size(), end) == 0;
    };
    if (!ends(".kubernetes.io") && !ends(".k8s.io")) continue;
    errors.invalid(options_path.key(option.key), kSource, option.key,
                   "kubernetes.io and k8s.io namespaces are reserved");
  }
}

void check_azure_file(const Value& source, const Path& path, Errors& errors) {
  require(source, "secretName", path, errors);
  require(source, "shareName", path, errors);
}

void check_vsphere(const Value& source, const Path& path, Errors& errors) {
  require(source, "volumePath", path, errors);
}
void check_photon(const Value& source, const Path& path, Errors& errors) {
  require(source, "pdID", path, errors);
}
void check_portworx(const Value& source, const Path& path, Errors& errors) {
  require(source, "volumeID", path, errors);
}

void check_azure_disk(const Value& source, const Path& path, Errors& errors) {
  require(source, "diskName", path, errors);
  require(source, "diskURI", path, errors);
  const std::string& caching = source.string_at("cachingMode");
  if (source.find("cachingMode") != nullptr && !is_one_of(caching, {"None", "ReadOnly", "ReadWrite"})) {
    errors.not_supported(path.child("cachingMode"), kSource, caching, {"None", "ReadOnly", "ReadWrite"});
  }
  if (source.find("kind") == nullptr) return;
  const std::string& kind = source.string_at("kind");
  const std::string& uri = source.string_at("diskURI");
  if (!is_one_of(kind, {"Dedicated", "Managed", "Shared"})) {
    errors.not_supported(path.child("kind"), kSource, kind, {"Dedicated", "Managed", "Shared"});
  }
  if (kind == "Managed" && uri.rfind("/subscriptions/", 0) != 0) {
    errors.not_supported(
        path.child("diskURI"), kSource, uri,
        {"/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"});
  } else if (kind != "Managed" && uri.rfind("https://", 0) != 0) {
    errors.not_supported(path.child("diskURI"), kSource, uri,
                         {"https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"});
  }
}

void check_storageos(const Value& source, const Path& path, Errors& errors) {
  const std::string& name = source.string_at("volumeName");
  const std::string& space = source.string_at("volumeNamespace");
  require(source, "volumeName", path, errors);
  if (!name.empty()) errors.invalid_each(path.child("volumeName"), kSource, name, formats::dns1123_label(name));
  if (!space.empty()) errors.invalid_each(path.child("volumeNamespace"), kSource, space, formats::dns1123_label(space));
  require_secret_name(source, path, errors);
}

void check_scale_io(const Value& source, const Path& path, Errors& errors) {
  for (const char* field : {"gateway", "system", "volumeName"}) require(source, field, path, errors);
}

void check_csi(const Value& source, const Path& path, Errors& errors) {
  constexpr std::size_t kDriverMax = 63;
  std::string driver = source.string_at("driver");
  const Path driver_path = path.child("driver");
  if (driver.empty()) errors.required(driver_path, kSource);
  if (driver.size() > kDriverMax) errors.too_long(driver_path, kSource, kDriverMax);
  std::transform(driver.begin(), driver.end(), driver.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  errors.invalid_each(driver_path, kSource, source.string_at("driver"), formats::dns1123_subdomain(driver));
  const Value* secret = object_at(source, "nodePublishSecretRef");
  if (secret == nullptr) return;
  const std::string& name = secret->string_at("name");
  const Path secret_path = path.child("nodePublishSecretRef");
  if (name.empty()) return errors.required(secret_path.child("name"), kSource);
  errors.invalid_each(path.child("name"), kSource, name, formats::dns1123_subdomain(name));
}

void check_ephemeral(const Value& source, const Path& path, Errors& errors) {
  const Value* claim = object_at(source, "volumeClaimTemplate");
  const Path claim_path = path.child("volumeClaimTemplate");
  if (claim == nullptr) return errors.required(claim_path, kSource);
  validate_claim_template(*claim, claim_path, errors);
}

void check_image(const Value& source, const Path& path, Errors& errors) {
  const std::string& policy = source.string_at("pullPolicy");
  if (policy.empty()) {
    errors.required(path.child("pullPolicy"), kSource);
  } else if (!is_one_of(policy, {"Always", "IfNotPresent", "Never"})) {
    errors.not_supported(path.child("pullPolicy"), kSource, policy, {"Always", "IfNotPresent", "Never"});
  }
}

using SourceCheck = void (*)(const Value& source, const Path& path, Errors& errors);

/// The sources in upstream's order: of several, the first is validated and the others are forbidden. Two names are
/// misspelt there: in what follows from one, and in what forbids the other.
struct SourceKind {
  const char* name;
  SourceCheck check;
  const char* path = nullptr;
  const char* forbidden_path = nullptr;
};
constexpr SourceKind kSources[] = {
    {"emptyDir", check_empty_dir},
    {"hostPath", check_host_path},
    {"gitRepo", check_git_repo},
    {"gcePersistentDisk", check_gce_disk, "persistentDisk"},
    {"awsElasticBlockStore", check_aws_disk},
    {"secret", check_secret},
    {"nfs", check_nfs},
    {"iscsi", check_iscsi},
    {"glusterfs", check_glusterfs},
    {"flocker", check_flocker},
    {"persistentVolumeClaim", check_claim},
    {"rbd", check_rbd},
    {"cinder", check_cinder},
    {"cephfs", check_cephfs, nullptr, "cephFS"},
    {"quobyte", check_quobyte},
    {"downwardAPI", check_downward, nullptr, "downwarAPI"},
    {"fc", check_fc},
    {"flexVolume", check_flex},
    {"configMap", check_config_map},
    {"azureFile", check_azure_file},
    {"vsphereVolume", check_vsphere},
    {"photonPersistentDisk", check_photon},
    {"portworxVolume", check_portworx},
    {"azureDisk", check_azure_disk},
    {"storageos", check_storageos},
    {"projected", validate_projected},
    {"scaleIO", check_scale_io},
    {"csi", check_csi},
    {"ephemeral", check_ephemeral},
    {"image", check_image},
};

/// What a source says together with the volume's name and the Pod's.
void check_names(const Value& volume, const Options& options, const Path& path, Errors& errors) {
  constexpr std::size_t kPortalMax = 64;
  const std::string& name = volume.string_at("name");
  const Value* iscsi = object_at(volume, "iscsi");
  const bool names_initiator = iscsi != nullptr && iscsi->find("initiatorName") != nullptr;
  if (names_initiator && name.size() + 1 + iscsi->string_at("targetPortal").size() > kPortalMax) {
    errors.invalid(path.child("name"), kSource, name,
                   "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if "
                   "iscsi.initiatorName is specified.");
  }
  if (object_at(volume, "ephemeral") != nullptr && !options.pod_name.empty() && !name.empty()) {
    const std::string claim = std::string{options.pod_name} + "-" + name;
    for (const std::string& message : formats::dns1123_subdomain(claim)) {
      errors.invalid(path.child("name"), kSource, name, "PVC name " + formats::go_quote(claim) + ": " + message);
    }
  }
  const Value* image = object_at(volume, "image");
  if (image != nullptr && options.is_pod && image->string_at("reference").empty()) {
    const Path image_path = path.child("image");
    errors.required(image_path.child("reference"), kSource);
  }
}

}  // namespace

void validate_volume_source(const Value& volume, const Options& options, const Path& path, Errors& errors) {
  int count = 0;
  for (const SourceKind& kind : kSources) {
    const Value* source = object_at(volume, kind.name);
    if (source == nullptr) continue;
    if (++count == 1) {
      kind.check(*source, path.child(kind.path != nullptr ? kind.path : kind.name), errors);
    } else {
      errors.forbidden(path.child(kind.forbidden_path != nullptr ? kind.forbidden_path : kind.name), kSource,
                       "may not specify more than 1 volume type");
    }
  }
  check_names(volume, options, path, errors);
  if (count == 0) errors.required(path, kSource, "must specify a volume type");
}

}  // namespace podlapse::validation
