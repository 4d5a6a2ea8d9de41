// SPDX-License-Identifier: Apache-2.0
#include "rig/base/run_spec.hpp"

#include <algorithm>
#include <type_traits>

#include "rig/base/json_guard.hpp"

// Each record's fields are listed once, in its fields() below; writing and reading both follow that
// list, so they cannot drift apart.
namespace soakrig {
namespace {

using nlohmann::json;

template <class T>
concept Record = requires(T& r) { fields(r, [](const char*, auto&) {}); };

template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, VerdictRules>
void fields(R& r, F f) {
  f("window", r.window), f("short_window", r.short_window), f("stability_min", r.stability_min);
  f("claim_min", r.claim_min), f("coverage_min", r.coverage_min);
  f("max_incidents", r.max_incidents), f("steal_max", r.steal_max);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, Limit>
void fields(R& r, F f) {
  f("channel", r.channel), f("min", r.min), f("max", r.max), f("action", r.action);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, Claim>
void fields(R& r, F f) {
  f("name", r.name), f("value", r.value), f("device", r.device), f("precision", r.precision);
  f("density", r.density), f("power_mode", r.power_mode), f("model", r.model);
  f("workload", r.workload), f("source", r.source), f("ambient", r.ambient);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, RestartPolicy>
void fields(R& r, F f) {
  f("budget", r.budget), f("backoff", r.backoff);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, WorkloadSpec>
void fields(R& r, F f) {
  f("name", r.name), f("kind", r.kind), f("argv", r.argv), f("unit", r.unit), f("work", r.work);
  f("device", r.device), f("precision", r.precision), f("model", r.model);
  f("hang_after", r.hang_after), f("restart", r.restart);
}
template <class R, class F>
requires std::is_same_v<std::remove_const_t<R>, SettleRules>
void fields(R& r, F f) {
  f("air_for", r.air_for), f("board_within", r.board_within), f("board_over", r.board_over);
  f("ramp_max", r.ramp_max), f("out_of_band_max", r.out_of_band_max), f("board_max", r.board_max);
}
template <class R, class F>
requires std::is_same_v<std::remove_const_t<R>, SearchRung>
void fields(R& r, F f) { f("rung", r.rung), f("of", r.of), f("back", r.back), f("keep", r.keep); }
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, PhaseSpec>
void fields(R& r, F f) {
  f("name", r.name), f("ambient", r.ambient), f("humidity", r.humidity);
  f("ramp_k_per_s", r.ramp_k_per_s), f("tolerance", r.tolerance), f("soak", r.soak);
  f("work", r.work), f("reference", r.reference), f("power", r.power);
  f("settle", r.settle), f("search", r.search);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, PowerSpec>
void fields(R& r, F f) {
  f("relay", r.relay), f("channel", r.channel), f("off", r.off), f("off_below", r.off_below);
  f("recover", r.recover), f("on", r.on_argv), f("off_by", r.off_argv), f("cycle", r.cycle_argv);
  f("labgrid", r.labgrid);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, RecoverySpec>
void fields(R& r, F f) {
  f("wait", r.wait), f("boot", r.boot), f("reboot", r.reboot_argv), f("reboots", r.reboots);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, BoardSpec>
void fields(R& r, F f) {
  f("name", r.name), f("connect", r.connect), f("sysroot", r.sysroot), f("console", r.console);
  f("supply", r.power), f("group", r.group), f("limits", r.limits), f("claims", r.claims);
  f("recovery", r.recovery);
}
template <class R, class F>
requires std::is_same_v<std::remove_const_t<R>, GuardTimes>
void fields(R& r, F f) { f("grace", r.grace), f("stale", r.stale), f("timer", r.timer); }
template <class R, class F>
requires std::is_same_v<std::remove_const_t<R>, CorrectionPoint>
void fields(R& r, F f) { f("at", r.at), f("add", r.add); }
template <class R, class F>
requires std::is_same_v<std::remove_const_t<R>, ChamberCalibration>
void fields(R& r, F f) {
  f("date", r.date), f("due", r.due), f("certificate", r.certificate), f("source", r.source);
  f("corrections", r.corrections);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, ChamberSpec>
void fields(R& r, F f) {
  f("map", r.map), f("connect", r.connect), f("safe_temperature", r.safe_temperature);
  f("low", r.low), f("high", r.high), f("limits", r.limits);
  f("guard", r.guard), f("calibration", r.calibration);
  f("humidity_low", r.humidity_low), f("humidity_high", r.humidity_high);
  f("safe_humidity", r.safe_humidity), f("slew_max", r.slew_max);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, Calibration>
void fields(R& r, F f) {
  f("date", r.date), f("due", r.due), f("certificate", r.certificate);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, GaugeSpec>
void fields(R& r, F f) {
  f("name", r.name), f("unit", r.unit);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, InstrumentSpec>
void fields(R& r, F f) {
  f("name", r.name), f("map", r.map), f("connect", r.connect), f("board", r.board);
  f("exec", r.exec), f("gauges", r.gauges), f("period", r.period), f("accuracy", r.accuracy);
  f("measures", r.measures), f("limits", r.limits), f("calibration", r.calibration);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, NotifySpec>
void fields(R& r, F f) {
  f("on", r.on), f("run", r.run);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, VirtualSpec>
void fields(R& r, F f) {
  f("faults", r.faults);
}
template <class R, class F>
  requires std::is_same_v<std::remove_const_t<R>, RunSpec>
void fields(R& r, F f) {
  f("name", r.name), f("seed", r.seed), f("sample", r.sample), f("notes", r.notes);
  f("orphan_limit", r.orphan_limit), f("rules", r.rules), f("notify", r.notify);
  f("virtual", r.virtual_bench), f("chamber", r.chamber), f("instruments", r.instruments);
  f("boards", r.boards), f("workloads", r.workloads), f("phases", r.phases), f("planned", r.planned);
}

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

template <class T>
json write_value(const T& value) {
  if constexpr (IsOptional<T>::value) {
    return value ? write_value(*value) : json(nullptr);
  } else if constexpr (IsVector<T>::value) {
    json out = json::array();
    for (const auto& item : value) out.push_back(write_value(item));
    return out;
  } else if constexpr (std::is_enum_v<T>) {
    return std::string(to_string(value));
  } else if constexpr (Record<const T>) {
    json out = json::object();
    fields(value, [&](const char* key, const auto& field) { out[key] = write_value(field); });
    return out;
  } else {
    return value;
  }
}

template <class T>
bool read_word(const json& in, T& out, std::initializer_list<T> words) {
  for (const T word : words) {
    if (in == std::string(to_string(word))) return out = word, true;
  }
  return false;
}

// False when the JSON value has another type than the field.
template <class T>
bool read_value(const json& in, T& out) {
  if constexpr (IsOptional<T>::value) {
    if (in.is_null()) return out.reset(), true;
    return read_value(in, out.emplace());
  } else if constexpr (IsVector<T>::value) {
    if (!in.is_array()) return false;
    for (const auto& item : in) {
      if (!read_value(item, out.emplace_back())) return false;
    }
    return true;
  } else if constexpr (std::is_same_v<T, LimitAction>) {
    return read_word(in, out, {LimitAction::warn, LimitAction::stop, LimitAction::trip});
  } else if constexpr (std::is_same_v<T, PhasePower>) {
    return read_word(in, out, {PhasePower::on, PhasePower::off, PhasePower::cycle});
  } else if constexpr (std::is_same_v<T, std::string>) {
    return in.is_string() ? (out = in.get<std::string>(), true) : false;
  } else if constexpr (std::is_same_v<T, bool>) {
    return in.is_boolean() ? (out = in.get<bool>(), true) : false;
  } else if constexpr (std::is_floating_point_v<T>) {
    return in.is_number() ? (out = in.get<T>(), true) : false;
  } else if constexpr (std::is_integral_v<T>) {
    return in.is_number_integer() ? (out = in.get<T>(), true) : false;
  } else {
    if (!in.is_object()) return false;
    bool good = true;
    fields(out, [&](const char* key, auto& field) {
      if (const auto found = in.find(key); found != in.end()) {
        good = good && read_value(*found, field);
      }
    });
    return good;
  }
}

}  // namespace

std::string_view to_string(LimitAction action) {
  switch (action) {
    case LimitAction::warn: return "warn";
    case LimitAction::stop: return "stop";
    case LimitAction::trip: return "trip";
  }
  return "warn";
}

std::string_view to_string(PhasePower power) {
  switch (power) {
    case PhasePower::on: return "on";
    case PhasePower::off: return "off";
    case PhasePower::cycle: return "cycle";
  }
  return "on";
}

const WorkloadSpec* RunSpec::find_workload(std::string_view workload) const {
  const auto found = std::ranges::find(workloads, workload, &WorkloadSpec::name);
  return found == workloads.end() ? nullptr : &*found;
}

const BoardSpec* RunSpec::find_board(std::string_view board) const {
  const auto found = std::ranges::find(boards, board, &BoardSpec::name);
  return found == boards.end() ? nullptr : &*found;
}

const InstrumentSpec* RunSpec::find_instrument(std::string_view instrument) const {
  const auto found = std::ranges::find(instruments, instrument, &InstrumentSpec::name);
  return found == instruments.end() ? nullptr : &*found;
}

std::string encode_run_spec(const RunSpec& spec) { return dump_json(write_value(spec)); }

Result<RunSpec> decode_run_spec(std::string_view text) {
  const auto parsed = parse_json(text);
  RunSpec spec;
  if (!parsed || !read_value(*parsed, spec)) {
    return Error{Errc::corrupt, "the stored run specification does not parse",
                 "the file is damaged or was not written by soakrig"};
  }
  return spec;
}

std::string encode_workload_spec(const WorkloadSpec& spec) { return dump_json(write_value(spec)); }

Result<WorkloadSpec> decode_workload_spec(std::string_view text) {
  const auto parsed = parse_json(text);
  WorkloadSpec spec;
  if (!parsed || !read_value(*parsed, spec)) {
    return Error{Errc::protocol, "the workload specification does not parse"};
  }
  return spec;
}

}  // namespace soakrig
