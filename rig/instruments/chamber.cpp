// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/chamber.hpp"

#include <algorithm>
#include <cmath>

#include "rig/instruments/correction.hpp"
#include "rig/instruments/device_handle.hpp"
#include "rig/instruments/freeze_watch.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/ordered_device.hpp"
#include "rig/instruments/slew_watch.hpp"

namespace soakrig::instruments {
namespace {

// No chamber test leaves this range; a profile narrows it, and the map's points narrow it again.
constexpr double kSanityLow = -100.0, kSanityHigh = 200.0;
constexpr double kReadBack = 0.05;  // K or %: what a controller may round a set point by

enum Slot : std::size_t { kTemperature, kHumidity, kConditioning, kAlarms, kTimer };
// A float of 0 shows no word order, and identification may go by the alarm's.
constexpr double kShowsOrder = 0.1;

Error outside(const std::string& what, double value, double low, double high) {
  return Error{Errc::invalid,
               "a " + what + " of " + std::to_string(value) + " is outside " + std::to_string(low) +
                   " to " + std::to_string(high),
               "nothing was sent; widen the limits of [chamber] only if the chamber allows it"};
}

class ModbusChamber final : public OrderedDevice {
 public:
  ModbusChamber(Setup setup, ModbusBus& bus, const Clock& clock, const ChamberSpec& spec,
                double low, double high)
      : OrderedDevice(std::move(setup), bus, clock, event_kind::kChamber),
        low_(low),
        high_(high),
        humidity_low_(std::max(0.0, spec.humidity_low)),
        humidity_high_(std::min(100.0, spec.humidity_high)),
        correction_(Correction::of(spec)),
        slew_(spec.slew_max) {
    for (const char* name : {"temperature", "set_point", "working_set_point", "output", "humidity",
                             "humidity_set_point"}) {
      index_[name] = find_plan(name);
    }
  }

  void set_temperature(double celsius, std::optional<double> ramp_k_per_s, Done done) {
    if (!std::isfinite(celsius) || celsius < low_ || celsius > high_) {
      return refuse(done, outside("set point", celsius, low_, high_));
    }
    Order order{"set_point", celsius, {}, std::move(done)};
    if (!add_ramp(order, ramp_k_per_s)) {
      return refuse(order.done, Error{Errc::unsupported, "this chamber has no ramp of its own",
                                      "leave the ramp out, or step the set point"});
    }
    order.steps.push_back({"set_point", correction_.shown(celsius), kReadBack});
    accept(kTemperature, std::move(order));
  }

  void set_humidity(double percent, Done done) {
    if (map().find("humidity_set_point") == nullptr) {
      return refuse(done, Error{Errc::unsupported, "this chamber has no humidity control"});
    }
    if (!std::isfinite(percent) || percent < humidity_low_ || percent > humidity_high_) {
      return refuse(done, outside("humidity", percent, humidity_low_, humidity_high_));
    }
    accept(kHumidity, {"humidity_set_point",
                       percent,
                       {{"humidity_set_point", percent, kReadBack}},
                       std::move(done)});
  }

  void conditioning(bool on, Done done) {
    const Point* mode = map().find("mode");
    if (mode == nullptr) {
      return refuse(done,
                    Error{Errc::unsupported, "this chamber's conditioning cannot be switched"});
    }
    const double code = mode->codes.at(on ? "auto" : "off");
    accept(kConditioning, {"conditioning", on ? 1.0 : 0.0, {{"mode", code, 0.0}}, std::move(done)});
  }

  void set_alarms(double low, double high, Done done) {
    for (const char* name : {"alarm1_low", "alarm1_high"}) {
      const Point* point = map().find(name);
      if (point != nullptr && point->writable() && point->readable()) continue;
      return refuse(done,
                    Error{Errc::unsupported, "no alarm set-points of this chamber are known"});
    }
    if (!(low < high)) return refuse(done, outside("low alarm", low, kSanityLow, high));
    if (std::abs(correction_.shown(high)) < kShowsOrder) high = correction_.truth(kShowsOrder);
    accept(kAlarms, {"alarms",
                     high,
                     {{"alarm1_low", correction_.shown(low), kReadBack},
                      {"alarm1_high", correction_.shown(high), kReadBack}},
                     std::move(done)});
  }

  void arm_timer(std::optional<Nanos> hold, Done done) {
    if (map().find("timer_dwell") == nullptr) {
      return refuse(done, Error{Errc::unsupported, "no timer of this chamber is known"});
    }
    const auto code = [this](const char* point, const char* word) -> double {
      return map().find(point)->codes.at(word);
    };
    Order order{"timer", hold ? to_seconds(*hold) : 0.0, {}, std::move(done)};
    if (hold) {
      const char* remedy = "set the controller's timer up as one that dwells and ends in off";
      order.steps = {{"timer_type", code("timer_type", "dwell"), 0, {}, 0, remedy},
                     {"timer_end", code("timer_end", "off"), 0, {}, 0, remedy},
                     {"timer_dwell", to_seconds(*hold), kReadBack}};
    }
    order.steps.push_back({"timer_status", code("timer_status", "reset"), 0});
    if (hold) order.steps.push_back({"timer_status", code("timer_status", "run"), 0});
    accept(kTimer, std::move(order));
  }

  [[nodiscard]] ChamberReadings readings() const {
    const std::lock_guard lock(mutex_);
    return readings_;
  }

