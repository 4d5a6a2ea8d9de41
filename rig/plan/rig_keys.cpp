// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/schema_rows.hpp"

namespace soakrig::plan {

namespace {

constexpr std::string_view kClaims =
    "tokens_per_s|prefill_tokens_per_s|ttft_ms|tops_int4|tops_int8|tops_fp16|tops_bf16|tops_fp32|"
    "memory_gb_s|power_w|j_per_token|ambient_max";

constexpr Key kKeys[] = {
    of(row("", "soak", Type::table), "soak"),
    of(row("", "verdict", Type::table), "verdict"),
    of(row("", "notify", Type::table), "notify"),
    of(row("", "virtual", Type::table), "virtual"),
    of(row("", "board", Type::tables), "board"),
    of(row("", "chamber", Type::table), "chamber"),
    of(row("", "instrument", Type::tables), "instrument"),
    of(row("", "workload", Type::named_tables, {}, kRequired), "workload"),
    of(row("", "phase", Type::tables, {}, kRequired), "phase"),

    row("soak", "name", Type::label),
    ranged(row("soak", "seed", Type::integer, "1"), 0, 9e15),
    ranged(row("soak", "sample", Type::duration, "\"100ms\""), 0.01, 60),
    row("soak", "notes", Type::text),
    ranged(row("soak", "orphan_limit", Type::duration, "\"24h\""), 0, kYearS),

    ranged(row("verdict", "window", Type::duration, "\"60s\""), 1, kHourS),
    ranged(row("verdict", "short_window", Type::duration, "\"5s\""), 0.5, kHourS),
    ranged(row("verdict", "stability_min", Type::number, "0.97"), 0, 1),
    ranged(row("verdict", "claim_min", Type::number, "0.95"), 0, 1),
    ranged(row("verdict", "coverage_min", Type::number, "0.99"), 0, 1),
    ranged(row("verdict", "max_incidents", Type::integer, "0"), 0, 1e6),
    ranged(row("verdict", "steal_max", Type::ratio, "\"2%\""), 0, 1),

    of(row("notify", "on", Type::choices, "[\"incident\", \"trip\", \"end\"]"),
       "incident|trip|end"),
    row("notify", "run", Type::argv, {}, kRequired),

    row("virtual", "faults", Type::texts),

    row("board", "name", Type::name),
    row("board", "connect", Type::text, "\"local\""),
    row("board", "sysroot", Type::path),
    row("board", "group", Type::label),
    of(row("board", "limits", Type::limits), "limit"),
    of(row("board", "claim", Type::tables), "board.claim"),
    row("board", "console", Type::text),
    of(row("board", "power", Type::supply), "board.power"),
    of(row("board", "recovery", Type::table), "board.recovery"),

    row("board.power", "relay", Type::name, {}, kRequired),
    ranged(row("board.power", "channel", Type::integer, "1"), 1, 64),
    ranged(row("board.power", "off", Type::duration, "\"10s\""), 1, kHourS),
    ranged(row("board.power", "off_below", Type::number, "1.0"), 0, 1e6, "W"),
    ranged(row("board.power", "recover", Type::integer, "0"), 0, 1000),

    row("board.power:commands", "on", Type::argv, {}, kRequired),
    row("board.power:commands", "off", Type::argv, {}, kRequired),
    row("board.power:commands", "cycle", Type::argv),
    ranged(row("board.power:commands", "off_for", Type::duration, "\"10s\""), 1, kHourS),
    ranged(row("board.power:commands", "off_below", Type::number, "1.0"), 0, 1e6, "W"),
    ranged(row("board.power:commands", "recover", Type::integer, "0"), 0, 1000),

    ranged(row("board.recovery", "wait", Type::duration, "\"2min\""), 1, kDayS),
    ranged(row("board.recovery", "boot", Type::duration, "\"3min\""), 5, kDayS),
    row("board.recovery", "reboot", Type::argv),
    ranged(row("board.recovery", "reboots", Type::integer, "1"), 0, 1000),

    ranged(row("limit", "min", Type::number), -1e15, 1e15, "the channel's unit"),
    ranged(row("limit", "max", Type::number), -1e15, 1e15, "the channel's unit"),
    of(row("limit", "action", Type::choice, "\"warn\""), "warn|stop|trip"),

    of(row("board.claim", "name", Type::choice, {}, kRequired), kClaims),
    ranged(row("board.claim", "value", Type::number, {}, kRequired), -1e15, 1e15,
           "the claim's unit"),
    row("board.claim", "device", Type::text),
    of(row("board.claim", "precision", Type::choice), "int4|int8|fp16|bf16|fp32"),
    of(row("board.claim", "density", Type::choice), "dense|sparse"),
    row("board.claim", "power_mode", Type::text),
    row("board.claim", "model", Type::text),
    row("board.claim", "workload", Type::name),
    ranged(row("board.claim", "ambient", Type::number), -100, 250, "Cel"),
    row("board.claim", "source", Type::text),

    row("chamber", "map", Type::path, "\"watlow-f4t\""),
    row("chamber", "connect", Type::text, {}, kRequired),
    of(row("chamber", "safe", Type::table), "chamber.safe"),
    of(row("chamber", "limits", Type::limits), "chamber.limits"),
    of(row("chamber", "settle", Type::table), "settle"),
    ranged(row("chamber", "slew_max", Type::ramp, "\"240K/min\""), 0.01, 1000),
    of(row("chamber", "guard", Type::table), "chamber.guard"),
    of(row("chamber", "calibration", Type::table), "chamber.calibration"),
    ranged(row("chamber.safe", "temperature", Type::number, {}, kRequired), -100, 250, "Cel"),
    ranged(row("chamber.safe", "humidity", Type::number, "20.0"), 0, 100, "%"),
    ranged(row("chamber.limits", "humidity_low", Type::number, "0.0"), 0, 100, "%"),
    ranged(row("chamber.limits", "humidity_high", Type::number, "100.0"), 0, 100, "%"),
    ranged(row("chamber.limits", "low", Type::number), -100, 250, "Cel"),
    ranged(row("chamber.limits", "high", Type::number), -100, 250, "Cel"),

    ranged(row("chamber.guard", "grace", Type::duration, "\"15min\""), 0, kDayS),
    ranged(row("chamber.guard", "stale", Type::duration, "\"30s\""), 5, kHourS),
    ranged(row("chamber.guard", "timer", Type::duration, "\"30min\""), 0, kDayS),

    row("chamber.calibration", "date", Type::text, {}, kRequired),
    row("chamber.calibration", "due", Type::text),
    row("chamber.calibration", "certificate", Type::text),
    row("chamber.calibration", "source", Type::text, {}, kRequired),
    ranged(row("chamber.calibration", "offset", Type::number), -20, 20, "K"),
    row("chamber.calibration", "corrections", Type::texts),

    ranged(row("settle", "air_for", Type::duration, "\"3s\""), 0, kDayS),
    ranged(row("settle", "board_within", Type::number, "3.0"), 0.01, 50, "K"),
    ranged(row("settle", "board_over", Type::duration), 0, 2 * kHourS),
    ranged(row("settle", "ramp_max", Type::duration), 1, kYearS),
    ranged(row("settle", "out_of_band_max", Type::duration, "\"10min\""), 1, kDayS),
    ranged(row("settle", "board_max", Type::duration, "\"2h\""), 1, 7 * kDayS),

    row("instrument", "name", Type::name, {}, kRequired),
    row("instrument", "map", Type::path),
    row("instrument", "connect", Type::text),
    row("instrument", "board", Type::name),
    ranged(row("instrument", "accuracy", Type::ratio), 0, 1),
    of(row("instrument", "measures", Type::choice), "wall|dc-in|rail"),
    row("instrument", "exec", Type::argv),
    row("instrument", "gauges", Type::texts),
    of(row("instrument", "limits", Type::limits), "limit"),
    of(row("instrument", "calibration", Type::table), "instrument.calibration"),
    ranged(row("instrument", "period", Type::duration, "\"1s\""), 0.1, kHourS),

    row("instrument.calibration", "date", Type::text, {}, kRequired),
    row("instrument.calibration", "due", Type::text),
    row("instrument.calibration", "certificate", Type::text),

    row("phase", "name", Type::label),
    ranged(row("phase", "ambient", Type::number), -100, 250, "Cel"),
    ranged(row("phase", "humidity", Type::number), 0, 100, "%"),
    row("phase", "ramp", Type::ramp),
    ranged(row("phase", "tolerance", Type::number, "1.0"), 0.05, 50, "K"),
    ranged(row("phase", "soak", Type::duration, {}, kRequired), 1, kYearS),
    row("phase", "work", Type::texts, {}, kRequired),
    ranged(row("phase", "step", Type::number), -50, 50, "K"),
    ranged(row("phase", "repeat", Type::integer, "1"), 1, 10'000),
    row("phase", "reference", Type::boolean, "false"),
    of(row("phase", "power", Type::choice, "\"on\""), "on|off|cycle"),
    of(row("phase", "settle", Type::table), "settle"),
    row("phase", "vary", Type::settings),
    ranged(row("phase", "search", Type::ratio), 0.01, 1),
};

}  // namespace

std::span<const Key> rig_keys() { return kKeys; }

}  // namespace soakrig::plan
