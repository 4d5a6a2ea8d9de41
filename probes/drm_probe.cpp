// SPDX-License-Identifier: Apache-2.0
#include "probes/drm_probe.hpp"

#include <array>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

struct Reason {
  const char* name;
  const char* cause;
};
// The files throttle_reason_NAME of i915. PL1, PL2 and PL4 are power limits; ratl, prochot and the
// voltage regulators' alert and TDC are limits of heat or current, as their ABI text says.
constexpr std::array kReasons = {
    Reason{"pl1", "power-cap"},         Reason{"pl2", "power-cap"},
    Reason{"pl4", "power-cap"},         Reason{"thermal", "thermal"},
    Reason{"prochot", "thermal"},       Reason{"ratl", "thermal"},
    Reason{"vr_thermalert", "thermal"}, Reason{"vr_tdc", "over-current"},
};

class Drm final : public ProbeBase {
 public:
  explicit Drm(HostFs& fs) : ProbeBase("drm", Period::second) {
    for (const std::string& card : fs.glob("/sys/class/drm/card*")) {
      const std::string name = card.substr(card.rfind('/') + 1);
      if (name.find('-') != std::string::npos) continue;  // card0-HDMI-A-1 is a connector
      for (const std::string& gt : fs.glob(card + "/gt/gt*")) add_intel(fs, name, gt);
      const std::string busy = card + "/device/gpu_busy_percent";
      if (fs.exists(busy)) {
        add_attribute(fs, "drm." + channel_part(name) + ".load", "%", busy, 1, 100);
      }
    }
    if (present()) return;
    add_absent("drm.card0.frequency", "Hz", "/sys/class/drm", fs.provenance(),
               "no Intel or AMD graphics in /sys/class/drm (other drivers show as gpu.*)");
  }

  void sample(Row& row, Nanos) override {
    for (Attribute& attribute : attributes_) attribute.sample(row);
  }

 private:
  void add_attribute(HostFs& fs, const std::string& channel, const char* unit,
                     const std::string& path, double multiply, double high) {
    Attribute attribute{.file = fs.open(path), .multiply = multiply, .low = 0, .high = high};
    attribute.column = add(channel, unit, path, fs.provenance());
    attributes_.push_back(std::move(attribute));
  }

  void add_intel(HostFs& fs, const std::string& card, const std::string& gt) {
    const std::string part = channel_part(card), leaf = channel_part(gt.substr(gt.rfind('/') + 1));
    const std::string clock = gt + "/rps_act_freq_mhz";
    if (fs.exists(clock)) {
      add_attribute(fs, "drm." + part + "." + leaf + ".frequency", "Hz", clock, 1e6, 1e11);
    }
    for (const Reason& reason : kReasons) {
      const std::string path = gt + "/throttle_reason_" + reason.name;
      if (!fs.exists(path)) continue;
      add_attribute(
          fs, std::string("limiter.") + reason.cause + "." + part + "_" + leaf + "_" + reason.name,
          "{state}", path, 1, 1);
    }
  }

  std::vector<Attribute> attributes_;
};

}  // namespace

std::unique_ptr<Probe> make_drm(HostFs& fs) { return std::make_unique<Drm>(fs); }

}  // namespace soakrig::probes
