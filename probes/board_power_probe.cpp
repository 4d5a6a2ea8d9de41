// SPDX-License-Identifier: Apache-2.0
#include "probes/board_power_probe.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "probes/energy_counter.hpp"
#include "probes/hwmon_chips.hpp"
#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class BoardPower final : public ProbeBase {
 public:
  explicit BoardPower(HostFs& fs) : ProbeBase("board_power", Period::second) {
    if (find_supply_input(fs) || find_rapl(fs)) return;
    add_absent("board.power", "W", "/sys/class/hwmon", fs.provenance(),
               unreadable_ ? "RAPL energy is readable by root only; run the agent as root, or "
                             "chmod a+r /sys/class/powercap/*/energy_uj"
                           : "no supply sensor in /sys/class/hwmon and no RAPL zone in "
                             "/sys/class/powercap; put a power meter in the supply and name it "
                             "as an [[instrument]] of this board");
  }

  void sample(Row& row, Nanos now) override {
    if (!present()) return;
    if (watts_) return watts_->sample(row);
    if (volts_ && amperes_) return sample_product(row);
    sample_rapl(row, now);
  }

 private:
  bool find_supply_input(HostFs& fs) {
    for (const HwmonChip& chip : hwmon_chips(fs)) {
      for (const std::string& name : fs.list(chip.directory)) {
        const HwmonAttribute a = parse_hwmon_attribute(name);
        if (a.index < 0 || a.item != "label" || (a.kind != "in" && a.kind != "power")) continue;
        const auto label = fs.read_once(chip.directory + "/" + name);
        if (label && is_supply_label(*label) && use_input(fs, chip, a.index)) return true;
      }
    }
    return false;
  }

  bool use_input(HostFs& fs, const HwmonChip& chip, int index) {
    const std::string base = chip.directory + "/";
    const std::string nth = std::to_string(index);
    const std::string power = base + "power" + nth + "_input";
    const std::string volts = base + "in" + nth + "_input";
    const std::string amperes = base + "curr" + nth + "_input";
    if (fs.exists(power)) {
      watts_ = Attribute{.file = fs.open(power), .divide = 1e6};
      add("board.power", "W", power, fs.provenance());
      return true;
    }
    if (!fs.exists(volts) || !fs.exists(amperes)) return false;
    volts_ = Attribute{.file = fs.open(volts), .divide = 1e3};
    amperes_ = Attribute{.file = fs.open(amperes), .divide = 1e3};
    add("board.power", "W", volts + " * " + amperes, fs.provenance());
    return true;
  }

  bool find_rapl(HostFs& fs) {
    const auto zones = energy_zones(fs);
    std::string source;
    const auto use = [&](const EnergyZone& zone) {
      source += (source.empty() ? "" : " + ") + zone.directory + "/energy_uj";
      rapl_.push_back({fs.open(zone.directory + "/energy_uj"), EnergyCounter(zone.range_uj)});
    };
    for (const EnergyZone& zone : zones) {
      if (!zone.readable) unreadable_ = true;
      if (zone.name == "psys" && zone.readable && rapl_.empty()) use(zone);
    }
    if (rapl_.empty()) {
      for (const EnergyZone& zone : zones) {
        const bool part =
            zone.name.starts_with("package") &&
            (zone.name.find('.') == std::string::npos || zone.name.ends_with(".dram"));
        if (part && zone.readable) use(zone);
      }
      if (!rapl_.empty()) source += " (CPU package and memory only)";
    }
    if (rapl_.empty()) return false;
    add("board.power", "W", source, fs.provenance());
    return true;
  }

  void sample_product(Row& row) {
    const Value volts = volts_->read();
    const Value amperes = amperes_->read();
    if (volts.state == State::good && amperes.state == State::good) {
      row.put(0, volts.value * amperes.value);
    } else {
      row.absent(0, volts.state == State::good ? amperes.state : volts.state);
    }
  }

  // A sum is only a sum when every part of it was read.
  void sample_rapl(Row& row, Nanos now) {
    double sum = 0;
    State worst = State::good;
    for (Zone& zone : rapl_) {
      const Text text = zone.file.read();
      const auto raw = parse_uint(text.text);
      if (text.state != State::good || !raw) {
        worst = text.state == State::good ? State::error : text.state;
        zone.counter.forget();
        continue;
      }
      const EnergyCounter::Step step = zone.counter.add(*raw, now);
      if (step.watts) {
        sum += *step.watts;
      } else if (worst == State::good) {
        worst = State::no_data;
      }
    }
    if (worst == State::good && sum == 0) worst = State::stale;  // counters that stand still
    row.put(0, Value{worst, sum});
  }

  struct Zone {
    File file;
    EnergyCounter counter;
  };
  std::optional<Attribute> watts_, volts_, amperes_;
  std::vector<Zone> rapl_;
  bool unreadable_ = false;
};

}  // namespace

bool is_supply_label(std::string_view label) {
  constexpr std::array<std::string_view, 8> kLabels = {"vdd_in", "pom_5v_in", "board", "total",
                                                       "system", "input",     "psys",  "sys_vin"};
  const std::string part = channel_part(trim(label));
  return std::ranges::find(kLabels, part) != kLabels.end();
}

std::unique_ptr<Probe> make_board_power(HostFs& fs) { return std::make_unique<BoardPower>(fs); }

}  // namespace soakrig::probes
