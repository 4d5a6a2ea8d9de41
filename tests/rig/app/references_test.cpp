// SPDX-License-Identifier: Apache-2.0
#include "rig/app/references.hpp"

#include <algorithm>
#include <filesystem>

#include "tests/rig/app/scratch.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::app;
using soakrig::app::testing::Scratch;

namespace {

// A folder with programs that could be started.
void add_program(const Scratch& scratch, const std::string& name) {
  std::filesystem::permissions(scratch.write(name, "#!/bin/sh\n"),
                               std::filesystem::perms::owner_all);
}

RunSpec sound() {
  RunSpec spec;
  spec.boards.emplace_back().name = "local";
  WorkloadSpec& chat = spec.workloads.emplace_back();
  chat.name = "chat";
  chat.kind = "llm";
  chat.model = "stories-15m";
  chat.precision = "int8";
  chat.argv = {"soakrig-work", "llm", "--prompt-tokens", "64", "--answer-tokens", "64"};
  PhaseSpec& phase = spec.phases.emplace_back();
  phase.name = "p";
  phase.work = {"chat"};
  return spec;
}

struct Machine {
  Scratch scratch;
  Machine() {
    add_program(scratch, "soakrig-agent");
    add_program(scratch, "soakrig-work");
    add_program(scratch, "soakrig-guard");
  }
  // What is missing, one a line.
  [[nodiscard]] std::string missing(const RunSpec& spec) const {
    std::string out;
    for (const Error& error : missing_references(spec, scratch.path()))
      out += error.message() + "\n";
    return out;
  }
};

using soakrig::test::has;

}  // namespace

TEST_CASE("nothing is missing where everything is there") {
  CHECK(Machine().missing(sound()) == "");
}

TEST_CASE("programs that are not there are missing, each once") {
  const Machine machine;
  std::filesystem::remove(machine.scratch.path() + "/soakrig-agent");
  std::filesystem::remove(machine.scratch.path() + "/soakrig-work");
  RunSpec spec = sound();
  spec.workloads.push_back(spec.workloads[0]);
  const std::string text = machine.missing(spec);
  CHECK(has(text, "no program " + machine.scratch.path() + "/soakrig-agent"));
  CHECK(has(text, "workload 'chat' needs " + machine.scratch.path() + "/soakrig-work"));
  CHECK(std::ranges::count(text, '\n') == 2);
}

TEST_CASE("a program with a path is looked for there, and must be executable") {
  const Machine machine;
  RunSpec spec = sound();
  spec.workloads[0].kind = "program";
  spec.workloads[0].argv = {machine.scratch.write("plain", "x")};
  CHECK(has(machine.missing(spec), "is no program that can be started; correct argv"));
  spec.workloads[0].argv = {machine.scratch.path() + "/soakrig-work"};
  CHECK(machine.missing(spec) == "");
}

TEST_CASE("a notifier is looked for by path or on PATH") {
  const Machine machine;
  RunSpec spec = sound();
  spec.notify.run = {"sh"};
  CHECK(machine.missing(spec) == "");
  spec.notify.run = {"no-such-program-anywhere"};
  CHECK(has(machine.missing(spec), "[notify] run: no-such-program-anywhere"));
  spec.notify.run = {machine.scratch.path() + "/none"};
  CHECK(has(machine.missing(spec), "[notify] run: "));
}

TEST_CASE("shapes are known, fit their context and the memory") {
  const Machine machine;
  RunSpec spec = sound();
  spec.workloads[0].model = "stories-16m";
  CHECK(has(machine.missing(spec), "did you mean \"stories-15m\"?"));
  spec.workloads[0].model = "stories-15m";
  spec.workloads[0].argv[3] = "500";
  CHECK(has(machine.missing(spec), "has a context of 256 tokens"));
  spec.workloads[0].model = "";  // auto: the workload's own choice
  CHECK(machine.missing(spec) == "");
}

TEST_CASE("boards and benches are looked for") {
  const Machine machine;
  RunSpec spec = sound();
  spec.boards[0].sysroot = machine.scratch.path();
  CHECK(machine.missing(spec) == "");
  spec.boards[0].sysroot = machine.scratch.path() + "/none";
  CHECK(has(machine.missing(spec), "which is no folder"));
  spec.boards[0].sysroot = "virtual";
  CHECK(machine.missing(spec) == "");
  spec.boards[0].sysroot = "virtual:" + machine.scratch.path() + "/bench.json";
  CHECK(has(machine.missing(spec), "start it: soakrig virtual serve --ready-file"));
}

