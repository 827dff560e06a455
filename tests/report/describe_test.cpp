// kubectl describe and the tables of events: every text that kubectl printed, and what the recorded Pods do not show.
#include "podlapse/report/describe.hpp"

#include <doctest/doctest.h>

#include <string>

#include "podlapse/report/kube_events.hpp"
#include "support.hpp"

namespace podlapse::test {
namespace {

const Value::Array& events_of(const Value& row) { return row.find("events")->items(); }

/// What kubectl events --for pod/NAME prints.
std::string events_for(const Value& row) {
  EventPrinter printer{EventTable::Events};
  return printer.print(in_events_order(events_of(row)), instant_at(row, "eventsForNow"));
}

std::string get_events(const Value& row) {
  EventPrinter printer{EventTable::GetEvents};
  return printer.print(events_of(row), instant_at(row, "getEventsNow"));
}

/// The rows that have `key`, each compared with what `print` makes of it.
template <class Print>
void check_rows(const std::string& key, Print print) {
  std::size_t rows = 0, equal = 0;
  for (const Value& row : recorded_rows("describe.jsonl")) {
    if (row.find(key) == nullptr) continue;
    CAPTURE(row.string_at("id"));
    const std::string printed = print(row);
    CHECK_EQ(printed, row.string_at(key));
    ++rows;
    if (printed == row.string_at(key)) ++equal;
  }
  tell_rows("describe.jsonl", key, rows, equal);
  CHECK(rows == (key == "text" ? 47 : 10));
}

}  // namespace

TEST_SUITE("report/describe") {
  TEST_CASE("every text of kubectl describe comes out the same") {
    check_rows("text", [](const Value& row) {
      return describe_pod(*row.find("pod"), events_of(row), instant_at(row, "now"));
    });
  }

  TEST_CASE("every table of kubectl events comes out the same") { check_rows("eventsFor", events_for); }

  TEST_CASE("every table of kubectl get events comes out the same") { check_rows("getEvents", get_events); }
}

}  // namespace podlapse::test
