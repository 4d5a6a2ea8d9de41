// SPDX-License-Identifier: Apache-2.0
#include "probes/devfreq_probe.hpp"

#include <algorithm>
#include <array>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

class Devfreq final : public ProbeBase {
 public:
  explicit Devfreq(HostFs& fs) : ProbeBase("devfreq", Period::second) {
    for (const std::string& directory : fs.glob("/sys/class/devfreq/*")) add_device(fs, directory);
    if (present()) return;
    add_absent("gpu.frequency", "Hz", "/sys/class/devfreq", fs.provenance(),
               "no device in /sys/class/devfreq; it needs the GPU's, NPU's or memory controller's "
               "devfreq driver (PCs have none: see drm.* there)");
  }

  void sample(Row& row, Nanos) override {
    for (Attribute& attribute : attributes_) attribute.sample(row);
    for (const Maximum& maximum : maxima_) row.put(maximum.column, maximum.hertz);
    for (Load& load : loads_) {
      const Text text = load.file.read();
      const auto percent = text.state == State::good ? parse_devfreq_load(text.text) : std::nullopt;
      row.put(load.column, percent ? Value{State::good, *percent}
                                   : Value{text.state == State::good ? State::error : text.state});
    }
  }

 private:
  struct Load {
    File file;
    std::size_t column = 0;
  };
  struct Maximum {
    std::size_t column = 0;
    double hertz = 0;
  };

  void add_device(HostFs& fs, const std::string& directory) {
    const std::string device = directory.substr(directory.rfind('/') + 1);
    const std::string role = devfreq_role(device);
    const Provenance from = fs.provenance();
    const auto frequency = [&](const char* what, const char* file) {
      const std::string path = directory + file;
      if (!fs.exists(path)) return;
      Attribute attribute{.file = fs.open(path), .low = 0};
      attribute.column = add(role + what, "Hz", path, from);
      attributes_.push_back(std::move(attribute));
    };
    frequency(".frequency", "/cur_freq");
    frequency(".frequency_cap", "/max_freq");
    const std::string available = directory + "/available_frequencies";
    const auto steps = fs.read_once(available);
    if (const auto highest = steps ? parse_highest_frequency(*steps) : std::nullopt) {
      maxima_.push_back({add(role + ".frequency_max", "Hz", available, from), *highest});
    }
    if (fs.exists(directory + "/load")) {
      loads_.push_back(
          {fs.open(directory + "/load"), add(role + ".load", "%", directory + "/load", from)});
      return;
    }
    // Jetson: the device itself says 0 to 1000.
    for (const std::string& path :
         {directory + "/device/load", "/sys/devices/platform/bus@0/" + device + "/load",
          "/sys/devices/platform/" + device + "/load"}) {
      if (!fs.exists(path)) continue;
      Attribute load{.file = fs.open(path), .divide = 10, .low = 0, .high = 100};
      load.column = add(role + ".load", "%", path, from);
      attributes_.push_back(std::move(load));
      return;
    }
  }

  std::vector<Attribute> attributes_;
  std::vector<Load> loads_;
  std::vector<Maximum> maxima_;
};

}  // namespace

std::string devfreq_role(std::string_view device) {
  const auto any = [&](auto... patterns) { return (contains_word(device, patterns) || ...); };
  if (any("npu")) return "npu";
  // ga10b, gv11b and gp10b are the GPUs of Orin, Xavier and TX2.
  if (any("gpu", "mali", "ga10b", "gv11b", "gp10b")) return "gpu";
  if (any("dmc", "emc", "ddr", "memory-controller")) return "dram";
  return "devfreq." + channel_part(device);
}

std::optional<double> parse_devfreq_load(std::string_view text) {
  text = trim(text);
  const auto percent = parse_uint(text.substr(0, text.find('@')));
  if (!percent || *percent > 100) return std::nullopt;
  return static_cast<double>(*percent);
}

std::optional<double> parse_highest_frequency(std::string_view text) {
  std::optional<double> highest;
  for (;;) {
    const auto step = parse_uint(take_word(text));
    if (!step) return highest;
    highest = std::max(highest.value_or(0), static_cast<double>(*step));
  }
}

std::unique_ptr<Probe> make_devfreq(HostFs& fs) { return std::make_unique<Devfreq>(fs); }

}  // namespace soakrig::probes
