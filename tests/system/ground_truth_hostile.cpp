// SPDX-License-Identifier: Apache-2.0
//
// What nobody should be able to store, and somebody will: inconclusive with the reason, never a
// crash, never a pass.
#include "tests/support/catch.hpp"
#include "tests/system/ground_truth_cases.hpp"

namespace soakrig::test {

namespace {

using analysis::RunView;

Batch row(Nanos t, double value) {
  Batch out;
  out.columns = 1;
  out.taken = {t};
  out.values = {value};
  return out;
}

store::SourceId source_of(store::Writer& writer, const ChannelInfo& info) {
  return writer.add_source(writer.add_board("pi", "{}"), SourceInfo{info.name, kSecond, {info}});
}

RunView no_samples() { return soak(Plant()); }

RunView one_sample() {
  Plant plant;
  plant.sensors(1);
  return soak(plant);
}

void clock_jumps_back(store::Writer& writer) {
  const auto source = source_of(writer, {"fan.speed", "/min", "tacho", Provenance::measured, {}});
  REQUIRE(writer.submit(source, row(900 * kSecond, 1000)));
  REQUIRE(writer.submit(source, row(300 * kSecond, 1000)));
  REQUIRE(writer.flush());
}

void unit_changes(store::Writer& writer) {
  const auto source =
      source_of(writer, {"soc.temperature", "K", "another driver", Provenance::measured, {}});
  REQUIRE(writer.submit(source, row(1799 * kSecond, 333)));
  REQUIRE(writer.flush());
}

// Four limiters of four causes that come and go 2500 times each.
RunView flapping() {
  constexpr double kSeconds = 10000;
  Plant plant;
  plant.sensors(kSeconds).work("chat", {}, 0, kSeconds);
  plant.cut("limiter.thermal.cpu_state", 0, kSeconds);
  for (const char* channel : {"limiter.thermal.a", "limiter.under-voltage.b",
                              "limiter.over-current.c", "limiter.power-cap.d"}) {
    plant.channel(
        channel, "{state}", [](double t) { return static_cast<int>(t) % 4 == 0 ? 1.0 : 0.0; }, 0,
        kSeconds);
  }
  RunView run = soak(plant, kSeconds);
  run.spec.rules.window = 2 * kSecond;
  run.spec.rules.short_window = kSecond;
  run.spec.rules.stability_min = 0.5;  // windows of one cycle differ
  return run;
}

RunView nonsense_events() {
  RunView run = loaded({});
  for (const char* body : {"", "[]", "{", R"({"class":7,"blame":null})", "\xff\xfe"}) {
    run.events.push_back(make_event(900, "pi", event_kind::kIncident, body));
  }
  return run;
}

Truth unsure(std::string reason) { return {Verdict::inconclusive, {}, {}, std::move(reason)}; }

}  // namespace

std::vector<GroundTruthCase> hostile_cases() {
  Truth flaps = unsure("episodes: more than");
  flaps.causes = {Cause::thermal, Cause::under_voltage, Cause::over_current, Cause::power_cap};
  Truth nonsense{Verdict::fail,
                 {},
                 std::vector<IncidentClass>(5, IncidentClass::unknown_reset),
                 "unknown-reset"};
  return {
      {"no-samples", "a run in which nothing was ever read", unsure("no speed of chat"),
       no_samples},
      {"one-sample", "one reading of each channel and no more", unsure("no speed of chat"),
       one_sample},
      {"clock-back", "a source whose clock jumps back by ten minutes",
       unsure("the clock of fan.speed ran backwards"), [] { return loaded({}); }, clock_jumps_back},
      {"unit-changes", "a temperature that is in Cel first and in K then",
       unsure("its unit changed from Cel to K"), [] { return loaded({}); }, unit_changes},
      {"ten-thousand", "10 000 episodes of four causes", flaps, flapping},
      {"nonsense-events", "incidents whose bodies are no JSON or of wrong types", nonsense,
       nonsense_events},
      {"no-board",
       "a run in which no board ever spoke",
       {Verdict::error, {}, {}, "no board of the run ever said hello"},
       [] {
         return make_run({}, {{"soak", kCaseSeconds}});
       }},
  };
}

}  // namespace soakrig::test
