// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/agent.hpp"

#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <utility>

#include "probes/agent/inspect.hpp"
#include "probes/agent/workload_board.hpp"
#include "probes/catalogue.hpp"
#include "probes/facts.hpp"
#include "rig/base/container_run.hpp"
#include "rig/base/death_evidence.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/version.hpp"

namespace soakrig::agent {

namespace {

// The first descriptors of every poll.
enum : std::size_t { kTimer, kSignals, kInput, kOutput, kFirstWorkload };

// A random UUID (version 4), which names this start of the agent.
std::string random_uuid() {
  std::array<unsigned char, 16> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    throw Fatal(sys_error("no random bytes for the stream's name"));
  }
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += kHex[bytes[i] >> 4];
    out += kHex[bytes[i] & 15];
  }
  return out;
}

Fd watch_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) throw Fatal(sys_error("cannot block signals"));
  std::signal(SIGPIPE, SIG_IGN);
  Fd fd(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) throw Fatal(sys_error("no signalfd"));
  // Orphans of workloads become ours, so that they can be found and ended.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  return fd;
}

Fd make_timer() {
  // Counts suspend as time: a grid point that was slept through is due at once.
  Fd fd(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!fd) throw Fatal(sys_error("no timerfd"));
  return fd;
}

}  // namespace

Agent::Agent(const Options& options, const Clock& clock, int in, int out)
    : clock_(clock),
      sysroot_(options.sysroot),
      fs_(probes::open_host_fs(options.sysroot)),
      runner_(probes::make_probes(*fs_, options.only), clock, options.period),
      stream_(random_uuid()),
      detached_(options.serve ? std::make_unique<Detached>(options, clock, stream_) : nullptr),
      link_(options.serve ? nullptr : std::make_unique<Link>(in, out)),
      uplink_(sink(), clock),
      signals_(watch_signals()),
      timer_(make_timer()),
      context_{uplink_, clock, own_folder(), current_boot_id(),
               fs_->provenance() == Provenance::simulated},
      second_(clock.boot_ns(), kSecond),
      own_cost_(clock.boot_ns()) {
  greet();
}

Agent::~Agent() = default;

LineSink& Agent::sink() {
  if (detached_) return detached_->relay();
  return link_->outbox;
}

void Agent::greet() {
  hello_.stream = stream_;
  hello_.agent = std::string(version()) + "+" + std::string(commit());
  hello_.board = probes::read_facts(*fs_);
  hello_.process = this_process();
  hello_.boot_ns = clock_.boot_ns();
  hello_.detached = detached_ != nullptr;
  uplink_.hello(hello_);
  for (const auto& source : runner_.sources()) {
    runner_sources_.push_back(uplink_.announce(source));
  }
  own_source_ = uplink_.announce(OwnCost::source());
  publish();
}

// To a controller that comes later: what runs, as it is now.
std::string Agent::greeting() {
  hello_.boot_ns = clock_.boot_ns();
  hello_.running.clear();
  for (const auto& [name, workload] : workloads_) {
    if (workload->has_process()) hello_.running[name] = workload->supervisor().state() == Supervisor::State::working;
  }
  return encode(Up{hello_});
}

void Agent::row(std::uint32_t source, Nanos scheduled, Nanos taken, std::span<const double> values,
                std::span<const State> states) {
  uplink_.row(runner_sources_[source], scheduled, taken, values, states);
}

void Agent::event(const Event& event) { uplink_.event(event); }

void Agent::complain(std::string what, std::string remedy, Severity severity) {
  uplink_.event(Event{clock_.boot_ns(),
                      {},
                      std::string(event_kind::kRigFault),
                      severity,
                      dump_json({{"what", std::move(what)}, {"remedy", std::move(remedy)}})});
}

int Agent::run() {
  for (;;) {
    const Nanos before = clock_.boot_ns();
    if (ending_ && finished(before)) break;
    const Nanos when = next_wake();
    wait_until(when);
    const Nanos now = clock_.boot_ns();
    // Suspended, stopped or starved: nobody made progress meanwhile, and nobody is to blame.
    if (now - std::max(when, before) > kStandstill) {
      for (auto& [name, workload] : workloads_) workload->skip(now - std::max(when, before));
    }
    // Sampling first, since the grid is a promise; deadlines last, since what a workload said in
    // time must count even when it is read late.
    if (!ending_ && now >= runner_.next_due()) runner_.run_due(*this);
    handle_descriptors();
    on_time(now);
    sink().flush();
    if (link_ && link_->outbox.broken()) lose_link("the controller no longer reads");
  }
  leave_nothing_behind();
  workloads_.clear();
  publish();
  if (detached_) detached_->clean_up();
  return 0;
}

