#include <doctest/doctest.h>

#include "kubelet/support.hpp"
#include "podlapse/kubelet/termination_message.hpp"

namespace podlapse::test {
namespace {

Decided<std::string> message_of(const RunBehavior& run, bool falls_back, std::int32_t exit_code = 1, std::size_t containers = 1) {
  ContainerSpec container;
  container.message_falls_back_to_log = falls_back;
  return termination_message(run, container, exit_code, containers);
}

RunBehavior says(std::string message, std::string output) {
  RunBehavior run;
  run.message = std::move(message);
  run.output = std::move(output);
  return run;
}

}  // namespace

TEST_SUITE("kubelet/termination_message") {
  TEST_CASE("message/file: what stands in the file is the message, with and without an error") {
    check_because(message_of(says("no disk", "log"), true).because, RuleId::MessageFile);
    CHECK_EQ(message_of(says("no disk", "log"), true).value, "no disk");
    CHECK_EQ(message_of(says("done", "log"), false, 0).value, "done");
  }
  TEST_CASE("message/file: its last 4096 bytes, and of those the container's share of 12 KiB") {
    const std::string text = std::string(1000, 'a') + std::string(4096, 'b');
    CHECK_EQ(message_of(says(text, ""), false).value, std::string(4096, 'b'));
    CHECK_EQ(message_of(says(text + "c", ""), false, 1, 4).value, std::string(3072, 'b'));
  }
  TEST_CASE("message/none: the log is not looked at without FallbackToLogsOnError") {
    check_because(message_of(says("", "log"), false).because, RuleId::MessageNone);
    CHECK_EQ(message_of(says("", "log"), false).value, "");
  }
  TEST_CASE("message/no-error: FallbackToLogsOnError leaves a container that exited 0 without a message") {
    check_because(message_of(says("", "log"), true, 0).because, RuleId::MessageNoError);
    CHECK_EQ(message_of(says("", "log"), true, 0).value, "");
  }
  TEST_CASE("message/log: the last 80 lines of the log, and of those the last 2048 bytes") {
    check_because(message_of(says("", "log"), true).because, RuleId::MessageLog);
    CHECK_EQ(message_of(says("", "panic\nexit\n"), true).value, "panic\nexit\n");
    std::string lines;
    for (int i = 0; i < 80; ++i) lines += "x\n";
    CHECK_EQ(message_of(says("", "first\n" + lines), true).value, lines);
    CHECK_EQ(message_of(says("", "a" + std::string(2048, 'b')), true).value, std::string(2048, 'b'));
    CHECK_EQ(message_of(says("", ""), true).value, "");
  }
}

}  // namespace podlapse::test
