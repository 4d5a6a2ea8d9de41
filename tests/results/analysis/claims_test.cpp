// SPDX-License-Identifier: Apache-2.0
// Also tests: claim_conditions.cpp claim_measure.cpp
#include "results/analysis/claims.hpp"

#include <cmath>

#include "results/analysis/claim_conditions.hpp"
#include "results/analysis/claim_measure.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

constexpr double kSeconds = 1200;

Claim claim(const std::string& name, double value) {
  Claim out;
  out.name = name;
  out.value = value;
  return out;
}

RunView run_of(const Plant& plant, const Claim& c) {
  RunView run = make_run({plant.board()}, {{"soak", kSeconds}});
  run.spec.boards[0].claims = {c};
  InstrumentSpec meter;
  meter.name = "meter";
  meter.board = "pi";
  meter.accuracy = 0.005;
  meter.measures = "wall";
  run.spec.instruments = {meter};
  return run;
}

Plant healthy() {
  Plant plant;
  plant.sensors(kSeconds).work("chat", {}, 0, kSeconds);
  plant.channel("chamber.temperature", "Cel", constant(25.5), 0, kSeconds);
  plant.channel("work.chat.ttft", "s", constant(0.2), 0, kSeconds);
  return plant;
}

ClaimResult result(const RunView& run) { return judge(run).boards[0].claims.at(0); }
ClaimResult result(const Claim& c) { return result(run_of(healthy(), c)); }

}  // namespace

TEST_CASE("a claim to reach passes down to claim_min of it, and fails below") {
  const ClaimResult met = result(claim("tokens_per_s", 21));  // 20 >= 0.95 x 21
  CHECK(met.verdict == Verdict::pass);
  CHECK(*met.sustained == Approx(20));
  CHECK(*met.lower == Approx(20));
  CHECK(met.unit == "{token}/s");
  const ClaimResult missed = result(claim("tokens_per_s", 22));
  CHECK(missed.verdict == Verdict::fail);
  CHECK(has(missed.reason, "misses 0.95 x claimed = 20.9 {token}/s"));
  CHECK(has(*missed.bound, "nothing held it back"));
}

TEST_CASE("a claim to stay under passes up to 2 - claim_min of it") {
  CHECK(result(claim("power_w", 4.8)).verdict == Verdict::pass);  // 5 <= 1.05 x 4.8
  CHECK(result(claim("power_w", 4.7)).verdict == Verdict::fail);
  CHECK(result(claim("ttft_ms", 195)).verdict == Verdict::pass);
  CHECK(result(claim("ttft_ms", 150)).verdict == Verdict::fail);
  CHECK(*result(claim("ttft_ms", 150)).sustained == Approx(200));
  // 5 W x 2.2 s / 40 tokens.
  CHECK(*result(claim("j_per_token", 0.3)).sustained == Approx(0.275).epsilon(0.001));
  CHECK_FALSE(claims_at_least("ttft_ms"));
  CHECK(claims_at_least("tops_int8"));
  CHECK(claim_unit("memory_gb_s") == "GB/s");
}

TEST_CASE("prefill has its own work and busy time") {
  CHECK(*result(claim("prefill_tokens_per_s", 160)).sustained == Approx(160));
}

TEST_CASE("a load that did not exercise what was claimed makes it inconclusive") {
  const auto why = [](auto change) {
    Claim c = claim("tokens_per_s", 20);
    change(c);
    const ClaimResult r = result(c);
    CHECK(r.verdict == Verdict::inconclusive);
    return r.reason;
  };
  CHECK(has(why([](Claim& c) { c.precision = "int4"; }), "precision: int4 claimed, int8 run"));
  CHECK(has(why([](Claim& c) { c.device = "gpu"; }), "device: gpu claimed, cpu run"));
  CHECK(has(why([](Claim& c) { c.model = "big"; }), "model: big claimed, tiny run"));
  CHECK(has(why([](Claim& c) { c.workload = "other"; }), "no phase ran the claimed workload"));
  CHECK(has(why([](Claim& c) { c.density = "sparse"; }), "dense"));
  CHECK(has(why([](Claim& c) { c.power_mode = "MAXN"; }), "power mode: MAXN claimed, unknown run"));
  CHECK(has(why([](Claim& c) { c.name = "tops_int8"; }), "counts no ops"));
  CHECK(has(why([](Claim& c) { c.name = "beauty"; }), "does not know"));
}

namespace {
// What the workload said of itself when it was ready.
void say(RunView& run, const std::string& facts) {
  run.events.insert(run.events.begin(),
                    make_event(0, "pi", event_kind::kWorkReady,
                               R"({"workload":"chat","facts":{)" + facts + "}}"));
}
}  // namespace

