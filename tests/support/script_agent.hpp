// SPDX-License-Identifier: Apache-2.0
//
// An agent made of a few lines of shell, so that the controller is tested with exactly the lines a
// test wants. It greets, announces one source of two channels, and answers start, stop and bye.
#pragma once

#include <string>
#include <vector>

#include "rig/base/agent_protocol.hpp"
#include "rig/base/process_id.hpp"
#include "rig/base/time.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::test {

inline std::string hello_line() {
  agent::Hello hello;
  hello.stream = "test-stream";
  hello.process.boot_id = current_boot_id();
  hello.boot_ns = SystemClock().boot_ns();
  hello.board = {{"model", "script"}};
  return agent::encode(agent::Up{hello});
}

inline std::string announce_line() {
  return agent::encode(agent::Up{agent::Announce{
      0, {"zone", kSecond, {{"soc.temperature", "Cel", "", Provenance::replayed, ""},
                            {"limiter.thermal.x_state", "{state}", "", Provenance::replayed, ""}}}}});
}

inline std::string batch_line(std::uint64_t seq, double temperature) {
  agent::BatchMessage m;
  m.seq = seq;
  m.t0 = SystemClock().boot_ns();
  m.batch.columns = 2;
  const double row[] = {temperature, 0};
  const State states[] = {State::good, State::no_data};
  m.batch.add_row(m.t0, row, states);
  return agent::encode(agent::Up{m});
}

inline std::string event_line(std::uint64_t seq, std::string_view kind, const std::string& body) {
  return agent::encode(agent::Up{agent::EventMessage{
      seq, {SystemClock().boot_ns(), "", std::string(kind), Severity::info, body}}});
}

// The argv of an agent that prints `at_start`, then for each command line read: `on_start` at a
// start, nothing at the others; it ends at bye, at a command that
// holds the word DIE (with code 1), or at the end of its input.
inline std::vector<std::string> script_agent(const TempDir& dir, const std::string& at_start,
                                             const std::string& on_start) {
  dir.write("at_start", at_start);
  dir.write("on_start", on_start);
  dir.write("agent.sh",
            "cat '" + dir.file("at_start") + "'\n"
            "while read -r line; do\n"
            "  echo \"$line\" >> '" + dir.file("commands") + "'\n"
            "  case $line in\n"
            "    *DIE*) exit 1 ;;\n"
            "    *'\"start\"'*) cat '" + dir.file("on_start") + "' ;;\n"
            "    *'\"bye\"'*) exit 0 ;;\n"
            "  esac\n"
            "done\n");
  return {"/bin/sh", dir.file("agent.sh")};
}

}  // namespace soakrig::test
