// SPDX-License-Identifier: Apache-2.0
#include "probes/cpu_time_probe.hpp"

#include <algorithm>
#include <array>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr char kPath[] = "/proc/stat";

class CpuTime final : public ProbeBase {
 public:
  explicit CpuTime(HostFs& fs)
      : ProbeBase("cpu_time", Period::second),
        file_(fs.open(kPath, ReadMode::attribute, Scope::load)) {
    const Provenance from = fs.provenance(Scope::load);
    const Text text = file_.read();
    const auto cores = parse_proc_stat(text.text, {});
    if (text.state != State::good || !cores) {
      add_absent("cpu.usage", "%", kPath, from, "/proc/stat is not readable, or is no such file");
      return;
    }
    add("cpu.usage", "%", kPath, from);
    for (std::size_t core = 0; core < *cores; ++core) {
      add("cpu.core" + std::to_string(core) + ".usage", "%", kPath, from);
    }
    before_.resize(*cores + 1);
    now_.resize(*cores + 1);
  }

  void sample(Row& row, Nanos) override {
    if (now_.empty()) return;
    const Text text = file_.read();
    State state = text.state;
    if (state == State::good && !parse_proc_stat(text.text, now_)) state = State::error;
    for (std::size_t i = 0; i < now_.size(); ++i) {
      if (state != State::good) now_[i] = {};
      const Value usage = usage_between(before_[i], now_[i]);
      row.put(i, state == State::good ? usage : Value{state, 0});
    }
    std::swap(before_, now_);
  }

 private:
  File file_;
  std::vector<CpuTicks> before_, now_;
};

// "user nice system idle iowait irq softirq steal guest guest_nice"; old kernels end earlier.
std::optional<CpuTicks> parse_fields(std::string_view line) {
  std::array<std::uint64_t, 8> field{};
  std::size_t n = 0;
  for (; n < field.size(); ++n) {
    const std::string_view word = take_word(line);
    if (word.empty()) break;
    const auto value = parse_uint(word);
    if (!value) return std::nullopt;
    field[n] = *value;
  }
  if (n < 4) return std::nullopt;
  CpuTicks ticks{.idle = field[3] + field[4], .steal = field[7], .present = true};
  for (const std::uint64_t value : field) ticks.total += value;
  return ticks;
}

Value share_of(std::uint64_t part_before, std::uint64_t part_after, const CpuTicks& before,
               const CpuTicks& after) {
  if (!before.present || !after.present || after.total < before.total) return {};
  const std::uint64_t total = after.total - before.total;
  if (total == 0) return {State::stale, 0};
  // idle and steal may step back by a tick on their own; that is none, not a huge number.
  const std::uint64_t part = part_after > part_before ? part_after - part_before : 0;
  return {State::good,
          std::min(100.0, 100.0 * static_cast<double>(part) / static_cast<double>(total))};
}

}  // namespace

std::optional<std::size_t> parse_proc_stat(std::string_view text, std::span<CpuTicks> ticks) {
  std::ranges::fill(ticks, CpuTicks{});
  bool whole_seen = false;
  std::size_t cores = 0;
  while (text.starts_with("cpu")) {
    std::string_view line = take_line(text);
    const std::string_view name = take_word(line).substr(3);
    const auto fields = parse_fields(line);
    if (!fields) continue;
    std::size_t index = 0;
    if (name.empty()) {
      whole_seen = true;
    } else {
      const auto core = parse_uint(name);
      if (!core || *core >= kMaxCores) continue;
      index = static_cast<std::size_t>(*core) + 1;
      cores = std::max(cores, index);
    }
    if (index < ticks.size()) ticks[index] = *fields;
  }
  if (!whole_seen) return std::nullopt;
  return cores;
}

Value usage_between(const CpuTicks& before, const CpuTicks& after) {
  const auto busy = [](const CpuTicks& t) {
    const std::uint64_t rest = t.idle + t.steal;
    return t.total > rest ? t.total - rest : 0;
  };
  return share_of(busy(before), busy(after), before, after);
}

Value steal_between(const CpuTicks& before, const CpuTicks& after) {
  return share_of(before.steal, after.steal, before, after);
}

std::unique_ptr<Probe> make_cpu_time(HostFs& fs) { return std::make_unique<CpuTime>(fs); }

}  // namespace soakrig::probes
