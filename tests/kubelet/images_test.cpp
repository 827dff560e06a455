// Images: present, pulled, or waited for (decision table 16), and the grammar of their names.
#include "podlapse/kubelet/images.hpp"

#include <doctest/doctest.h>

#include "kubelet/support.hpp"

namespace podlapse::test {
namespace {

constexpr ImageView kMissing{false, false, true};
constexpr ImageView kPresent{true, false, true};
constexpr ImageView kInspectFails{false, true, true};
constexpr ImageView kForeign{true, false, false};  ///< here, but pulled with credentials that the Pod lacks

const std::string kHex64(64, 'a');

/// The kubelet's word for what a call came to.
std::string word(ImageStep step, bool pull_works) {
  switch (step) {
    case ImageStep::UsePresent: return "present";
    case ImageStep::Pull: return pull_works ? "pulled" : "ErrImagePull";
    case ImageStep::BackOff: return "ImagePullBackOff";
    case ImageStep::NeverPull: return "ErrImageNeverPull";
    case ImageStep::InvalidName: return "InvalidImageName";
    case ImageStep::InspectError: return "ImageInspectError";
  }
  return {};
}

/// `calls` calls, one second apart, as in the kubelet's test: back-off from 1 s, at most 60 s.
std::string calls_of(int calls, const std::string& image, PullPolicy policy, const ImageView& view, bool pull_works,
                     const FeatureGates& gates = kGates) {
  Backoff backoff{secs(1), secs(60), secs(120)};
  std::string words;
  for (int second = 0; second < calls; ++second) {
    const ImageStep step = ensure_image_exists(image, policy, view, backoff, 7, at(second), gates).value;
    if (step == ImageStep::Pull && !pull_works) backoff.next(7, at(second));
    words += (words.empty() ? "" : " ") + word(step, pull_works);
  }
  return words;
}

RuleId because(PullPolicy policy, const ImageView& view, const std::string& image = "busybox") {
  const Backoff backoff{secs(10), secs(300), secs(600)};
  return ensure_image_exists(image, policy, view, backoff, 7, at(0), kGates).because;
}

std::string error_of(const std::string& image) {
  std::string error;
  return parse_image_name(image, error) ? "" : error;
}

}  // namespace

TEST_SUITE("kubelet/images") {
  TEST_CASE("the rows of EnsureImageExists hold") {
    struct Row {
      std::string id;
      int calls;
      PullPolicy policy;
      ImageView view;
      bool pull_works;
      std::string expected;
    };
    const Row rows[] = {
        {"16.1", 1, PullPolicy::IfNotPresent, kMissing, true, "pulled"},
        {"16.2", 2, PullPolicy::IfNotPresent, kPresent, true, "present present"},
        {"16.3", 2, PullPolicy::Always, kPresent, true, "pulled pulled"},
        {"16.4", 2, PullPolicy::Never, kMissing, true, "ErrImageNeverPull ErrImageNeverPull"},
        {"16.5", 2, PullPolicy::IfNotPresent, kInspectFails, true, "ImageInspectError ImageInspectError"},
        {"16.6", 6, PullPolicy::IfNotPresent, kMissing, false,
         "ErrImagePull ErrImagePull ImagePullBackOff ErrImagePull ImagePullBackOff ImagePullBackOff"},
        {"16.7", 3, PullPolicy::Always, kMissing, false, "ErrImagePull ErrImagePull ImagePullBackOff"},
        {"16.9", 5, PullPolicy::IfNotPresent, kMissing, false,
         "ErrImagePull ErrImagePull ImagePullBackOff ErrImagePull ImagePullBackOff"},
        {"16.10", 1, PullPolicy::IfNotPresent, kForeign, true, "pulled"},
        {"16.11", 1, PullPolicy::IfNotPresent, kPresent, true, "present"},
        {"16.12", 1, PullPolicy::Never, kForeign, true, "ErrImageNeverPull"},
    };
    for (const Row& row : rows) {
      INFO("row ", row.id);
      CHECK_EQ(calls_of(row.calls, "typo_image", row.policy, row.view, row.pull_works), row.expected);
    }
    INFO("row ", "16.8");
    for (const std::string& image : {std::string{"FAILED_IMAGE"}, std::string{"http://url"}, kHex64}) {
      CHECK_EQ(calls_of(1, image, PullPolicy::Always, kMissing, true), "InvalidImageName");
    }
  }

  TEST_CASE("without KubeletEnsureSecretPulledImages an image on the node is there for every Pod") {
    FeatureGates gates;
    gates.kubelet_ensure_secret_pulled_images = false;
    CHECK_EQ(calls_of(1, "busybox", PullPolicy::IfNotPresent, kForeign, true, gates), "present");
    CHECK_EQ(calls_of(1, "busybox", PullPolicy::Never, kForeign, true, gates), "present");
  }

  TEST_CASE("the back-off of a pull belongs to a Pod and an image") {
    PodSpec pod = make_pod("m"), other = pod;
    other.uid = "uid-2";
    CHECK(image_back_off_key(pod, "a") == image_back_off_key(pod, "a"));
    CHECK(image_back_off_key(pod, "a") != image_back_off_key(pod, "b"));
    CHECK(image_back_off_key(pod, "a") != image_back_off_key(other, "a"));
  }

  TEST_CASE("names of images parse") {
    const std::string sha256 = "sha256:" + kHex64;
    for (const std::string& image :
         {std::string{"busybox"}, std::string{"busybox:1.36"}, std::string{"istio/proxyv2"},
          std::string{"registry.k8s.io/pause:3.10"}, std::string{"localhost/app"},
          std::string{"localhost:5000/a/b_c/d__e/f-g--h:v1.0-rc_1"}, std::string{"[::1]:5000/app"},
          std::string{"Registry/app"}, "busybox@" + sha256, "quay.io/a/b:1@" + sha256, std::string{"10.0.0.1/app"},
          std::string{"index.docker.io/app"}, std::string{"a.b_c"}, std::string{"a__b.c/d"}}) {
      INFO(image);
      CHECK_EQ(error_of(image), "");
    }
  }

  TEST_CASE("what is no name of an image is told in the parser's words") {
    const auto error = [](const std::string& image, const std::string& what) {
      CHECK_EQ(error_of(image), "couldn't parse image name \"" + image + "\": " + what);
    };
    error("FAILED_IMAGE", "invalid reference format: repository name (library/FAILED_IMAGE) must be lowercase");
    error("quay.io/Team/App:1", "invalid reference format: repository name (Team/App) must be lowercase");
    error("quay.io/App", "invalid reference format: repository name (App) must be lowercase");
    error("localhost/App", "invalid reference format: repository name (App) must be lowercase");
    error("index.docker.io/App", "invalid reference format: repository name (library/App) must be lowercase");
    error("http://url", "invalid reference format");
    error(kHex64, "invalid repository name (" + kHex64 + "), cannot specify 64-byte hexadecimal strings");
    const char* const no_names[] = {
        "", " busybox", "busybox:", "busybox:a b", "busybox:-1", "a//b", "-a", "a-", "a._b", "a___b", "a..b", "a/",
        "quay.io:/a", "quay.io:x/a", "a/b:c/d", "[::1/a", "[]/a", "busybox@sha256:abc", "busybox@", "-quay.io/a", "app:a@b:c",
    };
    for (const char* image : no_names) {
      error(image, "invalid reference format");
    }
    error("busybox:" + std::string(129, 'a'), "invalid reference format");
    error("a@sha256:" + std::string(63, 'a'), "invalid checksum digest length");
    error("a@md5:" + std::string(32, 'a'), "unsupported digest algorithm");
    error("quay.io/" + std::string(256, 'a'), "repository name must not be more than 255 characters");
  }

  TEST_CASE("the default pull policy is Always for the tag latest or no tag, else IfNotPresent") {
    CHECK(default_pull_policy("busybox") == PullPolicy::Always);
    CHECK(default_pull_policy("busybox:latest") == PullPolicy::Always);
    CHECK(default_pull_policy("localhost:5000/busybox") == PullPolicy::Always);
    CHECK(default_pull_policy("busybox:latest@sha256:" + kHex64) == PullPolicy::Always);
    CHECK(default_pull_policy("busybox:1.36") == PullPolicy::IfNotPresent);
    CHECK(default_pull_policy("busybox@sha256:" + kHex64) == PullPolicy::IfNotPresent);
    CHECK(default_pull_policy("BUSYBOX") == PullPolicy::IfNotPresent);
  }
}

TEST_SUITE("kubelet/images rules") {
  TEST_CASE("image/invalid-name: a name that does not parse is refused before anything is asked") {
    check_because(because(PullPolicy::Never, kMissing, "FAILED_IMAGE"), RuleId::ImageInvalidName);
  }
  TEST_CASE("image/inspect-error: an image that cannot be inspected is not used, unless nobody looks") {
    check_because(because(PullPolicy::IfNotPresent, kInspectFails), RuleId::ImageInspectError);
    CHECK(because(PullPolicy::Always, kInspectFails) == RuleId::ImagePullAlways);
  }
  TEST_CASE("image/never-pull: Never does not pull what is absent") {
    check_because(because(PullPolicy::Never, kMissing), RuleId::ImageNeverPull);
  }
  TEST_CASE("image/never-pull-unverified: Never does not use what the Pod cannot prove its right to") {
    check_because(because(PullPolicy::Never, kForeign), RuleId::ImageNeverPullUnverified);
  }
  TEST_CASE("image/present: an image on the node is used") {
    check_because(because(PullPolicy::IfNotPresent, kPresent), RuleId::ImagePresent);
    CHECK(because(PullPolicy::Never, kPresent) == RuleId::ImagePresent);
  }
  TEST_CASE("image/back-off: a failed pull is not repeated at once") {
    Backoff backoff{secs(10), secs(300), secs(600)};
    backoff.next(7, at(0));
    const auto ask = [&](double now) {
      return ensure_image_exists("busybox", PullPolicy::Always, kMissing, backoff, 7, at(now), kGates).because;
    };
    check_because(ask(9), RuleId::ImageBackOff);
    CHECK(ask(10) == RuleId::ImagePullAlways);
  }
  TEST_CASE("image/pull-always: Always pulls what is present") {
    check_because(because(PullPolicy::Always, kPresent), RuleId::ImagePullAlways);
  }
  TEST_CASE("image/pull-absent: IfNotPresent pulls what is absent") {
    check_because(because(PullPolicy::IfNotPresent, kMissing), RuleId::ImagePullAbsent);
  }
  TEST_CASE("image/pull-unverified: IfNotPresent pulls again what the Pod has not proved its right to") {
    check_because(because(PullPolicy::IfNotPresent, kForeign), RuleId::ImagePullUnverified);
  }
  TEST_CASE("image/registry-unavailable: the runtime's error is shown as a reason of its own") {
    const auto failure = pull_failure("busybox", "RegistryUnavailable: try later");
    check_because(failure.because, RuleId::ImageRegistryUnavailable);
    CHECK(failure.value.reason == StateReason::RegistryUnavailable);
    CHECK_EQ(failure.value.message, "image pull failed for busybox because the registry is unavailable: try later");
  }
  TEST_CASE("image/signature-failed: row 16.9, the runtime's error is shown as a reason of its own") {
    const auto failure = pull_failure("typo_image", "SignatureValidationFailed");
    check_because(failure.because, RuleId::ImageSignatureFailed);
    CHECK(failure.value.reason == StateReason::SignatureValidationFailed);
    CHECK_EQ(failure.value.message, "image pull failed for typo_image because the signature validation failed");
    CHECK(pull_failure("a", "no SignatureValidationFailed").value.reason == StateReason::ErrImagePull);
  }
}

}  // namespace podlapse::test
