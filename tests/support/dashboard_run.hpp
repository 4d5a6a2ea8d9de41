// SPDX-License-Identifier: Apache-2.0
//
// A run to look at: a board that warms up, throttles in its second phase, loses ten seconds of
// data, breaks a limit for one sample and crashes once. Stored, judged and sealed; always the same.
#pragma once

#include <cmath>
#include <memory>

#include "results/report/judge_run.hpp"
#include "results/store/notes.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/stored_run.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::test {

inline constexpr double kHotFrom = 400, kRunEnd = 900, kSpikeAt = 333;

inline analysis::RunView watched_run() {
  Plant plant("pi");
  const auto temperature = [](double t) {
    if (t == kSpikeAt) return 97.5;
    const double warm = 55 + 15 * (1 - std::exp(-t / 60));
    return t < kHotFrom ? warm
                        : warm + 12 * (1 - std::exp(-(t - kHotFrom) / 40)) + 0.4 * std::sin(t);
  };
  const auto slow = [](double t) { return t > kHotFrom + 120 && t < kRunEnd - 120 ? 0.7 : 1.0; };
  plant.channel("soc.temperature", "Cel", temperature, 0, kRunEnd)
      .channel(
          "cpu.frequency", "Hz", [slow](double t) { return 2.4e9 * slow(t); }, 0, kRunEnd)
      .channel("cpu.steal", "%", constant(0), 0, kRunEnd)
      .channel(
          "limiter.thermal.cpu_state", "{state}",
          [slow](double t) { return slow(t) < 1 ? 1.0 : 0.0; }, 0, kRunEnd)
      .channel(
          "board.power", "W", [slow](double t) { return 5 * slow(t); }, 0, kRunEnd)
      .cut("soc.temperature", 200, 215)
      .work("chat", {}, 0, kRunEnd, slow);
  analysis::RunView run =
      make_run({plant.board()}, {{"cold", kHotFrom}, {"hot", kRunEnd - kHotFrom}});
  run.spec.name = run.facts.name = "watched";
  run.spec.phases[0].ambient = 25;
  run.spec.phases[1].ambient = 55;
  run.spec.boards[0].limits.push_back({"soc.temperature", std::nullopt, 95.0, LimitAction::warn});
  Claim claim;
  claim.name = "tokens_per_s";
  claim.value = 22;
  claim.workload = "chat";
  run.spec.boards[0].claims.push_back(claim);
  run.events.push_back(make_event(
      kSpikeAt, "pi", event_kind::kLimit,
      R"({"channel":"soc.temperature","value":97.5,"max":95,"action":"warn","broken":true})"));
  run.events.push_back(make_event(
      600, "pi", event_kind::kIncident,
      R"({"class":"workload-crash","blame":"board","workload":"chat","evidence":["SIGSEGV"]})"));
  return run;
}

struct WatchedRun {
  explicit WatchedRun(const analysis::RunView& run = watched_run(), bool finish = true) {
    auto made = store::Writer::create(directory.path().string(),
                                      stored_header(run, "20260301-120000-0a1b2c3d"), clock);
    REQUIRE(made);
    writer = std::move(*made);
    path = writer->path();
    store_run(*writer, run);
    if (!finish) return;
    const auto reader = store::Reader::open(path);
    REQUIRE(reader);
    const auto judged = report::judge_run(*reader);
    REQUIRE(judged);
    REQUIRE(writer->set_judgement(judged->verdict, judged->json));
    REQUIRE(writer->finish());
    store::Note note;
    note.utc_ns = kStoredStart;
    note.author = "qa";
    note.from = 450 * kSecond;
    note.text = "fan unplugged here";
    REQUIRE(store::append_note(path, note));
  }
  TempDir directory;
  FakeClock clock;
  std::unique_ptr<store::Writer> writer;
  std::string path;
};

}  // namespace soakrig::test