// Over pipes that is the end; a detached agent waits for the next one.
void Agent::lose_link(std::string_view why) {
  if (detached_) {
    std::fprintf(stderr, "soakrig-agent: alone: %.*s\n", static_cast<int>(why.size()), why.data());
    detached_->relay().detach();
    detached_->alone_since(clock_.boot_ns());
    link_.reset();
  } else if (!ending_) {
    begin_end(kStopGrace, why);
  }
}

void Agent::open_door() {
  auto link = detached_->answer(link_.get());
  if (!link) return;
  if (link_) lose_link("another link takes its place");
  link_ = std::move(link);
  detached_->relay().attach(link_->outbox, greeting(), detached_->have());
  carry_out_commands();
}

Nanos Agent::next_wake() const {
  Nanos when = second_.next();
  if (!ending_) when = std::min(when, runner_.next_due());
  for (const auto& [name, workload] : workloads_) {
    if (const auto due = workload->deadline()) when = std::min(when, *due);
  }
  return ending_ ? std::min(when, give_up_at_) : when;
}

void Agent::wait_until(Nanos when) {
  if (when != armed_for_) {
    itimerspec spec{};
    // Zero would disarm it.
    spec.it_value.tv_sec = std::max<Nanos>(when, 1) / kSecond;
    spec.it_value.tv_nsec = std::max<Nanos>(when, 1) % kSecond;
    timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &spec, nullptr);
    armed_for_ = when;
  }
  polled_.clear();
  polled_for_.clear();
  polled_.push_back({timer_.get(), POLLIN, 0});
  polled_.push_back({signals_.get(), POLLIN, 0});
  const bool reads = link_ && link_->input_open;
  const bool writes = link_ && !link_->outbox.broken();
  polled_.push_back({reads ? link_->in() : -1, POLLIN, 0});
  // Without anything to write, POLLERR still tells that the reader is gone.
  const short wanted = !writes || link_->outbox.empty() ? 0 : POLLOUT;
  polled_.push_back({writes ? link_->outbox.fd() : -1, wanted, 0});
  for (const auto& [name, workload] : workloads_) {
    polled_.push_back({workload->output_fd(), POLLIN, 0});
    polled_.push_back({workload->error_fd(), POLLIN, 0});
    polled_for_.push_back(workload.get());
  }
  if (detached_) detached_->add_to(polled_);
  if (poll(polled_.data(), polled_.size(), -1) < 0 && errno != EINTR) {
    throw Fatal(sys_error("cannot wait for events"));
  }
}

void Agent::on_time(Nanos now) {
  bool changed = false;
  for (auto& [name, workload] : workloads_) {
    const auto due = workload->deadline();
    if (!due || now < *due) continue;
    workload->tick();
    changed = true;
  }
  if (changed) publish();
  if (const auto point = second_.take(now)) every_second(point->scheduled, now);
}

void Agent::every_second(Nanos scheduled, Nanos now) {
  for (auto& [name, workload] : workloads_) workload->sample_processes(scheduled);
  if (!ending_) {
    const auto& cost = own_cost_.sample(now, runner_.overruns());
    uplink_.row(own_source_, scheduled, now, cost.values, cost.states);
  }
  if (const auto report = bad_commands_.take(now)) {
    complain(std::to_string(report->lines) + " line(s) from the controller were no command (" +
                 report->reason + "): " + report->example,
             "controller and agent must be of the same version", Severity::warning);
  }
  uplink_.heartbeat();
  if (!detached_) return;
  detached_->every_second(now, link_ != nullptr);
  if (!detached_->problem().empty() && !std::exchange(spool_problem_told_, true)) {
    complain("what is not acknowledged is kept in memory only: " + detached_->problem(),
             "free some space on the board", Severity::warning);
  }
  if (!ending_ && !link_ && detached_->given_up(now)) {
    begin_end(kStopGrace,
              "nobody came back within " + format_duration(detached_->orphan_limit()));
  }
}

void Agent::handle_descriptors() {
  const auto ready = [&](std::size_t i) { return polled_[i].revents != 0; };
  for (std::size_t i = 0; i < polled_for_.size(); ++i) {
    if (ready(kFirstWorkload + 2 * i)) polled_for_[i]->read_output();
    if (ready(kFirstWorkload + 2 * i + 1)) polled_for_[i]->read_errors();
  }
  if (ready(kSignals)) read_signals();
  if (ready(kOutput) && (polled_[kOutput].revents & (POLLERR | POLLNVAL)) != 0) {
    link_->outbox.break_link();
  }
  if (ready(kInput)) read_commands();
  if (detached_) open_door();
}

void Agent::read_signals() {
  signalfd_siginfo info{};
  bool child = false;
  while (read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGCHLD) {
      child = true;
    } else {
      // Among the last words of a board that is shut down in order.
      if (!ending_) {
        uplink_.event(Event{clock_.boot_ns(), {}, std::string(event_kind::kAgentEnding),
                            Severity::info, dump_json({{"signal", info.ssi_signo}})});
      }
      begin_end(kStopGrace, "it was told to end by a signal");
    }
  }
  if (child) reap();
}

