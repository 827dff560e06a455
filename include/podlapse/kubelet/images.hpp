// Whether a container's image is there, is to be pulled, or must wait: pkg/kubelet/images/image_manager.go EnsureImageExists.
#pragma once

#include <string>

#include "podlapse/kubelet/backoff.hpp"
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

/// image_manager.go pullImage: key of the pull back-off (Pod UID and image).
[[nodiscard]] std::uint64_t image_back_off_key(const PodSpec& pod, const std::string& image);

/// True when `image` parses as a reference (pkg/util/parsers ParseImageName). On false `error` has the parser's text.
[[nodiscard]] bool parse_image_name(const std::string& image, std::string& error);

/// core/v1 SetDefaults_Container: Always for tag latest or no tag, else IfNotPresent.
[[nodiscard]] PullPolicy default_pull_policy(const std::string& image);

}  // namespace podlapse
