// SPDX-License-Identifier: Apache-2.0
//
// soakrig-agent: runs on the board, started by the controller over a pipe or ssh; detached, it
// outlives both.
#include <fcntl.h>
#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "probes/agent/agent.hpp"
#include "probes/agent/attach.hpp"
#include "probes/agent/census.hpp"
#include "probes/agent/pid_file.hpp"
#include "probes/last_death.hpp"
#include "rig/base/version.hpp"

namespace {

// The kernel shall rather end a workload than the one who tells about it. Needs privilege.
void protect_from_oom() {
  const int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "-900", 4) < 0) errno = 0;
  close(fd);
}

// A journal is the running system's own; a tree of files has none.
int say_last_death(const soakrig::agent::Options& options) {
  using namespace soakrig;
  const auto fs = probes::open_host_fs(options.sysroot);
  const auto none = []() -> Result<std::vector<std::string>> {
    return Error{Errc::not_found, "a tree of files has no journal"};
  };
  const probes::ReadJournal journal =
      options.sysroot == "/" ? probes::ReadJournal(probes::read_previous_journal) : none;
  std::printf("%s\n", encode(probes::read_last_death(*fs, journal)).c_str());
  return std::fflush(stdout) == 0 ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace soakrig;
  const std::vector<std::string> args(argv + 1, argv + argc);
  const auto options = agent::parse_options(args);
  if (!options) {
    std::fprintf(stderr, "soakrig-agent: %s\n", options.error().message().c_str());
    return 4;
  }
  if (options->help) {
    std::fputs(agent::help_text().c_str(), stdout);
    return 0;
  }
  if (options->version) {
    std::printf("soakrig-agent %s (%s)\n", std::string(version()).c_str(),
                std::string(commit()).c_str());
    return 0;
  }
  const SystemClock clock;
  if (!options->stop.empty()) {
    const auto stopped = agent::stop_agent(options->stop, 2 * kSecond, clock);
    if (stopped) return 0;
    std::fprintf(stderr, "soakrig-agent: %s\n", stopped.error().message().c_str());
    return 2;
  }
  if (!options->agents.empty()) {
    for (const Resident& each : agent::residents(options->agents, clock)) {
      std::fputs(encode(each).c_str(), stdout);
    }
    return std::fflush(stdout) == 0 ? 0 : 2;
  }
  if (!options->clear.empty()) {
    const auto cleared = agent::clear_agent(options->clear, clock);
    if (cleared) return 0;
    std::fprintf(stderr, "soakrig-agent: %s\n", cleared.error().message().c_str());
    return 2;
  }
  if (options->attach) {
    const auto joined = agent::run_attach(*options, clock, STDIN_FILENO, STDOUT_FILENO);
    if (joined) return 0;
    std::fprintf(stderr, "soakrig-agent: %s\n", joined.error().message().c_str());
    return 2;
  }
  try {
    if (options->last_death) return say_last_death(*options);
    protect_from_oom();
    const agent::PidFile named(options->pid_file);
    return agent::Agent(*options, clock, STDIN_FILENO, STDOUT_FILENO).run();
  } catch (const Fatal& fatal) {
    std::fprintf(stderr, "soakrig-agent: %s\n", fatal.error().message().c_str());
    return fatal.exit_code();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "soakrig-agent: %s\n", error.what());
    return 2;
  }
}
