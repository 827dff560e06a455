// What a whole Pod asks for, from what its containers ask for.
#include "podlapse/api/pod_resources.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support.hpp"

namespace podlapse::test {
namespace {

/// "cpu=2 memory=1Gi".
std::string text_of(const Value& amounts) {
  std::string text;
  for (const Value::Member& member : amounts.members()) {
    text += (text.empty() ? "" : " ") + member.key + "=" + member.value.as_string();
  }
  return text;
}

Value container(const std::string& kind, const std::string& cpu, const std::string& memory, bool sidecar = false) {
  Value out = Value::object();
  if (sidecar) out.set("restartPolicy", Value{"Always"});
  if (!cpu.empty()) out["resources"][kind].set("cpu", Value{cpu});
  if (!memory.empty()) out["resources"][kind].set("memory", Value{memory});
  return out;
}

}  // namespace

TEST_SUITE("api/pod_resources") {
  TEST_CASE("mains and sidecars add up") {
    Value spec;
    spec["containers"].push_back(container("requests", "500m", "64Mi"));
    spec["containers"].push_back(container("requests", "250m", ""));
    spec["initContainers"].push_back(container("requests", "250m", "64Mi", true));
    CHECK(text_of(pod_requests(spec)) == "cpu=1 memory=128Mi");
    CHECK(text_of(pod_limits(spec)).empty());
  }

  TEST_CASE("an init container that needs more beside the sidecars before it than all that run later decides") {
    Value spec;
    spec["containers"].push_back(container("requests", "100m", "64Mi"));
    spec["initContainers"].push_back(container("requests", "1", "", true));
    spec["initContainers"].push_back(container("requests", "3", "32Mi"));
    spec["initContainers"].push_back(container("requests", "2", "", true));
    CHECK(text_of(pod_requests(spec)) == "cpu=4 memory=64Mi");
  }

  TEST_CASE("what the Pod itself asks for replaces the sum, and the overhead is added") {
    Value spec;
    spec["containers"].push_back(container("limits", "1", "64Mi"));
    spec["resources"]["limits"].set("cpu", Value{"3"});
    spec["resources"]["limits"].set("example.com/gpu", Value{"1"});
    spec["overhead"].set("cpu", Value{"500m"});
    spec["overhead"].set("example.com/disk", Value{"1"});
    CHECK(text_of(pod_limits(spec)) == "cpu=3500m memory=64Mi");
    CHECK(text_of(pod_requests(spec)) == "cpu=500m example.com/disk=1");
  }
}

}  // namespace podlapse::test
