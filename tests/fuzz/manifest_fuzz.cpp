// libFuzzer: any bytes are read, defaulted, validated and told about, without a fault.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "podlapse/api/validation.hpp"
#include "podlapse/base/diagnostic.hpp"
#include "podlapse/scenario/make_workload.hpp"
#include "yaml/manifest.hpp"
#include "yaml/text.hpp"
#include "yaml/validate_documents.hpp"
#include "yaml/write.hpp"

using namespace podlapse;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

/// What is accepted stays as it is when it is sent again, as a new object and as an update of itself.
void check_again(const yaml::ValidatedObject& validated) {
  const WorkloadKindInfo* info = find_workload_kind(validated.kind.kind);
  require(info != nullptr);
  const CheckedObject update = check_update(validated.object, validated.object, info->type);
  require(!update.undecodable());
  const std::string text = yaml::write_yaml(validated.object);
  std::vector<Diagnostic> diagnostics;
  const std::vector<Value> read = yaml::read_documents(text, 0, {}, diagnostics);
  require(read.size() == 1 && read.front() == validated.object);
}

/// Rows of tests/api/data are seeds: what they sent is looked at too.
void check_row(const Value& document, const std::vector<yaml::ValidatedObject>& others) {
  const Value* manifest = document.find("manifest");
  if (manifest == nullptr) return;
  yaml::Manifests manifests;
  std::vector<Diagnostic> diagnostics;
  yaml::read_manifest(*manifest, FieldValidation::Warn, manifests, diagnostics);
  const WorkloadKindInfo* info = find_workload_kind(manifest->string_at("kind"));
  if (info == nullptr) return;
  const CheckedObject old = check_object(*manifest, info->type);
  if (const Value* changed = document.find("changes"); changed != nullptr && old.errors.empty()) {
    (void)check_update(*changed, old.object, info->type);
    if (info->kind == WorkloadKind::Pod) (void)check_ephemeral_update(*changed, old.object);
  }
  for (const yaml::ValidatedObject& other : others) (void)check_update(*manifest, other.object, info->type);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto mode = static_cast<FieldValidation>(size % 3);
  yaml::ValidatedObjects validated;
  std::vector<Diagnostic> problems;
  yaml::validate_text(text, 0, mode, validated, problems);
  const SourceFiles files = {{"fuzz.yaml", text}};
  for (const Diagnostic& problem : problems) (void)render_diagnostic(problem, files, false);
  for (const yaml::ValidatedObject& object : validated.objects) {
    if (object.status.accepted()) check_again(object);
  }
  problems.clear();
  for (const Value& document : yaml::read_documents(text, 0, {}, problems)) check_row(document, validated.objects);
  return 0;
}
