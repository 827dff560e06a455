// podlapse scenarios, and the names of shipped scenarios in place of files.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/library.hpp"
#include "support/folder.hpp"
#include "support/process.hpp"

using namespace podlapse;
using test::ProcessResult;
using test::run_podlapse;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* kPod = "pod: {metadata: {name: web}, spec: {containers: [{name: app, image: app}]}}\n";

/// A library of four scenarios and a manifest that one of them builds on.
class Library : public test::Folder {
 public:
  Library() {
    write("order/README.md", "# What comes first?\n\nMore.\n");
    write("order/first.yaml", std::string{"name: first\nwhat: the one\nquestion: Who is first?\n"} + kPod);
    write("order/same.yaml", std::string{"name: order-same\nwhat: in order\n"} + kPod);
    write("probes/same.yaml",
          "name: probes-same\nwhat: in probes\nlesson: because\nthreads: [https://a.example]\nmanifest: web.pod.yaml\n");
    write("probes/web.pod.yaml",
          "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: app, image: app}]}\n");
    write("many/deep/one.yaml", std::string{"name: one\nwhat: deep down\n"} + kPod);
  }

  [[nodiscard]] ProcessResult run(const std::vector<std::string>& arguments) const {
    test::ProcessOptions options;
    options.environment = {{"PODLAPSE_SCENARIOS", path()}};
    return run_podlapse(arguments, options);
  }
};

std::vector<std::string> ids_called(const std::string& name) {
  std::vector<std::string> ids;
  for (const cli::LibraryScenario& scenario :
       cli::called(name, {{"a/crash", ""}, {"a/given", ""}, {"b/given", ""}, {"given", ""}, {"many/a/x1", ""}})) {
    ids.push_back(scenario.id);
  }
  return ids;
}

}  // namespace

TEST_SUITE("cli/library") {
  TEST_CASE("a name is a whole id, the end of one, or one with hyphens; a name that is not enough means several") {
    using Ids = std::vector<std::string>;
    CHECK(ids_called("a/crash") == Ids{"a/crash"});
    CHECK(ids_called("crash") == Ids{"a/crash"});
    CHECK(ids_called("a-crash") == Ids{"a/crash"});
    CHECK(ids_called("b/given") == Ids{"b/given"});
    CHECK(ids_called("given") == Ids{"given"});
    CHECK(ids_called("x1") == Ids{"many/a/x1"});
    CHECK(ids_called("a/x1") == Ids{"many/a/x1"});
    CHECK(ids_called("rash").empty());
    CHECK(cli::called("same", {{"a/same", ""}, {"b/same", ""}}).size() == 2);
  }

  TEST_CASE("scenarios lists what is shipped by folder, with its question or what it shows; collections are counted") {
    const Library library;
    const ProcessResult all = library.run({"scenarios"});
    CHECK(all.status == 0);
    CHECK(contains(all.output, "order  What comes first?\n  first  Who is first?\n  same   in order\n"));
    CHECK(contains(all.output, "probes\n  same   in probes\n"));
    CHECK(contains(all.output, "many  1 scenario\n"));
    CHECK_FALSE(contains(all.output, "deep down"));
    CHECK_FALSE(contains(all.output, "web.pod"));
    CHECK(contains(library.run({"scenarios", "many"}).output, "deep down"));
  }

  TEST_CASE("scenarios finds a word in names, questions and lessons, and tells all of one") {
    const Library library;
    CHECK(library.run({"scenarios", "same", "-o", "name"}).output == "order/same\nprobes/same\n");
    CHECK(contains(library.run({"scenarios", "because"}).output, "asked at\n  https://a.example\n"));
    CHECK(contains(library.run({"scenarios", "first", "-o", "json"}).output, R"("question":"Who is first?")"));
    CHECK(library.run({"scenarios", "first", "-o", "yaml"}).output ==
          std::string{"name: first\nwhat: the one\nquestion: Who is first?\n"} + kPod);
    const ProcessResult several = library.run({"scenarios", "same", "-o", "yaml"});
    CHECK(several.status == 2);
    CHECK(several.output.empty());
    const ProcessResult none = library.run({"scenarios", "frst"});
    CHECK(none.status == 2);
    CHECK(contains(none.error, "did you mean `first`?"));
  }

  TEST_CASE("run, test and get take the name of a shipped scenario where a file is expected") {
    const Library library;
    CHECK(contains(library.run({"run", "first"}).output, "first: Pod web"));
    CHECK(library.run({"get", "probes/same", "--at", "3s"}).status == 0);
    const ProcessResult two = library.run({"run", "same"});
    CHECK(two.status == 2);
    CHECK(contains(two.error, "several shipped scenarios are called so"));
    CHECK(contains(two.error, "write `order/same`, `probes/same`"));
    const ProcessResult wrong = library.run({"run", "fist"});
    CHECK(wrong.status == 2);
    CHECK(contains(wrong.error, "fist: error[input/unreadable]: cannot read this file: No such file or directory"));
    CHECK(contains(wrong.error, "did you mean the shipped scenario `first`?"));
  }

  TEST_CASE("a file stands above a shipped scenario of the same name") {
    const Library library;
    library.write("first", std::string{"name: mine\n"} + kPod);
    test::ProcessOptions options;
    options.environment = {{"PODLAPSE_SCENARIOS", library.path()}};
    options.folder = library.path();
    CHECK(contains(run_podlapse({"run", "first"}, options).output, "mine: Pod web"));
  }

  TEST_CASE("without a library scenarios says so") {
    test::ProcessOptions options;
    options.environment = {{"PODLAPSE_SCENARIOS", "/nowhere"}};
    const ProcessResult none = run_podlapse({"scenarios"}, options);
    CHECK(none.status == 2);
    CHECK(contains(none.error, "no shipped scenarios"));
  }

  TEST_CASE("the binary of a build tree finds the scenarios of its sources") {
    CHECK(contains(run_podlapse({"scenarios", "-o", "name"}).output, "log-collector/given\n"));
  }
}
