// SPDX-License-Identifier: Apache-2.0
//
// What a run is meant to do, resolved and validated: the plain data that rig/plan makes from a
// profile, rig/control carries out, the store keeps (as JSON, with secrets by reference only) and
// results/analysis judges by. No behaviour here. Units are SI and degrees Celsius; times are Nanos.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig {

struct VerdictRules {
  Nanos window = 60 * kSecond;       // speed windows; longer where whole cycles need it
  Nanos short_window = 5 * kSecond;  // episodes, and peak_short
  double stability_min = 0.97;       // worst / best window of a phase
  double claim_min = 0.95;           // lower bound of sustained / claimed
  double coverage_min = 0.99;
  int max_incidents = 0;             // with blame board or unknown
  double steal_max = 0.02;           // share of CPU time taken by the hypervisor
};

enum class LimitAction : std::uint8_t { warn, stop, trip };
[[nodiscard]] std::string_view to_string(LimitAction action);

struct Limit {
  std::string channel;
  std::optional<double> min, max;  // in the channel's unit
  LimitAction action = LimitAction::warn;
};

// A spec-sheet figure with its conditions. Empty text = not stated.
struct Claim {
  std::string name;  // tokens_per_s, prefill_tokens_per_s, ttft_ms, tops_*, memory_gb_s, power_w,
                     // j_per_token, ambient_max
  double value = 0;
  std::string device, precision, density, power_mode, model, workload, source;
  std::optional<double> ambient;  // Cel
};

struct RestartPolicy {
  int budget = 3;                 // restarts over the whole run
  Nanos backoff = 2 * kSecond;    // wait before a restart, doubled each time up to a minute
};

struct WorkloadSpec {
  std::string name;
  std::string kind;                // llm, program, …
  std::vector<std::string> argv;   // what the agent starts; argv[0] without '/' = beside the agent
  std::string unit = "{token}";    // of the primary work count
  std::string work = "tokens";     // key of the primary work count in {"work":{…}}
  std::string device = "cpu";      // what the load exercises, for the conditions of claims
  std::string precision;           // "int8", "int4", "fp32", empty = unknown
  std::string model;               // shape or model name, for the conditions of claims
  Nanos hang_after = 60 * kSecond; // no progress for this long = workload-hang
  RestartPolicy restart;
};

// What a phase does to the supply of the boards that have one: cycle = off and on again once the
// air has settled, before the work starts.
enum class PhasePower : std::uint8_t { on, off, cycle };
[[nodiscard]] std::string_view to_string(PhasePower power);

// When a phase's air and boards count as settled, and how long they may take. Beyond a limit the
// rig is at fault, never the board.
struct SettleRules {
  Nanos air_for = 3 * kSecond;           // the air in tolerance for this long = settled
  double board_within = 3.0;             // K: what soc.temperature may differ by …
  Nanos board_over = 0;                  // … over this long; 0 = the boards are not waited for
  std::optional<Nanos> ramp_max;         // absent = twice the asked ramp, and half an hour
  Nanos out_of_band_max = 10 * kMinute;  // of the air, in one stretch during a dwell
  Nanos board_max = 2 * kHour;           // without settled boards, in one stretch during a dwell
};

// One rung of a search for the ambient at which the boards give way. Rungs 1 to `of` climb; the
// phases behind them lead back, from rung of - 1 down to 1, and one of these at most is run.
struct SearchRung {
  int rung = 1, of = 1;
  bool back = false;
  double keep = 0.95;  // of the first rung's speed; less = it gave way
};

struct PhaseSpec {
  std::string name;
  std::optional<double> ambient;        // Cel; absent = whatever the room is
  std::optional<double> humidity;       // %
  std::optional<double> ramp_k_per_s;   // absent = as fast as the chamber goes
  double tolerance = 1.0;               // K
  Nanos soak = 0;                       // dwell in tolerance
  std::vector<std::string> work;        // names of workloads; the first is the primary one
  bool reference = false;               // the cold phase that gives the run's peak
  PhasePower power = PhasePower::on;
  SettleRules settle;
  std::optional<SearchRung> search;
};

// What switches a board's supply: a relay, or commands.
struct PowerSpec {
  std::string relay;                    // name of the instrument; empty = by commands
  int channel = 1;                      // of its switches, from 1
  Nanos off = 10 * kSecond;             // a power-cycle keeps it off at least so long
  double off_below = 1.0;               // W: what the board's meter must fall below
  int recover = 0;                      // power-cycles, over the run, of a board that is down
  std::vector<std::string> on_argv, off_argv;  // without a relay: they switch
  std::vector<std::string> cycle_argv;  // empty = off, wait, on
  std::string labgrid;                  // the place, taken for the run; its commands are above
};

