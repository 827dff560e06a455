// core/v1 Event, as far as a reader of `kubectl describe` sees it.
#pragma once

#include <cstdint>
#include <string>

#include "podlapse/base/time.hpp"

namespace podlapse {

struct KubeEvent {
  std::string type = "Normal";  ///< Normal | Warning
  std::string reason, message;
  std::string container;        ///< from fieldPath; empty for an event of the whole object
  std::string field_path;       ///< "spec.containers{app}", empty for the whole object
  std::string source = "kubelet";
  std::string object_kind = "Pod";
  std::int32_t count = 1;
  WallTime first_timestamp{}, last_timestamp{};

  friend bool operator==(const KubeEvent&, const KubeEvent&) = default;
};

}  // namespace podlapse
