// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/exec_instrument.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "rig/base/json_guard.hpp"
#include "rig/base/line_buffer.hpp"
#include "rig/base/quantity.hpp"
#include "rig/base/spawn.hpp"
#include "rig/base/work_protocol.hpp"
#include "rig/instruments/gauge_rows.hpp"

namespace soakrig::instruments {
namespace {

constexpr Nanos kFirstWait = kSecond, kLongestWait = kMinute;
constexpr Nanos kSilence = kMinute;    // then it is killed
constexpr Nanos kGrace = 2 * kSecond;  // from SIGTERM to SIGKILL
constexpr std::size_t kReadAtOnce = 64 * 1024;
constexpr std::size_t kTail = 300;  // of its stderr
constexpr std::array kCounters = {"lines", "garbage", "dropped", "restarts"};

std::string printable(std::string text) {
  if (text.size() > kTail) text.erase(0, text.size() - kTail);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string how_it_ended(int status) {
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "exit code " + std::to_string(WEXITSTATUS(status));
}

std::string fact(const work::Ready& ready, const char* name) {
  const auto found = ready.facts.find(name);
  return found == ready.facts.end() ? std::string() : printable(found->second);
}

std::vector<std::string> names_of(const std::vector<GaugeSpec>& gauges) {
  std::vector<std::string> names;
  for (const GaugeSpec& gauge : gauges) names.push_back(gauge.name);
  return names;
}

class ExecInstrument final : public Instrument {
 public:
  ExecInstrument(const InstrumentSpec& spec, const Clock& clock)
      : spec_(spec),
        clock_(clock),
        rows_(names_of(spec.gauges), spec.period, clock.boot_ns()),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    const std::string own = channel_part(spec.name);
    const std::string prefix = spec.board.empty() ? own : "board";
    source_.name = spec.name;
    source_.period = spec.period;
    for (const GaugeSpec& gauge : spec.gauges) {
      source_.channels.push_back(channel(prefix + "." + gauge.name, gauge.unit));
    }
    for (const char* counter : kCounters) {
      source_.channels.push_back(channel(own + "." + counter, "1"));
    }
    last_states_.assign(spec.gauges.size(), State::good);
  }
  ~ExecInstrument() override { stop(); }
  ExecInstrument(const ExecInstrument&) = delete;
  ExecInstrument& operator=(const ExecInstrument&) = delete;

  Result<InstrumentIdentity> identify(Nanos timeout) override {
    if (!wake_) return sys_error("no event for an instrument's thread");
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::nanoseconds(timeout),
                      [this] { return identity_.has_value() || refused_; });
    if (refused_) return *refused_;
    if (identity_) return *identity_;
    return Error{Errc::timeout, down_.empty() ? "the program has not said that it is ready" : down_,
                 "its first line must be {\"ready\":true}", spec_.exec.front()};
  }

  const SourceInfo& source() const override { return source_; }

  void start(std::uint32_t source_id, InstrumentSink sink) override {
    const std::lock_guard lock(mutex_);
    RIG_ASSERT(identity_.has_value());  // the interface says: identify first
    source_id_ = source_id;
    sink_ = std::move(sink);
  }

  void stop() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    const std::uint64_t one = 1;
    if (wake_ && ::write(wake_.get(), &one, sizeof one) < 0) errno = 0;  // it is awake already
    if (thread_.joinable()) thread_.join();
  }

  bool is_virtual() const override {
    const std::lock_guard lock(mutex_);
    return identity_ && identity_->is_virtual;
  }
  InstrumentStatus status() const override {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  [[nodiscard]] ChannelInfo channel(std::string name, std::string unit) const {
    ChannelInfo info;
    info.name = std::move(name);
    info.unit = std::move(unit);
    info.source = "program " + spec_.exec.front();
    return info;
  }

  // --- the instrument's thread -------------------------------------------------------------------

  void run() {
    while (!stopping()) {
      const Nanos now = clock_.boot_ns();
      if (!child_ && now >= next_start_) launch(now);
      if (child_ && now - last_heard_ > std::max(kSilence, 30 * spec_.period)) {
        words_ += " (killed: it said nothing for " + format_duration(now - last_heard_) + ")";
        signal_child(SIGKILL);
      }
      if (child_) look_for_end();
      if (auto row = rows_.tick(clock_.boot_ns(), down())) send(*row);
      wait();
    }
    end_child();
  }

  bool stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
  }
  std::string down() const {
    const std::lock_guard lock(mutex_);
    return down_;
  }
  void set_down(std::string why) {
    const std::lock_guard lock(mutex_);
    down_ = std::move(why);
    changed_.notify_all();
  }

