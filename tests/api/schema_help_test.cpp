#include "podlapse/api/schema_help.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "podlapse/api/validation.hpp"
#include "support.hpp"

using namespace podlapse;

namespace {

constexpr const char* kPod = R"({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {
  "restartPolicy": "Never",
  "containers": [{"name": "app", "image": "nginx", "restartPolicy": "Never", "ports": [{"containerPort": 80}],
    "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [1]}}],
    "livenessProbe": {"httpGet": {"port": 80}}}]}})";
constexpr const char* kJob = R"({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {
  "podFailurePolicy": {"rules": [{"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1]}}]},
  "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "app", "image": "nginx"}]}}}})";
constexpr const char* kPlainJob = R"({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {
  "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "app", "image": "nginx"}]}}}})";
constexpr const char* kCronJob = R"({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "c"}, "spec": {
  "schedule": "* * * * *", "jobTemplate": {"spec": {
  "template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "app", "image": "nginx"}]}}}}}})";
constexpr const char* kStatefulSet =
    R"({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "s"}, "spec": {
  "selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}},
  "spec": {"containers": [{"name": "app", "image": "nginx"}]}}}})";

constexpr std::pair<SchemaType, const char*> kSamples[] = {{SchemaType::Pod, kPod},
                                                           {SchemaType::Job, kJob},
                                                           {SchemaType::Job, kPlainJob},
                                                           {SchemaType::CronJob, kCronJob},
                                                           {SchemaType::StatefulSet, kStatefulSet}};

/// Calls `visit` with every struct in `value`, which is one of `type`, and its path.
template <class Visit>
void each_struct(const Value& value, SchemaType type, const std::string& path, const Visit& visit) {
  if (!is_struct(type) || !value.is_object()) return;
  visit(value, type, path);
  for (const SchemaField& field : schema_fields(type)) {
    const Value* one = value.find(field.name);
    if (one == nullptr) continue;
    const std::string here = path + (path.empty() ? "" : ".") + std::string{field.name};
    if (field.shape == SchemaShape::One) each_struct(*one, field.type, here, visit);
    if (field.shape != SchemaShape::List) continue;
    for (std::size_t i = 0; i < one->items().size(); ++i)
      each_struct(one->items()[i], field.type, here + "[" + std::to_string(i) + "]", visit);
  }
}

/// The struct of `object` at a path of each_struct().
Value& at(Value& object, const std::string& path) {
  return const_cast<Value&>(*std::as_const(object).at_path(path));
}

}  // namespace

TEST_SUITE("api/schema_help") {
  TEST_CASE("every row is about a field that the table has, once") {
    for (const FieldHelp& row : field_helps()) {
      CAPTURE(row.field);
      CHECK(find_schema_field(row.type, row.field) != nullptr);
      CHECK(find_field_help(row.type, row.field) == &row);
    }
    CHECK(find_field_help(SchemaType::Pod, "nothing") == nullptr);
    CHECK(split_words("a|b c|d") == std::vector<std::string_view>{"a", "b c", "d"});
    CHECK(split_words("").empty());
  }

  TEST_CASE("values are those that the server takes, and a default is what it fills in") {
    std::size_t values = 0, defaults = 0;
    for (const auto& sample : kSamples) {
      const SchemaType kind = sample.first;
      const char* text = sample.second;
      const Value raw = podlapse::test::document(text);
      const CheckedObject good = check_object(raw, kind);
      REQUIRE(good.errors.empty());
      each_struct(raw, kind, "", [&](const Value& one, SchemaType type, const std::string& path) {
        for (const FieldHelp& row : field_helps()) {
          if (row.type != type) continue;
          const bool depends = text == std::string_view{kJob} &&
                               row.field == "podReplacementPolicy";  // beside a podFailurePolicy: Failed
          const bool later =
              kind == SchemaType::CronJob && type == SchemaType::JobSpec;  // defaults come when the Job is made
          CAPTURE(path);
          CAPTURE(row.field);
          const Value* filled = good.object.at_path(path)->find(row.field);
          if (!later && !row.default_text.empty() && one.find(row.field) == nullptr) {
            REQUIRE(filled != nullptr);
            CHECK((filled->is_int() ? std::to_string(filled->as_int()) : filled->as_string()) == row.default_text);
            ++defaults;
          }
          if (row.values.empty() || depends) continue;
          Value wrong = raw;
          at(wrong, path).set(row.field, Value{"Nonsense"});
          const CheckedObject refused = check_object(wrong, kind);
          REQUIRE_FALSE(refused.errors.empty());
          const auto about = std::find_if(refused.errors.begin(), refused.errors.end(), [&](const FieldError& error) {
            return error.path == path + "." + std::string{row.field};
          });
          REQUIRE(about != refused.errors.end());
          for (const std::string_view word : split_words(row.values)) {
            CAPTURE(word);
            CHECK(about->detail.find(word) != std::string::npos);
          }
          const auto words_told =
              static_cast<std::size_t>(std::count(about->detail.begin(), about->detail.end(), '"')) / 2;
          if (words_told > 0) CHECK(words_told == split_words(row.values).size());
          ++values;
        }
      });
    }
    CHECK(values >= 14);
    CHECK(defaults >= 14);
  }
}
