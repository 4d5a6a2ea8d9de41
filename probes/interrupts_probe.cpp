// SPDX-License-Identifier: Apache-2.0
#include "probes/interrupts_probe.hpp"

#include <array>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr char kPath[] = "/proc/interrupts";

struct RowName {
  const char* key;
  const char* channel;
};
constexpr std::array kRows = {
    RowName{"TRM", "interrupts.thermal"},       RowName{"THR", "interrupts.threshold"},
    RowName{"MCE", "interrupts.machine_check"}, RowName{"ERR", "interrupts.error"},
    RowName{"MIS", "interrupts.misrouted"},
};

class Interrupts final : public ProbeBase {
 public:
  explicit Interrupts(HostFs& fs)
      : ProbeBase("interrupts", Period::ten_seconds), file_(fs.open(kPath, ReadMode::stream)) {
    const Text text = file_.read();
    for (const RowName& row : kRows) {
      if (text.state != State::good || !parse_interrupt_row(text.text, row.key)) continue;
      keys_.push_back(row.key);
      add(row.channel, "{count}", kPath, fs.provenance());
    }
    if (present()) return;
    add_absent("interrupts.machine_check", "{count}", kPath, fs.provenance(),
               "/proc/interrupts has no TRM, MCE or ERR row here; only x86 kernels count them");
  }

  void sample(Row& row, Nanos) override {
    if (keys_.empty()) return;
    const Text text = file_.read();
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      const auto sum =
          text.state == State::good ? parse_interrupt_row(text.text, keys_[i]) : std::nullopt;
      row.put(i, sum ? Value{State::good, static_cast<double>(*sum)}
                     : Value{text.state == State::good ? State::error : text.state});
    }
  }

 private:
  File file_;
  std::vector<std::string_view> keys_;
};

}  // namespace

std::optional<std::uint64_t> parse_interrupt_row(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    std::string_view line = take_line(text);
    std::string_view name = take_word(line);
    if (!name.ends_with(':')) continue;
    name.remove_suffix(1);
    if (name != key) continue;
    std::optional<std::uint64_t> sum;
    // The description after the numbers ends them.
    for (auto count = parse_uint(take_word(line)); count; count = parse_uint(take_word(line))) {
      sum = sum.value_or(0) + *count;
    }
    return sum;
  }
  return std::nullopt;
}

std::unique_ptr<Probe> make_interrupts(HostFs& fs) { return std::make_unique<Interrupts>(fs); }

}  // namespace soakrig::probes
