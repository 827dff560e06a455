#include "podlapse/kubelet/images.hpp"

#include <algorithm>
#include <string_view>

#include "podlapse/base/hash.hpp"

namespace podlapse {
namespace {

// The grammar of image references (distribution/reference: reference.go, regexp.go), read by hand: bytes, no locale.

constexpr std::size_t kPathLengthMax = 255;
constexpr std::string_view kNotAReference = "invalid reference format";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_alphanumeric(char c) { return is_digit(c) || is_lower(c) || is_upper(c); }
bool is_lower_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
bool is_hex(char c) { return is_lower_hex(c) || (c >= 'A' && c <= 'F'); }
bool is_word(char c) { return is_alphanumeric(c) || c == '_'; }

template <typename Predicate>
bool all(std::string_view text, Predicate predicate) {
  return std::all_of(text.begin(), text.end(), predicate);
}

/// Calls `valid` for each part of `text` between `separator`s; false when it is for one.
template <typename Predicate>
bool all_parts(std::string_view text, char separator, Predicate valid) {
  for (;;) {
    const std::size_t end = text.find(separator);
    if (!valid(text.substr(0, end))) return false;
    if (end == std::string_view::npos) return true;
    text.remove_prefix(end + 1);
  }
}

bool is_domain_component(std::string_view part) {
  return !part.empty() && part.front() != '-' && part.back() != '-' &&
         all(part, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

/// host[:port], where host is a name, an IPv4 address or an IPv6 address in brackets.
bool is_domain(std::string_view domain) {
  std::size_t host_end = domain.find(':');
  bool host_valid = false;
  if (!domain.empty() && domain.front() == '[') {
    const std::size_t close = domain.find(']');
    if (close == std::string_view::npos || close == 1) return false;
    host_valid = all(domain.substr(1, close - 1), [](char c) { return is_hex(c) || c == ':'; });
    host_end = close + 1 == domain.size() ? std::string_view::npos : close + 1;
  } else {
    host_valid = all_parts(domain.substr(0, host_end), '.', is_domain_component);
  }
  if (!host_valid || host_end == std::string_view::npos) return host_valid;
  const std::string_view port = domain.substr(host_end + 1);
  return domain[host_end] == ':' && !port.empty() && all(port, is_digit);
}

/// Lowercase letters and digits, parted by one dot, one or two underscores, or any number of hyphens.
bool is_path_component(std::string_view part) {
  const auto is_plain = [](char c) { return is_lower(c) || is_digit(c); };
  if (part.empty() || !is_plain(part.front()) || !is_plain(part.back())) return false;
  while (!part.empty()) {
    const auto plain_end = std::find_if_not(part.begin(), part.end(), is_plain);
    part.remove_prefix(static_cast<std::size_t>(plain_end - part.begin()));
    const auto separator_end = std::find_if(part.begin(), part.end(), is_plain);
    const std::string_view separator = part.substr(0, static_cast<std::size_t>(separator_end - part.begin()));
    const bool valid = separator.empty() || separator == "." || separator == "_" || separator == "__" ||
                       all(separator, [](char c) { return c == '-'; });
    if (!valid) return false;
    part.remove_prefix(separator.size());
  }
  return true;
}

bool is_path(std::string_view path) { return all_parts(path, '/', is_path_component); }

bool is_tag(std::string_view tag) {
  return !tag.empty() && tag.size() <= 128 && is_word(tag.front()) &&
         all(tag, [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

/// algorithm:hex, as the reference's grammar has it (at least 32 digits of any case).
bool is_digest(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  if (colon == std::string_view::npos) return false;
  std::string algorithm{digest.substr(0, colon)};
  for (char& c : algorithm) {
    if (c == '-' || c == '_' || c == '+') c = '.';
  }
  const bool algorithm_valid = all_parts(algorithm, '.', [](std::string_view part) {
    return !part.empty() && !is_digit(part.front()) && all(part, is_alphanumeric);
  });
  const std::string_view hex = digest.substr(colon + 1);
  return algorithm_valid && hex.size() >= 32 && all(hex, is_hex);
}

/// opencontainers/go-digest Validate, for a text that is_digest(): what is wrong with it, or nothing.
std::string_view digest_error(std::string_view digest) {
  const std::size_t colon = digest.find(':');
  const std::string_view algorithm = digest.substr(0, colon), hex = digest.substr(colon + 1);
  std::size_t digits = 0;
  if (algorithm == "sha256") digits = 64;
  if (algorithm == "sha384") digits = 96;
  if (algorithm == "sha512") digits = 128;
  if (digits == 0) return "unsupported digest algorithm";
  if (hex.size() != digits) return "invalid checksum digest length";
  return all(hex, is_lower_hex) ? "" : "invalid checksum digest format";
}

/// normalize.go splitDockerDomain: what is left of the first slash is a registry only when it looks like one.
struct Name {
  std::string domain, remainder;
};
Name split_domain(const std::string& image) {
  const std::string hub = "docker.io", official = "library/";
  const std::size_t slash = image.find('/');
  if (slash == std::string::npos) return {hub, official + image};
  const std::string first = image.substr(0, slash);
  const bool looks_like_registry = first == "localhost" || first.find_first_of(".:") != std::string::npos ||
                                   std::any_of(first.begin(), first.end(), is_upper);
  Name name = looks_like_registry ? Name{first, image.substr(slash + 1)} : Name{hub, image};
  if (name.domain == "index.docker.io") name.domain = hub;
  if (name.domain == hub && name.remainder.find('/') == std::string::npos) name.remainder = official + name.remainder;
  return name;
}

/// A reference taken apart. `error` is empty when it is one.
struct Reference {
  std::string error;
  std::string_view tag, digest;
};

/// reference.go Parse on `domain/remainder`: path[:tag][@digest]; a digest ends the text, a tag follows the last slash.
Reference parse_remainder(const std::string& domain, std::string_view remainder) {
  Reference reference;
  const std::size_t at = remainder.find('@');
  if (at != std::string_view::npos) reference.digest = remainder.substr(at + 1);
  std::string_view path = remainder.substr(0, at);
  const std::size_t slash = path.rfind('/');
  const std::size_t colon = path.find(':', slash == std::string_view::npos ? 0 : slash);
  const bool tagged = colon != std::string_view::npos;
  if (tagged) {
    reference.tag = path.substr(colon + 1);
    path = path.substr(0, colon);
  }
  const bool valid = (is_domain(domain) || is_path(domain)) && is_path(path) && (!tagged || is_tag(reference.tag)) &&
                     (at == std::string_view::npos || is_digest(reference.digest));
  if (!valid) reference.error = kNotAReference;
  else if (path.size() > kPathLengthMax) reference.error = "repository name must not be more than 255 characters";
  else if (!reference.digest.empty()) reference.error = digest_error(reference.digest);
  return reference;
}

/// normalize.go ParseNormalizedNamed. The views of the result point into `name`.
Reference parse_normalized(const std::string& image, Name& name) {
  if (image.size() == 64 && all(image, is_lower_hex)) {
    return {"invalid repository name (" + image + "), cannot specify 64-byte hexadecimal strings", {}, {}};
  }
  name = split_domain(image);
  const std::string remote = name.remainder.substr(0, name.remainder.find(':'));
  if (std::any_of(remote.begin(), remote.end(), is_upper)) {
    return {std::string{kNotAReference} + ": repository name (" + remote + ") must be lowercase", {}, {}};
  }
  return parse_remainder(name.domain, name.remainder);
}

}  // namespace

bool parse_image_name(const std::string& image, std::string& error) {
  Name name;
  const Reference reference = parse_normalized(image, name);
  if (reference.error.empty()) return true;
  error = "couldn't parse image name \"" + image + "\": " + reference.error;
  return false;
}

PullPolicy default_pull_policy(const std::string& image) {
  Name name;
  const Reference reference = parse_normalized(image, name);
  const bool latest = reference.tag == "latest" || (reference.tag.empty() && reference.digest.empty());
  return reference.error.empty() && latest ? PullPolicy::Always : PullPolicy::IfNotPresent;
}

Decided<PullFailure> pull_failure(const std::string& image, const std::string& error) {
  constexpr std::string_view kRegistry = "RegistryUnavailable";
  constexpr std::string_view kSignature = "SignatureValidationFailed";
  const std::string_view text = error;
  const auto because = [&](const char* why, std::string_view prefix) {
    return "image pull failed for " + image + " because " + why + std::string(text.substr(prefix.size()));
  };
  if (text.starts_with(kRegistry)) {
    return {{StateReason::RegistryUnavailable, because("the registry is unavailable", kRegistry)}, RuleId::ImageRegistryUnavailable};
  }
  if (text.starts_with(kSignature)) {
    return {{StateReason::SignatureValidationFailed, because("the signature validation failed", kSignature)}, RuleId::ImageSignatureFailed};
  }
  return {{StateReason::ErrImagePull, error}, RuleId::StartPullFailed};
}

std::uint64_t image_back_off_key(const PodSpec& pod, const std::string& image) {
  return hash_text(hash_text(kHashSeed, pod.uid), image);
}

Decided<ImageStep> ensure_image_exists(const std::string& image, PullPolicy policy, const ImageView& view,
                                       const Backoff& backoff, std::uint64_t key, SimTime now,
                                       const FeatureGates& gates) {
  std::string error;
  if (!parse_image_name(image, error)) return {ImageStep::InvalidName, RuleId::ImageInvalidName};
  RuleId pull_because = RuleId::ImagePullAlways;
  if (policy != PullPolicy::Always) {
    if (view.inspect_fails) return {ImageStep::InspectError, RuleId::ImageInspectError};
    const bool never = policy == PullPolicy::Never;
    if (!view.present && never) return {ImageStep::NeverPull, RuleId::ImageNeverPull};
    const bool usable = view.credentials_verified || !gates.kubelet_ensure_secret_pulled_images;
    if (view.present && usable) return {ImageStep::UsePresent, RuleId::ImagePresent};
    if (view.present && never) return {ImageStep::NeverPull, RuleId::ImageNeverPullUnverified};
    pull_because = view.present ? RuleId::ImagePullUnverified : RuleId::ImagePullAbsent;
  }
  if (backoff.is_in_back_off_since_update(key, now)) return {ImageStep::BackOff, RuleId::ImageBackOff};
  return {ImageStep::Pull, pull_because};
}

}  // namespace podlapse
