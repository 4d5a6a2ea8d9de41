// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/work_rows.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::agent;

namespace {

std::vector<std::string> names(const SourceInfo& source) {
  std::vector<std::string> out;
  for (const auto& channel : source.channels) out.push_back(channel.name + " " + channel.unit);
  return out;
}

work::Totals tokens(double done, double prompt) {
  work::Totals totals;
  totals.work = {{"tokens", done}, {"prompt_tokens", prompt}};
  totals.busy = {{"tokens", 2}, {"prompt_tokens", 1}};
  totals.busy_s = 3;
  totals.cycle = 4;
  return totals;
}

}  // namespace

TEST_CASE("totals become channels named after the workload") {
  TotalsRows rows("chat");
  const auto totals = tokens(20, 10);
  CHECK_FALSE(rows.fits(totals));
  const auto source = rows.adopt(totals);
  REQUIRE(source.has_value());
  CHECK(source->name == "work.chat");
  CHECK(source->period == 0);
  CHECK(names(*source) ==
        std::vector<std::string>{"work.chat.prompt_tokens {token}", "work.chat.tokens {token}",
                                 "work.chat.prompt_tokens_busy s", "work.chat.tokens_busy s",
                                 "work.chat.busy s", "work.chat.cycle 1", "work.chat.instance 1"});
  CHECK(rows.fits(totals));
  CHECK(rows.row(totals, 2) == std::vector<double>{10, 20, 1, 2, 3, 4, 2});
}

TEST_CASE("other keys are another layout") {
  TotalsRows rows("bench");
  work::Totals frames;
  frames.work = {{"frames", 1}};
  const auto first = rows.adopt(frames);
  REQUIRE(first.has_value());
  CHECK(first->channels.front().unit == "{frames}");
  work::Totals more = frames;
  more.work["drops"] = 0;
  CHECK_FALSE(rows.fits(more));
  REQUIRE(rows.adopt(more).has_value());
  CHECK(rows.fits(more));
  CHECK_FALSE(rows.fits(frames));
}

TEST_CASE("a key that would make a channel twice is refused") {
  TotalsRows rows("chat");
  work::Totals bad;
  bad.work = {{"cycle", 1}};
  CHECK_FALSE(rows.adopt(bad).has_value());
  bad.work = {{"tokens", 1}, {"tokens_busy", 1}};
  bad.busy = {{"tokens", 1}};
  CHECK_FALSE(rows.adopt(bad).has_value());
  CHECK_FALSE(rows.fits(bad));
}

TEST_CASE("gauges are converted to seconds, and a row says what is absent") {
  GaugeRows rows("chat");
  work::Gauges first;
  first.values = {{"ttft_ms", 250}};
  const auto source = rows.adopt(first);
  REQUIRE(source.has_value());
  CHECK(source->name == "work.chat.gauges");
  CHECK(names(*source) == std::vector<std::string>{"work.chat.ttft s"});
  CHECK(rows.row(first).values == std::vector<double>{0.25});

  work::Gauges second;
  second.values = {{"queue", 3}, {"step_us", 2000}};
  CHECK_FALSE(rows.fits(second));
  const auto wider = rows.adopt(second);
  REQUIRE(wider.has_value());
  CHECK(names(*wider) ==
        std::vector<std::string>{"work.chat.ttft s", "work.chat.queue 1", "work.chat.step s"});
  CHECK(rows.fits(first));
  const auto& row = rows.row(second);
  CHECK(row.states == std::vector<State>{State::no_data, State::good, State::good});
  CHECK(row.values[1] == 3);
  CHECK(row.values[2] == Approx(0.002));
}

TEST_CASE("gauges are bounded and must not collide") {
  GaugeRows rows("chat");
  work::Gauges gauges;
  gauges.values = {{"ttft_ms", 1}, {"ttft_us", 1}};
  CHECK_FALSE(rows.adopt(gauges).has_value());
  gauges.values = {{"memory", 1}};
  CHECK_FALSE(rows.adopt(gauges).has_value());
  gauges.values.clear();
  for (std::size_t i = 0; i <= GaugeRows::kMaxGauges; ++i)
    gauges.values["g" + std::to_string(i)] = 1;
  CHECK_FALSE(rows.adopt(gauges).has_value());
}

TEST_CASE("the agent's own channels of a workload") {
  const auto source = process_source("chat");
  CHECK(source.name == "work.chat.process");
  CHECK(source.period == kSecond);
  CHECK(names(source) == std::vector<std::string>{"work.chat.memory By", "work.chat.cpu %"});
  CHECK(is_reserved_key("memory"));
  CHECK_FALSE(is_reserved_key("tokens"));
}