void Agent::reap() {
  for (;;) {
    // Looked at before it is reaped: until then its pid, and its group's, belong to nobody else.
    siginfo_t info{};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) break;
    const auto owner = std::find_if(workloads_.begin(), workloads_.end(), [&](const auto& entry) {
      return entry.second->process().pid == info.si_pid;
    });
    if (owner != workloads_.end()) {
      owner->second->on_exit();
    } else {
      waitpid(info.si_pid, nullptr, WNOHANG);  // an orphan of a workload
    }
  }
  publish();
}

void Agent::read_commands() {
  std::array<char, 64 * 1024> buffer;
  const ssize_t n = read(link_->in(), buffer.data(), buffer.size());
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (n <= 0) {
    // The controller closed its end or died: it will not hear anything either.
    link_->input_open = false;
    lose_link("the controller is gone");
    return;
  }
  link_->heard_at = clock_.boot_ns();
  link_->commands.append({buffer.data(), static_cast<std::size_t>(n)});
  carry_out_commands();
}

void Agent::carry_out_commands() {
  while (const auto line = link_->commands.next()) {
    if (line->empty()) continue;
    const auto command = parse_down(*line);
    if (command) {
      handle(*command);
    } else {
      bad_commands_.add(*line, command.error().what, clock_.boot_ns());
    }
  }
  for (; link_->overlong_seen < link_->commands.overlong(); ++link_->overlong_seen) {
    bad_commands_.add({}, "a line beyond its bound", clock_.boot_ns());
  }
}

void Agent::handle(const Down& command) {
  if (const auto* ping = std::get_if<Ping>(&command)) {
    uplink_.pong(ping->n);
  } else if (const auto* start = std::get_if<Start>(&command)) {
    start_workload(start->workload);
  } else if (const auto* stop = std::get_if<Stop>(&command)) {
    for (auto& [name, workload] : workloads_) {
      if (stop->workload.empty() || stop->workload == name) workload->stop(stop->grace);
    }
  } else if (std::holds_alternative<Bye>(command)) {
    begin_end(kStopGrace, {});
  } else if (const auto* ack = std::get_if<Ack>(&command)) {
    // Over pipes nothing is kept beyond the queue.
    if (detached_) detached_->relay().acknowledge(ack->stream, ack->seq);
  }
}

void Agent::start_workload(const WorkloadSpec& spec) {
  if (ending_) return;
  auto found = workloads_.find(spec.name);
  if (found == workloads_.end()) {
    if (workloads_.size() >= kMaxWorkloads) {
      complain("workload " + spec.name + " was not started: there are " +
                   std::to_string(kMaxWorkloads) + " already",
               "use fewer names", Severity::alarm);
      return;
    }
    found = workloads_.emplace(spec.name, std::make_unique<Workload>(spec.name, context_)).first;
  }
  found->second->start(spec);
  publish();
}

void Agent::begin_end(Nanos grace, std::string_view why) {
  if (ending_) return;
  ending_ = true;
  if (!why.empty()) {  // an orderly goodbye needs no words
    std::fprintf(stderr, "soakrig-agent: ending: %.*s\n", static_cast<int>(why.size()),
                 why.data());
  }
  for (auto& [name, workload] : workloads_) workload->stop(grace);
  uplink_.flush_all();
  give_up_at_ = clock_.boot_ns() + grace + kLastWords;
}

bool Agent::finished(Nanos now) const {
  if (now >= give_up_at_) return true;
  const bool running = std::any_of(workloads_.begin(), workloads_.end(),
                                   [](const auto& entry) { return entry.second->has_process(); });
  if (running) return false;
  if (!detached_) return link_->outbox.broken() || link_->outbox.empty();
  // What nobody acknowledges stays on disk, for the next agent to deliver.
  return !link_ || detached_->relay().delivered();
}

void Agent::leave_nothing_behind() {
  uplink_.flush_all();
  sink().flush();
  for (int round = 0; round < 10; ++round) {
    const auto left = descendants(getpid(), kKeeperMark);
    if (left.empty()) return;
    for (const pid_t pid : left) ::kill(pid, SIGKILL);
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    usleep(1000);
  }
}

void Agent::publish() {
  if (!context_.virtual_board) return;
  std::vector<PublishedWorkload> list;
  for (const auto& [name, workload] : workloads_) {
    if (workload->has_process()) list.push_back({name, workload->process(), "engine"});
  }
  std::string text = encode_workloads(list);
  if (text == published_) return;
  if (const auto done = publish_workloads(sysroot_, list); !done) {
    complain("the virtual board is not heated: " + done.error().message(),
             "make its run/soakrig writable", Severity::alarm);
  }
  published_ = std::move(text);
}

}  // namespace soakrig::agent