// How a board that is down is brought back: one rung after the other, the gentlest first.
struct RecoverySpec {
  Nanos wait = 2 * kMinute;              // for it to come back by itself, before the first rung
  Nanos boot = 3 * kMinute;              // to come back after a rung, before the next
  std::vector<std::string> reboot_argv;  // a program on the board, over ssh; empty = no such rung
  int reboots = 1;                       // by it, over the run; power-cycles are PowerSpec::recover
};

struct BoardSpec {
  std::string name;
  std::string connect = "local";        // local | ssh://user@host:port
  std::string sysroot;                  // empty = the real one; "virtual", "virtual:FILE" or a folder
  std::string console, group;           // empty = none
  std::optional<PowerSpec> power;
  std::vector<Limit> limits;
  std::vector<Claim> claims;
  std::optional<RecoverySpec> recovery{};  // absent: it is waited for
};

// What the dead man's switch of a chamber waits for.
struct GuardTimes {
  Nanos grace = 15 * kMinute;  // then the load of a lost controller is stopped
  Nanos stale = 30 * kSecond;  // the air unread for this long: trip
  Nanos timer = 30 * kMinute;  // the chamber's own timer ends a hot phase; 0 = unused
};

// When and by which certificate an instrument was last found true. Dates are ISO 8601, empty where
// not stated.
struct Calibration {
  std::string date, due, certificate;
};

// What a chamber's certificate says must be added where it shows `at`. Cel and K.
struct CorrectionPoint {
  double at = 0, add = 0;
};

struct ChamberCalibration {
  std::string date, due, certificate, source;
  std::vector<CorrectionPoint> corrections;  // ascending; straight between them, level beyond
};

struct ChamberSpec {
  std::string map;                      // register map, e.g. watlow-f4t
  std::string connect;                  // tcp://… rtu://… rtu+tcp://… or virtual, virtual:FILE
  std::optional<double> safe_temperature;
  std::optional<double> low, high;      // Cel, the envelope of any set-point
  std::vector<Limit> limits;            // on chamber channels
  GuardTimes guard;
  std::optional<ChamberCalibration> calibration{};
  // %, of moist air: the envelope of any set-point, and where a run that made it ends, so that
  // cooling does not condense it on the boards.
  double humidity_low = 0, humidity_high = 100, safe_humidity = 20;
  double slew_max = 4.0;                // K/s: a reading that changes faster is not believed
};

// What an instrument's program says, and in which unit (UCUM).
struct GaugeSpec {
  std::string name, unit;
};

struct InstrumentSpec {
  std::string name, map, connect, board;
  std::vector<std::string> exec;        // a program instead of a Modbus device
  std::vector<GaugeSpec> gauges;        // of the program
  Nanos period = kSecond;               // the program says each so often
  std::optional<double> accuracy;       // ratio of reading, overrides the map's class
  std::string measures;                 // where a meter sits: "wall", "dc-in", "rail"; empty = unknown
  std::vector<Limit> limits;            // on its channels
  std::optional<Calibration> calibration;
};

struct NotifySpec {
  std::vector<std::string> on;          // incident, trip, end
  std::vector<std::string> run;         // argv; empty = no notification
};

struct VirtualSpec {
  std::vector<std::string> faults;      // KIND[:TARGET]@TIME, as `soakrig virtual serve --fault`
};

struct RunSpec {
  std::string name;
  std::uint64_t seed = 1;
  Nanos sample = 100 * kMillisecond;
  std::string notes;
  Nanos orphan_limit = 24 * kHour;
  VerdictRules rules;
  NotifySpec notify;
  VirtualSpec virtual_bench;
  std::optional<ChamberSpec> chamber;
  std::vector<InstrumentSpec> instruments;
  std::vector<BoardSpec> boards;
  std::vector<WorkloadSpec> workloads;
  std::vector<PhaseSpec> phases;        // repeats already expanded: "hot", "hot#2"…
  Nanos planned = 0;                    // estimate of the whole run, ramps included; 0 = not known

  [[nodiscard]] const WorkloadSpec* find_workload(std::string_view workload) const;
  [[nodiscard]] const BoardSpec* find_board(std::string_view board) const;
  [[nodiscard]] const InstrumentSpec* find_instrument(std::string_view instrument) const;
};

// The stored form: one JSON object, every field present (docs/formats/soak_file.md). decode ignores
// fields it does not know, so that an older reader can still show a newer run of the same version.
[[nodiscard]] std::string encode_run_spec(const RunSpec& spec);
[[nodiscard]] Result<RunSpec> decode_run_spec(std::string_view json);
// One workload alone, as the agent protocol sends it.
[[nodiscard]] std::string encode_workload_spec(const WorkloadSpec& spec);
[[nodiscard]] Result<WorkloadSpec> decode_workload_spec(std::string_view json);

}  // namespace soakrig
