// What patches make of an object.
#include <doctest/doctest.h>

#include <string>

#include "api/support.hpp"
#include "podlapse/api/patch.hpp"

using namespace podlapse;
using test::document;

TEST_SUITE("api/patch") {
  TEST_CASE("a strategic patch changes the elements it names") {
    const Value pod = document(
        "{'spec': {'containers': [{'name': 'a', 'image': 'i', 'command': ['x']}, {'name': 'b', 'image': 'j'}], "
        "'nodeName': 'n', 'tolerations': [{'key': 'k'}]}}");
    const Value patch = document(
        "{'spec': {'containers': [{'name': 'b', 'image': 'k'}, {'name': 'new'}], 'nodeName': null, "
        "'tolerations': [], '$setElementOrder/containers': []}}");
    // What is new comes before what the patch does not name, as strategicpatch orders.
    CHECK_EQ(apply_patch(pod, patch, PatchType::Strategic),
             document("{'spec': {'containers': [{'name': 'a', 'image': 'i', 'command': ['x']}, {'name': 'b', 'image': "
                      "'k'}, {'name': 'new'}], 'tolerations': []}}"));
    CHECK_EQ(
        apply_patch(document("{'env': [{'name': 'a'}]}"), document("{'env': [{'name': 'b'}]}"), PatchType::Strategic),
        document("{'env': [{'name': 'b'}, {'name': 'a'}]}"));
  }

  TEST_CASE("elements are removed and replaced by directives") {
    const Value object = document("{'volumes': [{'name': 'a', 'emptyDir': {}}, {'name': 'b'}], 'labels': {'x': 'y'}}");
    CHECK_EQ(apply_patch(object, document("{'volumes': [{'name': 'a', '$patch': 'delete'}]}"), PatchType::Strategic),
             document("{'volumes': [{'name': 'b'}], 'labels': {'x': 'y'}}"));
    CHECK_EQ(apply_patch(object, document("{'volumes': [{'$patch': 'replace'}, {'name': 'c'}]}"), PatchType::Strategic),
             document("{'volumes': [{'name': 'c'}], 'labels': {'x': 'y'}}"));
    CHECK_EQ(apply_patch(object, document("{'labels': {'$patch': 'replace', 'z': 'z'}, 'volumes': null}"),
                         PatchType::Strategic),
             document("{'labels': {'z': 'z'}}"));
  }

  TEST_CASE("a merge patch replaces lists") {
    const Value object = document("{'containers': [{'name': 'a', 'image': 'i'}], 'labels': {'x': 'y'}}");
    CHECK_EQ(apply_patch(object, document("{'containers': [{'name': 'b'}], 'labels': {'x': null, 'new': {'a': null}}}"),
                         PatchType::Merge),
             document("{'containers': [{'name': 'b'}], 'labels': {'new': {}}}"));
  }
}
