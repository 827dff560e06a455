// A trace as lines of text without rules, colours or widths: what stored timelines are made of, and what is shown around a
// failure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "podlapse/expect/judge.hpp"
#include "podlapse/trace/record.hpp"

namespace podlapse {

/// The whole timeline, a line for each thing that happened: "0.498s  proxy  starts". Stable under what does not change the
/// run itself: no rules, no assumptions, no drawing.
[[nodiscard]] std::string timeline_text(const Trace& trace);

/// The instant in a line of timeline_text(); false for lines without one.
[[nodiscard]] bool instant_of_line(const std::string& line, SimDuration& at);

/// The lines around what a verdict rests on, each marked where it is one of those records: at most `most` lines of at most
/// `width` columns.
[[nodiscard]] std::vector<std::string> excerpt_around(const Trace& trace, const std::vector<Sighting>& sightings, std::size_t width,
                                                      std::size_t most = 14);

}  // namespace podlapse
