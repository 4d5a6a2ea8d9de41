// SPDX-License-Identifier: Apache-2.0
// Also tests: run_clock.cpp parse_show_json.cpp
#include "results/report/show_json.hpp"

#include <nlohmann/json.hpp>
#include <set>

#include "results/report/parse_show_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"

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

analysis::Judgement example() {
  analysis::Judgement j;
  j.run.id = "id-1";
  j.run.name = "night";
  j.run.file = "soaks/night.soak";
  j.run.state = RunState::sealed;
  j.run.provenance = Provenance::simulated;
  j.run.started_utc = kClock.utc(0);
  j.run.planned = 90 * kSecond;
  j.run.sequence.nth = 3;
  j.verdict = Verdict::fail;
  j.reasons = {"stability 0.6 < 0.97"};
  j.coverage = 0.5;
  analysis::BoardJudgement b;
  b.name = "pi";
  b.facts = {{"model", "Pi 5"}};
  b.coverage = 0.5;
  b.verdict = Verdict::fail;
  analysis::PhaseFigures p;
  p.name = "hot";
  p.ambient = 55;
  analysis::WorkFigures chat;
  chat.name = "chat";
  chat.kind = "llm";
  chat.unit = "{token}/s";
  chat.peak = 20;
  chat.sustained = 12;
  chat.latency["ttft"] = {"s", 7, 0.1, 0.2, 0.3, 0.4};
  chat.samples = 9;
  analysis::WorkFigures mix;
  mix.name = "mix";
  p.work = {chat, mix};
  b.phases = {p, analysis::PhaseFigures{}};
  analysis::Episode e;
  e.when = {10 * kSecond, 20 * kSecond};
  e.cause = Cause::under_voltage;
  e.effect = "slow";
  e.evidence = {"x: 0 -> 1"};
  e.lost_work = 80;
  b.episodes = {e};
  analysis::Incident i;
  i.at = 30 * kSecond;
  i.kind = IncidentClass::workload_crash;
  i.blame = Blame::operator_;
  i.recovered_after_s = 4;
  b.incidents = {i};
  analysis::ClaimResult c;
  c.name = "tokens_per_s";
  c.claimed = 25;
  c.unit = "{token}/s";
  c.conditions = {{"ambient", "25"}, {"device", "cpu"}};
  c.sustained = 12;
  c.verdict = Verdict::fail;
  c.reason = "misses";
  c.bound = "thermal";
  b.claims = {c};
  j.boards = {b};
  return j;
}

}  // namespace

TEST_CASE("the document has exactly the keys of its format, unknown values as null") {
  const json d = json::parse(show_json(example(), kClock));
  CHECK(keys(d) == std::set<std::string>{"run", "reliability", "boards"});
  CHECK(keys(d["run"]) == std::set<std::string>{"id", "name", "file", "state", "verdict", "reasons",
                                                "provenance", "started", "ended", "planned_s",
                                                "coverage", "sequence"});
  CHECK(keys(d["run"]["sequence"]) == std::set<std::string>{"nth", "of", "aborted"});
  const json& b = d["boards"][0];
  CHECK(keys(b) == std::set<std::string>{"name", "facts", "coverage", "availability", "verdict",
                                         "phases", "episodes", "incidents", "claims", "rules",
                                         "changes", "drifts", "thermal", "derating", "sweeps",
                                         "reliability"});
  const std::set<std::string> figures{"kind",
                                      "unit",
                                      "peak",
                                      "peak_short",
                                      "sustained",
                                      "sustained_ratio",
                                      "retention",
                                      "stability",
                                      "p5",
                                      "latency",
                                      "canary",
                                      "steady_after_s",
                                      "time_to_throttle_s",
                                      "j_per_work",
                                      "samples",
                                      "lower",
                                      "upper",
                                      "sustained_from",
                                      "sustained_to",
                                      "sustained_rule",
                                      "shape",
                                      "power_w",
                                      "j_per_work_lower",
                                      "j_per_work_upper"};
  std::set<std::string> phase = figures, work = figures;
  phase.insert(
      {"name", "ambient", "humidity", "energy_j", "dwell_from", "dwell_to", "power", "work"});
  work.insert("name");
  for (const json& p : b["phases"]) CHECK(keys(p) == phase);
  for (const json& w : b["phases"][0]["work"]) CHECK(keys(w) == work);
  CHECK(keys(b["episodes"][0]) ==
        std::set<std::string>{"start", "end", "cause", "effect", "evidence", "lost_work",
                              "workload", "speed_ratio", "worst_ratio", "flagged", "raw_events"});
  CHECK(keys(b["incidents"][0]) ==
        std::set<std::string>{"at", "class", "blame", "evidence", "recovered_after_s", "workload"});
  CHECK(keys(b["claims"][0]) == std::set<std::string>{"name", "claimed", "unit", "conditions",
                                                      "peak", "sustained", "lower", "upper",
                                                      "verdict", "reason", "bound"});
  CHECK(d["run"]["ended"].is_null());
  CHECK(b["availability"].is_null());
  CHECK(b["phases"][0]["energy_j"].is_null());
  CHECK(b["phases"][1]["peak"].is_null());
  CHECK(b["phases"][1]["work"] == json::array());
}