 private:
  std::size_t find_plan(const std::string& point) const {
    const auto& channels = source().channels;
    const auto found = std::ranges::find(channels, "chamber." + point, &ChannelInfo::name);
    return static_cast<std::size_t>(found - channels.begin());
  }
  [[nodiscard]] std::optional<double> good(const PollRow& row, const char* name) const {
    const std::size_t i = index_.at(name);
    if (i >= row.values.size() || row.states[i] != State::good) return std::nullopt;
    return row.values[i];
  }

  void inspect(PollRow& row) override {
    for (const char* name : {"temperature", "set_point", "working_set_point"}) {
      const std::size_t i = index_.at(name);
      if (i < row.values.size() && row.values[i]) row.values[i] = correction_.truth(*row.values[i]);
    }
    const std::size_t t = index_.at("temperature");
    if (const auto jump = slew_.jumped(row.taken, good(row, "temperature"))) {
      row.states[t] = State::error;
      row.reasons[t] = "the reading jumped by " + std::to_string(std::lround(*jump)) +
                       " K, and no air follows that fast (slew_max of [chamber])";
    }
    if (watch_.frozen(row.taken, good(row, "temperature"), good(row, "set_point"))) {
      row.states[t] = State::stale;
      row.reasons[t] = "the reading has not moved for 30 s although the set point is far away";
    }
    const std::lock_guard lock(mutex_);
    if (!good(row, "temperature")) return;
    readings_ = {row.taken,           good(row, "temperature"), good(row, "set_point"),
                 good(row, "output"), good(row, "humidity"),    good(row, "humidity_set_point")};
  }

  // False when a ramp is asked for and the map has none.
  bool add_ramp(Order& order, std::optional<double> ramp_k_per_s) const {
    const Point* action = map().find("ramp_action");
    const Point* rate = map().find("ramp_rate");
    if (action == nullptr || rate == nullptr || !action->codes.contains("off") ||
        !action->codes.contains("set_point")) {
      return !ramp_k_per_s.has_value();
    }
    if (!ramp_k_per_s) {
      order.steps.push_back({"ramp_action", static_cast<double>(action->codes.at("off")), 0});
      return true;
    }
    if (const Point* scale = map().find("ramp_scale");
        scale != nullptr && scale->codes.contains("minutes")) {
      order.steps.push_back({"ramp_scale", static_cast<double>(scale->codes.at("minutes")), 0});
    }
    order.steps.push_back({"ramp_rate", *ramp_k_per_s * 60.0, kReadBack});
    order.steps.push_back({"ramp_action", static_cast<double>(action->codes.at("set_point")), 0});
    return true;
  }

  const double low_, high_, humidity_low_, humidity_high_;
  const Correction correction_;  // between the device's temperatures and everybody else's
  std::map<std::string, std::size_t> index_;  // point -> column; beyond the end where absent
  FreezeWatch watch_;                         // bus thread only
  SlewWatch slew_;                            // bus thread only

  mutable std::mutex mutex_;  // guards what follows
  ChamberReadings readings_;
};

class ChamberHandle final : public DeviceHandle<Chamber, ModbusChamber> {
 public:
  using DeviceHandle::DeviceHandle;

  void set_temperature(double celsius, std::optional<double> ramp, Done done) override {
    device().set_temperature(celsius, ramp, std::move(done));
  }
  void set_humidity(double percent, Done done) override {
    device().set_humidity(percent, std::move(done));
  }
  void conditioning(bool on, Done done) override { device().conditioning(on, std::move(done)); }
  void set_alarms(double low, double high, Done done) override {
    device().set_alarms(low, high, std::move(done));
  }
  void arm_timer(std::optional<Nanos> hold, Done done) override {
    device().arm_timer(hold, std::move(done));
  }
  ChamberReadings readings() const override { return device().readings(); }
};

}  // namespace

Result<std::unique_ptr<Chamber>> make_chamber(const ChamberSpec& spec,
                                              std::shared_ptr<ModbusBus> bus, const Clock& clock) {
  const auto connect = parse_connect(spec.connect);
  if (!connect) return connect.error();
  auto map = load_register_map(spec.map);
  if (!map) return map.error();
  if (map->kind != MapKind::chamber) {
    return Error{Errc::invalid, "'" + spec.map + "' is the map of a " +
                                    std::string(to_string(map->kind)) + ", not of a chamber"};
  }
  const double low = std::max(kSanityLow, spec.low.value_or(kSanityLow));
  const double high = std::min(kSanityHigh, spec.high.value_or(kSanityHigh));
  if (low > high) return Error{Errc::invalid, "the chamber's low limit is above its high limit"};
  PolledDevice::Setup setup{std::move(*map), "chamber",        {},       spec.connect,
                            connect->unit,   connect->timeout, "chamber"};
  for (const char* point : {"temperature", "set_point", "working_set_point", "output", "humidity",
                            "humidity_set_point"}) {
    const Point* found = setup.map.find(point);
    if (found != nullptr && found->readable()) {
      setup.plans.push_back({point, std::string("chamber.") + point});
    }
  }
  auto device = std::make_shared<ModbusChamber>(std::move(setup), *bus, clock, spec, low, high);
  return std::unique_ptr<Chamber>(
      std::make_unique<ChamberHandle>(std::move(bus), std::move(device)));
}

Result<std::unique_ptr<Chamber>> make_chamber(const ChamberSpec& spec, const Clock& clock) {
  const auto connect = parse_connect(spec.connect);
  if (!connect) return connect.error();
  return make_chamber(spec, std::make_shared<ModbusBus>(*connect, clock), clock);
}

}  // namespace soakrig::instruments
