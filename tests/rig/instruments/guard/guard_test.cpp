// SPDX-License-Identifier: Apache-2.0
//
// The guard's whole way against a virtual chamber, in a thread: pipes stand for its controller.
// Taking over from real processes is for tests/system/guard_kills_test.
#include "rig/instruments/guard/guard.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <thread>

#include "rig/instruments/guard/reaction.hpp"
#include "tests/rig/instruments/guard/guard_fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"

using namespace soakrig;
using namespace soakrig::guard;
using test::eventually;
using test::HotChamber;

namespace {

const SystemClock kClock;

// A guard at work on `plan`, and the controller's end of its pipe.
class Armed {
 public:
  Armed(HotChamber& chamber, const GuardPlan& plan) : chamber_(chamber), run_(plan.run) {
    REQUIRE(chamber.files.save(plan));
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    in_ = Fd(ends[0]);
    to_guard_ = Fd(ends[1]);
    thread_ = std::thread([this, plan] {
      Guard guard(chamber_.files, plan, chamber_.files.lock_run(run_).value(), kClock, in_.get(),
                  -1, -1);
      ended_well_ = guard.run().has_value();
    });
    REQUIRE(eventually([this] { return ::access(state_file().c_str(), F_OK) == 0; }));
  }
  ~Armed() {
    chamber_.files.remove(run_);  // a person's clear ends it wherever it stands
    hang_up();
    thread_.join();
  }
  Armed(const Armed&) = delete;
  Armed& operator=(const Armed&) = delete;

  void say(const std::string& line) {
    const std::string text = line + "\n";
    REQUIRE(::write(to_guard_.get(), text.data(), text.size()) ==
            static_cast<ssize_t>(text.size()));
  }
  void hang_up() { to_guard_.reset(); }
  [[nodiscard]] std::string state_file() const { return chamber_.files.state_path(run_); }
  [[nodiscard]] GuardState state() const { return chamber_.files.state(run_).value(); }

 private:
  HotChamber& chamber_;
  const std::string run_;
  Fd in_, to_guard_;
  bool ended_well_ = false;
  std::thread thread_;
};

}  // namespace

TEST_CASE("A guard that is stood down touches nothing and leaves nothing") {
  HotChamber chamber;
  {
    Armed guard(chamber, chamber.plan());
    CHECK(guard.state().stage == Stage::armed);
    for (int i = 0; i < 20; ++i) guard.say(R"({"beat":1})");
    guard.say(R"({"stand_down":true})");
    CHECK(eventually([&] { return chamber.files.runs().empty(); }));
  }
  CHECK(chamber.held("set_point") == test::kHot);
}

TEST_CASE("A lost controller leaves a chamber at its safe set-point, with its air still on") {
  HotChamber chamber;
  Armed guard(chamber, chamber.plan());
  SECTION("its end closes") { guard.hang_up(); }
  SECTION("it says nothing any more") {}
  CHECK(eventually([&] { return guard.state().safe; }));
  CHECK(guard.state().stage == Stage::lost);
  CHECK_FALSE(guard.state().load_stopped);
  CHECK(chamber.held("set_point") == test::kSafe);
  CHECK(chamber.held("mode") == test::kAuto);
  // A write of the dead controller that happens after all is undone.
  chamber.served.with([](auto& c) { c.bank().set("set_point", test::kHot); });
  CHECK(eventually([&] { return chamber.held("set_point") == test::kSafe; }));
}

TEST_CASE("After its grace time the load of a lost controller is stopped") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  plan.grace = 0;
  plan.load_off = {{"dut", {"/usr/bin/touch", chamber.dir.file("load-off")}}};
  Armed guard(chamber, plan);
  guard.hang_up();
  CHECK(eventually([&] { return guard.state().load_stopped; }));
  CHECK(read_file(chamber.dir.file("load-off")));
  CHECK(guard.state().stage == Stage::lost);  // not latched as a trip is
}

TEST_CASE("A trip stops load and air, and stays until somebody clears it") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  plan.load_off = {{"dut", {"/usr/bin/touch", chamber.dir.file("load-off")}}};
  Armed guard(chamber, plan);
  guard.say(R"({"trip":"soc.temperature broke its limit"})");
  CHECK(eventually([&] { return guard.state().safe; }));
  const GuardState state = guard.state();
  CHECK(state.stage == Stage::tripped);
  CHECK(state.reason == "soc.temperature broke its limit");
  CHECK(state.load_stopped);
  REQUIRE(state.steps.size() == 3);
  CHECK(state.steps[0].name == "load off: dut");
  CHECK(read_file(chamber.dir.file("load-off")));
  CHECK(chamber.held("set_point") == test::kSafe);
  CHECK(chamber.held("mode") == test::kOff);
}

