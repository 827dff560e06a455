// apimachinery/pkg/api/validation/objectmeta.go: what all objects have in common.
#include <algorithm>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

/// IsStandardFinalizerName.
bool is_standard_finalizer(const std::string& name) {
  return is_one_of(name, {"kubernetes", "orphan", "foregroundDeletion"});
}

void validate_finalizers(const Value::Array& finalizers, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateFinalizers;
  bool orphan = false, foreground = false;
  for (const Value& finalizer : finalizers) {
    const std::string& text = finalizer.as_string();
    errors.invalid_each(path, kRule, text, formats::qualified_name(text));
    orphan = orphan || text == "orphan";
    foreground = foreground || text == "foregroundDeletion";
  }
  if (orphan && foreground) {
    const Value list{finalizers};
    errors.invalid_json(path, kRule, go_json_list(&list), "finalizer foregroundDeletion and orphan cannot be both set");
  }
}

/// validateKubeFinalizerName.
void validate_standard_finalizers(const Value::Array& finalizers, const Path& path, Errors& errors) {
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const std::string& text = finalizers[i].as_string();
    if (text.find('/') != std::string::npos || is_standard_finalizer(text)) continue;
    errors.invalid(path.index(i), RuleId::ValidateFinalizers, text,
                   "name is neither a standard finalizer name nor is it fully qualified");
  }
}

void validate_owner_reference(const Value& owner, const Path& path, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateOwnerReferences;
  const std::string& version = owner.string_at("apiVersion");
  const auto slashes = std::count(version.begin(), version.end(), '/');
  if (version.empty()) {
    errors.required(path.child("apiVersion"), kRule, "must not be empty");
  } else if (slashes > 1 || version.back() == '/') {
    errors.invalid(path.child("apiVersion"), kRule, version, "must be <group>/<version> or <version>");
  }
  for (const char* field : {"kind", "name", "uid"}) {
    if (owner.string_at(field).empty()) errors.required(path.child(field), kRule, "must not be empty");
  }
  if (version == "v1" && owner.string_at("kind") == "Event") {
    errors.invalid_json(path, kRule, go_json(owner, SchemaType::OwnerReference),
                        "/v1, Kind=Event is disallowed from being an owner");
  }
}

/// ValidateOwnerReferences.
void validate_owner_references(const Value::Array& owners, const Path& path, Errors& errors) {
  std::string controller;
  for (std::size_t i = 0; i < owners.size(); ++i) {
    validate_owner_reference(owners[i], path.index(i), errors);
    if (!bool_at(owners[i], "controller")) continue;
    const std::string name = owners[i].string_at("kind") + "/" + owners[i].string_at("name");
    if (controller.empty()) {
      controller = name;
      continue;
    }
    std::string list = "[";
    for (const Value& owner : owners) list += (list.size() > 1 ? "," : "") + go_json(owner, SchemaType::OwnerReference);
    std::string detail = "Only one reference can have Controller set to true. Found \"true\" in references for ";
    detail.append(controller).append(" and ").append(name);
    errors.invalid_json(path, RuleId::ValidateOwnerReferences, list + "]", detail);
  }
}

/// What creates and updates have in common.
void validate_common_meta(const Value& meta, const Path& path, Errors& errors) {
  validate_labels(map_at(meta, "labels"), path.child("labels"), errors);
  validate_annotations(map_at(meta, "annotations"), path.child("annotations"), errors);
  validate_owner_references(list_at(meta, "ownerReferences"), path.child("ownerReferences"), errors);
}

/// ValidateImmutableField of a member of metadata.
void keep_member(const Value& meta, const Value& old, const char* field, const Path& path, Errors& errors) {
  const Value* now = meta.find(field);
  const Value* before = old.find(field);
  const bool same = now == nullptr || before == nullptr ? now == before : *now == *before;
  if (same) return;
  const bool is_text = now == nullptr ? before->is_string() : now->is_string();
  if (is_text && std::string_view{field}.find("Timestamp") == std::string_view::npos) {
    errors.invalid(path.child(field), RuleId::UpdateMetadata, meta.string_at(field), "field is immutable");
  } else {
    const Value list{Value::Array{now == nullptr ? Value{} : *now}};
    const std::string text = go_json_list(&list);
    errors.invalid_json(path.child(field), RuleId::UpdateMetadata, text.substr(1, text.size() - 2),
                        "field is immutable");
  }
}

}  // namespace

void validate_labels(const Value::Object& labels, const Path& path, Errors& errors) {
  for (const Value::Member& label : labels) {
    errors.invalid_each(path, RuleId::ValidateLabels, label.key, formats::qualified_name(label.key));
    if (!label.value.is_string()) continue;
    const std::string& value = label.value.as_string();
    errors.invalid_each(path, RuleId::ValidateLabels, value, formats::label_value(value));
  }
}

void validate_annotations(const Value::Object& annotations, const Path& path, Errors& errors) {
  constexpr std::size_t kSizeMax = std::size_t{256} << 10;
  std::size_t size = 0;
  for (const Value::Member& annotation : annotations) {
    // Case does not matter in the keys of annotations.
    std::string key = annotation.key;
    std::transform(key.begin(), key.end(), key.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    errors.invalid_each(path, RuleId::ValidateAnnotations, annotation.key, formats::qualified_name(key));
    size += annotation.key.size() + (annotation.value.is_string() ? annotation.value.as_string().size() : 0);
  }
  if (size > kSizeMax) errors.too_long(path, RuleId::ValidateAnnotations, kSizeMax);
}

void validate_object_meta(const Value& meta, const Path& path, Errors& errors, bool is_label) {
  constexpr RuleId kName = RuleId::ValidateObjectName;
  const auto problems_of = is_label ? formats::dns1123_label : formats::dns1123_subdomain;
  const std::string& generate = meta.string_at("generateName");
  const std::string& name = meta.string_at("name");
  if (!generate.empty()) {
    errors.invalid_each(path.child("generateName"), kName, generate, problems_of(generate, true));
  }
  if (!name.empty()) {
    errors.invalid_each(path.child("name"), kName, name, problems_of(name, false));
  } else if (generate.empty()) {
    errors.required(path.child("name"), kName, "name or generateName is required");
  }
  const std::string& space = meta.string_at("namespace");
  if (!space.empty()) errors.invalid_each(path.child("namespace"), kName, space, formats::dns1123_label(space));
  validate_common_meta(meta, path, errors);
  const Value::Array& finalizers = list_at(meta, "finalizers");
  validate_finalizers(finalizers, path.child("finalizers"), errors);
  validate_standard_finalizers(finalizers, path.child("finalizers"), errors);
}

void validate_object_meta_update(const Value& meta, const Value& old, const Path& path, Errors& errors) {
  const Value::Array& finalizers = list_at(meta, "finalizers");
  for (const char* field :
       {"name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"}) {
    keep_member(meta, old, field, path, errors);
  }
  validate_common_meta(meta, path, errors);
  validate_standard_finalizers(finalizers, path.child("finalizers"), errors);
}

}  // namespace podlapse::validation
