// The files that volumes make of keys, fields and tokens (pkg/apis/core/validation/validation.go
// validateProjectionSources), and the claims that ephemeral volumes make.
#include <set>
#include <string>

#include "formats.hpp"
#include "podlapse/api/quantity.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

constexpr RuleId kSource = RuleId::ValidateVolumeSource;
constexpr std::int64_t kModeMax = 0777;

void require(const Value& source, const char* field, const Path& path, Errors& errors) {
  if (source.string_at(field).empty()) errors.required(path.child(field), kSource);
}

/// ValidateLocalNonReservedPath.
void validate_item_path(const std::string& text, const Path& path, Errors& errors) {
  validate_local_path(text, path, kSource, errors);
  if (text.substr(0, 2) == ".." && text.substr(0, 3) != "../")
    errors.invalid(path, kSource, text, "must not start with '..'");
}

/// Paths of one projected volume, each of which may be used once.
class Paths {
 public:
  void take(const std::string& file, const std::string& named, const Path& path, Errors& errors) {
    if (!taken_.insert(file).second) errors.invalid(path, kSource, named, "conflicting duplicate paths");
  }

 private:
  std::set<std::string> taken_;
};

/// validateKeyToPath.
void validate_item(const Value& item, const Path& path, Errors& errors) {
  require(item, "key", path, errors);
  require(item, "path", path, errors);
  validate_item_path(item.string_at("path"), path.child("path"), errors);
  validate_mode(item, "mode", path, errors);
}

/// A projected secret or configMap.
void validate_keys(const Value& source, Paths& paths, const Path& whole, const Path& path, Errors& errors) {
  require(source, "name", path, errors);
  const Value::Array& items = list_at(source, "items");
  const Path items_path = path.child("items");
  for (std::size_t i = 0; i < items.size(); ++i) {
    validate_item(items[i], items_path.index(i), errors);
    const std::string& file = items[i].string_at("path");
    if (!file.empty()) paths.take(file, source.string_at("name"), whole, errors);
  }
}

/// Of a token; the path of its file is named without the source.
void validate_token(const Value& token, const Path& whole, const Path& path, Errors& errors) {
  constexpr std::int64_t kTenMinutes = 600, kMost = std::int64_t{1} << 32;
  const std::int64_t seconds = int_at(token, "expirationSeconds").value_or(0);
  const Path seconds_path = path.child("expirationSeconds");
  if (seconds < kTenMinutes)
    errors.invalid(seconds_path, kSource, seconds, "may not specify a duration less than 10 minutes");
  if (seconds > kMost)
    errors.invalid(seconds_path, kSource, seconds, "may not specify a duration larger than 2^32 seconds");
  if (token.string_at("path").empty()) return errors.required(whole.child("path"), kSource);
  validate_item_path(token.string_at("path"), whole.child("path"), errors);
}

void validate_trust_bundle(const Value& bundle, Paths& paths, const Path& whole, const Path& path, Errors& errors) {
  const Value* name = bundle.find("name");
  const Value* signer = bundle.find("signerName");
  const Value* selector = object_at(bundle, "labelSelector");
  if (name != nullptr && signer != nullptr) {
    errors.invalid_json(path, kSource, internal_json(bundle, SchemaType::ClusterTrustBundleProjection),
                        "only one of name and signerName may be used");
  } else if (name != nullptr) {
    if (name->as_string().empty()) errors.required(path.child("name"), kSource, "must be a valid object name");
    for (const std::string& message : formats::dns1123_subdomain(name->as_string())) {
      if (name->as_string().find(':') != std::string::npos) break;
      errors.invalid(path.child("name"), kSource, name->as_string(), "not a valid clustertrustbundlename: " + message);
    }
    if (selector != nullptr) {
      errors.invalid_json(path.child("labelSelector"), kSource, go_json(*selector, SchemaType::LabelSelector),
                          "labelSelector must be unset if name is specified");
    }
  } else if (signer != nullptr) {
    if (signer->as_string().empty()) errors.required(path.child("signerName"), kSource, "must be a valid signer name");
    if (selector != nullptr) (void)validate_label_selector(*selector, path.child("labelSelector"), errors);
  } else {
    errors.required(path, kSource, "either name or signerName must be specified");
  }
  require(bundle, "path", path, errors);
  validate_item_path(bundle.string_at("path"), path.child("path"), errors);
  paths.take(bundle.string_at("path"), bundle.string_at("path"), whole, errors);
}

}  // namespace

void validate_mode(const Value& holder, const char* field, const Path& path, Errors& errors) {
  const std::optional<std::int64_t> mode = int_at(holder, field);
  if (!mode || (*mode >= 0 && *mode <= kModeMax)) return;
  errors.invalid(path.child(field), kSource, *mode, "must be a number between 0 and 0777 (octal), both inclusive");
}

void validate_items(const Value& source, const Path& path, Errors& errors) {
  const Value::Array& items = list_at(source, "items");
  const Path items_path = path.child("items");
  for (std::size_t i = 0; i < items.size(); ++i) validate_item(items[i], items_path.index(i), errors);
}

