// SPDX-License-Identifier: Apache-2.0
//
// One workload as the agent runs it: the processes and pipes around a Supervisor, which decides.
// Reads its standard output as hostile lines, turns them into rows and events, keeps the end of its
// standard error for evidence, and reads what its processes and its containers use once a second. It must not know the
// other workloads or the loop. One thread, which must outlive the processes (spawn.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "probes/agent/containers.hpp"
#include "probes/agent/garbage_meter.hpp"
#include "rig/base/spawn.hpp"
#include "probes/agent/supervisor.hpp"
#include "probes/agent/uplink.hpp"
#include "probes/agent/work_rows.hpp"
#include "rig/base/line_buffer.hpp"

namespace soakrig::agent {

// What all workloads of an agent share.
struct WorkloadContext {
  Uplink& uplink;
  const Clock& clock;
  std::string own_folder;  // where argv[0] without '/' lies
  std::string boot_id;
  bool virtual_board = false;  // soakrig-work is started with --allow-signals
};

class Workload {
 public:
  static constexpr std::size_t kStderrTail = 8 * 1024;
  // Read of its output at most this much, so that a flood costs the agent a bound: a burst, then so
  // much a second. What is not read stays in the pipe and stops the writer.
  static constexpr std::size_t kBurst = 1u << 20;
  static constexpr std::size_t kBytesPerSecond = 1u << 20;
  // Notes, histograms and passed checks become events up to this rate; the rest is counted.
  static constexpr int kEventsPerTenSeconds = 100;
  static constexpr int kMaxLayouts = 16;  // announcements of its totals, and of its gauges

  Workload(std::string name, const WorkloadContext& context);
  ~Workload();
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;

  void start(const WorkloadSpec& spec);
  void stop(Nanos grace);
  // Reads from one of its descriptors, which was readable or hung up.
  void read_output();
  void read_errors();
  // Its process ended: call while it is a zombie, so that its pid is still its own. Ends the rest
  // of its group and its other descendants, reaps it, and lets the supervisor judge.
  void on_exit();
  // Deadlines; cheap enough for every wake-up.
  void tick();
  // Once a second while it has a process: memory and CPU time, signs of loading.
  void sample_processes(Nanos scheduled);
  void skip(Nanos lost) { supervisor_.skip(lost); }
  [[nodiscard]] std::optional<Nanos> deadline() const;
  // Sends SIGKILL to everything of it, at once and unasked.
  void kill_everything();

  // -1 = nothing to read now.
  [[nodiscard]] int output_fd() const { return budget_ > 0 ? out_.get() : -1; }
  [[nodiscard]] int error_fd() const { return err_.get(); }
  [[nodiscard]] const ProcessId& process() const { return process_; }
  [[nodiscard]] bool has_process() const { return process_.pid > 0; }
  [[nodiscard]] const std::string& name() const { return supervisor_.name(); }
  [[nodiscard]] const Supervisor& supervisor() const { return supervisor_; }

 private:
  // What its processes and containers use. Incomplete: a container of it is not to be found.
  struct Usage {
    probes::TreeUsage sum;
    bool there = false, complete = true;
  };
  void carry_out();
  void spawn_instance(std::uint64_t instance);
  void handle_line(std::string_view line);
  void take_totals(const work::Totals& totals);
  void take_gauges(const work::Gauges& gauges);
  [[nodiscard]] bool event_allowed(const work::Message& message);
  void garbage(std::string_view line, std::string_view reason);
  void report_garbage(bool all);
  void note_overlong();
  [[nodiscard]] std::vector<std::string> inspect();
  [[nodiscard]] Usage usage();
  void refill(Nanos now);

  WorkloadContext context_;
  Supervisor supervisor_;
  ProcessId process_;  // pid 0 = none
  Fd out_, err_;
  LineBuffer lines_;
  std::uint64_t overlong_seen_ = 0;
  std::string stderr_tail_;
  GarbageMeter garbage_;
  Containers containers_;
  TotalsRows totals_rows_;
  GaugeRows gauge_rows_;
  std::optional<std::uint32_t> totals_source_, gauges_source_, process_source_;
  int totals_layouts_ = 0, gauge_layouts_ = 0;
  std::size_t budget_ = kBurst;
  Nanos refilled_ = 0;
  int events_left_ = kEventsPerTenSeconds;
  Nanos events_since_ = 0;
  std::uint64_t events_suppressed_ = 0;
  std::uint64_t oom_before_ = 0;
  std::uint64_t read_before_ = 0;
  double cpu_before_ = 0, cpu_at_growth_ = 0;
  Nanos cpu_taken_ = 0, growth_seen_ = 0;
};

}  // namespace soakrig::agent
