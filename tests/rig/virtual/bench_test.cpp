// SPDX-License-Identifier: Apache-2.0
//
// Also tests: launcher.cpp
// The bench as a process: what it serves, what it does to a real load, and what it leaves behind.
#include "rig/virtual/bench.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

#include "rig/instruments/chamber.hpp"
#include "rig/instruments/meter.hpp"
#include "rig/instruments/relay.hpp"
#include "rig/virtual/launcher.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/instrument_log.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;
using test::Child;
using test::eventually;

namespace {

Result<LaunchedBench> launch(std::vector<std::string> arguments) {
  LaunchOptions options;
  options.program = test::bin_dir() + "/soakrig";
  options.arguments = std::move(arguments);
  options.timeout = 30 * kSecond;  // this machine may be busy
  return LaunchedBench::launch(options);
}

void list_load(const BenchInfo& info, const ProcessId& id) {
  const std::string file = info.tree + "/run/soakrig/workloads.json";
  REQUIRE(write_file_atomic(
      file, "{\"workloads\":[{\"name\":\"chat\",\"pid\":" + std::to_string(id.pid) +
                ",\"start_time\":" + std::to_string(id.start_time) + ",\"role\":\"engine\"}]}"));
}

int number_in(const std::string& path) {
  const auto text = read_file(path);
  return text && !text->empty() ? std::atoi(text->c_str()) : -1;
}
int cooling(const BenchInfo& info) {
  return number_in(info.tree + "/sys/class/thermal/cooling_device0/cur_state");
}
int milli_degrees(const BenchInfo& info) {
  return number_in(info.tree + "/sys/class/thermal/thermal_zone0/temp");
}

}  // namespace

TEST_CASE("a launched bench serves a chamber and a tree, and ends with its owner") {
  std::string tree;
  {
    auto bench = launch({});
    REQUIRE(bench);
    CHECK(bench->alive());
    tree = bench->info().tree;
    CHECK(milli_degrees(bench->info()) > 20000);
    CHECK(cooling(bench->info()) == 0);
    ChamberSpec spec;
    spec.map = "watlow-f4t";
    spec.connect = bench->info().chamber.value();
    const SystemClock clock;
    auto chamber = instruments::make_chamber(spec, clock);
    REQUIRE(chamber);
    REQUIRE((*chamber)->identify(20 * kSecond));
    CHECK((*chamber)->is_virtual());
  }
  CHECK_FALSE(std::filesystem::exists(tree));
}

TEST_CASE("a bench that cannot start says why") {
  const auto bad = launch({"--fault", "explode@1s"});
  REQUIRE_FALSE(bad);
  CHECK(bad.error().what.find("unknown kind") != std::string::npos);
}

TEST_CASE(
    "a real load heats the board, is throttled by either means, and is free again at the end") {
  for (const std::string means : {"auto", "stop"}) {
    CAPTURE(means);
    const Child load(&test::burn);
    {
      // A trip point just above what the idle board has: any load crosses it at once.
      auto bench = launch({"--throttle", means, "--trip", "38", "--cores", "1", "--speedup", "5"});
      REQUIRE(bench);
      const int idle = milli_degrees(bench->info());
      list_load(bench->info(), load.id());
      CHECK(eventually([&] { return milli_degrees(bench->info()) > idle + 2000; }));
      CHECK(eventually([&] { return cooling(bench->info()) >= 3; }));
    }
    CHECK(eventually([&] { return load.state() == 'R'; }));
  }
}

TEST_CASE("a bench that is killed leaves nothing stopped and nothing capped") {
  const Child load(&test::burn);
  const std::string before = read_file("/proc/" + std::to_string(load.pid()) + "/cgroup").value();
  for (const std::string means : {"auto", "stop"}) {
    CAPTURE(means);
    auto bench = launch({"--throttle", means, "--trip", "0", "--cores", "1"});
    REQUIRE(bench);
    list_load(bench->info(), load.id());
    REQUIRE(eventually([&] { return cooling(bench->info()) == 7; }));
    ::kill(bench->info().process.pid, SIGKILL);
    CHECK(eventually([&] {
      return read_file("/proc/" + std::to_string(load.pid()) + "/cgroup").value() == before;
    }));
    CHECK(eventually([&] { return load.state() == 'R'; }));
  }
}

TEST_CASE("faults are made: a workload is told, a sensor vanishes") {
  const test::TempDir folder;
  const std::string told = folder.file("told");
  const Child load([told] {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    int signal = 0;
    ::sigwait(&set, &signal);
    std::ofstream(told) << signal;
    test::wait_for_ever();
  });
  auto bench = launch({"--fault", "hang:chat@0s", "--fault", "vanish:soc.temperature@1s"});
  REQUIRE(bench);
  list_load(bench->info(), load.id());
  CHECK(eventually([&] { return std::filesystem::exists(told); }));
  CHECK(eventually([&] { return milli_degrees(bench->info()) == -1; }));
}

TEST_CASE("the relay really cuts the virtual board: its load ends and the meter reads nothing") {
  using namespace instruments;
  const Child load(&test::burn);
  auto bench = launch({});
  REQUIRE(bench);
  list_load(bench->info(), load.id());
  const SystemClock clock;
  InstrumentSpec spec;
  spec.name = "meter";
  spec.map = "eastron-sdm120";
  spec.connect = bench->info().meter.value();
  auto meter = make_meter(spec, clock).value();
  spec.name = "strip";
  spec.map = "waveshare-relay-8";
  spec.connect = bench->info().relay.value();
  auto relay =
      make_relay(spec, std::make_shared<ModbusBus>(parse_connect(spec.connect).value(), clock),
                 clock)
          .value();
  REQUIRE(meter->identify(20 * kSecond));
  REQUIRE(relay->identify(20 * kSecond));
  test::InstrumentLog readings, switches;
  meter->start(1, readings.sink());
  relay->start(2, switches.sink());
  const auto watts = [&](const std::function<bool(double)>& wanted) {
    return readings
               .row([&](const Batch& b) {
                 return b.state(0, 0) == State::good && wanted(b.value(0, 0));
               })
               .rows() == 1;
  };
  CHECK(watts([](double w) { return w > 2.0; }));
  CHECK(is_alive(load.id()));
  test::Answer off;
  relay->set(1, false, off.done());
  REQUIRE(off.get());
  CHECK(eventually([&] { return load.state() == 'Z'; }));  // ended; we have not waited for it yet
  CHECK(watts([](double w) { return w < 0.01; }));
  readings.forget();
  test::Answer on;
  relay->set(1, true, on.done());
  REQUIRE(on.get());
  CHECK(watts([](double w) { return w > 1.5; }));  // idle: its load is gone
}
