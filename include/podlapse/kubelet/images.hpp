// Whether a container's image is there, is to be pulled, or must wait: pkg/kubelet/images/image_manager.go EnsureImageExists.
#pragma once

#include <string>

#include "podlapse/kubelet/backoff.hpp"
#include "podlapse/kubelet/cached_status.hpp"
#include "podlapse/model/pod_spec.hpp"
#include "podlapse/rules/rule_id.hpp"

namespace podlapse {

/// What the node knows of an image when asked.
struct ImageView {
  bool present = false;
  bool inspect_fails = false;
  bool credentials_verified = true;  ///< the Pod may use the copy on the node (KubeletEnsureSecretPulledImages)
};

enum class ImageStep : std::uint8_t { UsePresent, Pull, BackOff, NeverPull, InvalidName, InspectError };

/// Decides for one start. BackOff only when `backoff` holds the key back at `now`.
[[nodiscard]] Decided<ImageStep> ensure_image_exists(const std::string& image, PullPolicy policy, const ImageView& view,
                                                     const Backoff& backoff, std::uint64_t key, SimTime now,
                                                     const FeatureGates& gates);

/// What a failed pull is shown as: the waiting reason, and its message.
struct PullFailure {
  StateReason reason = StateReason::ErrImagePull;
  std::string message;
};

/// image_manager.go evalCRIPullErr: the runtime's error names two reasons of its own by how it begins.
[[nodiscard]] Decided<PullFailure> pull_failure(const std::string& image, const std::string& error);

/// image_manager.go pullImage: key of the pull back-off (Pod UID and image).
[[nodiscard]] std::uint64_t image_back_off_key(const PodSpec& pod, const std::string& image);

/// True when `image` parses as a reference (pkg/util/parsers ParseImageName). On false `error` has the parser's text.
[[nodiscard]] bool parse_image_name(const std::string& image, std::string& error);

/// core/v1 SetDefaults_Container: Always for tag latest or no tag, else IfNotPresent.
[[nodiscard]] PullPolicy default_pull_policy(const std::string& image);

}  // namespace podlapse