TEST_CASE("the density is what the workload says of its model, dense without a word") {
  Claim c = claim("tokens_per_s", 20);
  c.density = "sparse";
  RunView run = run_of(healthy(), c);
  CHECK(has(result(run).reason, "density: sparse claimed, dense run"));
  say(run, R"("density":"sparse")");
  CHECK(result(run).verdict == Verdict::pass);
  run.spec.boards[0].claims[0].density = "dense";
  CHECK(result(run).verdict == Verdict::inconclusive);
}

TEST_CASE("what bounds a model is said, and more than all there is makes its claim inconclusive") {
  const auto with_bytes = [](const std::string& bytes_per_token) {
    Plant plant;
    plant.sensors(2 * kSeconds).work("chat", {}, 0, kSeconds);
    plant.work("read", {}, kSeconds, 2 * kSeconds);  // 20 a second, both
    plant.channel("chamber.temperature", "Cel", constant(25.5), 0, 2 * kSeconds);
    RunView run = make_run({plant.board()}, {{"soak", kSeconds}, {"beside", kSeconds}});
    run.spec.boards[0].claims = {claim("tokens_per_s", 20)};
    WorkloadSpec read = run.spec.workloads[0];
    read.name = "read";
    read.kind = "memory";
    read.unit = "By";
    run.spec.workloads.push_back(read);
    run.spec.workloads[0].kind = "llm";
    run.spec.phases[1].work = {"read"};
    run.spec.boards[0].claims[0].workload = "chat";
    say(run, R"("format":"q8_0","bytes_per_token":")" + bytes_per_token + "\"");
    return result(run);
  };
  const ClaimResult bound = with_bytes("0.9");
  CHECK(bound.verdict == Verdict::pass);
  CHECK(has(bound.bound.value_or(""), "bound by memory: 90 % of the measured bandwidth"));
  CHECK(has(*bound.bound, "bandwidth of phase beside"));
  const ClaimResult impossible = with_bytes("1.2");
  CHECK(impossible.verdict == Verdict::inconclusive);
  CHECK(has(impossible.reason, "120 % of the bandwidth measured beside it: the inputs are wrong"));
}

TEST_CASE("an accelerator that sat idle makes its claim inconclusive") {
  Claim c = claim("tokens_per_s", 20);
  c.device = "gpu";
  const auto with_load = [&](double load) {
    Plant plant = healthy();
    plant.channel("gpu.load", "%", constant(load), 0, kSeconds);
    RunView run = run_of(plant, c);
    run.spec.workloads[0].device = "gpu";
    return result(run);
  };
  CHECK(with_load(80).verdict == Verdict::pass);
  const ClaimResult idle = with_load(0.5);
  CHECK(idle.verdict == Verdict::inconclusive);
  CHECK(has(idle.reason, "the gpu sat idle: gpu.load 0.5 %"));
}

TEST_CASE("matching conditions are met and listed") {
  Claim c = claim("tokens_per_s", 20);
  c.precision = "int8";
  c.device = "cpu";
  c.model = "tiny";
  c.workload = "chat";
  c.density = "dense";
  c.ambient = 25;
  const ClaimResult r = result(c);
  CHECK(r.verdict == Verdict::pass);
  CHECK(r.conditions.at("ambient") == "25");
  CHECK(r.conditions.at("precision") == "int8");
  CHECK_FALSE(r.conditions.contains("source"));
}

TEST_CASE("the ambient must match, unless a hotter phase proves it all the same") {
  Claim c = claim("tokens_per_s", 20);
  c.ambient = 40;
  CHECK(result(c).verdict == Verdict::inconclusive);
  CHECK(has(result(c).reason, "claimed at 40 Cel, the nearest phase was at 25.5 Cel"));
  c.ambient = 10;  // it kept its promise at 25.5
  CHECK(result(c).verdict == Verdict::pass);
  c.value = 30;  // missing it hotter than claimed proves nothing
  CHECK(result(c).verdict == Verdict::inconclusive);
  Plant blind = healthy();
  blind.cut("chamber.temperature", 0, kSeconds);
  CHECK(has(result(run_of(blind, c)).reason, "ambient was not measured"));
}

TEST_CASE("simulated figures prove nothing") {
  RunView run = run_of(healthy(), claim("tokens_per_s", 20));
  run.facts.provenance = Provenance::simulated;
  const ClaimResult r = result(run);
  CHECK(r.verdict == Verdict::inconclusive);
  CHECK(has(r.reason, "simulated"));
  CHECK(*r.sustained == Approx(20));
}

TEST_CASE("steal makes a claim on speed inconclusive, not one on power") {
  Plant plant = healthy();
  plant.cut("cpu.steal", 0, kSeconds).channel("cpu.steal", "%", constant(9), 0, kSeconds);
  CHECK(result(run_of(plant, claim("tokens_per_s", 20))).verdict == Verdict::inconclusive);
  CHECK(result(run_of(plant, claim("power_w", 5))).verdict == Verdict::pass);
}

