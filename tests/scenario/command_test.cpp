#include "podlapse/scenario/command.hpp"

#include <doctest/doctest.h>

using namespace podlapse;
using namespace std::chrono_literals;

namespace {

std::string claim_of(const std::vector<std::string>& argv) {
  const std::optional<CommandClaim> claim = read_command(argv);
  if (!claim) return "-";
  if (!claim->run) return "forever";
  return format_go_duration(*claim->run) + " exit " + std::to_string(claim->exit_code);
}

std::string claim_of_script(const std::string& script) {
  return claim_of({"sh", "-c", script});
}

struct Row {
  std::string script, claim;
};

void check_scripts(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.script);
    CHECK(claim_of_script(row.script) == row.claim);
  }
}

}  // namespace

TEST_SUITE("scenario/command") {
  TEST_CASE("programs that say what they do are believed, wherever they are installed") {
    CHECK(claim_of({"sleep", "5"}) == "5s exit 0");
    CHECK(claim_of({"/bin/sleep", "1h"}) == "1h0m0s exit 0");
    CHECK(claim_of({"sleep", "1m", "30"}) == "1m30s exit 0");
    CHECK(claim_of({"sleep", "0.5"}) == "500ms exit 0");
    CHECK(claim_of({"sleep", "2d"}) == "48h0m0s exit 0");
    CHECK(claim_of({"sleep", "infinity"}) == "forever");
    CHECK(claim_of({"sleep", "99999999999"}) == "forever");
    CHECK(claim_of({"busybox", "sleep", "3"}) == "3s exit 0");
    CHECK(claim_of({"tail", "-f", "/dev/null"}) == "forever");
    CHECK(claim_of({"tail", "-n1", "-F", "/opt/logs.txt"}) == "forever");
    CHECK(claim_of({"/pause"}) == "forever");
    CHECK(claim_of({"true"}) == "0s exit 0");
    CHECK(claim_of({"/bin/false"}) == "0s exit 1");
    CHECK(claim_of({"echo", "$(date)", "hi"}) == "0s exit 0");
  }

  TEST_CASE("what is not understood completely is no claim") {
    CHECK(claim_of({}) == "-");
    CHECK(claim_of({"nginx", "-g", "daemon off;"}) == "-");
    CHECK(claim_of({"sleep"}) == "-");
    CHECK(claim_of({"sleep", "$(SECONDS)"}) == "-");
    CHECK(claim_of({"sleep", "soon"}) == "-");
    CHECK(claim_of({"sleep", "5ms"}) == "-");
    CHECK(claim_of({"$(PROGRAM)", "5"}) == "-");
    CHECK(claim_of({"/opt/app/sleep", "5"}) == "-");
    CHECK(claim_of({"tail", "-n", "5", "/var/log/x"}) == "-");
    CHECK(claim_of({"tail", "-f", "--pid=1", "/x"}) == "-");
    CHECK(claim_of({"exit", "1"}) == "-");
    CHECK(claim_of({"sh"}) == "-");
    CHECK(claim_of({"sh", "run.sh"}) == "-");
    CHECK(claim_of({"consume", "queue"}) == "-");
  }

  TEST_CASE("a shell runs its statements one after the other and exits with the last status") {
    check_scripts({{"echo hi; sleep 3; exit 1", "3s exit 1"},
                   {"echo \"Hello world!\" && sleep 5 && exit 42", "5s exit 42"},
                   {"sleep 1\nsleep 2\n", "3s exit 0"},
                   {"touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600", "10m30s exit 0"},
                   {"echo \"logging\" > /opt/logs.txt", "0s exit 0"},
                   {"echo one >>/a 2>&1 </dev/null; sleep 2", "2s exit 0"},
                   {"# nothing\nsleep 4 # seconds", "4s exit 0"},
                   {"false; true", "0s exit 0"},
                   {"false", "0s exit 1"},
                   {"false || sleep 2", "2s exit 0"},
                   {"false && sleep 2", "0s exit 1"},
                   {"true || sleep 2; exit", "0s exit 0"},
                   {"false; exit $?", "0s exit 1"},
                   {"exit 300", "0s exit 44"},
                   {"exec sleep 7; exit 3", "7s exit 0"},
                   {"FOO=bar; sleep 2", "2s exit 0"},
                   {"FOO=bar sleep 2", "2s exit 0"},
                   {"trap 'exit 0' TERM; sleep 9", "9s exit 0"},
                   {"sleep 100 & sleep 2", "2s exit 0"},
                   {"sh -c 'sleep 2; exit 4'", "2s exit 4"},
                   {"cd /tmp && sleep 1", "1s exit 0"},
                   {"sleep \\\n5", "5s exit 0"},
                   {"", "0s exit 0"}});
  }

  TEST_CASE("options of the shell are read, and -e ends a script at its first failure") {
    CHECK(claim_of({"/bin/bash", "-ec", "sleep 1; false; sleep 5"}) == "1s exit 1");
    CHECK(claim_of({"bash", "-euo", "pipefail", "-c", "sleep 2"}) == "2s exit 0");
    CHECK(claim_of({"sh", "-c", "set -e\nfalse || true\nsleep 1\nfalse\nsleep 9"}) == "1s exit 1");
    CHECK(claim_of({"sh", "-c", "set -e; set +e; false; sleep 2"}) == "2s exit 0");
    CHECK(claim_of({"sh", "-c", "set -e; while false; do :; done; sleep 1"}) == "1s exit 0");
    CHECK(claim_of({"sh", "-c", "set -e; for i in 1 2; do sleep 1; false && true; done; sleep 1"}) == "3s exit 0");
    CHECK(claim_of({"sh", "-c", "exit 2", "name", "argument"}) == "0s exit 2");
    CHECK(claim_of({"sh", "-z", "-c", "exit 2"}) == "-");
  }

  TEST_CASE("an endless loop runs for ever, whatever its body does") {
    check_scripts({{"while true; do echo \"logging\" >> /opt/logs.txt; sleep 1; done", "forever"},
                   {"while :\ndo\n  curl -s http://localhost/ | grep ok\n  sleep 5\ndone", "forever"},
                   {"i=0; while true; do echo \"$i: $(date)\" >> /var/log/1.log; i=$((i+1)); sleep 1; done", "forever"},
                   {"until false; do sleep 1; done", "forever"},
                   {"while sleep 1000; do :; done", "forever"},
                   {"cat /config/app.conf; while true; do sleep 3600; done", "forever"},
                   {"nginx -g 'daemon off;'; sleep infinity", "forever"},
                   {"while true; do while true; do sleep 1; done; done", "forever"},
                   {"while false; do sleep 1; done; sleep 2", "2s exit 0"},
                   {"while true; do sleep 1; exit 3; done", "1s exit 3"}});
  }

  TEST_CASE("a loop that may be left is not believed") {
    check_scripts({{"while true; do sleep 1; break; done", "-"},
                   {"while true; do curl x || exit 1; sleep 1; done", "-"},
                   {"until nslookup db; do echo waiting; sleep 2; done", "-"},
                   {"set -e; while true; do curl x; done", "-"},
                   {"while true; do sleep 1; kill 1; done", "-"}});
  }

  TEST_CASE("a counted loop adds up") {
    check_scripts({{"for i in 1 2 3; do echo $i; sleep 2; done", "6s exit 0"},
                   {"for i in 3 2 1 ; do echo $i ; done", "0s exit 0"},
                   {"for i in 1 2; do for j in a b; do sleep 1; done; done; exit 5", "4s exit 5"},
                   {"for i in 1 2 3; do sleep 1; exit 9; done", "1s exit 9"},
                   {"for i in $(seq 10); do sleep 1; done", "-"},
                   {"for f in *.txt; do sleep 1; done", "-"}});
  }

  TEST_CASE("unknown commands, substitutions, pipes and syntax that is not read are no claim") {
    check_scripts({{"curl -f http://db; exit 1", "-"},
                   {"sleep $DELAY", "-"},
                   {"echo $(sleep 5)", "-"},
                   {"echo `date`; exit 1", "-"},
                   {"exit $CODE", "-"},
                   {"if true; then sleep 5; fi", "-"},
                   {"(sleep 5)", "-"},
                   {"{ sleep 5; }", "-"},
                   {"echo hi | tee /x", "-"},
                   {"cat <<EOF\nEOF\nsleep 1", "-"},
                   {"sleep 5; wait", "-"},
                   {"curl x && exit 3", "-"},
                   {"curl x && sleep infinity", "-"},
                   {"trap 'exit 3' EXIT; sleep 5", "-"},
                   {"eval sleep 5", "-"},
                   {"$CMD; sleep 5", "-"},
                   {"echo 'open", "-"},
                   {"echo $(open", "-"},
                   {"sleep 5 &; kill 1", "-"},
                   {"kill 1 & sleep 5", "-"}});
  }

  TEST_CASE("a script made to take long is given up") {
    std::string words = "1";
    for (int i = 0; i < 12; ++i) words += " " + words;
    CHECK(claim_of_script("for a in " + words + "; do for b in " + words + "; do :; done; done") == "-");
    std::string deep;
    for (int i = 0; i < 30; ++i) deep += "while true; do ";
    deep += "sleep 1";
    for (int i = 0; i < 30; ++i) deep += "; done";
    CHECK(claim_of_script(deep) == "-");
  }
}
