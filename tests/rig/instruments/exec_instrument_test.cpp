// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/exec_instrument.hpp"

#include <sys/stat.h>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/instrument_log.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::instruments;

namespace {

const SystemClock kClock;

// An instrument whose program is a shell script.
struct Script {
  test::TempDir dir;
  test::InstrumentLog log;
  std::unique_ptr<Instrument> instrument;

  explicit Script(const std::string& text, const std::string& board = {}) {
    dir.write("read.sh", "#!/bin/sh\n" + text);
    ::chmod(dir.file("read.sh").c_str(), 0755);
    InstrumentSpec spec;
    spec.name = "oven";
    spec.exec = {dir.file("read.sh"), dir.file("marks")};
    spec.gauges = {{"power", "W"}, {"temperature", "Cel"}};
    spec.period = 100 * kMillisecond;
    spec.board = board;
    instrument = make_exec_instrument(spec, kClock).value();
  }
  void start() { instrument->start(7, log.sink()); }
};

const std::string kReady = R"(echo '{"ready":true,"facts":{"model":"PM-1","serial":"7"}}'
)";
const std::string kForEver =
    R"(while :; do echo '{"gauge":{"power":12.5,"temperature":-40}}'; sleep 0.1; done
)";

bool all(const Batch& batch, State state) {
  return batch.state(0, 0) == state && batch.state(0, 1) == state;
}

}  // namespace

TEST_CASE("a program's gauges become channels, with its own identity and provenance") {
  Script oven(kReady + kForEver);
  const auto identity = oven.instrument->identify(20 * kSecond);
  REQUIRE(identity);
  CHECK(identity->part_number == "PM-1");
  CHECK(identity->serial == "7");
  CHECK_FALSE(oven.instrument->is_virtual());
  const SourceInfo& source = oven.instrument->source();
  REQUIRE(source.channels.size() == 2 + 4);
  CHECK(source.channels[0].name == "oven.power");
  CHECK(source.channels[1].unit == "Cel");
  CHECK(source.channels[5].name == "oven.restarts");
  CHECK(source.channels[0].provenance == Provenance::measured);
  oven.start();
  const Batch row = oven.log.row([](const Batch& b) { return all(b, State::good); });
  REQUIRE(row.rows() == 1);
  CHECK(row.source == 7);
  CHECK(row.value(0, 0) == 12.5);
  CHECK(row.value(0, 1) == -40.0);
  CHECK(row.consistent());

  Script simulated("echo '{\"ready\":true,\"facts\":{\"simulated\":\"true\"}}'\n" + kForEver,
                   "dut");
  REQUIRE(simulated.instrument->identify(20 * kSecond));
  CHECK(simulated.instrument->is_virtual());
  CHECK(simulated.instrument->source().channels[0].name == "board.power");
  CHECK(simulated.instrument->source().channels[0].provenance == Provenance::simulated);
}

TEST_CASE("a program that ends is an error with its last words, and started again") {
  // The first life says three readings and dies; the second goes on.
  Script oven(kReady + R"(if [ ! -e "$1" ]; then
  touch "$1"
  echo '{"gauge":{"power":1,"temperature":1}}'
  sleep 0.5
  echo 'the cable is loose' >&2
  exit 3
fi
)" + kForEver);
  REQUIRE(oven.instrument->identify(20 * kSecond));
  oven.start();
  const Event told = oven.log.event(
      [](const Event& e) { return e.body.find("exit code 3") != std::string::npos; });
  INFO(told.body);
  CHECK(told.kind == event_kind::kChannelState);
  CHECK(told.body.find("the cable is loose") != std::string::npos);
  const Batch back = oven.log.row([](const Batch& b) { return b.value(0, 0) == 12.5; });
  REQUIRE(back.rows() == 1);
  CHECK(back.value(0, 5) == 1.0);  // restarts
}

TEST_CASE("another instrument after a restart is refused from then on") {
  Script oven(R"(if [ ! -e "$1" ]; then
  touch "$1"
  echo '{"ready":true,"facts":{"serial":"7"}}'
  exit 0
fi
echo '{"ready":true,"facts":{"serial":"8"}}'
)" + kForEver);
  REQUIRE(oven.instrument->identify(20 * kSecond));
  oven.start();
  const Batch refused = oven.log.row([](const Batch& b) {
    return all(b, State::error) && b.value(0, 5) == 1.0 && b.value(0, 2) > 3;
  });
  REQUIRE(refused.rows() == 1);
  CHECK(oven.instrument->status().reason.find("another instrument answers now") !=
        std::string::npos);
}

TEST_CASE("silence, noise and endless lines are states and counts, and nothing waits for them") {
  Script silent(kReady + "echo '{\"gauge\":{\"power\":1,\"temperature\":1}}'\nsleep 60\n");
  REQUIRE(silent.instrument->identify(20 * kSecond));
  silent.start();
  CHECK(silent.log.row([](const Batch& b) { return all(b, State::stale); }).rows() == 1);

  Script noisy(kReady + R"(head -c 300000 /dev/zero | tr '\0' x
echo
echo 'hello'
echo '{"gauge":{"power":"high"}}'
)" + kForEver);
  REQUIRE(noisy.instrument->identify(20 * kSecond));
  noisy.start();
  const Batch row = noisy.log.row([](const Batch& b) { return all(b, State::good); });
  REQUIRE(row.rows() == 1);
  CHECK(row.value(0, 3) == 3.0);  // garbage: the endless line, hello, the text for a number
}

TEST_CASE("a program that cannot be, or says nothing, is an error of the identification") {
  InstrumentSpec spec;
  spec.name = "oven";
  spec.exec = {"/no/such/program"};
  spec.gauges = {{"power", "W"}};
  const auto missing = make_exec_instrument(spec, kClock).value()->identify(20 * kSecond);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message().find("/no/such/program") != std::string::npos);
  Script silent("sleep 60\n");
  const auto late = silent.instrument->identify(300 * kMillisecond);
  REQUIRE_FALSE(late);
  CHECK(late.error().code == Errc::timeout);
  spec.gauges.clear();
  CHECK(make_exec_instrument(spec, kClock).error().code == Errc::invalid);
}

TEST_CASE("the program of the how-to is an instrument as it stands") {
  const std::string page =
      read_file(test::source_dir() + "/docs/howto/add_an_instrument.md").value();
  const std::size_t begin = page.find("```sh\n");
  REQUIRE(begin != std::string::npos);
  const std::size_t end = page.find("```", begin + 6);
  test::TempDir dir;
  dir.write("read_watts.sh", page.substr(begin + 6, end - begin - 6));
  ::chmod(dir.file("read_watts.sh").c_str(), 0755);
  dir.write("watts", "7.5\n");
  InstrumentSpec spec;
  spec.name = "bench-supply";
  spec.exec = {dir.file("read_watts.sh"), dir.file("watts")};
  spec.gauges = {{"power", "W"}};
  spec.board = "edge-1";
  auto instrument = make_exec_instrument(spec, kClock).value();
  REQUIRE(instrument->identify(20 * kSecond));
  CHECK(instrument->source().channels[0].name == "board.power");
  test::InstrumentLog log;
  instrument->start(1, log.sink());
  CHECK(log.row([](const Batch& b) { return b.value(0, 0) == 7.5; }).rows() == 1);
}
