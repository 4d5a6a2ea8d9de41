// SPDX-License-Identifier: Apache-2.0
#include "probes/process_tree.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "rig/base/fd.hpp"
#include "tests/probes/probe_reading.hpp"

using namespace soakrig;
using namespace soakrig::probes;

TEST_CASE("memory is RssAnon plus VmSwap, not RSS") {
  CHECK(parse_status_memory("VmRSS:\t  9000 kB\nRssAnon:\t 100 kB\nRssFile:\t 8900 kB\n"
                            "VmSwap:\t  28 kB\n") == 128 * 1024);
  CHECK(parse_status_memory("RssAnon:\t 100 kB\n") == 100 * 1024);
  CHECK(parse_status_memory("Name:\tkthreadd\n") == 0);
  CHECK(parse_status_memory("RssAnon:\t 99999999999999999 kB\nVmSwap: 1 kB\n") == 1024);
  for (const std::string& text : hostile_texts()) CHECK(parse_status_memory(text) >= 0);
}

TEST_CASE("a stat line parses whatever the process is called") {
  const auto line = parse_stat_line(
      "42 (a ) b (c) R 7 42 42 0 -1 4194304 100 0 0 0 11 22 33 44 20 0 1 0 500 1 2");
  REQUIRE(line.has_value());
  CHECK(line->parent == 7);
  CHECK(line->cpu_ticks == 110);
  CHECK_FALSE(parse_stat_line("42 (x) R").has_value());
  CHECK_FALSE(parse_stat_line("42 (x R 1 2").has_value());
  for (const std::string& text : hostile_texts()) CHECK_FALSE(parse_stat_line(text).has_value());
}

TEST_CASE("a tree is the process and its descendants, with their memory") {
  // A child that waits to be told to end, below this process: pipes instead of sleeps.
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  Fd read_end(pipe_ends[0]), write_end(pipe_ends[1]);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    write_end.reset();
    char byte = 0;
    static_cast<void>(::read(read_end.get(), &byte, 1));
    ::_exit(0);
  }
  const auto both = read_process_tree(::getpid());
  const auto alone = read_process_tree(child);
  write_end.reset();
  ::waitpid(child, nullptr, 0);
  REQUIRE(both.has_value());
  REQUIRE(alone.has_value());
  CHECK(both->processes == 2);
  CHECK(alone->processes == 1);
  CHECK(alone->memory_bytes > 0);
  CHECK(both->memory_bytes > alone->memory_bytes);
  const auto gone = read_process_tree(child);
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().code == Errc::not_found);
}