  void launch(Nanos now) {
    words_.clear();
    lines_ = LineBuffer(work::kMaxLine);
    auto child = spawn({find_program(spec_.exec.front()), spec_.exec, minimal_environment()});
    if (child) {
      child_.emplace(std::move(*child));
      last_heard_ = started_ = now;
      return;
    }
    set_down(child.error().message());
    if (child.error().code != Errc::io) {
      const std::lock_guard lock(mutex_);
      if (!identity_) refused_ = child.error();  // no restart can mend it
    }
    back_off(now);
  }

  void back_off(Nanos now) {
    if (now - started_ > kLongestWait) wait_ = kFirstWait;  // it had worked
    next_start_ = now + wait_;
    wait_ = std::min(2 * wait_, kLongestWait);
  }

  void signal_child(int signal) {
    if (child_) ::kill(-child_->pid, signal);  // a group of its own: with what it has started
  }

  void look_for_end() {
    int status = 0;
    if (::waitpid(child_->pid, &status, WNOHANG) != child_->pid) return;
    signal_child(SIGKILL);  // what it left behind
    drain();
    child_.reset();
    const std::string said = printable(words_);
    set_down("the program ended: " + how_it_ended(status) + (said.empty() ? "" : ": " + said));
    ++restarts_;
    back_off(clock_.boot_ns());
  }

  void end_child() {
    if (!child_) return;
    signal_child(SIGTERM);
    const Nanos until = clock_.boot_ns() + kGrace;
    int status = 0;
    while (clock_.boot_ns() < until) {
      if (::waitpid(child_->pid, &status, WNOHANG) == child_->pid) {
        signal_child(SIGKILL);
        child_.reset();
        return;
      }
      pollfd none{-1, 0, 0};
      ::poll(&none, 0, 20);
    }
    signal_child(SIGKILL);
    while (::waitpid(child_->pid, &status, 0) < 0 && errno == EINTR) {
    }
    child_.reset();
  }

  void wait() {
    std::array<pollfd, 3> waiting = {{{wake_.get(), POLLIN, 0},
                                      {child_ ? child_->out.get() : -1, POLLIN, 0},
                                      {child_ ? child_->err.get() : -1, POLLIN, 0}}};
    const Nanos now = clock_.boot_ns();
    Nanos left = std::clamp<Nanos>(rows_.due() - now, 0, 200 * kMillisecond);
    if (!child_) left = std::min(left, std::max<Nanos>(0, next_start_ - now));
    // Rounded up: waking a little early would only turn once more.
    ::poll(waiting.data(), waiting.size(), static_cast<int>(left / kMillisecond) + 1);
    if (child_) drain();
  }

  // A closed pipe reads as empty; that the program has ended shows elsewhere.
  void drain() {
    std::array<char, 4096> buffer{};
    for (std::size_t total = 0; total < kReadAtOnce;) {
      const ssize_t n = ::read(child_->out.get(), buffer.data(), buffer.size());
      if (n <= 0) break;
      total += static_cast<std::size_t>(n);
      lines_.append({buffer.data(), static_cast<std::size_t>(n)});
      while (const auto line = lines_.next()) take(*line);
    }
    for (std::size_t total = 0; total < kReadAtOnce;) {
      const ssize_t n = ::read(child_->err.get(), buffer.data(), buffer.size());
      if (n <= 0) break;
      total += static_cast<std::size_t>(n);
      words_.append(buffer.data(), static_cast<std::size_t>(n));
      if (words_.size() > 2 * kTail) words_.erase(0, words_.size() - kTail);
    }
  }

