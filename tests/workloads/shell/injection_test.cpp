// SPDX-License-Identifier: Apache-2.0
#include "workloads/shell/injection.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

TEST_CASE("injection: every kind is read, with its time") {
  const std::pair<const char*, InjectKind> kinds[] = {
      {"crash@10s", InjectKind::crash},
      {"hang@10s", InjectKind::hang},
      {"garbage@10s", InjectKind::garbage},
      {"silent@10s", InjectKind::silent},
      {"endless-line@10s", InjectKind::endless_line},
      {"exit:7@10s", InjectKind::exit},
      {"leak@10s", InjectKind::leak},
      {"error@10s", InjectKind::error},
      {"error-small@10s", InjectKind::error_small}};
  for (const auto& [text, kind] : kinds) {
    const auto parsed = parse_injection(text);
    INFO(text);
    REQUIRE(parsed);
    CHECK(parsed->kind == kind);
    CHECK(parsed->after == 10 * kSecond);
  }
  CHECK(parse_injection("exit:7@250ms")->exit_code == 7);
}

TEST_CASE("injection: nonsense is refused with advice") {
  for (const char* bad : {"", "crash", "crash@", "crash@10", "crash@-1s", "@10s", "exit@1s",
                          "exit:@1s", "exit:256@1s", "exit:-1@1s", "exit:1x@1s", "crash:1@1s"}) {
    INFO(bad);
    CHECK_FALSE(parse_injection(bad));
  }
  const auto near = parse_injection("crsh@1s");
  REQUIRE_FALSE(near);
  CHECK(near.error().message().find("did you mean \"crash\"") != std::string::npos);
}

TEST_CASE("injection: the crash is a segmentation fault") {
  const pid_t child = ::fork();
  if (child == 0) crash_here();
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGSEGV);
}