void validate_downward_file(const Value& file, const Path& path, Errors& errors) {
  require(file, "path", path, errors);
  validate_item_path(file.string_at("path"), path.child("path"), errors);
  const Value* field = object_at(file, "fieldRef");
  const Value* resource = object_at(file, "resourceFieldRef");
  if (field != nullptr) {
    validate_field_ref(*field, DownwardUse::Volume, path.child("fieldRef"), errors);
    if (resource != nullptr) {
      errors.invalid(path, kSource, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
    }
  } else if (resource != nullptr) {
    validate_resource_ref(*resource, DownwardUse::Volume, path.child("resourceFieldRef"), errors);
  } else {
    errors.required(path, kSource, "one of fieldRef and resourceFieldRef is required");
  }
  validate_mode(file, "mode", path, errors);
}

void validate_projected(const Value& source, const Path& path, Errors& errors) {
  validate_mode(source, "defaultMode", path, errors);
  const Value::Array& sources = list_at(source, "sources");
  const Path sources_path = path.child("sources");
  Paths paths;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Path at = sources_path.index(i);
    std::size_t kinds = 0;
    const auto given = [&](const char* kind) {
      const Value* projection = object_at(sources[i], kind);
      kinds += projection != nullptr ? 1 : 0;
      return projection;
    };
    for (const char* kind : {"secret", "configMap"}) {
      if (const Value* keys = given(kind)) validate_keys(*keys, paths, path, at.child(kind), errors);
    }
    if (const Value* downward = given("downwardAPI")) {
      for (const Value& file : list_at(*downward, "items")) {
        validate_downward_file(file, at.child("downwardAPI"), errors);
        const std::string& name = file.string_at("path");
        if (!name.empty()) paths.take(name, name, path, errors);
      }
    }
    if (const Value* token = given("serviceAccountToken"))
      validate_token(*token, path, at.child("serviceAccountToken"), errors);
    if (const Value* bundle = given("clusterTrustBundle")) {
      validate_trust_bundle(*bundle, paths, path, at.child("clusterTrustBundle"), errors);
    }
    (void)given("podCertificate");
    if (kinds > 1) errors.forbidden(at, kSource, "may not specify more than 1 volume type per source");
  }
}

namespace {

void validate_access_modes(const Value::Array& modes, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateClaimTemplate;
  bool exclusive = false, shared = false;
  if (modes.empty()) errors.required(path, kRule, "at least 1 access mode is required");
  for (const Value& item : modes) {
    const std::string& mode = item.as_string();
    if (!is_one_of(mode, {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"})) {
      errors.not_supported(path, kRule, mode, {"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"});
    } else {
      (mode == "ReadWriteOncePod" ? exclusive : shared) = true;
    }
  }
  if (exclusive && shared) errors.forbidden(path, kRule, "may not use ReadWriteOncePod with other access modes");
}

/// Of ValidatePersistentVolumeClaimSpec, what concerns storage.
void validate_storage(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateClaimTemplate;
  const Value& requests = part_of(part_of(spec, "resources"), "requests");
  const Path resources_path = path.child("resources");
  const Path at = resources_path.key("storage");
  Quantity amount;
  std::string unused;
  if (requests.find("storage") == nullptr) {
    errors.required(at, kRule);
  } else if (parse_quantity(requests.string_at("storage"), amount, unused) && amount.nano <= 0) {
    errors.invalid(at, kRule, amount.to_string(), "must be greater than zero");
  }
}

}  // namespace

void validate_claim_template(const Value& claim, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateClaimTemplate;
  const Value& meta = part_of(claim, "metadata");
  const Path meta_path = path.child("metadata"), spec_path = path.child("spec");
  validate_annotations(map_at(meta, "annotations"), meta_path.child("annotations"), errors);
  validate_labels(map_at(meta, "labels"), meta_path.child("labels"), errors);
  for (const SchemaField& field : schema_fields(SchemaType::ObjectMeta)) {
    if (field.name == "annotations" || field.name == "labels" || meta.find(field.name) == nullptr) continue;
    errors.forbidden(meta_path.child(field.name == "uid" ? "uID" : field.name), kRule, "cannot be set");
  }
  validate_claim_spec(part_of(claim, "spec"), spec_path, errors);
}

void validate_claim_spec(const Value& spec, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateClaimTemplate;
  validate_access_modes(list_at(spec, "accessModes"), path.child("accessModes"), errors);
  if (const Value* selector = object_at(spec, "selector")) {
    (void)validate_label_selector(*selector, path.child("selector"), errors);
  }
  validate_storage(spec, path, errors);
  const std::string& storage_class = spec.string_at("storageClassName");
  if (!storage_class.empty()) {
    errors.invalid_each(path.child("storageClassName"), kRule, storage_class,
                        formats::dns1123_subdomain(storage_class));
  }
  const std::string& mode = spec.string_at("volumeMode");
  if (spec.find("volumeMode") != nullptr && !is_one_of(mode, {"Block", "Filesystem"})) {
    errors.not_supported(path.child("volumeMode"), kRule, mode, {"Block", "Filesystem"});
  }
}

}  // namespace podlapse::validation
