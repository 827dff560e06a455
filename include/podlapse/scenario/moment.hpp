// Moments as text: how scenario files and overrides write down what a process waits for or depends on.
#pragma once

#include <string>
#include <string_view>

#include "podlapse/model/behavior.hpp"

namespace podlapse {

/// Reads `[pod/]container[[attempt]].what[(code)]`: `proxy.ready`, `app[2].started`, `app.exited(0)`, `db/postgres.serving`.
/// `attempt` goes with started and exited, `code` with exited. False with `problem` set (one line, lowercase, without a
/// full stop) when `text` is no moment.
[[nodiscard]] bool parse_moment(std::string_view text, Moment& out, std::string& problem);

/// The same text again, e.g. for "waits until proxy.ready".
[[nodiscard]] std::string format_moment(const Moment& moment);

/// "started", "exited", "running", "serving", "ready".
[[nodiscard]] const char* to_string(Moment::What what);

}  // namespace podlapse
