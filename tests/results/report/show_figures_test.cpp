// SPDX-License-Identifier: Apache-2.0
// Also tests: parse_show_figures.cpp
#include "results/report/show_figures.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "results/report/parse_show_json.hpp"
#include "results/report/show_json.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::report;
using nlohmann::json;

namespace {

const RunClock kClock(1'772'366'400 * kSecond);  // 2026-03-01T12:00:00Z

std::set<std::string> keys(const json& object) {
  std::set<std::string> out;
  for (const auto& [key, value] : object.items()) out.insert(key);
  return out;
}

analysis::Finding full_rule() {
  analysis::Finding out{Verdict::fail, "stability 0.6 < 0.97", false};
  out.rule = "stability";
  out.name = "n";
  out.board = "pi";
  out.phase = "hot";
  out.workload = "chat";
  out.value = 0.6;
  out.lo = 0.5;
  out.hi = 0.7;
  out.bar = 0.97;
  out.unit = "1";
  out.over = analysis::Interval{10 * kSecond, 20 * kSecond};
  out.channel = "work.chat.tokens";
  return out;
}

analysis::Reliability full_reliability() {
  return {12, 1, 2, 1, {{"mtbf_h", 0.9, 3.1, std::nullopt, "2T / chi2", "not a lifetime"}}};
}

// Every field set to something of its own.
analysis::Judgement full() {
  analysis::BoardJudgement b;
  b.name = "pi";
  b.rules = {full_rule(), {Verdict::pass, "coverage", false}};
  b.changes = {{"hot", "chat", "work.chat.tokens", "{token}/s", 30 * kSecond, 20, 12, -0.4}};
  analysis::Drift drift;
  drift.quantity = "memory";
  drift.phase = "hot";
  drift.workload = "chat";
  drift.channel = "work.chat.memory";
  drift.unit = "By";
  drift.over = {5 * kSecond, 50 * kSecond};
  drift.level = 1e9;
  drift.per_hour = 2e6;
  drift.lower = 1e6;
  drift.upper = 3e6;
  drift.direction = "rising";
  drift.leak = true;
  b.drifts = {drift};
  analysis::ThermalFit fit;
  fit.phase = "hot";
  fit.over = {1 * kSecond, 2 * kSecond};
  fit.r1 = 1;
  fit.tau1_s = 20;
  fit.r2 = 3;
  fit.tau2_s = 900;
  fit.r_total = 4;
  fit.rms = 0.1;
  fit.rise = 40;
  fit.ambient = 25;
  fit.power_w = 9;
  fit.power_per_k = 0.02;
  fit.trip = 85;
  fit.hysteresis = 2;
  fit.trip_from = "where it throttled";
  fit.critical_ambient = 41;
  fit.critical_refused = "no";
  fit.note = "of this build";
  analysis::ThermalFit refused;
  refused.refused = "the fan changed";
  b.thermal = {fit, refused};
  b.derating = {
      {"chat",
       "{token}/s",
       {{25, 20, 19.0, 21.0, true, "cold"}, {40, 15, std::nullopt, std::nullopt, false, {}}},
       "linear",
       0.3,
       "few"}};
  b.reliability = full_reliability();
  analysis::PhaseFigures phase;
  phase.name = "hot";
  phase.dwell = analysis::Interval{1 * kSecond, 90 * kSecond};
  phase.power = analysis::PowerFigures{"board.power", "wall", "30052@meter", 0.01, 5,
                                       4.95,          5.05,   900,           891,  909};
  analysis::WorkFigures work;
  work.name = "chat";
  work.lower = 11;
  work.upper = 13;
  work.sustained_over = analysis::Interval{45 * kSecond, 90 * kSecond};
  work.sustained_rule = "the last half";
  work.shape = "slow-down";
  work.power_w = 5;
  work.j_per_work_lower = 0.2;
  work.j_per_work_upper = 0.3;
  phase.work = {work};
  b.phases = {phase};
  analysis::Judgement out;
  out.boards = {b};
  out.reliability = full_reliability();
  return out;
}

}  // namespace

TEST_CASE("the wider figures have exactly the keys of their format") {
  const json d = json::parse(show_json(full(), kClock));
  const json& b = d["boards"][0];
  CHECK(keys(b["rules"][0]) == std::set<std::string>{"rule", "name", "board", "phase", "workload",
                                                     "verdict", "value", "lo", "hi", "bar", "unit",
                                                     "reason", "from", "to", "channel"});
  CHECK(keys(b["changes"][0]) == std::set<std::string>{"phase", "workload", "channel", "unit", "at",
                                                       "before", "after", "change"});
  CHECK(keys(b["drifts"][0]) == std::set<std::string>{"quantity", "phase", "workload", "channel",
                                                      "unit", "from", "to", "level", "per_hour",
                                                      "lower", "upper", "direction", "leak"});
  CHECK(keys(b["thermal"][0]) == std::set<std::string>{"phase",
                                                       "from",
                                                       "to",
                                                       "refused",
                                                       "r1",
                                                       "tau1_s",
                                                       "r2",
                                                       "tau2_s",
                                                       "r_total",
                                                       "rms",
                                                       "rise",
                                                       "ambient",
                                                       "power_w",
                                                       "power_per_k",
                                                       "trip",
                                                       "hysteresis",
                                                       "trip_from",
                                                       "critical_ambient",
                                                       "critical_refused",
                                                       "note"});
  CHECK(keys(b["derating"][0]) ==
        std::set<std::string>{"workload", "unit", "method", "error", "refused", "points"});
  CHECK(keys(b["derating"][0]["points"][0]) ==
        std::set<std::string>{"ambient", "sustained", "lower", "upper", "measured", "phase"});
  CHECK(keys(d["reliability"]) ==
        std::set<std::string>{"unit_hours", "failures", "units", "failed_units", "bounds"});
  CHECK(keys(d["reliability"]["bounds"][0]) ==
        std::set<std::string>{"name", "confidence", "lower", "upper", "formula", "not_proven"});
  CHECK(keys(b["phases"][0]["power"]) ==
        std::set<std::string>{"channel", "measuring_point", "source", "accuracy", "mean_w",
                              "lower_w", "upper_w", "energy_j", "lower_j", "upper_j"});
}

TEST_CASE("the wider figures: values in their places, unknown ones null") {
  const json d = json::parse(show_json(full(), kClock));
  const json& b = d["boards"][0];
  CHECK(b["rules"][0]["from"] == "2026-03-01T12:00:10.000Z");
  CHECK(b["rules"][0]["verdict"] == "fail");
  CHECK(b["rules"][1]["value"].is_null());
  CHECK(b["rules"][1]["from"].is_null());
  CHECK(b["thermal"][0]["refused"].is_null());
  CHECK(b["thermal"][1]["r_total"].is_null());
  CHECK(b["derating"][0]["points"][1]["lower"].is_null());
  CHECK(b["phases"][0]["shape"] == "slow-down");
  CHECK(b["phases"][0]["work"][0]["sustained_to"] == "2026-03-01T12:01:30.000Z");
  const json empty = json::parse(show_json(analysis::Judgement{}, kClock));
  CHECK(empty["reliability"].is_null());
}

TEST_CASE("the wider figures read back and written again are the same") {
  const std::string text = show_json(full(), kClock);
  const auto back = parse_show_json(text, kClock);
  REQUIRE(back);
  CHECK(show_json(*back, kClock) == text);
  CHECK(back->boards[0].drifts[0].leak);
  CHECK(back->boards[0].rules[0].over == full_rule().over);
  // Of another type: unknown, never a crash.
  const auto odd = parse_show_json(
      R"({"run":{},"reliability":{"bounds":[7]},"boards":[{"rules":[1],"drifts":"x",
          "phases":[{"power":{"mean_w":"five"}}]}]})",
      kClock);
  REQUIRE(odd);
  CHECK(odd->boards[0].rules[0].verdict == Verdict::inconclusive);
  CHECK_FALSE(odd->boards[0].phases[0].power->mean_w);
}
