// SPDX-License-Identifier: Apache-2.0
#include "rig/app/resume_point.hpp"

#include "results/store/writer.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

const SystemClock kClock;

struct Fixture {
  test::TempDir dir;
  guard::Files files = guard::Files::open(dir.file("guard")).value();
  std::unique_ptr<store::Writer> writer;

  void open(const ProcessId& owner) {
    store::RunHeader header;
    header.id = "20260301-120000-00000001";
    header.name = "night";
    header.owner = owner;
    header.start_utc_ns = kClock.utc_ns();
    header.start_boot_ns = kClock.boot_ns();
    header.spec_json = encode_run_spec(RunSpec{});
    writer = store::Writer::create(dir.file("soaks"), header, kClock).value();
  }
  static ProcessId dead() {
    ProcessId owner = this_process();
    ++owner.start_time;
    return owner;
  }
  store::Reader close() {
    const std::string path = writer->path();
    writer.reset();
    return store::Reader::open(path).value();
  }
  void leave_guard(guard::Stage stage, bool safe) {
    guard::GuardPlan plan;
    plan.run = "run-1";
    plan.controller = dead();
    plan.lost = {guard::make_step(instruments::load_register_map("watlow-f4t").value(), "set_point",
                                  "tcp://127.0.0.1:1?unit=1", 23.0, "safe", 0.05)
                     .value()};
    guard::GuardState state;
    state.stage = stage;
    state.safe = safe;
    state.reason = "the reason";
    REQUIRE(files.save(plan));
    REQUIRE(files.save("run-1", state));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "A resumed run knows what it has of every stream, and each boot's clock") {
  open(dead());
  const auto pi = writer->add_board("pi", "{}");
  Event event;
  event.board = "pi";
  event.kind = std::string(event_kind::kWorkNote);
  for (std::uint64_t seq = 1; seq <= 3; ++seq) {
    REQUIRE(writer->event(event, store::Cursor{pi, "stream-a", seq}));
  }
  REQUIRE(writer->event(event, store::Cursor{pi, "stream-b", 1}));
  REQUIRE(writer->anchor({pi, "boot-1", {10, 20, 1}}));
  REQUIRE(writer->anchor({pi, "boot-1", {30, 41, 1}}));
  REQUIRE(writer->flush());
  const auto reader = close();
  const auto point = resume_point(reader);
  REQUIRE(point);
  REQUIRE(point->boards.contains("pi"));
  const auto& memory = point->boards.at("pi");
  CHECK(memory.have == std::map<std::string, std::uint64_t>{{"stream-a", 3}, {"stream-b", 1}});
  CHECK(memory.clocks.at("boot-1").to_ns == 41);
}

TEST_CASE_METHOD(Fixture, "An interrupted run is gone on with in its first phase without an end") {
  open(dead());
  REQUIRE(writer->set_phase({0, "cold", 1, 2, 3, 4, 3 * kSecond}));
  REQUIRE(writer->set_phase({1, "hot", 5, 7 * kSecond, std::nullopt, std::nullopt, 40 * kSecond}));
  const auto reader = close();
  const auto point = resume_point(reader);
  REQUIRE(point);
  CHECK(point->progress.index == 1);
  CHECK(point->progress.counted == 40 * kSecond);
  CHECK(point->progress.dwell_begin == 7 * kSecond);
  CHECK_FALSE(point->progress.end);
}

TEST_CASE_METHOD(Fixture, "Where the last phase that began has ended, the next one is due") {
  open(dead());
  REQUIRE(writer->set_phase({0, "cold", 1, 2, 3, 4, 3 * kSecond}));
  const auto point = resume_point(close()).value();
  CHECK(point.progress.index == 1);
  CHECK(point.progress.counted == 0);
  CHECK_FALSE(point.progress.dwell_begin);
}

TEST_CASE_METHOD(Fixture, "A run that goes on or has ended is not resumed") {
  open(this_process());
  const auto reader = store::Reader::open(writer->path()).value();
  CHECK(resume_point(reader).error().code == Errc::busy);
  REQUIRE(writer->finish());
  CHECK(resume_point(reader).error().code == Errc::unsupported);
}

TEST_CASE("Run time goes on over a reboot by the wall clock") {
  const FakeClock clock;
  store::RunHeader header;
  header.owner = this_process();
  header.start_boot_ns = 17 * kSecond;
  CHECK(boot_time_of_start(header, clock) == 17 * kSecond);
  header.owner.boot_id = "another boot";
  header.start_utc_ns = clock.utc_ns() - kHour;
  CHECK(boot_time_of_start(header, clock) == clock.boot_ns() - kHour);
}

TEST_CASE_METHOD(Fixture, "Without a guard there is nothing to take, and a tripped one gives nothing") {
  CHECK(take_from_guard(files, "run-1", kClock));
  leave_guard(guard::Stage::lost, false);
  CHECK(take_from_guard(files, "run-1", kClock));  // nobody is there to wait for
  leave_guard(guard::Stage::tripped, true);
  const auto refused = take_from_guard(files, "run-1", kClock);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.find("the reason") != std::string::npos);
  CHECK(refused.error().remedy.find("guard clear") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "A guard that holds a safe chamber is asked to go, and waited for") {
  // In its place a process that holds the lock and ends when it is asked.
  const test::Child holder([this] {
    ::signal(SIGTERM, SIG_DFL);  // the test program's own handler tells of a failure
    const auto lock = files.lock_run("run-1");
    dir.write("locked", "");
    test::wait_for_ever();
  });
  REQUIRE(test::eventually([&] { return read_file(dir.file("locked")).has_value(); }));
  leave_guard(guard::Stage::lost, true);
  auto state = files.state("run-1").value();
  state.guard = holder.id();
  REQUIRE(files.save("run-1", state));
  CHECK(take_from_guard(files, "run-1", kClock));
  CHECK_FALSE(is_alive(holder.id()));
}

TEST_CASE_METHOD(Fixture, "A resumed search knows how its last rung ended") {
  open(dead());
  for (const char* body : {R"({"rung":1})", R"({"rung":2})"}) {
    REQUIRE(writer->event({0, "", std::string(event_kind::kSearch), Severity::info, body}));
  }
  REQUIRE(writer->flush());
  const auto point = resume_point(close());
  REQUIRE(point);
  CHECK(point->last_rung == R"({"rung":2})");
}