TEST_CASE("A trip cuts the supplies that commands switch, once the load is off") {
  HotChamber chamber;
  const std::string off = chamber.dir.file("load-off"), cut = chamber.dir.file("cut");
  GuardPlan plan = chamber.plan();
  // It ends with 0 only where the load was off before it.
  plan.power_off = {{"dut", {"/bin/sh", "-c", "test -e '" + off + "' && : > '" + cut + "'"}}};
  SECTION("the load goes off") {
    plan.load_off = {{"dut", {"/bin/sh", "-c", "sleep 0.5; : > '" + off + "'"}}};
    Armed guard(chamber, plan);
    guard.say(R"({"trip":"soc.temperature broke its limit"})");
    CHECK(eventually([&] { return guard.state().safe; }));
    const GuardState state = guard.state();
    REQUIRE(state.steps.size() == 4);
    CHECK(state.steps[1].name == "power off: dut");
    CHECK(state.steps[1].held);
    CHECK(read_file(cut));
  }
  SECTION("a supply that cannot be cut is not safe, and holds up nothing else for long") {
    plan.load_off = {{"dut", {"/bin/true"}}};
    Armed guard(chamber, plan);
    guard.say(R"({"trip":"soc.temperature broke its limit"})");
    CHECK(eventually([&] { return chamber.held("set_point") == test::kSafe; }));
    CHECK_FALSE(guard.state().safe);
    CHECK(eventually([&] {
      const GuardState state = guard.state();
      return state.steps.size() == 4 && state.steps[1].error == "exit code 1";
    }));
    CHECK_FALSE(read_file(cut));
    // Tried again, until it can be.
    REQUIRE(write_file_atomic(off, ""));
    CHECK(eventually([&] { return guard.state().safe; }));
    CHECK(read_file(cut));
  }
}

TEST_CASE("A load that does not stop is off with its board's power, and only with that") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  plan.load_off = {{"dut", {"/bin/sleep", "600"}}};
  SECTION("a command cuts it") { plan.power_off = {{"dut", {"/bin/true"}}}; }
  SECTION("a relay does") { plan.trip[0].name = power_step_name("dut"); }
  SECTION("it is another board's") {
    plan.load_off.push_back({"far", {"/bin/false"}});
    plan.power_off = {{"dut", {"/bin/true"}}};
  }
  const bool all = plan.load_off.size() == 1;
  Armed guard(chamber, plan);
  guard.say(R"({"trip":"soc.temperature broke its limit"})");
  CHECK(eventually([&] {
    const GuardState state = guard.state();
    return !state.steps.empty() && state.steps[0].held && (state.safe || !all);
  }));
  CHECK(guard.state().load_stopped == all);
  CHECK(guard.state().safe == all);
}

TEST_CASE("A lost controller's boards keep their power when their load is stopped") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  plan.grace = 0;
  plan.load_off = {{"dut", {"/bin/true"}}};
  plan.power_off = {{"dut", {"/usr/bin/touch", chamber.dir.file("cut")}}};
  Armed guard(chamber, plan);
  guard.hang_up();
  CHECK(eventually([&] { return guard.state().load_stopped; }));
  CHECK_FALSE(read_file(chamber.dir.file("cut")));
}

TEST_CASE("A chamber that a lost controller left beyond its limit trips") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  plan.watch->high = -20.0;  // it is at room temperature: beyond
  Armed guard(chamber, plan);
  guard.hang_up();
  CHECK(eventually([&] { return guard.state().stage == Stage::tripped && guard.state().safe; }));
  CHECK(chamber.held("mode") == test::kOff);
}

TEST_CASE("A bus that stays away makes a trip out of a lost controller, and is waited for") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  plan.blind = kSecond;
  Armed guard(chamber, plan);
  chamber.served.stall(true);
  guard.hang_up();
  CHECK(eventually([&] { return guard.state().stage == Stage::tripped; }));
  CHECK_FALSE(guard.state().safe);
  chamber.served.stall(false);
  CHECK(eventually([&] { return guard.state().safe; }));
  CHECK(chamber.held("mode") == test::kOff);
}

TEST_CASE("A guard that was killed with its controller is recovered from its files") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  REQUIRE(chamber.files.save(plan));
  bool recovered = false;  // checks are not for a second thread
  std::thread recovering([&] {
    Guard guard(chamber.files, plan, chamber.files.lock_run(plan.run).value(), kClock, -1, -1, -1);
    recovered = guard.recover().has_value();
  });
  CHECK(eventually([&] { return chamber.files.state(plan.run).value().safe; }));
  CHECK(chamber.held("set_point") == test::kSafe);
  chamber.files.remove(plan.run);
  recovering.join();
  CHECK(recovered);
}

TEST_CASE("Recovery leaves a living controller and a finished trip alone") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  const auto recover = [&] {
    return Guard(chamber.files, plan, chamber.files.lock_run(plan.run).value(), kClock, -1, -1, -1)
        .recover();
  };
  plan.controller = this_process();
  REQUIRE(chamber.files.save(plan));
  CHECK(recover().error().code == Errc::busy);
  GuardState state;
  state.stage = Stage::tripped;
  state.safe = true;
  REQUIRE(chamber.files.save(plan.run, state));
  CHECK(recover());
  CHECK(chamber.held("set_point") == test::kHot);
  CHECK(chamber.files.runs().size() == 1);  // still latched
}

TEST_CASE("With the process that simulates it a chamber is gone, and so is its plan") {
  HotChamber chamber;
  GuardPlan plan = chamber.plan();
  plan.bench = ProcessId{1 << 22, 1, "no-such-boot"};
  Armed guard(chamber, plan);
  guard.hang_up();
  CHECK(eventually([&] { return chamber.files.runs().empty(); }));
}
