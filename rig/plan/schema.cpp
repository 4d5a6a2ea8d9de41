// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/schema.hpp"

#include <algorithm>

namespace soakrig::plan {

namespace {

constexpr double kHourS = 3600;
constexpr double kDayS = 24 * kHourS;
constexpr double kYearS = 366 * kDayS;
constexpr double kMostTokens = 1 << 20;
constexpr bool kRequired = true;

// One row of the list; the helpers below name what differs.
constexpr Key row(std::string_view table, std::string_view name, Type type,
                  std::string_view fallback = {}, bool required = false) {
  Key key;
  key.table = table;
  key.name = name;
  key.type = type;
  key.fallback = fallback;
  key.required = required;
  return key;
}

constexpr Key ranged(Key key, double min, double max, std::string_view unit = {}) {
  key.min = min;
  key.max = max;
  key.unit = unit;
  return key;
}

constexpr Key of(Key key, std::string_view choices) {
  key.choices = choices;
  return key;
}

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

    of(row("workload", "kind", Type::text, {}, kRequired),
       "cycle|engine|frames|gemm|hybrid|llm|memory|mix|openai|program|quality"),
    ranged(row("workload", "hang_after", Type::duration, "\"60s\""), 1, kDayS),
    of(row("workload", "restart", Type::table), "restart"),
    ranged(row("restart", "budget", Type::integer, "3"), 0, 1e6),
    ranged(row("restart", "backoff", Type::duration, "\"2s\""), 0, kHourS),

    row("workload:llm", "shape", Type::text, "\"auto\""),
    of(row("workload:llm", "format", Type::choice, "\"q8_0\""), "q8_0|q4_0"),
    ranged(row("workload:llm", "threads", Type::integer), 1, 1024),
    ranged(row("workload:llm", "prompt_tokens", Type::integer, "64"), 1, kMostTokens),
    ranged(row("workload:llm", "answer_tokens", Type::integer, "64"), 1, kMostTokens),
    ranged(row("workload:llm", "seed", Type::integer), 0, 9e15),
    ranged(row("workload:llm", "check_every", Type::integer, "16"), 0, kMostTokens),
    ranged(row("workload:llm", "pause", Type::duration, "\"0s\""), 0, kHourS),
    row("workload:llm", "load", Type::text, "\"constant\""),
    row("workload:llm", "cores", Type::text),
    row("workload:llm", "inject", Type::texts),
    row("workload:llm", "model", Type::path),

    row("workload:cycle", "update", Type::argv, {}, kRequired),
    row("workload:cycle", "health", Type::argv, {}, kRequired),
    row("workload:cycle", "version", Type::argv, {}, kRequired),
    row("workload:cycle", "rollback", Type::argv),
    row("workload:cycle", "restore", Type::argv),
    row("workload:cycle", "power_off", Type::argv),
    row("workload:cycle", "power_on", Type::argv),
    row("workload:cycle", "network_off", Type::argv),
    row("workload:cycle", "network_on", Type::argv),
    row("workload:cycle", "disk_fill", Type::argv),
    row("workload:cycle", "disk_free", Type::argv),
    row("workload:cycle", "clock_step", Type::argv),
    row("workload:cycle", "clock_back", Type::argv),
    row("workload:cycle", "faults", Type::texts),
    row("workload:cycle", "payload", Type::path),
    ranged(row("workload:cycle", "seed", Type::integer), 0, 9e15),
    ranged(row("workload:cycle", "step_timeout", Type::duration, "\"60s\""), 0.1, kDayS),
    ranged(row("workload:cycle", "settle", Type::duration, "\"30s\""), 0, kDayS),
    ranged(row("workload:cycle", "fault_within", Type::duration, "\"2s\""), 0, kDayS),
    ranged(row("workload:cycle", "fault_lines", Type::integer, "0"), 0, 1e6),
    ranged(row("workload:cycle", "pause", Type::duration, "\"0s\""), 0, kHourS),

