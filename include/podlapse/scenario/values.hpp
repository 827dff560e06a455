// Values as people write them in scenario files, annotations and overrides. Each function returns false with `problem` set
// (one line, lowercase, without a full stop) when the text is no such value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "podlapse/model/behavior.hpp"

namespace podlapse {

/// "started", "exited", "running", "serving", "ready".
[[nodiscard]] const char* to_string(Moment::What what);

/// `[pod/]container[[attempt]].what[(code)]`: `proxy.ready`, `app[2].started`, `app.exited(0)`, `db/postgres.serving`.
/// `attempt` goes with started and exited, `code` with exited.
[[nodiscard]] bool parse_moment(std::string_view text, Moment& out, std::string& problem);

/// The same text again, e.g. for "waits until proxy.ready".
[[nodiscard]] std::string format_moment(const Moment& moment);

/// A duration of at most ten years: `2s`, `1.5s`, `250ms`, `1m20s`, `1h`, or a bare number of seconds.
[[nodiscard]] bool parse_span(std::string_view text, SimDuration& out, std::string& problem);

/// The duration that somebody means who writes `5 minutes` or `3sec`: `5m`, `3s`. Empty where that cannot be told.
[[nodiscard]] std::string meant_duration(std::string_view text);

/// How long something goes on: a duration, `forever` (both outs empty), or `until MOMENT`.
[[nodiscard]] bool parse_length(std::string_view text, std::optional<SimDuration>& span, std::optional<Moment>& until,
                                std::string& problem);

/// A whole number between `least` and `most`.
[[nodiscard]] bool parse_integer(std::string_view text, std::int64_t least, std::int64_t most, std::int64_t& out,
                                 std::string& problem);

/// `word` without hyphens and in lower case: keys that differ only so are the same (ok-after, okAfter).
[[nodiscard]] std::string folded_key(std::string_view word);

}  // namespace podlapse
