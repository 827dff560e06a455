#include "podlapse/trace/names.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace podlapse;

TEST_SUITE("trace/names") {
  TEST_CASE("what happened to a container has the trace's words, and they are read back") {
    using What = ContainerObservation::What;
    for (const auto& [what, word] : {std::pair{What::Started, "started"}, {What::Term, "term"}, {What::Exited, "exited"}}) {
      CHECK(std::string{to_string(what)} == word);
      CHECK(container_what(word) == what);
    }
    CHECK_FALSE(container_what("Started"));
    CHECK_FALSE(container_what(""));
  }

  TEST_CASE("hooks and probes have the trace's words, and they are read back") {
    using Hook = HookObservation::Hook;
    using What = HookObservation::What;
    CHECK(std::string{to_string(Hook::PostStart)} == "postStart");
    CHECK(std::string{to_string(Hook::PreStop)} == "preStop");
    CHECK(std::string{to_string(What::Start)} == "start");
    CHECK(std::string{to_string(What::End)} == "end");
    CHECK(hook_of("postStart") == Hook::PostStart);
    CHECK(hook_of("preStop") == Hook::PreStop);
    CHECK_FALSE(hook_of("prestop"));
    CHECK(hook_what("start") == What::Start);
    CHECK(hook_what("end") == What::End);
    CHECK_FALSE(hook_what("stop"));
    CHECK(probe_kind("startup") == ProbeKind::Startup);
    CHECK(probe_kind("readiness") == ProbeKind::Readiness);
    CHECK(probe_kind("liveness") == ProbeKind::Liveness);
    CHECK_FALSE(probe_kind("ready"));
  }

  TEST_CASE("a container's state has the API's word, and the empty one waits") {
    using Kind = ContainerState::Kind;
    CHECK(std::string{state_word(Kind::None)} == "waiting");
    CHECK(std::string{state_word(Kind::Waiting)} == "waiting");
    CHECK(std::string{state_word(Kind::Running)} == "running");
    CHECK(std::string{state_word(Kind::Terminated)} == "terminated");
  }

  TEST_CASE("every observation has its type, and the container it is about") {
    ContainerObservation container;
    container.container = "app";
    CHECK(std::string{type_name(container)} == "container");
    CHECK(container_of(container) == "app");
    EventObservation event;
    event.event.container = "web";
    CHECK(std::string{type_name(event)} == "event");
    CHECK(container_of(event) == "web");
    ProbeObservation probe;
    probe.container = "db";
    CHECK(std::string{type_name(probe)} == "probe");
    CHECK(container_of(probe) == "db");
    HookObservation hook;
    hook.container = "proxy";
    CHECK(std::string{type_name(hook)} == "hook");
    CHECK(container_of(hook) == "proxy");
    CHECK(std::string{type_name(ActionObservation{"kill", "app", {}, false, {}, {}})} == "action");
    CHECK(container_of(ActionObservation{"kill", "app", {}, false, {}, {}}) == "app");
    CHECK(std::string{type_name(StepObservation{"start", "app", ""})} == "step");
    CHECK(container_of(StepObservation{"start", "app", ""}) == "app");
    CHECK(std::string{type_name(StatusObservation{})} == "status");
    CHECK(std::string{type_name(DeletedObservation{})} == "deleted");
    CHECK(std::string{type_name(JobObservation{})} == "job");
    CHECK(container_of(StatusObservation{}).empty());
    CHECK(container_of(DeletedObservation{}).empty());
    CHECK(container_of(JobObservation{}).empty());
  }
}
