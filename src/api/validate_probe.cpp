#include <algorithm>
#include <string>
#include <utility>

#include "formats.hpp"
#include "validate.hpp"

namespace podlapse::validation {
namespace {

/// ValidatePortNumOrName.
void validate_port(const Value& action, const Path& path, Errors& errors) {
  constexpr std::int64_t kPortMax = 65535;
  const Value* port = action.find("port");
  const Path port_path = path.child("port");
  if (port != nullptr && port->is_string()) {
    errors.invalid_each(port_path, RuleId::ValidateHandlerPort, port->as_string(), formats::port_name(port->as_string()));
    return;
  }
  const std::int64_t number = port != nullptr && port->is_int() ? port->as_int() : 0;
  if (number >= 1 && number <= kPortMax) return;
  errors.invalid(port_path, RuleId::ValidateHandlerPort, number, formats::inclusive_range(1, kPortMax));
}

void validate_http(const Value& action, const Path& path, Errors& errors) {
  if (action.string_at("path").empty()) errors.required(path.child("path"), RuleId::ValidateHttpPath);
  validate_port(action, path, errors);
  const std::string& scheme = action.string_at("scheme");
  if (!is_one_of(scheme, {"HTTP", "HTTPS"})) {
    errors.not_supported(path.child("scheme"), RuleId::ValidateHttpScheme, scheme, {"HTTP", "HTTPS"});
  }
  for (const Value& header : list_at(action, "httpHeaders")) {
    const std::string& name = header.string_at("name");
    errors.invalid_each(path.child("httpHeaders"), RuleId::ValidateHttpHeader, name, formats::http_header_name(name));
  }
}

/// validateSleepAction. Equal to the grace period is allowed, whatever the text says.
void validate_sleep(const Value& action, const Path& path, const Options& options, Errors& errors) {
  const std::int64_t seconds = int_at(action, "seconds").value_or(0);
  const bool zero_allowed = errors.gates().pod_lifecycle_sleep_action_allow_zero;
  if (!options.has_grace || (seconds >= (zero_allowed ? 0 : 1) && seconds <= options.grace)) return;
  std::string detail = zero_allowed ? "must be non-negative and less than" : "must be greater than 0 and less than";
  detail += " terminationGracePeriodSeconds (" + std::to_string(options.grace) + ")";
  if (!zero_allowed && errors.gates().sleep_error_names_gate) {
    detail += ". Enable AllowPodLifecycleSleepActionZeroValue feature gate for zero sleep.";
  }
  errors.invalid(path, RuleId::ValidateSleep, seconds, std::move(detail));
}

/// validateHandler: the first handler is validated, any other forbidden.
void validate_handler(const Value& holder, const Path& path, const Options& options, Errors& errors) {
  int count = 0;
  for (const std::string_view kind : {"exec", "httpGet", "tcpSocket", "grpc", "sleep"}) {
    const Value* action = object_at(holder, kind);
    if (action == nullptr) continue;
    const Path at = path.child(kind);
    if (++count > 1) {
      errors.forbidden(at, RuleId::ValidateOneHandler, "may not specify more than 1 handler type");
    } else if (kind == "exec") {
      if (list_at(*action, "command").empty()) errors.required(at.child("command"), RuleId::ValidateExecCommand);
    } else if (kind == "httpGet") {
      validate_http(*action, at, errors);
    } else if (kind == "sleep") {
      validate_sleep(*action, at, options, errors);
    } else {
      validate_port(*action, at, errors);
    }
  }
  if (count == 0) errors.required(path, RuleId::ValidateHandler, "must specify a handler type");
}

/// validateProbe.
void validate_probe(const Value& probe, const Path& path, const Options& options, Errors& errors) {
  validate_handler(probe, path, options, errors);
  for (const char* field : {"initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"}) {
    const std::int64_t number = int_at(probe, field).value_or(0);
    if (number < 0) {
      errors.invalid(path.child(field), RuleId::ValidateProbeNumbers, number, "must be greater than or equal to 0");
    }
  }
  const std::optional<std::int64_t> grace = int_at(probe, "terminationGracePeriodSeconds");
  if (grace && *grace <= 0) {
    errors.invalid(path.child("terminationGracePeriodSeconds"), RuleId::ValidateProbeGrace, *grace, "must be greater than 0");
  }
}

/// The signals of Linux, sorted.
const std::initializer_list<std::string_view> kLinuxSignals = {
    "SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD", "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL", "SIGINT", "SIGIO",
    "SIGIOT", "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF", "SIGPWR", "SIGQUIT", "SIGRTMAX", "SIGRTMAX-1",
    "SIGRTMAX-10", "SIGRTMAX-11", "SIGRTMAX-12", "SIGRTMAX-13", "SIGRTMAX-14", "SIGRTMAX-2", "SIGRTMAX-3",
    "SIGRTMAX-4", "SIGRTMAX-5", "SIGRTMAX-6", "SIGRTMAX-7", "SIGRTMAX-8", "SIGRTMAX-9", "SIGRTMIN", "SIGRTMIN+1",
    "SIGRTMIN+10", "SIGRTMIN+11", "SIGRTMIN+12", "SIGRTMIN+13", "SIGRTMIN+14", "SIGRTMIN+15", "SIGRTMIN+2",
    "SIGRTMIN+3", "SIGRTMIN+4", "SIGRTMIN+5", "SIGRTMIN+6", "SIGRTMIN+7", "SIGRTMIN+8", "SIGRTMIN+9", "SIGSEGV",
    "SIGSTKFLT", "SIGSTOP", "SIGSYS", "SIGTERM", "SIGTRAP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGUSR1",
    "SIGUSR2", "SIGVTALRM", "SIGWINCH", "SIGXCPU", "SIGXFSZ"};
const std::initializer_list<std::string_view> kWindowsSignals = {"SIGKILL", "SIGTERM"};

/// validateStopSignal.
void validate_stop_signal(const std::string& signal, const Path& path, const Options& options, Errors& errors) {
  constexpr RuleId kRule = RuleId::ValidateStopSignal;
  if (!options.has_os) return errors.forbidden(path, kRule, "may not be set for containers with empty `spec.os.name`");
  const bool is_windows = options.os == "windows";
  if (!is_windows && options.os != "linux") return;
  const std::initializer_list<std::string_view> known = is_windows ? kWindowsSignals : kLinuxSignals;
  if (std::find(known.begin(), known.end(), signal) == known.end()) errors.not_supported(path, kRule, signal, known);
}

/// What liveness and startup probes have in common beyond validateProbe.
void validate_killing_probe(const Value& container, std::string_view name, const Path& path, const Options& options,
                            Errors& errors) {
  const Value* probe = object_at(container, name);
  if (probe == nullptr) return;
  const Path at = path.child(name);
  validate_probe(*probe, at, options, errors);
  const std::int64_t successes = int_at(*probe, "successThreshold").value_or(0);
  if (successes != 1) errors.invalid(at.child("successThreshold"), RuleId::ValidateSuccessThreshold, successes, "must be 1");
}

}  // namespace

void validate_probes(const Value& container, const Path& path, const Options& options, Errors& errors) {
  validate_killing_probe(container, "livenessProbe", path, options, errors);
  if (const Value* probe = object_at(container, "readinessProbe")) {
    const Path at = path.child("readinessProbe");
    validate_probe(*probe, at, options, errors);
    if (const auto grace = int_at(*probe, "terminationGracePeriodSeconds")) {
      errors.invalid(at.child("terminationGracePeriodSeconds"), RuleId::ValidateReadinessGrace, *grace,
                     "must not be set for readinessProbes");
    }
  }
  validate_killing_probe(container, "startupProbe", path, options, errors);
}

void validate_lifecycle(const Value& lifecycle, const Path& path, const Options& options, Errors& errors) {
  for (const char* hook : {"postStart", "preStop"}) {
    if (const Value* handler = object_at(lifecycle, hook)) validate_handler(*handler, path.child(hook), options, errors);
  }
  if (const Value* signal = lifecycle.find("stopSignal"); signal != nullptr && signal->is_string()) {
    validate_stop_signal(signal->as_string(), path.child("stopSignal"), options, errors);
  }
}

}  // namespace podlapse::validation
