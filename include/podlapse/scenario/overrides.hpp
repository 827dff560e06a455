// Overrides: what a command line or a manifest's annotations say in place of an assumption. One grammar for both:
//
//   override  ::=  TARGET=phrase{,phrase}             --run app=2s:exit=1,forever
//   phrase    ::=  item{:item}                        30s:exit=1:term=ignore
//   item      ::=  KEY=VALUE | FLAG | VALUE           the first item may leave out its key: 30s is run=30s
//
// Keys are those of a scenario file (okAfter, exitOn, ...); hyphens and case do not matter (ok-after). A value that holds
// one of `:` `,` is quoted: error="pull failed: no such host". In an annotation the key names the target: the option
// `--probe app.readiness=fail` is `podlapse.dev/probe.app.readiness: fail`. Examples of each: override_syntax().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "podlapse/base/diagnostic.hpp"
#include "podlapse/kubelet/world_input.hpp"
#include "podlapse/model/behavior.hpp"

namespace podlapse {

struct Scenario;

/// A container by name. `pod` empty: in every Pod that has it.
struct ContainerRef {
  std::string pod, container;
};

/// An action as somebody wrote it: Pods and containers by name. The indices inside `what` are not set yet.
struct ActionRequest {
  SimDuration at{};
  std::string pod;                                            ///< empty: the only Pod, or the one that has `container`
  std::string container;                                      ///< of kill, oom and debug
  std::vector<std::pair<std::string, std::string>> images;    ///< of patch: container, new image
  std::vector<std::string> removed;                           ///< of restartKubelet: containers
  ActionKind what;
};

/// What is said of the answer to SIGTERM; what is not said stays as it was.
struct TermOverride {
  std::optional<bool> ignore;
  std::optional<SimDuration> after;
  std::optional<std::int32_t> exit_code;
};

/// All runs of a container, in place of those known. `behavior.on_term` is not looked at: `term` is laid over the old answer.
struct RunOverride {
  struct Run {
    RunBehavior behavior;
    TermOverride term;
  };
  ContainerRef target;
  std::vector<Run> runs;
};
/// The answer to SIGTERM in every run.
struct SetTerm {
  ContainerRef target;
  TermOverride term;
};
/// A probe's answers, in place of those known.
struct ProbeOverride {
  ContainerRef target;
  ProbeKind probe = ProbeKind::Readiness;
  ProbeBehavior behavior;
};
struct HookOverride {
  enum class Hook : std::uint8_t { PostStart, PreStop };
  ContainerRef target;
  Hook hook = Hook::PostStart;
  HookBehavior behavior;
};
/// An image by its name or, in an annotation, by a container that uses it.
struct ImageOverride {
  std::string image;
  ContainerRef used_by;
  ImageBehavior behavior;
};
struct ActionOverride {
  std::vector<ActionRequest> actions;
};

/// One override as parsed. `place` is where it was written, for errors that show up only when it meets a manifest.
struct Override {
  SourceSpan place;
  std::variant<RunOverride, SetTerm, ProbeOverride, HookOverride, ImageOverride, ActionOverride> what;
};

enum class OverrideKind : std::uint8_t { Run, Term, Probe, Hook, Image, At, DeleteAt };

/// How one kind is written: `--name VALUE` on the command line, `podlapse.dev/name[.TARGET]: VALUE` in a manifest.
struct OverrideSyntax {
  OverrideKind kind = OverrideKind::Run;
  std::string_view name;     ///< "run"
  std::string_view value;    ///< "CONTAINER=RUN[,RUN...]"
  std::string_view help;     ///< one line for --help
  std::string_view example;  ///< "app=2s:exit=1,forever"
};

/// Every kind, in the order in which help lists them. Each may be given several times.
[[nodiscard]] std::vector<OverrideSyntax> override_syntax();

/// Reads the value of one option. `file` is the index of a SourceFile whose name is the option ("--run") and whose text is
/// `text`, so that a problem is shown like one of a file. False when something was added to `problems`.
[[nodiscard]] bool parse_override(OverrideKind kind, std::string_view text, std::uint32_t file, Override& out,
                                  std::vector<Diagnostic>& problems);

/// Reads an annotation: `key` without the prefix `podlapse.dev/` ("run.app"), `file` as above with the annotation as name.
[[nodiscard]] bool parse_annotation(std::string_view key, std::string_view value, std::uint32_t file, Override& out,
                                    std::vector<Diagnostic>& problems);

/// Lays `overrides` over each of `scenarios` (each a World of its own) that has the Pods and containers they name. An
/// override that fits none of them is a problem, which names what there is.
[[nodiscard]] std::vector<Diagnostic> apply_overrides(std::vector<Scenario>& scenarios, const std::vector<Override>& overrides);

/// Reads the annotations of every workload and lays them over `scenario`. For each annotation a SourceFile is appended to
/// `files`; problems point into them.
[[nodiscard]] std::vector<Diagnostic> apply_annotations(Scenario& scenario, std::vector<SourceFile>& files);

}  // namespace podlapse
