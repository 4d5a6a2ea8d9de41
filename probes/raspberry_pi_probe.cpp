// SPDX-License-Identifier: Apache-2.0
#include "probes/raspberry_pi_probe.hpp"

#include <optional>

#include "probes/hwmon_chips.hpp"
#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr char kWord[] = "/sys/devices/platform/soc/soc:firmware/get_throttled";

class RaspberryPi final : public ProbeBase {
 public:
  explicit RaspberryPi(HostFs& fs) : ProbeBase("raspberry_pi", Period::second) {
    const Provenance from = fs.provenance();
    for (const HwmonChip& chip : hwmon_chips(fs)) {
      const std::string path = chip.directory + "/in0_lcrit_alarm";
      if (chip.driver != "rpi_volt" || !fs.exists(path)) continue;
      alarm_ = Attribute{.file = fs.open(path), .low = 0, .high = 1};
      alarm_->column = add("limiter.under-voltage.rpi_volt", "{state}", path, from);
      break;
    }
    // A Pi 5's soc is soc@107c000000 in newer device trees.
    for (const std::string& pattern :
         {std::string(kWord),
          std::string("/sys/devices/platform/soc*/soc*:firmware/get_throttled")}) {
      const auto found = fs.glob(pattern);
      if (found.empty()) continue;
      word_ = fs.open(found.front());
      has_word_ = true;
      first_ = add("limiter.under-voltage.firmware", "{state}", found.front(), from);
      add("limiter.thermal.firmware", "{state}", found.front(), from);
      add("rpi.throttled_since_boot", "{state}", found.front(), from);
      break;
    }
    if (present()) return;
    add_absent("limiter.under-voltage.rpi_volt", "{state}", "/sys/class/hwmon", from,
               "no hwmon chip rpi_volt and no get_throttled: not a Raspberry Pi, or modprobe "
               "raspberrypi-hwmon");
  }

  void sample(Row& row, Nanos) override {
    if (alarm_) alarm_->sample(row);
    if (!has_word_) return;
    const Text text = word_.read();
    const auto word = text.state == State::good ? parse_hex(text.text) : std::nullopt;
    if (!word) {
      const State state = text.state == State::good ? State::error : text.state;
      for (std::size_t i = 0; i < 3; ++i) row.absent(first_ + i, state);
      return;
    }
    const ThrottledWord flags = decode_throttled(*word);
    row.put(first_, flags.under_voltage ? 1 : 0);
    row.put(first_ + 1, flags.thermal ? 1 : 0);
    row.put(first_ + 2, flags.since_boot);
  }

 private:
  std::optional<Attribute> alarm_;
  File word_;
  bool has_word_ = false;
  std::size_t first_ = 0;
};

}  // namespace

ThrottledWord decode_throttled(std::uint64_t word) {
  const bool under_voltage = (word & 1u) != 0;
  const bool slowed = (word & 6u) != 0;
  const bool soft_limit = (word & 8u) != 0;
  return {under_voltage, soft_limit || (slowed && !under_voltage),
          static_cast<unsigned>((word >> 16) & 15u)};
}

std::unique_ptr<Probe> make_raspberry_pi(HostFs& fs) { return std::make_unique<RaspberryPi>(fs); }

}  // namespace soakrig::probes
