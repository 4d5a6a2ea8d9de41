// SPDX-License-Identifier: Apache-2.0
#include "probes/vmstat_probe.hpp"

#include <array>
#include <optional>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr char kPath[] = "/proc/vmstat";

struct Counter {
  const char* key;
  const char* channel;
  const char* unit;
};
// Order of the columns; kSwapIn feeds the limiter.
constexpr std::array kCounters = {
    Counter{"oom_kill", "memory.oom_kills", "{count}"},
    Counter{"pswpin", "memory.swap_in", "{page}"},
    Counter{"pswpout", "memory.swap_out", "{page}"},
    Counter{"pgmajfault", "memory.major_faults", "{count}"},
};
constexpr std::size_t kSwapIn = 1;
constexpr std::size_t kSwapping = kCounters.size();

class Vmstat final : public ProbeBase {
 public:
  explicit Vmstat(HostFs& fs)
      : ProbeBase("vmstat", Period::second), file_(fs.open(kPath, ReadMode::stream, Scope::load)) {
    const Provenance from = fs.provenance(Scope::load);
    if (file_.read().state != State::good) {
      add_absent("memory.oom_kills", "{count}", kPath, from, "/proc/vmstat is not readable");
      return;
    }
    for (const Counter& counter : kCounters) add(counter.channel, counter.unit, kPath, from);
    add("limiter.memory-pressure.swapping", "{state}", kPath, from);
  }

  void sample(Row& row, Nanos now) override {
    if (!present()) return;
    const Text text = file_.read();
    for (std::size_t i = 0; i < kCounters.size(); ++i) {
      if (text.state != State::good) {
        row.absent(i, text.state);
        continue;
      }
      // A kernel without swap has no pswpin: absent, not broken.
      const auto word = find_value(text.text, kCounters[i].key);
      const auto count = word ? parse_uint(*word) : std::nullopt;
      row.put(i, count  ? Value{State::good, static_cast<double>(*count)}
                 : word ? Value{State::error}
                        : Value{});
    }
    row.put(kSwapping, swapping(row, now));
  }

 private:
  Value swapping(const Row& row, Nanos now) {
    const State state = row.state(kSwapIn);
    if (state != State::good) {
      at_ = std::nullopt;
      return Value{state};
    }
    const double pages = row.value(kSwapIn);
    Value level;
    if (at_ && now > *at_ && pages >= pages_) {
      const double per_second = (pages - pages_) / to_seconds(now - *at_);
      level = {State::good, per_second >= kSwappingPages ? 1.0 : 0.0};
    }
    at_ = now;
    pages_ = pages;
    return level;
  }

  File file_;
  std::optional<Nanos> at_;
  double pages_ = 0;
};

}  // namespace

std::unique_ptr<Probe> make_vmstat(HostFs& fs) { return std::make_unique<Vmstat>(fs); }

}  // namespace soakrig::probes
