// SPDX-License-Identifier: Apache-2.0
// Also tests: run_events.cpp run_parts.cpp recoveries.cpp
// Also tests: board_set.cpp instrument_feed.cpp run_instruments.cpp
#include "rig/control/run_engine.hpp"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "results/store/reader.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/control/run_events.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/script_agent.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

RunSpec one_board(Nanos soak) {
  RunSpec spec;
  spec.name = "test";
  BoardSpec board;
  board.name = "dut";
  spec.boards = {board};
  WorkloadSpec chat;
  chat.name = "chat";
  chat.argv = {"x"};
  spec.workloads = {chat};
  PhaseSpec phase;
  phase.name = "only";
  phase.soak = soak;
  phase.work = {"chat"};
  spec.phases = {phase};
  return spec;
}

// An instrument that has read these watts by the time it is started, once a second.
class PastMeter final : public instruments::Instrument {
 public:
  explicit PastMeter(std::vector<double> watts) : watts_(std::move(watts)) {
    source_.name = "plug";
    source_.period = kSecond;
    source_.channels = {{"plug.power", "W", "test", Provenance::simulated, ""}};
  }
  Result<instruments::InstrumentIdentity> identify(Nanos) override {
    return instruments::InstrumentIdentity{};
  }
  const SourceInfo& source() const override { return source_; }
  void start(std::uint32_t id, instruments::InstrumentSink sink) override {
    const Nanos now = SystemClock().boot_ns();
    for (std::size_t i = 0; i < watts_.size(); ++i) {
      Batch batch;
      batch.source = id;
      batch.columns = 1;
      const State good = State::good;
      batch.add_row(now + static_cast<Nanos>(i), &watts_[i], &good);
      sink.rows(batch);
    }
  }
  void stop() override {}
  bool is_virtual() const override { return true; }
  instruments::InstrumentStatus status() const override { return {}; }

 private:
  std::vector<double> watts_;
  SourceInfo source_;
};

// When workloads got ready and dwells began.
struct Moments final : RunObserver {
  void on_event(const Event& event) override {
    if (event.kind == event_kind::kWorkReady) ready.push_back(clock.boot_ns());
  }
  void on_stage(Stage stage, const PhaseSpec&, const PhaseProgress&) override {
    if (stage == Stage::dwell) dwell.push_back(clock.boot_ns());
  }
  SystemClock clock;
  std::vector<Nanos> ready, dwell;
};

// A run of one scripted board, from start to stored file.
struct Fixture {
  test::TempDir dir;
  SystemClock clock;
  Moments observer;
  Outcome outcome;
  std::string file;
  std::function<void(EngineParts&)> furnish;

  void run(RunSpec spec, const std::string& at_start, const std::string& on_start,
           const std::function<void(RunEngine&)>& meanwhile = {}) {
    store::RunHeader header;
    header.id = "20260301-120000-00000001";
    header.name = spec.name;
    header.start_boot_ns = clock.boot_ns();
    header.start_utc_ns = clock.utc_ns();
    header.owner = this_process();
    header.spec_json = encode_run_spec(spec);
    const auto writer = store::Writer::create(dir.file("soaks"), header, clock).value();
    file = writer->path();
    boost::asio::io_context io;
    EngineParts parts;
    parts.spec = std::move(spec);
    parts.agents = {test::script_agent(dir, at_start, on_start)};
    if (furnish) furnish(parts);
    RunEngine engine(io, std::move(parts), *writer, clock, header.start_boot_ns, observer);
    if (meanwhile) meanwhile(engine);
    outcome = engine.run();
    REQUIRE(writer->finish());
  }

  [[nodiscard]] std::vector<std::string> events(std::string_view kind) const {
    std::vector<std::string> bodies;
    store::EventFilter filter;
    filter.kind = kind;
    for (const auto& stored : store::Reader::open(file).value().events(filter).value()) {
      bodies.push_back(stored.event.body);
    }
    return bodies;
  }
  [[nodiscard]] std::vector<std::string> states() const {
    std::vector<std::string> out;
    for (const auto& entry : store::Reader::open(file).value().journal().value()) {
      out.push_back(entry.state);
    }
    return out;
  }
};

