// SPDX-License-Identifier: Apache-2.0
// Also tests: bench_setup.cpp board_setup.cpp
#include "rig/app/run_setup.hpp"

#include <algorithm>

#include "rig/app/agent_home.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

RunSpec two_boards(const char* sysroot) {
  RunSpec spec;
  for (const char* name : {"a", "b"}) {
    BoardSpec board;
    board.name = name;
    board.sysroot = sysroot;
    spec.boards.push_back(board);
  }
  return spec;
}

}  // namespace

TEST_CASE("Each board gets its agent, with its own tree and the profile's period") {
  const SystemClock clock;
  RunSpec spec = two_boards("");
  spec.boards[1].sysroot = "/some/tree";
  spec.sample = 250 * kMillisecond;
  const auto setup = set_up_run(spec, "run-1", clock);
  REQUIRE(setup);
  CHECK_FALSE(setup->bench);
  REQUIRE(setup->parts.agents.size() == 2);
  const auto& first = setup->parts.agents[0];
  CHECK(first[0].ends_with("/soakrig-agent"));
  const auto after = [](const std::vector<std::string>& argv, const std::string& option) {
    const auto found = std::ranges::find(argv, option);
    return found == argv.end() || found + 1 == argv.end() ? std::string() : *(found + 1);
  };
  CHECK(first[1] == "attach");
  CHECK(after(first, "--period") == "250000us");
  CHECK(after(first, "--run") == "run-1");
  CHECK(after(first, "--orphan-limit") == "86400000ms");
  CHECK(after(first, "--state") == agent_state("run-1", 0));
  CHECK(after(first, "--sysroot").empty());
  CHECK(after(setup->parts.agents[1], "--state") == agent_state("run-1", 1));
  CHECK(after(setup->parts.agents[1], "--sysroot") == "/some/tree");
  REQUIRE(setup->parts.links.size() == 2);
  CHECK(setup->parts.links[0].run == "run-1");
  CHECK(setup->parts.links[0].patience == 24 * kHour);
}

TEST_CASE("Two boards on one virtual bench are refused, with the way out") {
  const SystemClock clock;
  const auto setup = set_up_run(two_boards("virtual"), "run-1", clock);
  REQUIRE_FALSE(setup);
  CHECK(setup.error().code == Errc::unsupported);
  CHECK(setup.error().remedy.find("virtual serve") != std::string::npos);
}

TEST_CASE("A bench that is not there is an error that names its file") {
  const SystemClock clock;
  const auto setup = set_up_run(two_boards("virtual:/no/such/ready.json"), "run-1", clock);
  REQUIRE_FALSE(setup);
  CHECK(setup.error().message().find("/no/such/ready.json") != std::string::npos);
}

TEST_CASE("A chamber that does not answer is an error, not a wait for ever") {
  const SystemClock clock;
  RunSpec spec = two_boards("");
  ChamberSpec chamber;
  chamber.map = "watlow-f4t";
  chamber.connect = "tcp://127.0.0.1:1?unit=1";
  spec.chamber = chamber;
  const auto setup = set_up_run(spec, "run-1", clock);
  REQUIRE_FALSE(setup);
  CHECK(setup.error().message().find("chamber") != std::string::npos);
}