    of(row("workload:gemm", "precision", Type::choice, "\"fp32\""), "fp32|bf16|fp16|int8"),
    ranged(row("workload:gemm", "size", Type::integer, "1024"), 16, 16384),
    ranged(row("workload:gemm", "threads", Type::integer), 1, 1024),
    ranged(row("workload:gemm", "seed", Type::integer), 0, 9e15),
    ranged(row("workload:gemm", "check_every", Type::integer, "1"), 0, kMostTokens),
    ranged(row("workload:gemm", "pause", Type::duration, "\"0s\""), 0, kHourS),
    row("workload:engine", "engine", Type::text, {}, kRequired),
    row("workload:engine", "work", Type::name, {}, kRequired),
    row("workload:engine", "set", Type::texts),
    row("workload:engine", "args", Type::texts),
    row("workload:engine", "model", Type::path),
    ranged(row("workload:engine", "ops_per_work", Type::number), 1e-9, 1e18, "{ops}"),
    row("workload:engine", "unit", Type::text),
    row("workload:engine", "device", Type::text, "\"cpu\""),
    of(row("workload:engine", "precision", Type::choice), "int4|int8|fp16|bf16|fp32"),
    of(row("workload:engine", "density", Type::choice), "dense|sparse"),
    ranged(row("workload:engine", "pause", Type::duration, "\"0s\""), 0, kHourS),
    row("workload:engine", "cores", Type::text),
    row("workload:engine", "inject", Type::texts),

    ranged(row("workload:frames", "streams", Type::integer, "4"), 1, 24),
    ranged(row("workload:frames", "fps", Type::number, "30"), 0.1, 1000, "Hz"),
    ranged(row("workload:frames", "size", Type::integer, "512"), 16, 4096),
    of(row("workload:frames", "precision", Type::choice, "\"int8\""), "int8|fp32"),
    ranged(row("workload:frames", "deadline", Type::duration), 1e-4, kHourS),
    row("workload:frames", "nice", Type::texts),
    row("workload:frames", "stall", Type::texts),
    ranged(row("workload:frames", "seed", Type::integer), 0, 9e15),
    ranged(row("workload:frames", "check_every", Type::integer, "30"), 0, 1e9),
    row("workload:frames", "cores", Type::text),
    row("workload:frames", "inject", Type::texts),

    row("workload:gemm", "load", Type::text, "\"constant\""),
    row("workload:gemm", "cores", Type::text),
    row("workload:gemm", "inject", Type::texts),

    of(row("workload:memory", "op", Type::choice, "\"all\""),
       "all|read|copy|scale|add|triad|latency"),
    of(row("workload:memory", "level", Type::choice, "\"dram\""), "dram|l1|l2|l3"),
    row("workload:memory", "size", Type::text),
    of(row("workload:memory", "pages", Type::choice, "\"huge\""), "huge|small"),
    ranged(row("workload:memory", "threads", Type::integer), 1, 1024),
    row("workload:memory", "per_core", Type::boolean, "false"),
    ranged(row("workload:memory", "pause", Type::duration, "\"0s\""), 0, kHourS),
    row("workload:memory", "load", Type::text, "\"constant\""),
    row("workload:memory", "cores", Type::text),
    row("workload:memory", "inject", Type::texts),

    row("workload:mix", "shares", Type::texts),
    ranged(row("workload:mix", "threads", Type::integer), 1, 1024),
    ranged(row("workload:mix", "seed", Type::integer), 0, 9e15),
    ranged(row("workload:mix", "pause", Type::duration, "\"0s\""), 0, kHourS),
    row("workload:mix", "load", Type::text, "\"constant\""),
    row("workload:mix", "cores", Type::text),
    row("workload:mix", "inject", Type::texts),

