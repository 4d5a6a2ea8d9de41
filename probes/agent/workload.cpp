// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/workload.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <utility>

#include "probes/agent/inspect.hpp"
#include "probes/process_tree.hpp"
#include "rig/base/container_run.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::agent {

namespace {

constexpr Nanos kEventWindow = 10 * kSecond;
constexpr double kLoadingCpu = 0.05;               // of one core: less is no sign of loading
constexpr std::uint64_t kLoadingReads = 1u << 20;  // bytes in a second

enum class Source { open, empty, closed };

// One read of a non-blocking descriptor into `buffer`.
Source read_some(int fd, std::span<char> buffer, std::string_view& got) {
  for (;;) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n > 0) {
      got = std::string_view(buffer.data(), static_cast<std::size_t>(n));
      return Source::open;
    }
    if (n < 0 && errno == EINTR) continue;
    return n < 0 && errno == EAGAIN ? Source::empty : Source::closed;
  }
}

bool is_soakrig_work(const std::string& argv0) {
  const auto slash = argv0.rfind('/');
  return argv0.substr(slash == std::string::npos ? 0 : slash + 1) == "soakrig-work";
}

}  // namespace

Workload::Workload(std::string name, const WorkloadContext& context)
    : context_(context),
      supervisor_(name),
      lines_(work::kMaxLine),
      totals_rows_(name),
      gauge_rows_(name) {}