const std::string kReady = R"({"workload":"chat","instance":0})";

}  // namespace

TEST_CASE_METHOD(Fixture, "A run goes through its phases and is stored as it went") {
  run(one_board(300 * kMillisecond),
      test::hello_line() + test::announce_line() + test::batch_line(1, 46.5),
      test::event_line(2, event_kind::kWorkReady, kReady));
  CHECK(outcome.ended_by == EndedBy::plan);
  CHECK_FALSE(outcome.store_failure);
  CHECK(states() == std::vector<std::string>{"starting", "ramp", "warm-up", "dwell", "finished",
                                             "stopping"});
  const auto reader = store::Reader::open(file).value();
  const auto series = reader.series("dut", "soc.temperature").value();
  REQUIRE(series.size() == 1);
  CHECK(series.v[0] == 46.5);
  const auto absent = reader.series("dut", "limiter.thermal.x_state").value();
  CHECK(absent.state.at(0) == State::no_data);
  REQUIRE(reader.cursors().value().size() == 1);
  CHECK(reader.cursors().value()[0].seq == 2);
  const auto phases = reader.phases().value();
  REQUIRE(phases.size() == 1);
  CHECK(phases[0].dwell_counted >= 300 * kMillisecond);
  CHECK(phases[0].end.has_value());
  const std::string commands = read_file(dir.file("commands")).value();
  for (const char* command : {"\"start\"", "\"stop\"", "\"bye\"", "\"ping\""}) {
    CHECK(commands.find(command) != std::string::npos);
  }
}

TEST_CASE_METHOD(Fixture, "Boards begin a dwell together, once the slowest is ready") {
  const test::TempDir other;
  RunSpec spec = one_board(300 * kMillisecond);
  spec.boards.push_back(spec.boards[0]);
  spec.boards[1].name = "slow";
  const std::string ready = test::event_line(1, event_kind::kWorkReady, kReady);
  const std::string begin = test::hello_line() + test::announce_line();
  // Says that it is ready a second after it was told to start.
  furnish = [&](EngineParts& parts) {
    auto agent = test::script_agent(other, begin, "READY\n");
    agent = {"/bin/sh", "-c",
             "sh '" + agent.back() + "' | while read -r line; do case $line in READY) sleep 1; cat '" +
                 other.file("ready") + "' ;; *) printf '%s\\n' \"$line\" ;; esac; done"};
    parts.agents.push_back(std::move(agent));
  };
  other.write("ready", ready);
  run(spec, begin, ready);
  CHECK(outcome.ended_by == EndedBy::plan);
  REQUIRE(observer.ready.size() == 2);
  CHECK(observer.ready[1] - observer.ready[0] > 900 * kMillisecond);
  REQUIRE(observer.dwell.size() == 1);  // one for all
  CHECK(observer.dwell[0] >= observer.ready[1]);
}

TEST_CASE_METHOD(Fixture, "A hostile agent wastes its own board's run, and no other's") {
  const test::TempDir other;
  RunSpec spec = one_board(1500 * kMillisecond);
  spec.boards.push_back(spec.boards[0]);
  spec.boards[1].name = "evil";
  std::string evil = test::hello_line() + test::announce_line();
  // In another board's name, of another size than announced, of a source that is none, and 10 MB long.
  evil += R"({"event":{"seq":1,"t":1,"board":"dut","kind":"incident","severity":2,"body":{"class":"oom"}}})"
          "\n";
  evil += R"({"batch":{"seq":2,"src":0,"t0":1,"dt":1,"n":1000000,"values":[[1]]}})" "\n";
  evil += R"({"batch":{"seq":3,"src":9,"t0":1,"dt":1,"n":1,"values":[[1],[2]]}})" "\n";
  evil += std::string(10'000'000, 'x') + "\n";
  for (int i = 0; i < 3000; ++i) evil += "{\"flood\":" + std::to_string(i) + "\n";
  furnish = [&](EngineParts& parts) { parts.agents.push_back(test::script_agent(other, evil, "")); };
  run(spec, test::hello_line() + test::announce_line() + test::batch_line(1, 46.5),
      test::event_line(2, event_kind::kWorkReady, kReady));
  CHECK(outcome.ended_by == EndedBy::plan);
  const auto reader = store::Reader::open(file).value();
  CHECK(reader.series("dut", "soc.temperature").value().size() == 1);
  const auto evils = reader.series("evil", "soc.temperature");
  CHECK((!evils || evils->size() == 0));
  int lost = 0;
  for (const auto& stored : reader.events().value()) {
    if (stored.event.kind != event_kind::kIncident) continue;
    CHECK(stored.event.board == "evil");
    lost += stored.event.body.find("link-loss") != std::string::npos ? 1 : 0;
  }
  CHECK(lost == 1);
}

