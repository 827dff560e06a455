// `kubectl describe pod`: a Pod object and its events as kubectl v1.36 prints them
// (k8s.io/kubectl/pkg/describe/describe.go describePod). Works on any Pod object, whether podlapse made it or a server.
#pragma once

#include <string>

#include "podlapse/api/value.hpp"
#include "podlapse/base/time.hpp"

namespace podlapse {

/// The text. `events` are v1 Event objects of this Pod in the order in which the API lists them. Civil times are printed in UTC,
/// where kubectl takes the user's time zone. What has another type than the API's is left empty; kubectl would have refused
/// the object.
[[nodiscard]] std::string describe_pod(const Value& pod, const Value::Array& events, WallTime now);

}  // namespace podlapse
