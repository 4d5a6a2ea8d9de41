// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/chamber.hpp"

#include <algorithm>
#include <cmath>

#include "rig/instruments/freeze_watch.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/ordered_device.hpp"

namespace soakrig::instruments {
namespace {

// No chamber test leaves this range; a profile narrows it, and the map's points narrow it again.
constexpr double kSanityLow = -100.0, kSanityHigh = 200.0;
constexpr double kReadBack = 0.05;  // K or %: what a controller may round a set point by

enum Slot : std::size_t { kTemperature, kHumidity, kConditioning, kAlarms };
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
  ModbusChamber(Setup setup, ModbusBus& bus, const Clock& clock, double low, double high)
      : OrderedDevice(std::move(setup), bus, clock, event_kind::kChamber), low_(low), high_(high) {
    for (const char* name :
         {"temperature", "set_point", "output", "humidity", "humidity_set_point"}) {
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
    order.steps.push_back({"set_point", celsius, kReadBack});
    accept(kTemperature, std::move(order));
  }

  void set_humidity(double percent, Done done) {
    if (map().find("humidity_set_point") == nullptr) {
      return refuse(done, Error{Errc::unsupported, "this chamber has no humidity control"});
    }
    if (!std::isfinite(percent) || percent < 0 || percent > 100) {
      return refuse(done, outside("humidity", percent, 0, 100));
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
      return refuse(done, Error{Errc::unsupported, "no alarm set-points of this chamber are known"});
    }
    if (!(low < high)) return refuse(done, outside("low alarm", low, kSanityLow, high));
    if (std::abs(high) < kShowsOrder) high = kShowsOrder;
    accept(kAlarms, {"alarms",
                     high,
                     {{"alarm1_low", low, kReadBack}, {"alarm1_high", high, kReadBack}},
                     std::move(done)});
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
    const std::size_t t = index_.at("temperature");
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

  const double low_, high_;
  std::map<std::string, std::size_t> index_;  // point -> column; beyond the end where absent
  FreezeWatch watch_;                         // bus thread only

  mutable std::mutex mutex_;  // guards what follows
  ChamberReadings readings_;
};

// The public face: owns the device and makes sure that nothing of it runs on.
class ChamberHandle final : public Chamber {
 public:
  ChamberHandle(std::shared_ptr<ModbusBus> bus, std::shared_ptr<ModbusChamber> device)
      : bus_(std::move(bus)), device_(std::move(device)) {}
  ~ChamberHandle() override { stop(); }
  ChamberHandle(const ChamberHandle&) = delete;
  ChamberHandle& operator=(const ChamberHandle&) = delete;

  Result<InstrumentIdentity> identify(Nanos timeout) override { return device_->identify(timeout); }
  const SourceInfo& source() const override { return device_->source(); }
  void start(std::uint32_t id, InstrumentSink sink) override {
    device_->start(id, std::move(sink));
  }
  void stop() final {
    device_->stop();
    device_->cancel_orders();
  }
  bool is_virtual() const override { return device_->is_virtual(); }
  InstrumentStatus status() const override { return device_->status(); }
  void set_temperature(double celsius, std::optional<double> ramp, Done done) override {
    device_->set_temperature(celsius, ramp, std::move(done));
  }
  void set_humidity(double percent, Done done) override {
    device_->set_humidity(percent, std::move(done));
  }
  void conditioning(bool on, Done done) override { device_->conditioning(on, std::move(done)); }
  void set_alarms(double low, double high, Done done) override {
    device_->set_alarms(low, high, std::move(done));
  }
  ChamberReadings readings() const override { return device_->readings(); }

 private:
  std::shared_ptr<ModbusBus> bus_;  // goes after the device
  std::shared_ptr<ModbusChamber> device_;
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
  auto device = std::make_shared<ModbusChamber>(std::move(setup), *bus, clock, low, high);
  return std::unique_ptr<Chamber>(
      std::make_unique<ChamberHandle>(std::move(bus), std::move(device)));
}

Result<std::unique_ptr<Chamber>> make_chamber(const ChamberSpec& spec, const Clock& clock) {
  const auto connect = parse_connect(spec.connect);
  if (!connect) return connect.error();
  return make_chamber(spec, std::make_shared<ModbusBus>(*connect, clock), clock);
}

}  // namespace soakrig::instruments
