#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document.hpp"
#include "findings.hpp"
#include "podlapse/suite/formats.hpp"

namespace podlapse {
namespace {

constexpr const char* kSchema = "https://json.schemastore.org/sarif-2.1.0.json";
constexpr std::string_view kHex = "0123456789ABCDEF";

Value object(std::string_view key, Value value) {
  Value out = Value::object();
  out.set(key, std::move(value));
  return out;
}

Value text_value(std::string_view text) { return object("text", Value{text}); }

Value list_of(Value item) {
  Value list = Value::array();
  list.push_back(std::move(item));
  return list;
}

/// A path as a URI reference (RFC 3986): relative to where podlapse ran, or file:// of an absolute one.
std::string uri_of(std::string_view path) {
  while (path.substr(0, 2) == "./") path.remove_prefix(2);
  std::string out = path.substr(0, 1) == "/" ? "file://" : "";
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view{"-._~/"}.find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 0xfU]};
    }
  }
  return out;
}

/// FNV-1a of 64 bits: shown to other tools, so it stays the same in every version and on every machine.
class Fingerprint {
 public:
  Fingerprint& add(std::string_view text) {
    for (const char c : text) mix(static_cast<unsigned char>(c));
    mix(0);
    return *this;
  }
  [[nodiscard]] std::string text() const {
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += kHex[(hash_ >> shift) & 0xfU];
    return out;
  }

 private:
  void mix(unsigned byte) { hash_ = (hash_ ^ byte) * 0x100000001b3ULL; }
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
};

class SarifRun {
 public:
  void add(const TestResult& test) {
    for (const Finding& found : findings_of(test)) add(found, test);
  }
  /// The only element of `runs`.
  [[nodiscard]] Value run(const std::string& version) &&;

 private:
  void add(const Finding& found, const TestResult& test);
  std::size_t rule_index(const std::string& id);
  std::string fingerprint(const Finding& found, const TestResult& test);

  Value rules_ = Value::array(), results_ = Value::array();
  std::map<std::string, std::size_t> rule_indexes_;
  std::map<std::string, int> fingerprints_;
};

Value region_of(const Finding& found) {
  const NamedPlace& place = found.in_file;
  Value region = Value::object();
  // What is about a whole file is shown at its beginning: readers want a region.
  region.set("startLine", Value{std::int64_t{std::max(place.line, 1U)}});
  if (place.column != 0) {
    region.set("startColumn", Value{std::int64_t{place.column}});
    region.set("endColumn", Value{std::int64_t{place.column} + place.length});
  }
  if (!found.source_line.empty()) region.set("snippet", text_value(found.source_line));
  return region;
}

Value location_of(const Finding& found, const TestResult& test) {
  Value location = Value::object();
  if (!found.place.file.empty() && found.place.file != "-") {  // standard input has no address
    Value physical = object("artifactLocation", object("uri", Value{uri_of(found.place.file)}));
    physical.set("region", region_of(found));
    location.set("physicalLocation", std::move(physical));
  }
  if (!test.name.empty()) location.set("logicalLocations", list_of(object("fullyQualifiedName", Value{test.name})));
  return location;
}

std::size_t SarifRun::rule_index(const std::string& id) {
  const auto [found, is_new] = rule_indexes_.emplace(id, rule_indexes_.size());
  if (!is_new) return found->second;
  const Rule known = rule_text(id);
  const std::string_view text = known.text.empty() ? known.id : known.text;
  Value value = Value::object();
  value.set("id", Value{id});
  value.set("shortDescription", text_value(text));
  value.set("fullDescription", text_value(text));
  value.set("help", text_value(known.source.empty() ? text : "see " + std::string{known.source}));
  value.set("defaultConfiguration", object("level", Value{"error"}));
  rules_.push_back(std::move(value));
  return found->second;
}

/// Of what was expected, not of where it stands or what happened: it is the same problem after lines were added above it.
std::string SarifRun::fingerprint(const Finding& found, const TestResult& test) {
  const std::string subject = found.expected.empty() ? found.text : found.expected;
  std::string text = Fingerprint{}.add(found.rule).add(found.place.file).add(test.name).add(subject).text();
  const int times = ++fingerprints_[text];
  return text + ":" + std::to_string(times);
}

void SarifRun::add(const Finding& found, const TestResult& test) {
  const std::string id = found.rule.empty() ? "podlapse/problem" : found.rule;
  Value result = Value::object();
  result.set("ruleId", Value{id});
  result.set("ruleIndex", Value{static_cast<std::int64_t>(rule_index(id))});
  result.set("level", Value{"error"});
  std::string message = found.message();
  if (!test.command.empty()) message += "; more: " + test.command;
  result.set("message", text_value(message));
  const Value location = location_of(found, test);
  if (!location.members().empty()) result.set("locations", list_of(location));
  result.set("partialFingerprints", object("podlapse/v1", Value{fingerprint(found, test)}));
  if (found.failure != nullptr && !found.failure->excerpt.empty()) {
    Value lines = Value::array();
    for (const std::string& line : found.failure->excerpt) lines.push_back(Value{line});
    result.set("properties", object("timeline", std::move(lines)));
  }
  results_.push_back(std::move(result));
}

Value SarifRun::run(const std::string& version) && {
  Value driver = Value::object();
  driver.set("name", Value{"podlapse"});
  if (!version.empty()) driver.set("semanticVersion", Value{version});
  driver.set("rules", std::move(rules_));
  Value out = Value::object();
  out.set("tool", object("driver", std::move(driver)));
  out.set("columnKind", Value{"unicodeCodePoints"});
  out.set("results", std::move(results_));
  return out;
}

}  // namespace

std::string write_sarif(const SuiteResult& suite, const SuiteView& view) {
  SarifRun run;
  for (const TestResult& test : suite.tests) run.add(test);
  Value document = Value::object();
  document.set("$schema", Value{kSchema});
  document.set("version", Value{"2.1.0"});
  document.set("runs", list_of(std::move(run).run(view.version)));
  return pretty_json(document);
}

}  // namespace podlapse
