// SPDX-License-Identifier: Apache-2.0
// Also tests: load_run_view.cpp list_runs.cpp
#include "results/report/judge_run.hpp"

#include <nlohmann/json.hpp>

#include "results/report/list_runs.hpp"
#include "results/report/load_run_view.hpp"
#include "rig/base/rig_events.hpp"
#include "results/store/archive.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/stored_run.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::test;
using nlohmann::json;

namespace {

constexpr double kSeconds = 600;
constexpr const char* kId = "20260301-120000-0a1b2c3d";

analysis::RunView healthy() {
  Plant plant;
  plant.sensors(kSeconds).work("chat", {}, 0, kSeconds);
  analysis::RunView run = make_run({plant.board()}, {{"soak", kSeconds}});
  run.spec.name = "plant";
  run.spec.planned = 700 * kSecond;
  return run;
}

struct Stored {
  explicit Stored(const analysis::RunView& run, const std::string& owner_boot = {}) {
    auto header = stored_header(run, kId);
    if (!owner_boot.empty()) header.owner.boot_id = owner_boot;  // a dead owner
    auto made = store::Writer::create(directory.path().string(), header, clock);
    REQUIRE(made);
    writer = std::move(*made);
    store_run(*writer, run);
  }
  [[nodiscard]] store::Reader reader() const {
    auto opened = store::Reader::open(writer->path());
    REQUIRE(opened);
    return std::move(*opened);
  }

  TempDir directory;
  FakeClock clock;
  std::unique_ptr<store::Writer> writer;
};

}  // namespace

TEST_CASE("a live file is judged at its end, and the stored judgement is what show prints") {
  Stored stored(healthy());
  const auto judged = report::judge_run(stored.reader());
  REQUIRE(judged);
  CHECK(judged->verdict == Verdict::pass);
  REQUIRE(stored.writer->set_judgement(judged->verdict, judged->json));
  REQUIRE(stored.writer->finish());

  const auto shown = report::show_run(stored.reader());
  REQUIRE(shown);
  CHECK(*shown->verdict == Verdict::pass);
  const json document = json::parse(shown->json);
  CHECK(document["run"]["state"] == "sealed");
  CHECK(document["run"]["verdict"] == "pass");
  CHECK(document["run"]["id"] == kId);
  CHECK(document["run"]["started"] == "2026-03-01T12:00:00.000Z");
  CHECK(document["run"]["planned_s"] == 700);
  CHECK(document["run"]["ended"].is_string());
  CHECK(document["boards"][0]["facts"]["model"] == "plant");
  CHECK(document["boards"][0]["facts"]["cores"] == "4");
  CHECK(document["boards"][0]["phases"][0]["sustained"].get<double>() == Approx(20));
  // What was stored is what is shown, not what a newer program would say.
  const json before = json::parse(judged->json);
  CHECK(document["boards"] == before["boards"]);
}

TEST_CASE("a run whose owner died is interrupted: figures, no verdict") {
  Stored stored(healthy(), "another-boot");
  stored.writer.reset();
  const auto found = store::Archive(stored.directory.path().string()).resolve("last");
  REQUIRE(found);
  const auto reader = store::Reader::open(*found);
  REQUIRE(reader);
  const auto shown = report::show_run(*reader);
  REQUIRE(shown);
  CHECK_FALSE(shown->verdict);
  const json document = json::parse(shown->json);
  CHECK(document["run"]["state"] == "interrupted");
  CHECK(document["run"]["verdict"].is_null());
  CHECK(document["run"]["ended"].is_null());
  CHECK(document["boards"][0]["verdict"].is_null());
  CHECK(document["boards"][0]["phases"][0]["peak"].get<double>() == Approx(20));
}

TEST_CASE("the view has channels, phases, events and facts as they were stored") {
  analysis::RunView run = healthy();
  run.events.push_back(make_event(3, "pi", event_kind::kWorkReady, R"({"workload":"chat"})"));
  run.events.push_back(make_event(4, "pi", event_kind::kConsoleLog, "{}"));  // is not judged
  Stored stored(run);
  const store::Reader reader = stored.reader();
  const auto loaded = report::load_run_view(reader);
  REQUIRE(loaded);
  const analysis::RunView& view = loaded->view;
  CHECK(view.facts.state == RunState::running);
  CHECK_FALSE(view.ended);
  CHECK(view.spec.find_workload("chat") != nullptr);
  REQUIRE(view.phases.size() == 1);
  CHECK(*view.phases[0].dwell_end == from_seconds(kSeconds));
  REQUIRE(view.events.size() == 1);
  CHECK(view.events[0].board == "pi");
  REQUIRE(view.boards.size() == 1);
  const auto* temperature = view.boards[0].find("soc.temperature");
  REQUIRE(temperature != nullptr);
  CHECK(temperature->period == kSecond);
  const auto part = temperature->load(10 * kSecond, 20 * kSecond);  // the end is not in it
  CHECK(part.size() == 10);
  CHECK(part.states.empty());
  CHECK(temperature->load(20, 10).empty());
}

TEST_CASE("the list shows every file, the damaged ones with what is wrong") {
  Stored stored(healthy());
  const auto judged = report::judge_run(stored.reader());
  REQUIRE(stored.writer->set_judgement(judged->verdict, judged->json));
  REQUIRE(stored.writer->finish());
  stored.directory.write("broken.soak", "this is no database");
  const auto runs = store::Archive(stored.directory.path().string()).runs();
  REQUIRE(runs);
  const json list = json::parse(report::list_json(*runs));
  REQUIRE(list["runs"].size() == 2);
  const json& good = list["runs"][0];
  CHECK(good["id"] == kId);
  CHECK(good["verdict"] == "pass");
  CHECK(good["state"] == "sealed");
  CHECK(good["error"].is_null());
  CHECK(good["coverage"] == 1.0);
  CHECK(good["planned_s"] == 700);
  const json& bad = list["runs"][1];
  CHECK(bad["id"].is_null());
  CHECK(bad["verdict"].is_null());
  CHECK(bad["state"].is_null());
  CHECK(bad["error"].get<std::string>().find("broken.soak") != std::string::npos);
  CHECK(good.size() == bad.size());

  const std::string text = report::list_text(*runs);
  CHECK(text.find("plant") != std::string::npos);
  CHECK(text.find("unreadable: ") != std::string::npos);
  CHECK(report::list_text({}) == "no runs\n");
}
