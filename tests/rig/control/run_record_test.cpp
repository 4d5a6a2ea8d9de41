// SPDX-License-Identifier: Apache-2.0
#include "rig/control/run_record.hpp"

#include <boost/asio/io_context.hpp>

#include "results/store/reader.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/rig_events.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

struct Shown final : RunObserver {
  void on_event(const Event& event) override { events.push_back(event); }
  std::vector<Event> events;
};

struct Fixture {
  test::TempDir dir;
  FakeClock clock;
  boost::asio::io_context io;
  Shown shown;
  RunSpec spec;
  std::vector<std::string> failures;
  std::unique_ptr<store::Writer> writer;
  std::unique_ptr<RunRecord> record;

  Fixture() {
    spec.name = "night";
    spec.phases.resize(1);
    spec.phases[0].name = "hot";
    spec.notify = {{"trip", "end"}, {"tee", dir.file("told")}};
    store::RunHeader header;
    header.id = "20260301-120000-00000001";
    header.name = spec.name;
    header.owner = this_process();
    header.start_boot_ns = clock.boot_ns();
    writer = store::Writer::create(dir.file("soaks"), header, clock).value();
    record = std::make_unique<RunRecord>(
        io, spec, *writer, clock, clock.boot_ns(), shown,
        [this](const Error& failed) { failures.push_back(failed.message()); });
  }
  [[nodiscard]] store::Reader stored() const {
    REQUIRE(writer->flush());
    return store::Reader::open(writer->path()).value();
  }
  [[nodiscard]] Nanos counted() const { return stored().phases().value().at(0).dwell_counted; }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what a run says is stored with its time and shown") {
  clock.advance(5 * kSecond);
  record->event({0, "", std::string(event_kind::kRigFault), Severity::alarm, "{}"});
  record->event({2 * kSecond, "", std::string(event_kind::kTrip), Severity::alarm, "{}"});
  record->event({3 * kSecond, "", std::string(event_kind::kConsoleLog), Severity::info, "{}"});
  record->state("dwell", R"({"phase":"hot"})");
  REQUIRE(shown.events.size() == 2);  // a console's log is for the file alone
  CHECK(shown.events[0].t == 5 * kSecond);
  CHECK(shown.events[1].t == 2 * kSecond);
  CHECK(stored().events().value().size() == 3);
  CHECK(stored().journal().value().back().state == "dwell");
  CHECK(failures.empty());
}

TEST_CASE_METHOD(Fixture, "a phase's progress is stored again only when it is some seconds old") {
  PhaseProgress progress;
  progress.counted = kSecond;
  record->phase(progress);
  progress.counted = 2 * kSecond;
  clock.advance(9 * kSecond);
  record->refresh_phase(progress);
  CHECK(counted() == kSecond);
  clock.advance(kSecond);
  record->refresh_phase(progress);
  CHECK(counted() == 2 * kSecond);
  CHECK(stored().phases().value().at(0).name == "hot");
}

TEST_CASE_METHOD(Fixture, "a store that fails is told once, and the first failure is kept") {
  REQUIRE(writer->finish());
  record->event({0, "", std::string(event_kind::kTrip), Severity::alarm, "{}"});
  record->state("stopping", "{}");
  REQUIRE(failures.size() == 1);
  REQUIRE(record->failure());
  CHECK(record->failure()->message() == failures[0]);
  CHECK(shown.events.size() == 1);  // who watches still hears of it
}

TEST_CASE_METHOD(Fixture, "those who want to be told get the run's name and file") {
  record->notify("trip", {kSecond, "", std::string(event_kind::kTrip), Severity::alarm, "{}"});
  io.run();
  const std::string told = read_file(dir.file("told")).value();
  CHECK(told.find("night") != std::string::npos);
  CHECK(told.find(writer->path()) != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "the end waits for its notifier") {
  record->notify_end(R"({"what":"over"})");
  CHECK(read_file(dir.file("told")).value() == "{\"what\":\"over\"}\n");
}
