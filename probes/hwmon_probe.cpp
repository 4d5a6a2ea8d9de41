// SPDX-License-Identifier: Apache-2.0
#include "probes/hwmon_probe.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "probes/hwmon_chips.hpp"
#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr std::size_t kMaxSensors = 512;  // over all chips; a tree cannot make us read for ever

struct Quantity {
  std::string_view kind, name, unit;
  double divide;
  double low, high;
};
constexpr double kAny = 1e12;
constexpr std::array kQuantities = {
    Quantity{"temp", "temperature", "Cel", 1e3, kColdest, kHottest},
    Quantity{"in", "voltage", "V", 1e3, -kAny, kAny},
    Quantity{"curr", "current", "A", 1e3, -kAny, kAny},
    Quantity{"power", "power", "W", 1e6, -kAny, kAny},
    Quantity{"energy", "energy", "J", 1e6, 0, kAny},
    Quantity{"humidity", "humidity", "%", 1e3, 0, 100},
    Quantity{"fan", "speed", "/min", 1, 0, kAny},
};

const Quantity* find_quantity(std::string_view kind) {
  const auto found = std::ranges::find(kQuantities, kind, &Quantity::kind);
  return found == kQuantities.end() ? nullptr : &*found;
}

bool is_alarm(std::string_view item) { return item.ends_with("alarm") || item == "fault"; }

bool has_own_probe(std::string_view driver) {
  return driver == "rpi_volt" || driver == "ina3221" || driver == "soctherm_oc";
}

// The files of one sensor, such as temp1.
struct SensorFiles {
  std::string kind;
  int index = 0;
  std::string input;  // path, empty = none
  std::vector<std::string> alarms;
};

std::vector<SensorFiles> find_sensors(HostFs& fs, const std::string& directory) {
  std::vector<SensorFiles> sensors;
  for (const std::string& name : fs.list(directory)) {
    const HwmonAttribute a = parse_hwmon_attribute(name);
    if (a.index < 0 || find_quantity(a.kind) == nullptr) continue;
    const bool input = a.item == "input" || (a.kind == "power" && a.item == "average");
    if (!input && !is_alarm(a.item)) continue;
    auto found = std::ranges::find_if(
        sensors, [&](const SensorFiles& s) { return s.kind == a.kind && s.index == a.index; });
    if (found == sensors.end()) {
      sensors.push_back({std::string(a.kind), a.index, "", {}});
      found = sensors.end() - 1;
    }
    const std::string path = directory + "/" + name;
    if (!input) {
      found->alarms.push_back(path);
    } else if (found->input.empty() || a.item == "input") {
      found->input = path;  // power1_input is this moment; power1_average only stands in for it
    }
  }
  return sensors;
}

class Hwmon final : public ProbeBase {
 public:
  explicit Hwmon(HostFs& fs) : ProbeBase("hwmon", Period::second) {
    std::map<std::string, int> seen;
    for (const HwmonChip& chip : hwmon_chips(fs)) {
      if (has_own_probe(chip.driver)) continue;
      std::string part = channel_part(chip.driver);
      if (const int nth = ++seen[part]; nth > 1) part += "_" + std::to_string(nth);
      for (const SensorFiles& sensor : find_sensors(fs, chip.directory)) {
        add_sensor(fs, chip, "hwmon." + part + ".", sensor);
      }
    }
    if (present()) return;
    add_absent("hwmon.temperature", "Cel", "/sys/class/hwmon", fs.provenance(),
               "no chip in /sys/class/hwmon has an input; load the sensor drivers (modprobe "
               "coretemp, k10temp, nct6775, jc42, drivetemp; sensors-detect finds which)");
  }

  void sample(Row& row, Nanos) override {
    for (Attribute& input : inputs_) input.sample(row);
    for (Alarm& alarm : alarms_) {
      Highest level;
      for (Attribute& file : alarm.files) level.add(file.read());
      row.put(alarm.column, level.value());
    }
  }

 private:
  struct Alarm {
    std::size_t column = 0;
    std::vector<Attribute> files;
  };

  void add_sensor(HostFs& fs, const HwmonChip& chip, const std::string& base,
                  const SensorFiles& sensor) {
    if (inputs_.size() + alarms_.size() >= kMaxSensors) return;
    const Quantity& quantity = *find_quantity(sensor.kind);
    const std::string stem = sensor.kind + std::to_string(sensor.index);
    const auto label = fs.read_once(chip.directory + "/" + stem + "_label");
    const std::string name = base + channel_part(label && !label->empty() ? *label : stem) + ".";
    if (!sensor.input.empty()) {
      Attribute input{.file = fs.open(sensor.input),
                      .divide = quantity.divide,
                      .low = quantity.low,
                      .high = quantity.high};
      input.column = add(name + std::string(quantity.name), std::string(quantity.unit),
                         sensor.input, fs.provenance());
      inputs_.push_back(std::move(input));
    }
    if (sensor.alarms.empty()) return;
    Alarm alarm;
    for (const std::string& path : sensor.alarms) {
      alarm.files.push_back({.file = fs.open(path), .low = 0, .high = 1});
    }
    alarm.column = add(name + "alarm", "{state}", source_of_max(sensor.alarms), fs.provenance());
    alarms_.push_back(std::move(alarm));
  }

  std::vector<Attribute> inputs_;
  std::vector<Alarm> alarms_;
};

}  // namespace

std::unique_ptr<Probe> make_hwmon(HostFs& fs) { return std::make_unique<Hwmon>(fs); }

}  // namespace soakrig::probes
