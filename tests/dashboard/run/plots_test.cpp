// SPDX-License-Identifier: Apache-2.0
#include "dashboard/run/plots.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

namespace {

RunModel model() {
  RunModel run;
  run.boards = {"pi", "orin"};
  WorkloadSpec chat;
  chat.name = "chat";
  run.spec.workloads.push_back(chat);
  BoardSpec pi;
  pi.name = "pi";
  pi.limits.push_back({"soc.temperature", 0.0, 95.0, LimitAction::stop});
  run.spec.boards.push_back(pi);
  store::ChannelId id = 0;
  const auto add = [&](const std::string& board, const std::string& name, const std::string& unit) {
    store::ChannelRow row;
    row.id = ++id;
    row.board = board;
    row.info.name = name;
    row.info.unit = unit;
    run.channels.push_back(row);
  };
  for (const std::string board : {"pi", "orin"}) {
    add(board, "soc.temperature", "Cel");
    add(board, "work.chat.tokens", "{token}");
    add(board, "work.chat.busy", "s");
  }
  add("pi", "board.power", "W");
  add("", "chamber.temperature", "Cel");
  add("", "chamber.set_point", "Cel");
  return run;
}

}  // namespace

TEST_CASE("The usual stack has speed, temperatures together, and power where it is known") {
  const auto plots = default_plots(model(), "pi");
  REQUIRE(plots.size() == 3);
  CHECK(plots[0].title == "speed of chat");
  CHECK(plots[0].unit == "{token}/s");
  CHECK(plots[0].curves[0].is_speed());
  CHECK(plots[1].curves.size() == 3);
  CHECK(plots[1].curves[2].steps);  // the set-point
  CHECK(plots[1].max == 95.0);
  REQUIRE(plots[1].lines.size() == 2);
  CHECK(plots[1].lines[0].label == "max 95.00 °C stop");
  CHECK(default_plots(model(), "orin").size() == 2);
}

TEST_CASE("Requests show their latencies and failures, frames their missed deadlines") {
  RunModel run = model();
  const auto add = [&](const std::string& name, const std::string& unit) {
    store::ChannelRow row;
    row.board = "pi";
    row.info.name = name;
    row.info.unit = unit;
    run.channels.push_back(row);
  };
  run.spec.workloads[0].kind = "openai";
  add("work.chat.failed", "{count}");
  WorkloadSpec camera;
  camera.name = "camera";
  camera.kind = "frames";
  camera.work = "frames";
  camera.unit = "{frame}";
  run.spec.workloads.push_back(camera);
  for (const char* name : {"latency_p99", "latency_p50"})
    add(std::string("work.camera.") + name, "s");
  for (const char* name : {"missed_percent_2", "missed_percent_1"})
    add(std::string("work.camera.") + name, "1");
  const auto plots = default_plots(run, "pi");
  std::vector<std::string> titles;
  for (const PlotSpec& plot : plots) titles.push_back(plot.title);
  CHECK(titles == std::vector<std::string>{"speed of chat", "latency of chat", "failed requests",
                                           "latency of camera", "missed deadlines", "temperature",
                                           "power"});
  REQUIRE(plots[1].curves.size() == 2);
  CHECK(plots[1].curves[1].quantile == 0.99);
  CHECK(plots[1].curves[1].series == "latency");
  CHECK(plots[1].unit == "s");
  CHECK(plots[2].curves[0].steps);
  CHECK(plots[3].curves[0].channel == "work.camera.latency_p50");
  CHECK(plots[4].unit == "%");
  CHECK(plots[4].curves[0].label == "stream 1");
  CHECK(find_plot(run, "pi:first token of chat")->curves[0].series == "ttft");
  CHECK_FALSE(find_plot(run, "latency of camera"));  // no histograms: two channels of its own
}

TEST_CASE("A run without any of the usual channels shows its first ones") {
  RunModel run = model();
  run.spec.workloads.clear();
  std::erase_if(run.channels, [](const auto& row) { return row.info.name != "work.chat.busy"; });
  CHECK(default_plots(run, "pi").size() == 2);
  run.channels.clear();
  CHECK(default_plots(run, "pi").empty());
}

TEST_CASE("Every name that is offered can be drawn, others cannot") {
  const RunModel run = model();
  const auto names = plot_names(run);
  CHECK(names.size() == 11);
  for (const std::string& name : names) {
    INFO(name);
    CHECK(find_plot(run, name));
  }
  CHECK(find_plot(run, "orin:speed of chat")->curves[0].board == "orin");
  CHECK(find_plot(run, "orin:soc.temperature")->lines.empty());
  for (const char* bad : {"", "no.such", "mars:soc.temperature", "speed of nothing", ":"})
    CHECK_FALSE(find_plot(run, bad));
}

TEST_CASE("Channels are found by all words, beginnings first") {
  const std::vector<std::string> names{"rail.cpu.power", "cpu.usage", "cpu.frequency",
                                       "board.power"};
  CHECK(matching(names, "cpu", 10) ==
        std::vector<std::string>{"cpu.usage", "cpu.frequency", "rail.cpu.power"});
  CHECK(matching(names, "POW cpu", 10) == std::vector<std::string>{"rail.cpu.power"});
  CHECK(matching(names, "", 2).size() == 2);
  CHECK(matching(names, "zzz", 10).empty());
}