  void take(std::string_view line) {
    const Nanos now = clock_.boot_ns();
    ++heard_;
    const auto message = work::parse_line(line);
    if (!message) {
      ++garbage_;
      return;
    }
    last_heard_ = now;
    if (const auto* ready = std::get_if<work::Ready>(&*message)) return prove(*ready);
    const auto* gauges = std::get_if<work::Gauges>(&*message);
    if (gauges == nullptr || !proven_) return;
    if (auto row = rows_.say(now, gauges->values)) send(*row);
  }

  // What it reads must be what it read when the run began.
  void prove(const work::Ready& ready) {
    InstrumentIdentity found{"exec", fact(ready, "model"), fact(ready, "serial"),
                             spec_.exec.front(), fact(ready, "simulated") == "true"};
    const std::lock_guard lock(mutex_);
    proven_ = !identity_ ||
              (identity_->part_number == found.part_number && identity_->serial == found.serial &&
               identity_->is_virtual == found.is_virtual);
    if (!proven_) {
      down_ = "another instrument answers now: '" + found.part_number + "' " + found.serial +
              " instead of '" + identity_->part_number + "' " + identity_->serial;
      return;
    }
    down_.clear();
    if (identity_) return;
    for (ChannelInfo& info : source_.channels) {
      info.provenance = found.is_virtual ? Provenance::simulated : Provenance::measured;
    }
    identity_ = std::move(found);
    changed_.notify_all();
  }

  void send(const GaugeRows::Row& row) {
    report_changes(row);
    Batch batch;
    std::function<void(const Batch&)> call;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || !sink_.rows) return;
      call = sink_.rows;
      batch.source = source_id_;
    }
    batch.columns = static_cast<std::uint32_t>(source_.channels.size());
    std::vector<double> values = row.values;
    std::vector<State> states = row.states;
    for (const std::uint64_t count :
         {heard_, garbage_ + lines_.overlong(), rows_.dropped(), restarts_}) {
      values.push_back(static_cast<double>(count));
      states.push_back(State::good);
    }
    batch.add_row(row.taken, values.data(), states.data());
    call(batch);
  }

  void report_changes(const GaugeRows::Row& row) {
    std::function<void(const Event&)> call;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || !sink_.event) return;
      call = sink_.event;
      const auto worst = std::ranges::max_element(row.states);
      status_.state = *worst;
      status_.reason = row.reasons[static_cast<std::size_t>(worst - row.states.begin())];
      if (status_.state == State::good) status_.last_good = row.taken;
    }
    for (std::size_t i = 0; i < row.states.size(); ++i) {
      if (std::exchange(last_states_[i], row.states[i]) == row.states[i]) continue;
      const bool good = row.states[i] == State::good;
      Event event;
      event.t = row.taken;
      event.kind = event_kind::kChannelState;
      event.severity = good ? Severity::info : Severity::warning;
      event.body = dump_json({{"channel", source_.channels[i].name},
                              {"state", std::string(to_string(row.states[i]))},
                              {"reason", row.reasons[i]}});
      call(event);
    }
  }

  const InstrumentSpec spec_;
  const Clock& clock_;
  SourceInfo source_;

  // The thread's own.
  GaugeRows rows_;
  LineBuffer lines_{work::kMaxLine};
  std::optional<Child> child_;
  std::string words_;  // the end of its stderr
  Nanos next_start_ = 0, started_ = 0, last_heard_ = 0, wait_ = kFirstWait;
  std::uint64_t heard_ = 0, garbage_ = 0, restarts_ = 0;
  bool proven_ = false;
  std::vector<State> last_states_;

  const Fd wake_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::optional<InstrumentIdentity> identity_;
  std::optional<Error> refused_;
  std::string down_ = "the program has not said that it is ready";
  InstrumentSink sink_;
  std::uint32_t source_id_ = 0;
  InstrumentStatus status_;
  bool stopping_ = false;

  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Instrument>> make_exec_instrument(const InstrumentSpec& spec,
                                                         const Clock& clock) {
  if (spec.exec.empty() || spec.gauges.empty() || spec.period <= 0) {
    return Error{Errc::invalid,
                 "instrument '" + spec.name + "' needs a program, gauges and a period"};
  }
  return std::unique_ptr<Instrument>(std::make_unique<ExecInstrument>(spec, clock));
}

}  // namespace soakrig::instruments
