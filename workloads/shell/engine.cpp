// SPDX-License-Identifier: Apache-2.0
#include "workloads/shell/engine.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace soakrig::workloads {
namespace {

constexpr Nanos kSlot = 100 * kMillisecond;  // that a load shape's share is kept in
constexpr Nanos kLeakStep = 100 * kMillisecond;
constexpr std::size_t kLeakBytes = 3u << 20;  // a step; about 32 MiB a second

}  // namespace

Engine::Engine(Workload& workload, Output& output, const Clock& clock, EngineOptions options,
               std::function<bool()> stopping)
    : workload_(workload),
      output_(output),
      clock_(clock),
      options_(std::move(options)),
      stopping_(std::move(stopping)) {
  std::ranges::sort(options_.injections, std::greater(), &Injection::after);  // next one last
}

Result<int> Engine::run() {
  auto facts = workload_.prepare();
  if (!facts) return facts.error();
  facts->insert(options_.facts.begin(), options_.facts.end());
  ready_at_ = reported_at_ = clock_.boot_ns();
  confirmed_at_ = ready_at_ - options_.confirm_every;
  if (!send(work::Ready{options_.instance, std::move(*facts)})) return 0;
  if (!report_checks()) return 0;  // what preparing itself compared
  while (!stopping_()) {
    if (!make_trouble()) return exit_code_;
    if (!pace()) break;
    const Slice slice = workload_.run_slice();
    if (!account(slice)) return 0;
    if (slice.ending) {
      if (report()) report_histograms(true);
      ending_signal_ = slice.ending->signal;
      return slice.ending->code;
    }
    if (!slice.cycle_ended) continue;
    if (options_.cycles != 0 && totals_.cycle >= options_.cycles) {
      report_histograms(true);
      return 0;
    }
    if (options_.pause > 0 && !idle(options_.pause)) break;
  }
  // What is left to tell; nobody may be reading any more.
  if (report() && report_histograms(true)) report_checks();
  return 0;
}

// Adds a slice to the totals and reports what is due. False: nobody reads any more.
bool Engine::account(const Slice& slice) {
  Nanos sum = 0;
  Nanos longest = 0;
  for (const Done& done : slice.done) {
    totals_.work[std::string(done.kind)] += done.amount;
    if (done.busy == kTimeless) continue;
    totals_.busy[std::string(done.kind)] += to_seconds(done.busy);
    if (!done.again) sum += done.busy;
    longest = std::max(longest, done.busy);
  }
  const Nanos busy = slice.side_by_side ? longest : sum;
  busy_ += busy;
  slot_busy_ += busy;
  totals_.busy_s = to_seconds(busy_);
  if (slice.cycle_ended) ++totals_.cycle;
  if (!slice.gauges.empty()) {
    work::Gauges gauges;
    for (const Gauge& gauge : slice.gauges) gauges.values.emplace(gauge.name, gauge.value);
    if (!send(gauges)) return false;
  }
  const bool due = clock_.boot_ns() - reported_at_ >= options_.report_every;
  if ((due || slice.cycle_ended) && !report()) return false;
  return report_checks();
}

bool Engine::idle(Nanos length) {
  workload_.rest();
  return output_.idle(length);
}

// Waits until the load shape wants work. False: stopped, or nobody reads any more.
bool Engine::pace() {
  while (!options_.load.constant()) {
    const Nanos elapsed = clock_.boot_ns() - ready_at_;
    const Nanos slot = elapsed / kSlot;
    if (slot != slot_) {
      // What a long slice took beyond its slot counts against the next ones.
      const Nanos passed = slot_ < 0 ? 0 : slot - slot_;
      const double share = options_.load.share(slot * kSlot);
      slot_busy_ = std::max<Nanos>(
          0, slot_busy_ - static_cast<Nanos>(share * static_cast<double>(kSlot * passed)));
      slot_ = slot;
    }
    const auto room =
        static_cast<Nanos>(options_.load.share(slot * kSlot) * static_cast<double>(kSlot));
    if (slot_busy_ < room) return true;
    if (!idle((slot + 1) * kSlot - elapsed)) return false;
  }
  return true;
}

bool Engine::report() {
  reported_at_ = clock_.boot_ns();
  return totals_.work.empty() || send(totals_);
}

bool Engine::report_checks() {
  for (const Verification& result : workload_.verify()) {
    ++compared_;
    all_ok_ = all_ok_ && result.ok;
    if (!result.ok && !send(work::Check{false, result.expected, result.got})) return false;
  }
  for (std::string& note : workload_.take_notes()) {
    if (!send(work::Note{std::move(note)})) return false;
  }
  if (!report_histograms(false)) return false;
  const Nanos now = clock_.boot_ns();
  if (compared_ == 0 || now - confirmed_at_ < options_.confirm_every) return true;
  const bool ok = std::exchange(all_ok_, true);
  compared_ = 0;
  confirmed_at_ = now;
  return !ok || send(work::Check{true, "", ""});
}

bool Engine::report_histograms(bool last) {
  for (std::string& histogram : workload_.take_histograms(last)) {
    if (!send(work::Histogram{std::move(histogram)})) return false;
  }
  return true;
}

bool Engine::send(const work::Message& message) {
  switch (voice_) {
    case Voice::silent:
      return output_.idle(kMillisecond);  // still notices a reader that left
    case Voice::garbage:
      return output_.write("\x01\xFE{{]]0x7 tokens: ???,,\"\xC3(\n");
    case Voice::endless_line:
      return output_.write(std::string(kLeakBytes / 64, '#'));
    case Voice::normal:
      break;
  }
  return output_.write(work::encode(message));
}

bool Engine::make_trouble() {
  if (leaking_) leak();
  while (!options_.injections.empty() &&
         clock_.boot_ns() - ready_at_ >= options_.injections.back().after) {
    const Injection injection = options_.injections.back();
    options_.injections.pop_back();
    switch (injection.kind) {
      case InjectKind::crash:
        crash_here();
      case InjectKind::hang:
        hang_here();
      case InjectKind::garbage:
        voice_ = Voice::garbage;
        break;
      case InjectKind::silent:
        voice_ = Voice::silent;
        break;
      case InjectKind::endless_line:
        voice_ = Voice::endless_line;
        break;
      case InjectKind::exit:
        exit_code_ = injection.exit_code;
        return false;
      case InjectKind::leak:
        leaking_ = true;
        leaked_at_ = clock_.boot_ns();
        break;
      case InjectKind::error:
        workload_.corrupt(Corruption::large);
        break;
      case InjectKind::error_small:
        workload_.corrupt(Corruption::small);
        break;
    }
  }
  return true;
}

void Engine::leak() {
  const Nanos now = clock_.boot_ns();
  for (; now - leaked_at_ >= kLeakStep; leaked_at_ += kLeakStep) {
    leaked_.emplace_back(kLeakBytes, std::byte{1});  // touched: it counts as resident
  }
}

}  // namespace soakrig::workloads
