// SPDX-License-Identifier: Apache-2.0
#include "probes/ina3221_probe.hpp"

#include "probes/hwmon_chips.hpp"
#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class Ina3221 final : public ProbeBase {
 public:
  explicit Ina3221(HostFs& fs) : ProbeBase("ina3221", Period::second) {
    for (const HwmonChip& chip : hwmon_chips(fs)) {
      if (chip.driver != "ina3221") continue;
      for (int input = 1; input <= 3; ++input) add_rail(fs, chip.directory, input);
    }
    if (present()) return;
    add_absent("rail.vdd_in.power", "W", "/sys/class/hwmon", fs.provenance(),
               "no hwmon chip ina3221 with a labelled rail: not a Jetson, or modprobe ina3221");
  }

  void sample(Row& row, Nanos) override {
    for (Rail& rail : rails_) {
      const Value volts = rail.volts.read();
      const Value amperes = rail.amperes.read();
      row.put(rail.volts.column, volts);
      row.put(rail.amperes.column, amperes);
      const bool both = volts.state == State::good && amperes.state == State::good;
      row.put(rail.power, both ? Value{State::good, volts.value * amperes.value}
                               : Value{volts.state == State::good ? amperes.state : volts.state});
    }
    for (Attribute& alarm : alarms_) alarm.sample(row);
  }

 private:
  struct Rail {
    Attribute volts, amperes;
    std::size_t power = 0;
  };

  void add_rail(HostFs& fs, const std::string& chip, int input) {
    const std::string nth = std::to_string(input);
    const auto label = fs.read_once(chip + "/in" + nth + "_label");
    const std::string volts = chip + "/in" + nth + "_input";
    const std::string amperes = chip + "/curr" + nth + "_input";
    // Unused inputs are labelled NC, or not at all.
    if (!label || label->empty() || *label == "NC" || contains_word(*label, "sum of")) return;
    if (!fs.exists(volts) || !fs.exists(amperes)) return;
    const std::string part = channel_part(*label);
    const std::string base = "rail." + part;
    const Provenance from = fs.provenance();
    Rail rail{.volts = {.file = fs.open(volts), .divide = 1e3},
              .amperes = {.file = fs.open(amperes), .divide = 1e3}};
    rail.volts.column = add(base + ".voltage", "V", volts, from);
    rail.amperes.column = add(base + ".current", "A", amperes, from);
    rail.power = add(base + ".power", "W", volts + " * " + amperes, from);
    rails_.push_back(std::move(rail));
    for (const char* level : {"crit", "max"}) {
      const std::string path = chip + "/curr" + nth + "_" + level + "_alarm";
      if (!fs.exists(path)) continue;
      Attribute alarm{.file = fs.open(path), .low = 0, .high = 1};
      alarm.column = add("limiter.over-current." + part + "_" + level, "{state}", path, from);
      alarms_.push_back(std::move(alarm));
    }
  }

  std::vector<Rail> rails_;
  std::vector<Attribute> alarms_;
};

}  // namespace

std::unique_ptr<Probe> make_ina3221(HostFs& fs) { return std::make_unique<Ina3221>(fs); }

}  // namespace soakrig::probes