TEST_CASE("values are in their places") {
  const json d = json::parse(show_json(example(), kClock));
  const json& b = d["boards"][0];
  CHECK(d["run"]["provenance"] == "simulated");
  CHECK(d["run"]["planned_s"] == 90.0);
  CHECK(d["run"]["sequence"]["nth"] == 3);
  CHECK(b["phases"][0]["sustained"] == 12.0);  // the primary workload, flat
  CHECK(b["phases"][0]["work"][0]["sustained"] == 12.0);
  CHECK(b["phases"][0]["latency"]["ttft"]["p99"] == 0.3);
  CHECK(b["episodes"][0]["start"] == "2026-03-01T12:00:10.000Z");
  CHECK(b["episodes"][0]["cause"] == "under-voltage");
  CHECK(b["incidents"][0]["blame"] == "operator");
  CHECK(b["claims"][0]["conditions"]["ambient"] == 25.0);
  CHECK(b["claims"][0]["conditions"]["device"] == "cpu");
}

TEST_CASE("a canary of the run has its counts and its bound in the dwell, and none is null") {
  analysis::Judgement j = example();
  j.boards[0].phases[0].dwell = analysis::Interval{0, kMinute};
  analysis::RunView run;
  run.events = {
      {kSecond, "pi", "work.ready", Severity::info,
       R"({"workload":"chat","facts":{"canary":"on","canary_accepted":"2"}})"},
      {2 * kSecond, "pi", "work.note", Severity::info,
       R"({"workload":"chat","hist":{"window_s":1,"series":{},"canary":)"
       R"({"asked":10,"same":9,"near_ties":1,"suspected":0,"tokens":1000000}}})"}};
  const json phase = json::parse(show_json(j, run, kClock))["boards"][0]["phases"][0];
  const json& canary = phase["work"][0]["canary"];
  CHECK(keys(canary) == std::set<std::string>{"off", "accepted", "asked", "same", "near_ties",
                                              "suspected", "tokens", "upper_per_million"});
  CHECK(canary["off"].is_null());
  CHECK(canary["accepted"] == 2);
  CHECK(canary["asked"] == 10);
  CHECK(canary["same"] == 9);
  CHECK(canary["near_ties"] == 1);
  CHECK(canary["suspected"] == 0);
  CHECK(canary["tokens"] == 1'000'000);
  CHECK(canary["upper_per_million"].get<double>() == Approx(2.9957).epsilon(1e-4));
  CHECK(phase["canary"] == canary);  // of the primary workload, flat
  CHECK(phase["work"][1]["canary"].is_null());
  run.events = {{kSecond, "pi", "work.ready", Severity::info,
                 R"({"workload":"chat","facts":{"canary":"off: no probabilities"}})"}};
  const json off = json::parse(show_json(j, run, kClock))["boards"][0]["phases"][0]["canary"];
  CHECK(off["off"] == "no probabilities");
  CHECK(off["accepted"].is_null());
  CHECK(off["upper_per_million"].is_null());
}

