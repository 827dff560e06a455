#include "podlapse/kubelet/backoff.hpp"

#include <algorithm>

#include "podlapse/base/hash.hpp"

namespace podlapse {

const Backoff::Entry* Backoff::find(std::uint64_t key) const {
  const auto at =
      std::find_if(entries_.begin(), entries_.end(), [key](const Entry& entry) { return entry.key == key; });
  return at == entries_.end() ? nullptr : &*at;
}

Backoff::Entry* Backoff::find(std::uint64_t key) {
  return const_cast<Entry*>(static_cast<const Backoff*>(this)->find(key));
}

bool Backoff::has_entry_at(std::uint64_t key, SimTime event) const {
  const Entry* entry = find(key);
  return entry != nullptr && event - entry->last_update <= expiry_;
}

SimDuration Backoff::get(std::uint64_t key) const {
  const Entry* entry = find(key);
  return entry == nullptr ? SimDuration{} : entry->delay;
}

void Backoff::next(std::uint64_t key, SimTime event, SimTime now) {
  Entry* entry = find(key);
  if (entry == nullptr) {
    entries_.push_back({key, initial_, now});
    return;
  }
  const bool expired = event - entry->last_update > expiry_;
  entry->delay = expired ? initial_ : std::min(entry->delay * 2, max_);
  entry->last_update = now;
}

void Backoff::next(std::uint64_t key, SimTime now) { next(key, now, now); }

void Backoff::reset(std::uint64_t key) { erase(key); }

bool Backoff::is_in_back_off_since(std::uint64_t key, SimTime event, SimTime now) const {
  return has_entry_at(key, event) && now - event < find(key)->delay;
}

bool Backoff::is_in_back_off_since_update(std::uint64_t key, SimTime now) const {
  if (!has_entry_at(key, now)) return false;
  const Entry* entry = find(key);
  return now - entry->last_update < entry->delay;
}

void Backoff::gc(SimTime now) {
  std::erase_if(entries_, [&](const Entry& entry) { return now - entry.last_update > expiry_; });
}

void Backoff::erase(std::uint64_t key) {
  std::erase_if(entries_, [key](const Entry& entry) { return entry.key == key; });
}

Decided<CrashLoopBackOffRange> crash_loop_back_off_range(const KubeletConstants& constants, const FeatureGates& gates) {
  const bool reduced = gates.reduce_default_crash_loop_back_off_decay;
  CrashLoopBackOffRange range{constants.crash_loop_back_off_initial, constants.crash_loop_back_off_default_max};
  if (reduced) range = {constants.reduced_crash_loop_back_off_initial, constants.reduced_crash_loop_back_off_max};
  RuleId because = reduced ? RuleId::BackoffRangeReduced : RuleId::BackoffRangeDefault;
  if (gates.kubelet_crash_loop_back_off_max) {
    range.max = constants.crash_loop_back_off_max;
    range.initial = std::min(range.initial, range.max);
    if (!reduced) because = RuleId::BackoffRangeConfigured;
  }
  return {range, because};
}

std::uint64_t back_off_key(const PodSpec& pod, const ContainerSpec& container) {
  std::uint64_t key = hash_text(kHashSeed, pod.name);
  key = hash_text(key, pod.namespace_name);
  key = hash_text(key, pod.uid);
  key = hash_text(key, container.name);
  key = hash_text(key, container.image);
  if (!container.memory_limit_bytes) return key;
  return hash_word(key, static_cast<std::uint64_t>(*container.memory_limit_bytes));
}

Decided<BackOffDecision> do_back_off(Backoff& backoff, std::uint64_t key, const RuntimePodStatus& status,
                                     ContainerIndex container, SimTime now) {
  const ContainerRecord* dead = status.newest_exited(container);
  if (dead == nullptr) return {{}, RuleId::BackoffNoDeadInstance};
  const SimDuration before = backoff.get(key);
  if (backoff.is_in_back_off_since(key, dead->finished_at, now)) {
    return {{true, before, dead->finished_at + before}, RuleId::BackoffWaits};
  }
  const bool known = before != SimDuration{};
  const bool valid = backoff.has_entry_at(key, dead->finished_at);
  backoff.next(key, dead->finished_at, now);
  const SimDuration after = backoff.get(key);
  if (!known) return {{false, after, {}}, RuleId::BackoffFirst};
  if (!valid) return {{false, after, {}}, RuleId::BackoffReset};
  return {{false, after, {}}, after == before ? RuleId::BackoffCapped : RuleId::BackoffDoubled};
}

}  // namespace podlapse