TEST_CASE("a speed that straddles its bar says as well who may have torn it") {
  const auto reason = [](double wait) {
    Plant plant;
    const auto torn_up = [](double t) { return std::fmod(t, 410) < 205 ? 0.6 : 1; };
    plant.sensors(kSeconds).work("chat", {}, 0, kSeconds, torn_up);
    plant.channel("work.chat.client_cpu", "1", constant(0.05), 0, kSeconds)
        .channel("work.chat.client_wait", "1", constant(wait), 0, kSeconds);
    const ClaimResult torn = result(run_of(plant, claim("tokens_per_s", 17)));
    INFO(torn.reason);
    CHECK(torn.verdict == Verdict::inconclusive);
    CHECK(has(torn.reason, "straddles"));
    return torn.reason;
  };
  CHECK_FALSE(has(reason(0.1), "waited"));
  CHECK(has(reason(0.9), "{token}/s, and the load client itself waited 90 % of the time"));
}

TEST_CASE("where part of the model ran elsewhere, every claim on that load is inconclusive") {
  for (const char* name : {"tokens_per_s", "power_w"}) {
    RunView run = run_of(healthy(), claim(name, std::string(name) == "power_w" ? 4.8 : 21));
    CHECK(result(run).verdict == Verdict::pass);
    run.events.push_back({kSecond, "pi", std::string(event_kind::kWorkNote), Severity::info,
                          R"({"workload":"chat","event":{"fallback":{"part":"conv_12"}}})"});
    CHECK(result(run).verdict == Verdict::inconclusive);
    CHECK(has(result(run).reason, "conv_12"));
  }
}

TEST_CASE("the meter's accuracy is in the interval, and without it a claim on power is open") {
  const ClaimResult met = result(claim("power_w", 4.8));
  CHECK(*met.upper == Approx(5.025));
  CHECK(has(met.reason, "measured at wall within 0.5 %, which is in the interval"));
  RunView run = run_of(healthy(), claim("power_w", 4.8));
  run.spec.instruments[0].accuracy = 0.02;  // 5.1 W at most: 5.04 are allowed
  CHECK(result(run).verdict == Verdict::inconclusive);
  run.spec.instruments[0].accuracy = std::nullopt;
  const ClaimResult open = result(run);
  CHECK(open.verdict == Verdict::inconclusive);
  CHECK(*open.sustained == Approx(5));
  CHECK(has(open.reason, "is not known; give the meter's accuracy"));
}

TEST_CASE("missing data are said, never guessed") {
  Plant plant = healthy();
  plant.cut("board.power", 0, kSeconds);
  const ClaimResult r = result(run_of(plant, claim("power_w", 5)));
  CHECK(r.verdict == Verdict::inconclusive);
  CHECK_FALSE(r.sustained);
  CHECK(has(r.reason, "board.power was not readable"));
}

TEST_CASE("the bound names what held it back") {
  Plant plant;
  plant.sensors(kSeconds).work("chat", {}, 0, kSeconds, pulse(500, 1e9, 0.5, 1));
  plant.cut("limiter.thermal.cpu_state", 0, kSeconds)
      .channel("limiter.thermal.cpu_state", "{state}", pulse(500, 1e9, 1), 0, kSeconds);
  const ClaimResult r = result(run_of(plant, claim("tokens_per_s", 20)));
  CHECK(r.verdict == Verdict::fail);
  CHECK(*r.peak == Approx(20));
  CHECK(has(*r.bound, "thermal: held back for 100 % of the sustained time"));
}

TEST_CASE("the highest ambient: fails where it throttled, passes where it did not") {
  Plant plant;
  plant.sensors(kSeconds).work("chat", {}, 0, kSeconds);
  plant.channel("chamber.temperature", "Cel", pulse(600, 1e9, 55, 25), 0, kSeconds);
  Claim c = claim("ambient_max", 55);
  const auto two_phases = [&c](const Plant& p) {
    RunView run = make_run({p.board()}, {{"cold", 600}, {"hot", 600}});
    run.spec.boards[0].claims = {c};
    return result(run);
  };
  CHECK(two_phases(plant).verdict == Verdict::pass);
  CHECK(*two_phases(plant).sustained == Approx(55));
  c.value = 70;
  CHECK(two_phases(plant).verdict == Verdict::inconclusive);
  c.value = 55;
  Plant throttled = plant;
  throttled.cut("limiter.thermal.cpu_state", 0, kSeconds);
  throttled.channel("limiter.thermal.cpu_state", "{state}", pulse(800, 900, 1), 0, kSeconds);
  const ClaimResult r = two_phases(throttled);
  CHECK(r.verdict == Verdict::fail);
  CHECK(*r.sustained == Approx(25));
}