    of(row("workload:hybrid", "edge", Type::table, {}, kRequired), "hybrid.place"),
    of(row("workload:hybrid", "cloud", Type::table, {}, kRequired), "hybrid.place"),
    of(row("workload:hybrid", "rule", Type::choice, {}, kRequired),
       "length|label|confidence|budget"),
    ranged(row("workload:hybrid", "threshold", Type::number), 0, 1e6),
    row("workload:hybrid", "cloud_labels", Type::texts),
    row("workload:hybrid", "local_labels", Type::texts),
    ranged(row("workload:hybrid", "budget", Type::number), 0, 1e9),
    row("workload:hybrid", "fallback", Type::boolean, "true"),
    ranged(row("workload:hybrid", "both", Type::ratio), 0, 1),
    of(row("workload:hybrid", "link", Type::table), "hybrid.link"),
    of(row("workload:hybrid", "prices", Type::table), "hybrid.prices"),
    ranged(row("workload:hybrid", "answer_tokens", Type::integer, "64"), 1, kMostTokens),
    row("workload:hybrid", "may_stop", Type::boolean, "false"),
    ranged(row("workload:hybrid", "streams", Type::integer, "1"), 1, 256),
    of(row("workload:hybrid", "arrivals", Type::choice, "\"closed\""),
       "closed|constant|poisson|trace"),
    ranged(row("workload:hybrid", "rate", Type::number), 1e-4, 1e5),
    row("workload:hybrid", "trace", Type::path),
    ranged(row("workload:hybrid", "most_open", Type::integer, "256"), 1, 4096),
    of(row("workload:hybrid", "prompts", Type::choice, "\"mixed\""),
       "chat|long|code|reasoning|mixed"),
    of(row("workload:hybrid", "language", Type::choice, "\"en\""), "en|zh|both"),
    row("workload:hybrid", "prompt_file", Type::path),
    row("workload:hybrid", "prompt_words", Type::text),
    row("workload:hybrid", "same_prefix", Type::boolean, "false"),
    ranged(row("workload:hybrid", "seed", Type::integer), 0, 9e15),
    ranged(row("workload:hybrid", "timeout", Type::duration, "\"60s\""), 0.1, kDayS),
    ranged(row("workload:hybrid", "stall", Type::duration, "\"30s\""), 0.1, kDayS),
    ranged(row("workload:hybrid", "ready_within", Type::duration, "\"60s\""), 0.1, kDayS),
    row("workload:hybrid", "device", Type::text, "\"cpu\""),
    of(row("workload:hybrid", "precision", Type::choice), "int4|int8|fp16|bf16|fp32"),
    row("hybrid.place", "url", Type::text, {}, kRequired),
    row("hybrid.place", "model", Type::text),
    of(row("hybrid.place", "api", Type::choice, "\"chat\""), "chat|completions|ollama"),
    row("hybrid.place", "token_env", Type::text),
    row("hybrid.place", "token_file", Type::path),
    row("hybrid.place", "ca_file", Type::path),
    row("hybrid.place", "verify", Type::boolean, "true"),
    ranged(row("hybrid.link", "rtt", Type::duration), 0, 60),
    ranged(row("hybrid.link", "jitter", Type::duration), 0, 120),
    ranged(row("hybrid.link", "up_kbit_s", Type::number), 0.8, 1e9),
    ranged(row("hybrid.link", "down_kbit_s", Type::number), 0.8, 1e9),
    ranged(row("hybrid.link", "loss", Type::ratio), 0, 0.49),
    row("hybrid.link", "stalls", Type::text),
    row("hybrid.link", "outages", Type::text),
    of(row("hybrid.link", "outage_kind", Type::choice, "\"refuse\""), "refuse|black-hole"),
    row("hybrid.link", "trace", Type::path),
    ranged(row("hybrid.prices", "cloud_in", Type::number, {}, kRequired), 0, 1e9),
    ranged(row("hybrid.prices", "cloud_out", Type::number, {}, kRequired), 0, 1e9),
    ranged(row("hybrid.prices", "edge", Type::number, {}, kRequired), 0, 1e9),
    row("hybrid.prices", "currency", Type::text, {}, kRequired),
    row("hybrid.prices", "date", Type::text, {}, kRequired),
    row("hybrid.prices", "source", Type::text, {}, kRequired),

