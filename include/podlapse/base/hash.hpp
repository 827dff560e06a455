// Hashes of names. The same on every compiler and library, unlike std::hash; never shown to anybody.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace podlapse {

inline constexpr std::uint64_t kHashSeed = 0x9e3779b97f4a7c15ULL;

/// Mixes `word` into `hash`.
[[nodiscard]] constexpr std::uint64_t hash_word(std::uint64_t hash, std::uint64_t word) {
  hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
  return hash ^ (hash >> 32);
}

/// Mixes `text` and its length into `hash`, so that hashing "ab", "c" differs from hashing "a", "bc". Eight bytes at a time:
/// the kubelet compares hashes of every container in every sync.
[[nodiscard]] inline std::uint64_t hash_text(std::uint64_t hash, std::string_view text) {
  hash = hash_word(hash, text.size());
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    hash = hash_word(hash, word);
    text.remove_prefix(sizeof word);
  }
  if (text.empty()) return hash;
  std::uint64_t tail = 0;
  std::memcpy(&tail, text.data(), text.size());
  return hash_word(hash, tail);
}

}  // namespace podlapse
