// SPDX-License-Identifier: Apache-2.0
#include "rig/app/quality_series.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "rig/app/complain.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/work_protocol.hpp"

namespace soakrig::app {

namespace {

using Json = nlohmann::json;

constexpr Nanos kTellEvery = 200 * kMillisecond;

// Which start of the workload this is, as the agent says.
std::uint64_t instance() {
  const char* text = std::getenv("SOAKRIG_INSTANCE");
  const std::string_view digits = text == nullptr ? "" : text;
  std::uint64_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

class Series {
 public:
  Series() {
    sigset_t ends;
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGTERM);
    ::sigaddset(&ends, SIGINT);
    ::sigprocmask(SIG_BLOCK, &ends, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    signals_ = Fd(::signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK));
  }

  // False once it is to end, or nobody reads.
  bool wait(Nanos length) {
    pollfd fd{signals_.get(), POLLIN, 0};
    const int ms = static_cast<int>(std::clamp<Nanos>(length, 0, kHour) / kMillisecond);
    if (::poll(&fd, 1, ms) > 0) open_ = false;
    return open_;
  }
  bool say(const work::Message& message) {
    open_ =
        open_ && std::fputs(work::encode(message).c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
    return open_;
  }
  // After each answer of the candidate.
  bool count() {
    totals_.work["questions"] += 1;
    return wait(0) && (clock_.boot_ns() - told_ < kTellEvery || tell());
  }
  bool tell() {
    told_ = clock_.boot_ns();
    totals_.busy_s = busy_s_ + to_seconds(told_ - began_);
    return say(totals_);
  }

  bool pass(QualityEndpoint& candidate, const QualityAmount& amount, const QualityBaseline& base) {
    began_ = clock_.boot_ns();
    const auto found = ask_candidate(candidate, amount, base);
    if (!open_) return false;
    ++totals_.cycle;
    if (!found) note({{"error", found.error().message()}});
    if (found) tell_meaning(*found);
    if (!say(found ? gauges_of(*found) : work::Gauges{{{"answered", 0}}}) || !tell()) return false;
    busy_s_ = totals_.busy_s;
    return true;
  }
  [[nodiscard]] Nanos since_began() const { return clock_.boot_ns() - began_; }

 private:
  void note(const Json& what) {
    say(work::Note{Json{{"quality", what}}.dump(-1, ' ', false, Json::error_handler_t::replace)});
  }
  // When it begins, or ends, that agreement means nothing.
  void tell_meaning(const analysis::CandidateQuality& found) {
    const auto limit = analysis::no_meaning(found);
    if (limit == no_meaning_) return;
    no_meaning_ = limit;
    note({{"no_meaning", limit ? std::string(to_string(*limit)) : std::string()}});
  }

  // What means nothing is missing, like what was not told.
  static work::Gauges gauges_of(const analysis::CandidateQuality& c) {
    work::Gauges out{{{"answered", 1}}};
    const analysis::Agreement& a = c.agreement;
    if (!analysis::no_meaning(c)) {
      if (a.top1.of > 0) out.values["top1"] = a.top1.value;
      if (a.kl_lower_bound) out.values["kl"] = *a.kl_lower_bound;
      if (a.logprob_difference) out.values["logprob"] = *a.logprob_difference;
    }
    if (c.flips.candidate.of > 0) out.values["solved"] = c.flips.candidate.value;
    return out;
  }

  SystemClock clock_;
  Fd signals_;
  work::Totals totals_;
  std::optional<analysis::QualityLimit> no_meaning_;
  double busy_s_ = 0;  // of the passes that are over
  Nanos began_ = 0, told_ = 0;
  bool open_ = true;
};

}  // namespace

int tell_quality_series(QualityEndpoint& reference, QualityEndpoint& candidate,
                        const QualityAmount& amount, std::vector<analysis::QualityTask> tasks,
                        Nanos every) {
  Series series;
  reference.after_each([&series] { return series.wait(0); });
  const auto base = ask_reference(reference, amount, std::move(tasks));
  if (!base) return base.error().code == Errc::cancelled ? 0 : complain(base.error(), 2);
  candidate.after_each([&series] { return series.count(); });
  if (!series.say(work::Ready{instance(), {{"reference", reference.name()}}})) return 0;
  while (series.pass(candidate, amount, *base) && series.wait(every - series.since_began())) {
  }
  return 0;
}

}  // namespace soakrig::app