    row("workload:quality", "reference", Type::text, {}, kRequired),
    row("workload:quality", "url", Type::text, {}, kRequired),
    ranged(row("workload:quality", "every", Type::duration, "\"30s\""), 0.1, kDayS),
    row("workload:quality", "tasks", Type::path),
    ranged(row("workload:quality", "each", Type::integer, "1"), 1, 1000),
    ranged(row("workload:quality", "prompts", Type::integer, "4"), 1, 1000),
    ranged(row("workload:quality", "tokens", Type::integer, "8"), 1, 512),
    ranged(row("workload:quality", "seed", Type::integer), 0, 9e15),
    row("workload:quality", "model", Type::text),
    ranged(row("workload:quality", "timeout", Type::duration, "\"60s\""), 0.1, kDayS),
    ranged(row("workload:quality", "top1_min", Type::number), 0, 1),
    ranged(row("workload:quality", "top1_fall_max", Type::number), 0, 1),
    ranged(row("workload:quality", "solved_min", Type::number), 0, 1),
    ranged(row("workload:quality", "solved_fall_max", Type::number), 0, 1),
    ranged(row("workload:quality", "kl_max", Type::number), 0, 1e3),

    row("workload:openai", "url", Type::text, {}, kRequired),
    row("workload:openai", "start", Type::argv),
    row("workload:openai", "model_file", Type::path),
    of(row("workload:openai", "client", Type::choice), "rig|board"),
    row("workload:openai", "model", Type::text),
    of(row("workload:openai", "api", Type::choice, "\"chat\""), "chat|completions|ollama"),
    row("workload:openai", "stream", Type::boolean, "true"),
    of(row("workload:openai", "first_token", Type::choice, "\"content\""), "content|role"),
    ranged(row("workload:openai", "answer_tokens", Type::integer, "64"), 1, kMostTokens),
    row("workload:openai", "may_stop", Type::boolean, "false"),
    ranged(row("workload:openai", "streams", Type::integer, "1"), 1, 4096),
    of(row("workload:openai", "arrivals", Type::choice, "\"closed\""),
       "closed|constant|poisson|gamma|ramp|trace"),
    ranged(row("workload:openai", "rate", Type::number), 1e-4, 1e5),
    ranged(row("workload:openai", "ramp_from", Type::number), 0, 1e5),
    ranged(row("workload:openai", "ramp_over", Type::duration), 1, kDayS),
    ranged(row("workload:openai", "burstiness", Type::number), 0.02, 100),
    row("workload:openai", "trace", Type::path),
    row("workload:openai", "duty", Type::text),
    ranged(row("workload:openai", "most_open", Type::integer, "1024"), 1, 4096),
    of(row("workload:openai", "prompts", Type::choice, "\"chat\""),
       "chat|long|code|reasoning|mixed"),
    of(row("workload:openai", "language", Type::choice, "\"en\""), "en|zh|both"),
    row("workload:openai", "prompt_file", Type::path),
    row("workload:openai", "prompt_words", Type::text),
    row("workload:openai", "prompt_lengths", Type::path),
    row("workload:openai", "same_prefix", Type::boolean, "false"),
    ranged(row("workload:openai", "seed", Type::integer), 0, 9e15),
    ranged(row("workload:openai", "timeout", Type::duration, "\"120s\""), 0.1, kDayS),
    ranged(row("workload:openai", "stall", Type::duration, "\"30s\""), 0.1, kDayS),
    ranged(row("workload:openai", "ready_within", Type::duration, "\"60s\""), 0.1, kDayS),
    ranged(row("workload:openai", "canary", Type::duration), 1, kHourS),
    of(row("workload:openai", "slo", Type::table), "slo"),
    row("workload:openai", "token_env", Type::text),
    row("workload:openai", "token_file", Type::path),
    row("workload:openai", "ca_file", Type::path),
    row("workload:openai", "verify", Type::boolean, "true"),
    row("workload:openai", "device", Type::text, "\"cpu\""),
    of(row("workload:openai", "precision", Type::choice), "int4|int8|fp16|bf16|fp32"),
    ranged(row("slo", "ttft", Type::duration), 0.0001, kDayS),
    ranged(row("slo", "tpot", Type::duration), 0.0001, kDayS),
    ranged(row("slo", "latency", Type::duration), 0.0001, kDayS),

