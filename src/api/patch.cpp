#include "podlapse/api/patch.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace podlapse {
namespace {

/// The patchMergeKey of the lists that are merged (core/v1 types.go, meta/v1 types.go), by the name of the field.
struct MergedList {
  std::string_view field, key;
};

constexpr MergedList kMergedLists[] = {
    {"containers", "name"},
    {"initContainers", "name"},
    {"ephemeralContainers", "name"},
    {"volumes", "name"},
    {"imagePullSecrets", "name"},
    {"schedulingGates", "name"},
    {"resourceClaims", "name"},
    {"env", "name"},
    {"volumeMounts", "mountPath"},
    {"ports", "containerPort"},
    {"hostAliases", "ip"},
    {"volumeDevices", "devicePath"},
    {"ownerReferences", "uid"},
    {"conditions", "type"},
    {"topologySpreadConstraints", "topologyKey"},
    {"podIPs", "ip"},
    {"hostIPs", "ip"},
};

std::string_view merge_key(std::string_view field) {
  const auto* const found = std::find_if(std::begin(kMergedLists), std::end(kMergedLists),
                                         [field](const MergedList& list) { return list.field == field; });
  return found == std::end(kMergedLists) ? std::string_view{} : found->key;
}

/// "$patch", "$setElementOrder/containers": what tells how to merge, and is no field.
bool is_directive(std::string_view key) {
  return !key.empty() && key.front() == '$';
}

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

std::size_t index_of(const Value::Array& items, std::string_view key, const Value& wanted) {
  const Value* id = wanted.find(key);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Value* other = items[i].find(key);
    if (id != nullptr && other != nullptr && *id == *other) return i;
  }
  return kNowhere;
}

class Patcher {
 public:
  explicit Patcher(PatchType type) : type_(type) {}

  [[nodiscard]] Value merge(const Value& object, const Value& patch, std::string_view field) const {
    if (patch.is_object()) return merge_objects(object, patch);
    const std::string_view key = type_ == PatchType::Strategic ? merge_key(field) : std::string_view{};
    if (!patch.is_array() || key.empty()) return patch;
    return merge_lists(object.is_array() ? object : Value::array(), patch, key);
  }

 private:
  [[nodiscard]] Value merge_objects(const Value& object, const Value& patch) const {
    const bool strategic = type_ == PatchType::Strategic;
    const bool replaces = strategic && patch.string_at("$patch") == "replace";
    Value merged = object.is_object() && !replaces ? object : Value::object();
    merged.set_span(patch.span());
    for (const Value::Member& member : patch.members()) {
      if (strategic && is_directive(member.key)) continue;
      if (member.value.is_null()) {
        merged.erase(member.key);
        continue;
      }
      const Value* old = merged.find(member.key);
      Value value = merge(old == nullptr ? Value{} : *old, member.value, member.key);
      merged.set(member.key, std::move(value));
      for (Value::Member& made : merged.members()) {
        if (made.key == member.key) made.key_span = member.key_span;
      }
    }
    return merged;
  }

  /// mergeSliceWithoutSpecialElements and normalizeElementOrder: what only the patch has comes before what it does not
  /// name.
  [[nodiscard]] Value merge_lists(const Value& list, const Value& patch, std::string_view key) const {
    const Value::Array& old = list.items();
    Value::Array kept, given;
    bool replaces = false;
    for (const Value& item : patch.items()) replaces = replaces || item.string_at("$patch") == "replace";
    for (const Value& item : old) {
      if (!replaces && index_of(patch.items(), key, item) == kNowhere) kept.push_back(item);
    }
    for (const Value& item : patch.items()) {
      const std::string& directive = item.string_at("$patch");
      if (directive == "delete" || (directive == "replace" && item.find(key) == nullptr)) continue;
      const std::size_t same = replaces ? kNowhere : index_of(old, key, item);
      given.push_back(merge(same == kNowhere ? Value{} : old[same], item, {}));
    }
    return Value{in_order(std::move(kept), std::move(given), old, key)}.set_span(patch.span());
  }

  static Value::Array in_order(Value::Array kept, Value::Array given, const Value::Array& old, std::string_view key) {
    Value::Array all;
    std::size_t i = 0, j = 0;
    while (i < kept.size() || j < given.size()) {
      const std::size_t before = i < kept.size() ? index_of(old, key, kept[i]) : kNowhere;
      const std::size_t after = j < given.size() ? index_of(old, key, given[j]) : kNowhere;
      const bool both = before != kNowhere && after != kNowhere;
      const bool takes_kept = j == given.size() || (i < kept.size() && both && before < after);
      all.push_back(std::move(takes_kept ? kept[i++] : given[j++]));
    }
    return all;
  }

  PatchType type_;
};

}  // namespace

Value apply_patch(const Value& object, const Value& patch, PatchType type) {
  return Patcher{type}.merge(object, patch, {});
}

}  // namespace podlapse