TEST_CASE("the phases of a sweep are a table beside them, in the order in which they ran") {
  analysis::Judgement j = example();
  std::vector<analysis::PhaseFigures>& phases = j.boards[0].phases;
  CHECK(json::parse(show_json(j, kClock))["boards"][0]["sweeps"] == json::array());
  phases[0].name = "hot[quant=q8_0,threads=2]";
  phases[0].dwell = analysis::Interval{0, kMinute};
  phases[1].name = "hot[quant=q4_0,threads=2]";
  test::Plant plant;
  plant.channel("work.chat.memory", "By", test::constant(5e8), 0, 60);
  const analysis::RunView run = test::make_run({plant.board()}, {{"hot", 60}});
  const json sweeps = json::parse(show_json(j, run, kClock))["boards"][0]["sweeps"];
  REQUIRE(sweeps.size() == 1);
  CHECK(sweeps[0]["name"] == "hot");
  CHECK(sweeps[0]["settings"] == json({"quant", "threads"}));
  REQUIRE(sweeps[0]["rows"].size() == 2);
  const json& row = sweeps[0]["rows"][0];
  CHECK(keys(row) == std::set<std::string>{"phase", "values", "ambient", "workload", "unit",
                                           "sustained", "lower", "upper", "peak", "memory",
                                           "j_per_work"});
  CHECK(row["phase"] == "hot[quant=q8_0,threads=2]");
  CHECK(row["values"] == json({"q8_0", "2"}));
  CHECK(row["workload"] == "chat");
  CHECK(row["sustained"] == 12.0);
  CHECK(row["memory"] == 5e8);
  CHECK(sweeps[0]["rows"][1]["sustained"].is_null());
  CHECK(sweeps[0]["rows"][1]["memory"].is_null());
}

TEST_CASE("a document read back and written again is the same") {
  const std::string text = show_json(example(), kClock);
  const auto back = parse_show_json(text, kClock);
  REQUIRE(back);
  CHECK(show_json(*back, kClock) == text);
}

TEST_CASE("what is no document is refused; what is odd in one is unknown") {
  for (const char* text : {"", "[]", "{}", R"({"run":1,"boards":[]})", R"({"run":{}})"}) {
    CHECK_FALSE(parse_show_json(text, kClock));
    CHECK_FALSE(refresh_json(text, {}));
    CHECK_FALSE(only_board(text, "pi"));
  }
  CHECK_FALSE(parse_show_json(std::string(200000, '['), kClock));
  const auto odd = parse_show_json(
      R"({"run":{"id":5,"verdict":"great","planned_s":-1,"sequence":[]},
          "boards":[7,{"name":"a","phases":{},"episodes":[{"start":3,"cause":"magic"}]}]})",
      kClock);
  REQUIRE(odd);
  CHECK(odd->run.id.empty());
  CHECK_FALSE(odd->verdict);
  CHECK_FALSE(odd->run.planned);
  REQUIRE(odd->boards.size() == 1);
  CHECK(odd->boards[0].phases.empty());
  CHECK(odd->boards[0].episodes[0].cause == Cause::unknown);
}

TEST_CASE("a stored document gets its present state; one board can be picked") {
  analysis::RunFacts now;
  now.file = "elsewhere/night.soak";
  now.state = RunState::ended_unsealed;
  now.ended_utc = kClock.utc(kMinute);
  const auto fresh = refresh_json(show_json(example(), kClock), now);
  REQUIRE(fresh);
  const json d = json::parse(*fresh);
  CHECK(d["run"]["file"] == "elsewhere/night.soak");
  CHECK(d["run"]["state"] == "ended-unsealed");
  CHECK(d["run"]["ended"] == "2026-03-01T12:01:00.000Z");
  CHECK(d["run"]["verdict"] == "fail");
  CHECK(json::parse(*only_board(*fresh, "pi"))["boards"].size() == 1);
  const auto none = only_board(*fresh, "jetson");
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::not_found);
  CHECK(none.error().message().find("it has pi") != std::string::npos);
}

TEST_CASE("the list's entry is the run object and its error") {
  const json good = json::parse(run_json(example(), std::nullopt));
  CHECK(good["error"].is_null());
  CHECK(good["state"] == "sealed");
  CHECK(good.size() == 13);
  const json bad = json::parse(run_json({}, "truncated"));
  CHECK(bad["error"] == "truncated");
  CHECK(bad["state"].is_null());
  CHECK(bad["provenance"].is_null());
}

TEST_CASE("run time maps to UTC by the anchor that holds, and back") {
  const RunClock clock(0, {{100 * kSecond, 5000 * kSecond, 0}, {0, 1000 * kSecond, 0}});
  CHECK(clock.utc(10 * kSecond) == 1010 * kSecond);
  CHECK(clock.utc(110 * kSecond) == 5010 * kSecond);
  CHECK(*clock.run_time(format_rfc3339(1010 * kSecond)) == 10 * kSecond);
  CHECK(*clock.run_time(format_rfc3339(5010 * kSecond)) == 110 * kSecond);
  CHECK_FALSE(clock.run_time("yesterday"));
  CHECK(RunClock(7 * kSecond, {}).utc(kSecond) == 8 * kSecond);
}