TEST_CASE_METHOD(Fixture, "An agent that dies is the rig's fault, not the board's") {
  RunSpec spec = one_board(kHour);
  spec.workloads[0].argv = {"DIE"};
  run(spec, test::hello_line() + test::announce_line(), "", {});
  CHECK(outcome.ended_by == EndedBy::nothing_left);
  REQUIRE(events(event_kind::kRigFault).size() == 1);
  REQUIRE(events(event_kind::kIncident).size() == 1);
  CHECK(events(event_kind::kIncident)[0].find("\"rig\"") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "The operator ends a run in order") {
  run(one_board(kHour), test::hello_line() + test::announce_line(),
      test::event_line(1, event_kind::kWorkReady, kReady),
      [](RunEngine& engine) { engine.request_stop(EndedBy::operator_, "enough"); });
  CHECK(outcome.ended_by == EndedBy::operator_);
  CHECK(outcome.why == "enough");
  CHECK(events(event_kind::kOperator).size() == 1);
  CHECK(states().back() == "stopping");
}

TEST_CASE_METHOD(Fixture, "A limit that is broken three times ends the run") {
  RunSpec spec = one_board(kHour);
  spec.boards[0].limits = {{"soc.temperature", std::nullopt, 90.0, LimitAction::trip}};
  run(spec,
      test::hello_line() + test::announce_line() + test::batch_line(1, 95) +
          test::batch_line(2, 95) + test::batch_line(3, 95),
      "");
  CHECK(outcome.ended_by == EndedBy::limit);
  CHECK(events(event_kind::kLimit).size() == 1);
  CHECK(events(event_kind::kTrip).size() == 1);
}

TEST_CASE_METHOD(Fixture, "A board whose workloads are all down for good has nothing left to soak") {
  run(one_board(kHour), test::hello_line() + test::announce_line(),
      test::event_line(1, event_kind::kIncident,
                       R"({"class":"workload-crash","blame":"config","workload":"chat"})"));
  CHECK(outcome.ended_by == EndedBy::nothing_left);
}

TEST_CASE_METHOD(Fixture, "A search whose load is down turns back instead of ending the run") {
  RunSpec spec = one_board(300 * kMillisecond);
  spec.phases.resize(4, spec.phases[0]);
  for (std::size_t i = 0; i < 4; ++i) spec.phases[i].name = "p" + std::to_string(i);
  spec.phases[0].search = SearchRung{1, 2, false, 0.95};
  spec.phases[1].search = SearchRung{2, 2, false, 0.95};
  spec.phases[2].search = SearchRung{1, 2, true, 0.95};
  spec.phases[0].soak = kHour;  // it never gets that far
  spec.phases[3].work = {};
  furnish = [](EngineParts& parts) { parts.limits.warm_up = 200 * kMillisecond; };
  run(spec, test::hello_line() + test::announce_line(),
      test::event_line(1, event_kind::kIncident,
                       R"({"class":"workload-crash","blame":"config","workload":"chat"})"));
  CHECK(outcome.ended_by == EndedBy::plan);
  INFO(outcome.why);
  const auto rungs = events(event_kind::kSearch);
  REQUIRE(rungs.size() == 1);
  INFO(rungs[0]);
  CHECK(rungs[0].find("\"gave_way\":true") != std::string::npos);
  CHECK(rungs[0].find("no workload runs any more") != std::string::npos);
  const auto phases = store::Reader::open(file).value().phases().value();
  REQUIRE(phases.size() == 2);  // the next rung and the way back were passed over
  CHECK(phases[1].name == "p3");
}

TEST_CASE_METHOD(Fixture, "An agent of another release stops the run with a reason") {
  std::string hello = test::hello_line();
  hello.replace(hello.find("\"version\":1"), 11, "\"version\":9");
  run(one_board(kHour), hello, "");
  CHECK(outcome.ended_by == EndedBy::nothing_left);
  REQUIRE(events(event_kind::kRigFault).size() == 1);
  CHECK(events(event_kind::kRigFault)[0].find("protocol 9") != std::string::npos);
  CHECK(events(event_kind::kIncident).size() == 1);
}

TEST_CASE_METHOD(Fixture, "A limit on an instrument's channel stops or trips the run") {
  for (const LimitAction action : {LimitAction::warn, LimitAction::stop, LimitAction::trip}) {
    CAPTURE(to_string(action));
    Fixture each;
    RunSpec spec = one_board(300 * kMillisecond);
    InstrumentSpec& plug = spec.instruments.emplace_back();
    plug.name = "plug";
    plug.limits = {{"plug.power", std::nullopt, 30.0, action}};
    each.furnish = [](EngineParts& parts) {
      parts.instruments.push_back(
          {"", std::make_unique<PastMeter>(std::vector{12.0, 31.0, 32.0, 33.0})});
    };
    each.run(spec, test::hello_line() + test::announce_line(),
             test::event_line(1, event_kind::kWorkReady, kReady));
    CHECK(each.outcome.ended_by ==
          (action == LimitAction::warn ? EndedBy::plan : EndedBy::limit));
    REQUIRE(each.events(event_kind::kLimit).size() == 1);
    CHECK(each.events(event_kind::kLimit)[0].find("plug.power") != std::string::npos);
    CHECK(each.events(event_kind::kTrip).size() == (action == LimitAction::trip ? 1 : 0));
  }
}

TEST_CASE_METHOD(Fixture, "Two readings beyond an instrument's limit break nothing") {
  RunSpec spec = one_board(300 * kMillisecond);
  InstrumentSpec& plug = spec.instruments.emplace_back();
  plug.name = "plug";
  plug.limits = {{"plug.power", std::nullopt, 30.0, LimitAction::trip}};
  furnish = [](EngineParts& parts) {
    parts.instruments.push_back(
        {"", std::make_unique<PastMeter>(std::vector{31.0, 31.0, 12.0, 31.0, 31.0})});
  };
  run(spec, test::hello_line() + test::announce_line(),
      test::event_line(1, event_kind::kWorkReady, kReady));
  CHECK(outcome.ended_by == EndedBy::plan);
  CHECK(events(event_kind::kLimit).empty());
}

TEST_CASE("a limit's event says which bound broke, and a notification is one JSON object") {
  control::LimitChange change;
  change.t = kSecond;
  change.limit.channel = "soc.temperature";
  change.limit.max = 105.0;
  change.limit.action = LimitAction::stop;
  change.value = 106.5;
  change.broken = true;
  const Event event = control::limit_event(change, "pi");
  CHECK(event.severity == Severity::alarm);
  const auto body = nlohmann::json::parse(event.body);
  CHECK(body["max"] == 105.0);
  CHECK_FALSE(body.contains("min"));
  change.broken = false;
  CHECK(control::limit_event(change, "pi").severity == Severity::warning);
  const auto told = nlohmann::json::parse(control::notification(event, "night", "f.soak", 0));
  CHECK(told["run"] == "night");
  CHECK(told["board"] == "pi");
  CHECK(told["run_s"] == 1.0);
  CHECK(told["body"]["channel"] == "soc.temperature");
}
