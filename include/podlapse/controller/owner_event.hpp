// An event that a controller records about the object it works on.
#pragma once

#include <string>

namespace podlapse {

struct OwnerEvent {
  bool warning = false;
  std::string reason, message;

  friend bool operator==(const OwnerEvent&, const OwnerEvent&) = default;
};

}  // namespace podlapse
