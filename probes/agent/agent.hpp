// SPDX-License-Identifier: Apache-2.0
//
// The agent: one thread and one poll loop that joins a controller, the probes on their grid, and
// the workloads. It ends when it is told to or when it gets SIGTERM, and then leaves no process
// behind. Over a pair of pipes it ends with them; detached it goes on without a controller and
// keeps what it has to say (detached.hpp). What a probe means, what a workload does wrong and how a
// line looks is decided elsewhere (probe_runner, supervisor, uplink).
//
// Signals and the subreaper flag are process-wide: one Agent in a process.
#pragma once

#include <poll.h>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "probes/agent/detached.hpp"
#include "probes/agent/grid.hpp"
#include "probes/agent/link.hpp"
#include "probes/agent/options.hpp"
#include "probes/agent/own_cost.hpp"
#include "probes/agent/uplink.hpp"
#include "probes/agent/workload.hpp"
#include "probes/host_fs.hpp"
#include "probes/probe_runner.hpp"

namespace soakrig::agent {

class Agent final : private probes::RowSink {
 public:
  static constexpr std::size_t kMaxWorkloads = 64;
  static constexpr Nanos kStopGrace = 5 * kSecond;   // of workloads when the link is gone
  static constexpr Nanos kLastWords = 2 * kSecond;   // for the controller to read the rest
  static constexpr Nanos kStandstill = 2 * kSecond;  // a wake-up later than this lost time

  // Borrows the descriptors (which a detached agent does not use) and the clock. Throws Fatal when
  // the sysroot, a probe or the folder of its state is not there.
  Agent(const Options& options, const Clock& clock, int in, int out);
  ~Agent() override;

  // Until the end; the exit code of the program.
  int run();

 private:
  using Workloads = std::map<std::string, std::unique_ptr<Workload>>;

  void row(std::uint32_t source, Nanos scheduled, Nanos taken, std::span<const double> values,
           std::span<const State> states) override;
  void event(const Event& event) override;

  void greet();
  [[nodiscard]] std::string greeting();
  [[nodiscard]] LineSink& sink();
  void open_door();
  void lose_link(std::string_view why);
  [[nodiscard]] Nanos next_wake() const;
  void wait_until(Nanos when);
  void handle_descriptors();
  void read_signals();
  void reap();
  void read_commands();
  void carry_out_commands();
  void handle(const Down& command);
  void start_workload(const WorkloadSpec& spec);
  void on_time(Nanos now);
  void every_second(Nanos scheduled, Nanos now);
  void begin_end(Nanos grace, std::string_view why);
  [[nodiscard]] bool finished(Nanos now) const;
  void leave_nothing_behind();
  void publish();
  void complain(std::string what, std::string remedy, Severity severity);

  const Clock& clock_;
  std::string sysroot_;
  std::unique_ptr<probes::HostFs> fs_;
  probes::ProbeRunner runner_;
  std::string stream_;  // names this start
  Hello hello_;
  std::unique_ptr<Detached> detached_;  // none: over pipes
  std::unique_ptr<Link> link_;          // none: detached, and alone
  Uplink uplink_;
  GarbageMeter bad_commands_;
  Fd signals_, timer_;
  Nanos armed_for_ = 0;
  WorkloadContext context_;
  Workloads workloads_;
  std::vector<std::uint32_t> runner_sources_;  // runner's number -> announced number
  std::uint32_t own_source_ = 0;
  Grid second_;
  OwnCost own_cost_;
  std::vector<pollfd> polled_;
  std::vector<Workload*> polled_for_;  // parallel to polled_ from the fifth on
  bool ending_ = false;
  bool spool_problem_told_ = false;
  Nanos give_up_at_ = 0;   // while ending: no longer than this
  std::string published_;  // what workloads.json holds
};

}  // namespace soakrig::agent