    row("workload:program", "argv", Type::argv, {}, kRequired),
    row("workload:program", "work", Type::name, {}, kRequired),
    row("workload:program", "unit", Type::text),
    row("workload:program", "device", Type::text, "\"cpu\""),
    of(row("workload:program", "precision", Type::choice), "int4|int8|fp16|bf16|fp32"),
    row("workload:program", "model", Type::text),

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

std::span<const Key> schema() { return kKeys; }

std::vector<const Key*> keys_of(std::string_view table) {
  std::vector<const Key*> out;
  for (const Key& key : kKeys) {
    if (key.table == table) out.push_back(&key);
  }
  return out;
}

const Key* find_key(std::string_view table, std::string_view name) {
  const auto found = std::ranges::find_if(
      kKeys, [&](const Key& key) { return key.table == table && key.name == name; });
  return found == std::end(kKeys) ? nullptr : &*found;
}

std::vector<std::string> words_of(std::string_view choices) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= choices.size() && !choices.empty();) {
    const std::size_t end = std::min(choices.find('|', at), choices.size());
    out.emplace_back(choices.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string expected(const Key& key) {
  switch (key.type) {
    case Type::text:
      return "text in quotes";
    case Type::name:
      return "a name of lower-case letters, digits, '_' and '-'";
    case Type::label:
      return "a name of letters, digits, '.', '_' and '-', up to 64";
    case Type::path:
      return "a path in quotes";
    case Type::choice:
    case Type::choices: {
      std::string words;
      for (const std::string& word : words_of(key.choices)) {
        words += (words.empty() ? "\"" : ", \"") + word + "\"";
      }
      return (key.type == Type::choice ? "one of " : "a list of some of ") + words;
    }
    case Type::texts:
      return "a list of texts, such as [\"a\", \"b\"]";
    case Type::argv:
      return "a program and its arguments, such as [\"/usr/bin/thing\", \"-x\"]";
    case Type::integer:
      return "a whole number";
    case Type::number:
      return "a plain number" + (key.unit.empty() ? "" : " in " + std::string(key.unit));
    case Type::boolean:
      return "true or false";
    case Type::duration:
      return "a duration with its unit, such as \"100ms\", \"60s\" or \"8h\"";
    case Type::ratio:
      return "a share with its sign, such as \"2%\"";
    case Type::ramp:
      return "a rate with its unit, such as \"2K/min\"";
    case Type::table:
      return "a table";
    case Type::supply:
      return "a table such as { relay = \"strip\" }, or \"labgrid:PLACE\"";
    case Type::tables:
      return "[[" + std::string(key.name) + "]] with two brackets: there may be several";
    case Type::named_tables:
      return "a table of its own for each, such as [" + std::string(key.name) + ".chat]";
    case Type::settings:
      return "a table of lists, such as { threads = [1, 2] }";
    case Type::limits:
      return "limits by channel, such as { \"soc.temperature\" = { max = 105.0 } }";
    case Type::reserved:
      return "nothing yet";
  }
  return {};
}

}  // namespace soakrig::plan