// A process must never outlive the object that watches it.
Workload::~Workload() {
  if (!has_process()) return;
  kill_everything();
  while (waitpid(process_.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Workload::start(const WorkloadSpec& spec) {
  supervisor_.start(spec, context_.clock.boot_ns());
  carry_out();
}

void Workload::stop(Nanos grace) {
  supervisor_.stop(grace, context_.clock.boot_ns());
  carry_out();
}

// What the supervisor wants done, until it wants nothing more: a failed start leads to new actions.
void Workload::carry_out() {
  for (auto actions = supervisor_.take_actions(); !actions.empty();
       actions = supervisor_.take_actions()) {
    for (auto& action : actions) {
      if (const auto* spawn = std::get_if<SpawnAction>(&action)) {
        spawn_instance(spawn->instance);
      } else if (const auto* signal = std::get_if<SignalAction>(&action)) {
        if (!has_process()) continue;
        ::kill(-process_.pid, signal->signal);
        ::kill(-process_.pid, SIGCONT);  // a stopped process would not see it
      } else {
        context_.uplink.event(std::get<Event>(action));
      }
    }
  }
}

void Workload::spawn_instance(std::uint64_t instance) {
  SpawnSpec spec;
  spec.argv = supervisor_.spec().argv;
  spec.program = resolve_program(spec.argv.front(), context_.own_folder);
  if (context_.virtual_board && is_soakrig_work(spec.program)) {
    spec.argv.emplace_back("--allow-signals");
  }
  spec.environment = minimal_environment();
  spec.environment.push_back("SOAKRIG_INSTANCE=" + std::to_string(instance));
  spec.environment.push_back("SOAKRIG_WORKLOAD=" + name());

  oom_before_ = oom_kills();
  auto child = soakrig::spawn(spec);
  const Nanos now = context_.clock.boot_ns();
  if (!child) {
    supervisor_.spawn_failed(child.error(), child.error().code != Errc::io, now);
    return;
  }
  process_ = {child->pid, process_start_time(child->pid).value_or(0), context_.boot_id};
  out_ = std::move(child->out);
  err_ = std::move(child->err);
  lines_ = LineBuffer(work::kMaxLine);
  containers_.forget_all();
  overlong_seen_ = 0;
  stderr_tail_.clear();
  budget_ = kBurst;
  refilled_ = now;
  read_before_ = 0;
  cpu_before_ = cpu_at_growth_ = 0;
  cpu_taken_ = growth_seen_ = now;
  supervisor_.spawned(process_, spec.argv, now);
}

void Workload::refill(Nanos now) {
  const double more = to_seconds(now - refilled_) * static_cast<double>(kBytesPerSecond);
  if (more < 4096) return;  // a page at least, so that a flood is read in useful pieces
  budget_ = std::min(kBurst, budget_ + static_cast<std::size_t>(std::min(more, 1e9)));
  refilled_ = now;
}

void Workload::read_output() {
  std::array<char, 64 * 1024> buffer;
  if (!out_ || budget_ == 0) return;
  std::string_view got;
  const auto size = std::min(buffer.size(), budget_);
  switch (read_some(out_.get(), std::span(buffer).first(size), got)) {
    case Source::empty:
      return;
    case Source::closed:
      out_.reset();
      return;
    case Source::open:
      break;
  }
  budget_ -= got.size();
  lines_.append(got);
  while (const auto line = lines_.next()) handle_line(*line);
  note_overlong();
  carry_out();
}

// A line that is too long is thrown away by the buffer; what is left of it is that it was there.
void Workload::note_overlong() {
  for (; overlong_seen_ < lines_.overlong(); ++overlong_seen_) {
    garbage({}, "a line longer than " + std::to_string(work::kMaxLine) + " bytes");
  }
}

void Workload::read_errors() {
  std::array<char, 16 * 1024> buffer;
  std::string_view got;
  if (!err_) return;
  switch (read_some(err_.get(), buffer, got)) {
    case Source::empty:
      return;
    case Source::closed:
      err_.reset();
      return;
    case Source::open:
      break;
  }
  stderr_tail_.append(got);
  if (stderr_tail_.size() > kStderrTail) {
    stderr_tail_.erase(0, stderr_tail_.size() - kStderrTail);
  }
}

void Workload::handle_line(std::string_view line) {
  const auto message = work::parse_line(line);
  if (!message) {
    garbage(line, message.error().what);
    return;
  }
  if (!event_allowed(*message)) return;
  if (!supervisor_.message(*message, context_.clock.boot_ns())) {
    garbage(line, "totals that decrease");
    return;
  }
  carry_out();  // line by line, so that events and rows keep their order
  if (const auto* totals = std::get_if<work::Totals>(&*message)) {
    take_totals(*totals);
  } else if (const auto* gauges = std::get_if<work::Gauges>(&*message)) {
    take_gauges(*gauges);
  } else if (const auto* note = std::get_if<work::Note>(&*message)) {
    containers_.heed(*note);
  }
}

bool Workload::event_allowed(const work::Message& message) {
  const auto* check = std::get_if<work::Check>(&message);
  const bool makes_event = check != nullptr || std::holds_alternative<work::Note>(message) ||
                           std::holds_alternative<work::Histogram>(message);
  if (!makes_event) return true;
  const Nanos now = context_.clock.boot_ns();
  if (now - events_since_ >= kEventWindow) {
    if (events_suppressed_ > 0) {
      context_.uplink.event(
          Event{now,
                {},
                std::string(event_kind::kWorkNote),
                Severity::warning,
                dump_json({{"workload", name()},
                           {"suppressed", std::exchange(events_suppressed_, 0)},
                           {"reason", "it says more than " + std::to_string(kEventsPerTenSeconds) +
                                          " things in 10 s"}})});
    }
    events_since_ = now;
    events_left_ = kEventsPerTenSeconds;
  }
  if (events_left_ > 0) {
    --events_left_;
    return true;
  }
  ++events_suppressed_;
  return false;
}

void Workload::take_totals(const work::Totals& totals) {
  if (!totals_rows_.fits(totals)) {
    if (totals_layouts_ >= kMaxLayouts) {
      garbage({}, "totals with ever other keys");
      return;
    }
    auto info = totals_rows_.adopt(totals);
    if (!info) {
      garbage({}, info.error().what);
      return;
    }
    ++totals_layouts_;
    totals_source_ = context_.uplink.announce(std::move(*info));
  }
  const Nanos now = context_.clock.boot_ns();
  context_.uplink.row(*totals_source_, now, now, totals_rows_.row(totals, supervisor_.instance()),
                      {});
}

void Workload::take_gauges(const work::Gauges& gauges) {
  if (gauges.values.empty()) return;
  if (!gauge_rows_.fits(gauges)) {
    if (gauge_layouts_ >= kMaxLayouts) {
      garbage({}, "gauges with ever other keys");
      return;
    }
    auto info = gauge_rows_.adopt(gauges);
    if (!info) {
      garbage({}, info.error().what);
      return;
    }
    ++gauge_layouts_;
    gauges_source_ = context_.uplink.announce(std::move(*info));
  }
  const Nanos now = context_.clock.boot_ns();
  const auto& row = gauge_rows_.row(gauges);
  context_.uplink.row(*gauges_source_, now, now, row.values, row.states);
}

void Workload::garbage(std::string_view line, std::string_view reason) {
  const Nanos now = context_.clock.boot_ns();
  garbage_.add(line, reason, now);
  supervisor_.garbage(now);
}

void Workload::report_garbage(bool all) {
  const Nanos now = context_.clock.boot_ns();
  if (const auto report = garbage_.take(now, all)) {
    context_.uplink.event(Event{now,
                                {},
                                std::string(event_kind::kWorkGarbage),
                                Severity::warning,
                                dump_json({{"workload", name()},
                                           {"lines", report->lines},
                                           {"bytes", report->bytes},
                                           {"example", report->example},
                                           {"reason", report->reason}})});
  }
}

void Workload::on_exit() {
  const pid_t pid = process_.pid;
  kill_everything();
  // Everything that could write is dead or dying: what is in the pipes is all there will be.
  for (budget_ = kBurst; out_ && budget_ > 0;) {
    const std::size_t before = budget_;
    read_output();
    if (budget_ == before) break;
  }
  for (int i = 0; err_ && i < 64; ++i) read_errors();
  if (lines_.pending() > 0) garbage({}, "an unfinished last line");
  out_.reset();
  err_.reset();

  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = {};
  ExitReport report;
  if (WIFSIGNALED(status)) report.signal = WTERMSIG(status);
  if (WIFEXITED(status)) report.code = WEXITSTATUS(status);
  const std::uint64_t ooms = oom_kills();
  report.oom_kills = ooms > oom_before_ ? ooms - oom_before_ : 0;
  report.stderr_tail = printable_excerpt(stderr_tail_, kStderrTail);
  report_garbage(true);
  supervisor_.exited(report, context_.clock.boot_ns());
  carry_out();
}

void Workload::kill_everything() {
  if (!has_process()) return;
  ::kill(-process_.pid, SIGKILL);
  // Those that left the group: found by descent, or by the mark in their environment once their
  // parents have died. A few rounds, since a process may fork while we look.
  const std::string mark = "SOAKRIG_WORKLOAD=" + name();
  for (int round = 0; round < 5; ++round) {
    bool found = false;
    for (const pid_t pid : descendants(process_.pid, kKeeperMark)) {
      found |= ::kill(pid, SIGKILL) == 0;
    }
    for (const pid_t pid : descendants(getpid(), kKeeperMark)) {
      if (pid == process_.pid || !started_with(pid, mark)) continue;
      found |= ::kill(pid, SIGKILL) == 0;
    }
    if (!found) break;
  }
  // What keeps a container would end it too, but it has its runtime to wait for.
  for (const pid_t pid : containers_.processes()) ::kill(pid, SIGKILL);
}

void Workload::tick() {
  const Nanos now = context_.clock.boot_ns();
  refill(now);
  // What it printed in time counts, and belongs before the verdict about it.
  if (const auto due = supervisor_.deadline(); due && now >= *due) {
    read_output();
    if (supervisor_.deadline() <= now) report_garbage(true);
  }
  supervisor_.tick(now, [this] { return inspect(); });
  carry_out();
  report_garbage(false);
}

std::optional<Nanos> Workload::deadline() const {
  auto earliest = supervisor_.deadline();
  const auto take = [&](Nanos when) { earliest = earliest ? std::min(*earliest, when) : when; };
  if (const auto due = garbage_.due()) take(*due);
  if (out_ && budget_ == 0) take(refilled_ + 20 * kMillisecond);
  return earliest;
}

Workload::Usage Workload::usage() {
  const auto tree = probes::read_process_tree(process_.pid);
  if (!tree) return {};
  Usage out{*tree, true, true};
  if (containers_.empty()) return out;
  if (const auto contained = containers_.usage()) {
    out.sum.memory_bytes += contained->memory_bytes;
    out.sum.cpu_s += contained->cpu_s;
    out.sum.processes += contained->processes;
  } else {
    out.complete = false;
  }
  return out;
}

std::vector<std::string> Workload::inspect() {
  std::vector<std::string> out;
  if (const Usage used = usage(); used.there && used.complete) {
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "CPU time used since the last growth: %.2f s",
                  used.sum.cpu_s - cpu_at_growth_);
    out.emplace_back(text.data());
  }
  for (auto& line : describe_process(process_.pid)) out.push_back(std::move(line));
  if (!stderr_tail_.empty()) {
    out.push_back("stderr: " + printable_excerpt(stderr_tail_, kStderrTail));
  }
  return out;
}

void Workload::sample_processes(Nanos scheduled) {
  if (!has_process()) return;
  const Nanos now = context_.clock.boot_ns();
  const auto [used, there, complete] = usage();
  if (!there) return;
  const double elapsed = to_seconds(now - cpu_taken_);
  if (elapsed <= 0) return;
  const double share = std::max(0.0, used.cpu_s - cpu_before_) / elapsed;
  const std::uint64_t read = read_bytes_of(process_.pid);
  if (share >= kLoadingCpu || read >= read_before_ + kLoadingReads) supervisor_.alive(now);
  if (supervisor_.last_growth() != growth_seen_) {
    growth_seen_ = supervisor_.last_growth();
    cpu_at_growth_ = used.cpu_s;
  }
  cpu_before_ = used.cpu_s;
  cpu_taken_ = now;
  read_before_ = read;
  if (!process_source_) process_source_ = context_.uplink.announce(process_source(name()));
  const std::array<double, 2> values{used.memory_bytes, 100 * share};
  constexpr std::array<State, 2> kUnknown{State::no_data, State::no_data};
  context_.uplink.row(*process_source_, scheduled, now, values,
                      complete ? std::span<const State>() : std::span<const State>(kUnknown));
}

}  // namespace soakrig::agent