TEST_CASE("register maps exist and are of the right kind of device") {
  const Machine machine;
  RunSpec spec = sound();
  spec.chamber.emplace();
  spec.chamber->connect = "virtual";
  spec.chamber->map = "watlow-f4t";
  CHECK(machine.missing(spec) == "");
  spec.chamber->map = "watlow-f5t";
  CHECK(has(machine.missing(spec), "did you mean 'watlow-f4t'?"));
  spec.chamber->map = "eastron-sdm120";
  CHECK(has(machine.missing(spec), "is of a meter; choose one of a chamber"));
  spec.chamber->map = "watlow-f4t";
  InstrumentSpec& meter = spec.instruments.emplace_back();
  meter.name = "m";
  meter.connect = "virtual";
  meter.map = "watlow-f4t";
  CHECK(has(machine.missing(spec), "instrument 'm': register map 'watlow-f4t' is of a chamber"));
}

TEST_CASE("a real chamber is heated by nobody while there is no guard") {
  const Machine machine;
  RunSpec spec = sound();
  spec.chamber.emplace();
  spec.chamber->map = "watlow-f4t";
  spec.chamber->connect = "tcp://10.0.0.7:502";
  spec.phases[0].ambient = 55.0;
  CHECK(machine.missing(spec) == "");
  std::filesystem::remove(machine.scratch.path() + "/soakrig-guard");
  CHECK(has(machine.missing(spec), "no run heats a chamber without its guard"));
}

TEST_CASE("the archive may not exist yet, but must be possible and have room") {
  const Scratch scratch;
  const ArchiveRoom fresh = look_at_archive(scratch.path() + "/a/b", 1);
  CHECK(fresh.missing.empty());
  REQUIRE(fresh.free_bytes);
  CHECK(!std::filesystem::exists(scratch.path() + "/a"));
  const ArchiveRoom full =
      look_at_archive(scratch.path(), *fresh.free_bytes + (std::int64_t{1} << 50));
  REQUIRE(full.missing.size() == 1);
  CHECK(has(full.missing[0].what, "room in the archive"));
  const ArchiveRoom file = look_at_archive(scratch.write("f", "x"), 1);
  REQUIRE(file.missing.size() == 1);
  CHECK(has(file.missing[0].what, "is no folder"));
  const ArchiveRoom proc = look_at_archive("/proc/sys", 1);
  CHECK(!proc.missing.empty());
}

TEST_CASE("instruments of each kind are looked for, with their addresses and switches") {
  const Machine machine;
  RunSpec spec = sound();
  InstrumentSpec& strip = spec.instruments.emplace_back();
  strip.name = "strip";
  strip.connect = "virtual";
  strip.map = "waveshare-relay-8";
  spec.boards[0].power.emplace();
  spec.boards[0].power->relay = "strip";
  CHECK(machine.missing(spec) == "");
  spec.boards[0].power->channel = 9;
  CHECK(has(machine.missing(spec),
            "power of board 'local': Waveshare RTU Relay (8) has no switch 9"));
  spec.boards[0].power->channel = 8;
  strip.map = "xy-md02";
  CHECK(has(machine.missing(spec),
            "power of board 'local': 'xy-md02' is a map of kind ambient, not relay"));
  strip.map = "waveshare-relay-8";
  strip.connect = "rtu:///dev/no-such-port?baud=9600&unit=1";
  CHECK(has(machine.missing(spec), "is on /dev/no-such-port, which does not exist"));
  strip.connect = "tcp://10.0.0.7:502?unit=300";
  CHECK(has(machine.missing(spec), "instrument 'strip': "));
}

TEST_CASE("an instrument's program is looked for, and a calibration that is over is said") {
  const Machine machine;
  RunSpec spec = sound();
  InstrumentSpec& oven = spec.instruments.emplace_back();
  oven.name = "oven";
  oven.exec = {machine.scratch.path() + "/soakrig-work"};
  oven.calibration = Calibration{"2020-01-01", "9999-01-01", ""};
  CHECK(machine.missing(spec) == "");
  oven.calibration->due = "2021-01-01";
  CHECK(has(machine.missing(spec), "its calibration was due on 2021-01-01"));
  spec.chamber.emplace().map = "watlow-f4t";
  spec.chamber->connect = "tcp://10.0.0.9:502";
  spec.chamber->calibration = ChamberCalibration{"2020-01-01", "2022-02-02", "", "lab", {}};
  CHECK(has(machine.missing(spec), "the chamber: its calibration was due on 2022-02-02"));
  spec.chamber.reset();
  oven.calibration.reset();
  oven.exec = {machine.scratch.write("plain.txt", "x")};
  CHECK(has(machine.missing(spec), "which is no program that can be started; correct exec"));
}
