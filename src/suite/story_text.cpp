#include "podlapse/suite/story_text.hpp"

#include <algorithm>

#include "podlapse/report/story.hpp"
#include "podlapse/report/text.hpp"

namespace podlapse {

namespace {

struct ToldLine {
  std::string text;
  std::uint64_t seq = 0;
};

/// Who a line is about: "app", "Pod", "web-x/app" where there are several Pods.
std::string subject_of(const StoryLine& line, bool several_pods) {
  const std::string name = line.container.empty() ? std::string{"Pod"} : line.container;
  if (!line.owner.empty()) return line.owner.substr(0, line.owner.find('/'));
  return several_pods && !line.pod.empty() ? line.pod + "/" + name : name;
}

std::vector<ToldLine> lines_of(const Trace& trace, std::size_t time_width) {
  Storyteller storyteller{trace.header, {}};
  std::size_t subject_width = 3;
  std::vector<StoryLine> told;
  for (const TraceRecord& record : trace.records) {
    for (StoryLine& line : storyteller.tell(record)) told.push_back(std::move(line));
  }
  const bool several_pods = trace.header.pods.size() > 1;
  for (const StoryLine& line : told) subject_width = std::max(subject_width, text_width(subject_of(line, several_pods)));
  std::vector<ToldLine> lines;
  for (const StoryLine& line : told) {
    std::string time = format_seconds(line.at.time_since_epoch(), 3) + "s";
    if (time.size() < time_width) time.insert(0, time_width - time.size(), ' ');
    std::string subject = subject_of(line, several_pods);
    subject.resize(subject.size() + subject_width - text_width(subject), ' ');
    lines.push_back({time.append("  ").append(subject).append("  ").append(line.text), line.seq});
  }
  return lines;
}

}  // namespace

std::string timeline_text(const Trace& trace) {
  std::string text;
  for (const ToldLine& line : lines_of(trace, 9)) text += line.text + "\n";
  return text;
}

bool instant_of_line(const std::string& line, SimDuration& at) {
  const std::size_t begin = line.find_first_not_of(" +-"), end = line.find("  ", begin);
  return begin != std::string::npos && end != std::string::npos && parse_duration(line.substr(begin, end - begin), at);
}

std::vector<std::string> excerpt_around(const Trace& trace, const std::vector<Sighting>& sightings, std::size_t width,
                                        std::size_t most) {
  constexpr std::size_t kAround = 2;
  const std::vector<ToldLine> lines = lines_of(trace, 9);
  std::vector<std::string> excerpt;
  if (lines.empty()) return excerpt;
  // A sighting whose record is no news of its own is near the line that follows it.
  std::size_t first = lines.size() - 1, last = sightings.empty() ? lines.size() - 1 : 0;
  for (const Sighting& sighting : sightings) {
    const auto near = std::find_if(lines.begin(), lines.end(), [&](const ToldLine& line) { return line.seq >= sighting.seq; });
    const auto index = std::min(static_cast<std::size_t>(near - lines.begin()), lines.size() - 1);
    first = std::min(first, index);
    last = std::max(last, index);
  }
  const std::size_t from = first > kAround ? first - kAround : 0, to = std::min(last + kAround + 1, lines.size());
  const std::size_t left_out = to - from > most ? to - from - most : 0;
  for (std::size_t i = from; i < to; ++i) {
    const std::size_t place = i - from;
    if (left_out > 0 && place == most / 2) {
      excerpt.push_back("   ... " + std::to_string(left_out) + " lines");
      i += left_out - 1;
      continue;
    }
    const bool seen = std::any_of(sightings.begin(), sightings.end(),
                                  [&](const Sighting& sighting) { return sighting.seq != 0 && sighting.seq == lines[i].seq; });
    excerpt.push_back(shortened((seen ? "> " : "  ") + lines[i].text, width));
  }
  return excerpt;
}

}  // namespace podlapse
