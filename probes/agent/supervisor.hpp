// SPDX-License-Identifier: Apache-2.0
//
// Keeps one workload running: decides when to start, restart, stop and kill it, what counts as a
// crash, a hang or an out-of-memory kill, and whose fault that is. A pure state machine: time and
// everything observed is passed in, what is to be done comes out as actions. It must not know
// processes, pipes or the link (workload.hpp is that edge).
//
// Rules, also in docs/formats/agent_protocol.md:
//   hang       once working: no work total grew for hang_after. Before that (loading): nothing was
//              seen for hang_after, where CPU time or reads of the quiet process count as being
//              alive, for at most max(hang_after, kLoadingLimit), or hang_after from a garbage
//              line.
//   crash      it ended without being asked to, by a signal or with any code.
//   oom        it ended by a SIGKILL that we did not send while the kernel's oom_kill count moved.
//   restart    after crash, hang and oom, within the budget, after a back-off that doubles from
//              restart.backoff to kLongestBackoff. Instances are counted on over all starts.
//   refused    it said that its program refused the model: the incident model-refused, at once. How
//              it ends then is no further incident, and it is not started again.
//   skipped    it said that its program cannot be run here: no incident, and no restart.
//   starvation, deadlock, priority-inversion    it said so of its streams.
//   config     a start that cannot work (no such program, exit 4, 126 or 127 before it was ready)
//              is blamed on the configuration and not tried again; so is an end after it said
//              that nothing could be read from its program.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rig/base/event.hpp"
#include "rig/base/process_id.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/base/verdict.hpp"
#include "rig/base/work_protocol.hpp"

namespace soakrig::agent {

inline constexpr Nanos kLoadingLimit = 120 * kSecond;
inline constexpr Nanos kLongestBackoff = kMinute;
inline constexpr Nanos kKillRepeat = 5 * kSecond;    // a KILL that did not work is sent again
inline constexpr Nanos kMismatchInterval = kMinute;  // between two output-mismatch incidents

// How a process ended, with what was seen around it.
struct ExitReport {
  int signal = 0;  // 0 = it ended by itself, with `code`
  int code = 0;
  std::uint64_t oom_kills = 0;  // how far the kernel's oom_kill count moved since the start
  std::string stderr_tail;      // printable
};

// Start instance `instance` of the workload.
struct SpawnAction {
  std::uint64_t instance = 0;
};
// Send `signal` to the whole process group.
struct SignalAction {
  int signal = 0;
};
using Action = std::variant<SpawnAction, SignalAction, Event>;

// One owner; not thread-safe. Times are boot time. Event times are the `now` passed in.
class Supervisor {
 public:
  enum class State : std::uint8_t { idle, loading, working, stopping, backoff, down };
  // Reads what the live process is doing (state, wait channel, stack), for the evidence of a hang.
  using Inspect = std::function<std::vector<std::string>()>;

  explicit Supervisor(std::string name) : name_(std::move(name)) {}

  // From the controller. start() on a running workload changes nothing but says so.
  void start(const WorkloadSpec& spec, Nanos now);
  void stop(Nanos grace, Nanos now);

  // Answers to a SpawnAction. A config fault is one that no restart can mend.
  void spawned(const ProcessId& process, const std::vector<std::string>& argv, Nanos now);
  void spawn_failed(const Error& error, bool config_fault, Nanos now);

  // What the process says. False when the message contradicts an earlier one (totals that
  // decrease), which is garbage: nothing of it was used.
  [[nodiscard]] bool message(const work::Message& message, Nanos now);
  void garbage(Nanos now);
  // The quiet process used CPU time or read files: it may be loading.
  void alive(Nanos now);
  void exited(const ExitReport& report, Nanos now);

  // Carries out deadlines. `inspect` is called at most once, when a hang is found.
  void tick(Nanos now, const Inspect& inspect);
  // The next time at which tick() has something to do; absent = nothing is pending.
  [[nodiscard]] std::optional<Nanos> deadline() const;
  // The whole machine (or this program) stood still for `lost`: that is nobody's hang.
  void skip(Nanos lost);

  // What is to be done now, in order; empties the list.
  [[nodiscard]] std::vector<Action> take_actions();

  [[nodiscard]] State state() const { return state_; }
  // True from the SpawnAction until the exit: there is, or is about to be, a process.
  [[nodiscard]] bool has_process() const;
  [[nodiscard]] std::uint64_t instance() const { return instance_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const WorkloadSpec& spec() const { return spec_; }
  [[nodiscard]] int restarts() const { return restarts_; }
  // When a work total last grew (or the instance started, or seemed to be loading).
  [[nodiscard]] Nanos last_growth() const { return last_growth_; }

 private:
  enum class Asked : std::uint8_t { no, by_controller, by_hang };
  // What it said of itself that explains its end; a later instance would end likewise.
  enum class Excuse : std::uint8_t { none, refused, skipped, unread };

  void spawn(Nanos now);
  void take_totals(const work::Totals& totals, Nanos now);
  void become_ready(const work::Ready* ready, Nanos now);
  void check_output(const work::Check& check, Nanos now);
  // Remarks of our own workloads: refused, skipped, unread (exec); what is wrong between streams
  // (frames).
  void heed(const work::Note& note, Nanos now);
  void declare_hang(Nanos now, const Inspect& inspect);
  // False when a restart makes no sense.
  bool judge_exit(const ExitReport& report, Nanos now);
  void plan_restart(Nanos now);
  // Says that it stays down, so that nobody waits for it.
  void give_up(const char* reason, Nanos now);
  [[nodiscard]] Nanos hang_deadline() const;
  [[nodiscard]] std::string describe_totals() const;
  void incident(IncidentClass incident_class, Blame blame, std::vector<std::string> evidence,
                Nanos now);
  void emit(std::string_view kind, Severity severity, std::string body, Nanos now);

  std::string name_;
  WorkloadSpec spec_;
  State state_ = State::idle;
  Asked asked_ = Asked::no;
  Excuse excuse_ = Excuse::none;
  std::uint64_t instance_ = 0;
  std::uint64_t spawned_ = 0;  // instances started so far
  int restarts_ = 0;           // of the budget, over this agent's life
  Nanos started_ = 0;
  Nanos last_growth_ = 0;             // or the start, while nothing grew
  Nanos kill_at_ = 0;                 // stopping: when KILL is sent (again)
  Nanos restart_at_ = 0;              // backoff
  std::optional<Nanos> garbage_at_;   // first garbage while loading
  std::optional<WorkloadSpec> next_;  // start this once the process being stopped has ended
  std::optional<work::Totals> totals_;
  std::optional<Nanos> mismatch_reported_;
  std::uint64_t mismatches_ = 0;  // since the last output-mismatch incident
  ProcessId process_;
  std::vector<Action> actions_;
};

// "SIGSEGV (11)".
[[nodiscard]] std::string signal_name(int signal);

}  // namespace soakrig::agent
