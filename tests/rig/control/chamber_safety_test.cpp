// SPDX-License-Identifier: Apache-2.0
#include "rig/control/chamber_safety.hpp"

#include <sys/stat.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

#include "rig/instruments/map_library.hpp"
#include "tests/rig/control/told_chamber.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::control;
using Words = std::vector<std::string>;

namespace {

// A chamber under a run, and a script in the guard's place.
struct Fixture {
  test::TempDir dir;
  boost::asio::io_context io;
  SystemClock clock;
  RunSpec spec;
  Words faults, trips;
  int let_go = 0;
  test::Told* chamber = nullptr;
  std::optional<ChamberSafety> safety;

  void make(std::unique_ptr<test::Told> device, std::optional<GuardParts> guard = std::nullopt) {
    chamber = device.get();
    spec.chamber.emplace();
    spec.chamber->safe_temperature = 23.0;
    spec.chamber->high = 90.0;
    safety.emplace(io, std::move(device), std::move(guard), spec, clock, clock.boot_ns(),
                   ChamberSafety::Hooks{.event = [](const Event&) {},
                                        .fault = [this](const std::string& w) { faults.push_back(w); },
                                        .trip = [this](const std::string& w) { trips.push_back(w); },
                                        .let_go = [this] { ++let_go; }});
    safety->arm();
    safety->take_up();
  }
  GuardParts guard(const std::string& body) {
    dir.write("guard.sh", "#!/bin/sh\necho '{\"armed\":true}'\n" + body + "\n");
    ::chmod(dir.file("guard.sh").c_str(), 0755);
    GuardParts made{guard::Files::open(dir.file("state")).value(), {}, dir.file("guard.sh"), {}};
    made.plan.run = "run-1";
    made.plan.blind = 10 * kSecond;
    made.plan.lost = {guard::make_step(instruments::load_register_map("watlow-f4t").value(),
                                       "set_point", "tcp://127.0.0.1:1?unit=1", 23.0, "safe", 0.05)
                          .value()};
    return made;
  }
  bool until(const std::function<bool()>& holds) {
    for (const Nanos end = clock.boot_ns() + 20 * kSecond; clock.boot_ns() < end;) {
      safety->tick();
      io.restart();
      io.run_for(std::chrono::milliseconds(20));
      if (holds()) return true;
    }
    return false;
  }
};

const std::string kGoes = "while read line; do case $line in *stand_down*) exit 0;; esac; done";

}  // namespace

TEST_CASE_METHOD(Fixture, "without a chamber there is nothing to make safe") {
  make(nullptr);
  CHECK(faults.empty());
  CHECK(safety->guarded());
  CHECK(safety->control() == nullptr);
  safety->leave(false, "", 0);
  CHECK(safety->left(0));
}

TEST_CASE_METHOD(Fixture, "a virtual chamber goes safe, and off where something tripped") {
  make(std::make_unique<test::Told>());
  CHECK(faults.empty());
  safety->leave(false, "", 0);
  CHECK_FALSE(safety->left(0));
  CHECK(until([&] { return safety->left(0); }));
  CHECK(chamber->temperatures == std::vector<double>{23.0});
  CHECK(chamber->order.back() != "off");
  make(std::make_unique<test::Told>());
  safety->leave(true, "too hot", 0);
  CHECK(until([&] { return safety->left(0); }));
  CHECK(chamber->order.back() == "off");
}

TEST_CASE_METHOD(Fixture, "a guard stands down once the safe set-point is read back") {
  make(std::make_unique<test::Told>(), guard(kGoes));
  CHECK_FALSE(safety->guarded());
  REQUIRE(until([&] { return safety->guarded(); }));
  safety->leave(false, "", 0);
  CHECK_FALSE(safety->left(0));
  CHECK(until([&] { return safety->left(0); }));
  CHECK(let_go == 0);
  CHECK(faults.empty());
}

TEST_CASE_METHOD(Fixture, "what tripped, and what was refused, is the guard's") {
  const std::string takes =
      "while read line; do case $line in *take_over*|*hand*) echo '{\"stage\":\"safe\",\"safe\":true}';; esac; done";
  for (const bool tripped : {true, false}) {
    make(std::make_unique<test::Told>(), guard(takes));
    REQUIRE(until([&] { return safety->guarded(); }));
    chamber->answer = Error{Errc::io, "no reply"};
    safety->leave(tripped, "too hot", 0);
    CHECK(until([&] { return let_go > 0; }));
    CHECK(safety->device() == nullptr);  // nobody here talks to it any more
    CHECK(safety->control() == nullptr);
    let_go = 0;
    safety.reset();
  }
}

TEST_CASE_METHOD(Fixture, "air beyond all limits trips and is a fault") {
  make(std::make_unique<test::Told>(), guard(kGoes));
  for (int i = 0; i < ChamberWatch::kDebounce + 1; ++i) safety->look(i * kSecond, 120.0);
  CHECK(trips.empty());  // not armed yet: nothing is heated either
  REQUIRE(until([&] { return safety->guarded(); }));
  for (int i = 0; i < ChamberWatch::kDebounce + 1; ++i) safety->look(i * kSecond, 120.0);
  REQUIRE_FALSE(trips.empty());
  CHECK(faults == trips);
}
