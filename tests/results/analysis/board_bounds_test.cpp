// SPDX-License-Identifier: Apache-2.0
// Also tests: ready_facts.cpp
#include "results/analysis/board_bounds.hpp"

#include "results/analysis/ready_facts.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::test;

namespace {

PhaseFigures phase(const std::string& name, double ambient, const std::string& work,
                   const std::string& kind, const std::string& unit, double sustained) {
  PhaseFigures out;
  out.name = name;
  out.ambient = ambient;
  WorkFigures w;
  w.name = work;
  w.kind = kind;
  w.unit = unit;
  w.sustained = sustained;
  out.work = {w};
  return out;
}

Event ready(const std::string& workload, const std::string& facts, double t_s = 10) {
  return make_event(t_s, "pi", event_kind::kWorkReady,
                    R"({"workload":")" + workload + R"(","facts":{)" + facts + "}}");
}

const Event kChat = ready("chat", R"("bytes_per_token":"582000000","format":"q4_0")");
const std::string kProducts =
    R"("precision":"int8","cores":"2","ops_per_core_cycle":"64","target":"avx2",)"
    R"("measured_clock_mhz":"3100")";

RunView run_with(std::vector<Event> events, Plant plant = Plant()) {
  RunView run = make_run({plant.board()}, {{"soak", 60}});
  run.events = std::move(events);
  return run;
}

BoardBounds bounds(const RunView& run, const std::vector<PhaseFigures>& phases) {
  return board_bounds(run, run.boards.at(0), phases);
}

}  // namespace

TEST_CASE("bounds: a model is held against what was measured at its own ambient") {
  const RunView run = run_with({kChat, ready("gemm", kProducts)});
  const auto b = bounds(run, {phase("cold-read", 25, "read", "memory", "By/s", 30.2e9),
                              phase("hot-read", 60, "read", "memory", "By/s", 20e9),
                              phase("products", 25, "gemm", "gemm", "{ops}/s", 388e9),
                              phase("cold", 25, "chat", "llm", "{token}/s", 45),
                              phase("hot", 60.5, "chat", "llm", "{token}/s", 30)});
  REQUIRE(b.loads.size() == 2);
  CHECK(b.loads[0].result.mbu.value() == Approx(45 * 582e6 / 30.2e9));
  CHECK(b.loads[1].result.mbu.value() == Approx(30 * 582e6 / 20e9));  // not of the cold one
  CHECK(b.loads[1].beside ==
        "bandwidth of phase hot-read, peak of phase products at another ambient");
  CHECK(b.loads[0].result.bound == Bound::memory);
  CHECK(b.ceilings.bandwidth.value() == 30.2e9);
  CHECK(b.find("hot", "chat") == &b.loads[1]);
  CHECK(b.find("hot", "other") == nullptr);
}

TEST_CASE("bounds: an engine's model counts where it has one stream, and where it said its size") {
  const auto load = [](const std::string& facts) {
    const auto b = bounds(run_with({ready("serve", facts)}),
                          {phase("read", 25, "read", "memory", "By/s", 30e9),
                           phase("serve", 25, "serve", "openai", "{token}/s", 20)});
    return b.loads.empty() ? std::optional<double>() : b.loads[0].result.mbu;
  };
  CHECK(load(R"("streams":"1","engine_model_bytes":"600000000")").value() == Approx(0.4));
  CHECK_FALSE(load(R"("streams":"4","engine_model_bytes":"600000000")"));
  CHECK_FALSE(load(R"("streams":"1")"));
  CHECK_FALSE(load(R"("streams":"1","engine_model_bytes":"-3")"));
  CHECK_FALSE(load(R"("streams":"1","engine_model_bytes":"nan")"));
}

TEST_CASE("bounds: the peak that the board promises, by its own clock or the measured one") {
  const auto peak = [](const Plant& plant, double measured) {
    return bounds(run_with({ready("gemm", kProducts)}, plant),
                  {phase("products", 25, "gemm", "gemm", "{ops}/s", measured)})
        .peaks.at(0);
  };
  const PeakCheck own =
      peak(Plant().channel("cpu.policy0.frequency_max", "Hz", constant(3.5e9), 0, 60), 388e9);
  CHECK(own.theoretical.value() == Approx(2 * 3.5e9 * 64));
  CHECK(has(own.words, "2 cores x 3500 MHz (the highest it says it has) x 64"));
  CHECK(has(own.words, "two multiply-add units a core assumed"));
  CHECK(has(own.words, "sustained 87 % of it"));
  const PeakCheck measured = peak(Plant(), 500e9);
  CHECK(measured.theoretical.value() == Approx(2 * 3.1e9 * 64));
  CHECK(has(measured.words, "measured, the board says none"));
  CHECK(has(measured.words, "126 % of it is no result"));
  const auto old = bounds(run_with({ready("gemm", R"("precision":"int8")")}),
                          {phase("products", 25, "gemm", "gemm", "{ops}/s", 1e9)});
  CHECK_FALSE(old.peaks.at(0).theoretical);
  CHECK(has(old.peaks[0].words, "not known"));
}

TEST_CASE("bounds: the reported clock is compared with the measured one, unless it is simulated") {
  const auto clock = [](double reported, Provenance provenance = Provenance::measured) {
    RunView run = run_with({ready("gemm", kProducts)},
                           Plant().channel("cpu.frequency", "Hz", constant(reported), 0, 60));
    for (ChannelView& channel : run.boards[0].channels) channel.info.provenance = provenance;
    return bounds(run, {}).clocks.at(0);
  };
  CHECK(has(clock(3.15e9).words, "they agree"));
  CHECK(clock(3.15e9).reported_hz.value() == 3.15e9);
  CHECK(has(clock(3.6e9).words, "reported 3600 MHz, measured 3100 MHz"));
  CHECK(has(clock(3.6e9).words, "-14 %"));
  const ClockCheck simulated = clock(1.5e9, Provenance::simulated);
  CHECK(has(simulated.words, "not compared: the reported clock is simulated"));
  CHECK_FALSE(simulated.reported_hz);
  CHECK(has(bounds(run_with({ready("gemm", kProducts)}), {}).clocks.at(0).words, "reports none"));
}

TEST_CASE("ready_facts: the last word of each workload of that board, and nothing else") {
  std::vector<Event> events{
      ready("chat", R"("a":"1","n":7)", 1), ready("chat", R"("a":"2")", 5),
      make_event(6, "other", event_kind::kWorkReady, R"({"workload":"chat","facts":{"a":"3"}})"),
      make_event(7, "pi", event_kind::kWorkReady, "{"),
      make_event(8, "pi", event_kind::kWorkReady, R"({"workload":"x"})")};
  const auto all = ready_facts(events, "pi");
  REQUIRE(all.size() == 1);
  CHECK(all.at("chat").text("a") == "2");
  CHECK(all.at("chat").at == 5 * kSecond);
  CHECK(all.at("chat").number("a").value() == 2);
  CHECK_FALSE(all.at("chat").number("n"));
}
