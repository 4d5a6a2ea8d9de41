// SPDX-License-Identifier: Apache-2.0
#include "workloads/exec_workload.hpp"

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/workloads/support/run_cycle.hpp"
#include "workloads/exec/engine_library.hpp"

using namespace soakrig;
using namespace soakrig::workloads;
using soakrig::test::TempDir;

namespace {

const SystemClock kClock;

// An engine whose program is a shell script; {what} is an option.
class ShellEngine {
 public:
  explicit ShellEngine(const std::string& script, const std::string& rest = "") {
    const std::string text =
        "engine = \"shell\"\nsummary = \"s\"\nverified = [\"7\"]\n"
        "argv = [\"sh\", \"-c\", '''" +
        script +
        "''', \"sh\", \"{what}\"]\n"
        "options = { what = \"a\" }\nenvironment = { MARK = \"{what}\" }\n"
        "version = { argv = [\"echo\", \"version 7\"], line = 'version (?<version>\\d+)' }\n" +
        rest + "[[work]]\nname = \"frames\"\nline = 'frames (?<amount>\\d+) (?<seconds>\\S+)'\n";
    dir_.write("shell.toml", text);
  }
  [[nodiscard]] std::string path() const { return dir_.file("shell.toml"); }
  [[nodiscard]] std::unique_ptr<Workload> make(ExecOptions options = {}) const {
    options.engine = path();
    auto made = make_exec(options, kClock);
    if (!made) FAIL(made.error().message());
    return std::move(*made);
  }

 private:
  TempDir dir_;
};

// Slices until it ends; what it noted goes to `notes`.
Ending ending_of(Workload& workload, std::vector<std::string>& notes) {
  for (int i = 0; i < 200; ++i) {
    const Slice slice = workload.run_slice();
    for (auto& note : workload.take_notes()) notes.push_back(note);
    if (slice.ending) return *slice.ending;
  }
  FAIL("it does not end");
  return {};
}

Ending ending_of(const ShellEngine& engine) {
  std::vector<std::string> notes;
  return ending_of(*engine.make(), notes);
}

}  // namespace

TEST_CASE("exec: each run is a cycle with the work and the time that the program tells") {
  const ShellEngine engine("echo frames 5 0.25; echo frames 2 0.5 >&2");
  const auto workload = engine.make({{}, {}, {}, 2.0});
  const auto facts = workload->prepare();
  REQUIRE(facts.has_value());
  CHECK(facts->at("engine") == "shell");
  CHECK(facts->at("version") == "7");
  CHECK(facts->at("verified") == "yes");
  CHECK(facts->at("program").front() == '/');
  for (int run = 0; run < 2; ++run) {
    const Cycle cycle = run_cycle(*workload);
    CHECK(cycle.work.at("frames") == 7);
    CHECK(cycle.work.at("ops") == 14);
  }
}

TEST_CASE("exec: options, environment and further arguments reach the program") {
  const ShellEngine engine("echo frames $2 1; echo $1$MARK | grep -q '^bb$'");
  const auto workload = engine.make({{}, {"what=b"}, {"9"}, {}});
  CHECK(run_cycle(*workload).work.at("frames") == 9);
}

TEST_CASE("exec: this process ends as the program ended") {
  CHECK(ending_of(ShellEngine("exit 7")).code == 7);
  CHECK(ending_of(ShellEngine("kill -SEGV $$")).signal == 11);
  CHECK(ending_of(ShellEngine("echo frames 1 1; exit 2", "[exit]\nok = [0]\n")).code == 2);
}

TEST_CASE("exec: a code that means skip is noted with its meaning") {
  const ShellEngine engine("echo why >&2; exit 3", "[exit]\nskip = { 3 = \"no resource\" }\n");
  std::vector<std::string> notes;
  const auto workload = engine.make();
  CHECK(ending_of(*workload, notes).code == 3);
  REQUIRE(notes.size() == 1);
  const auto body = nlohmann::json::parse(notes[0]).at("skipped");
  CHECK(body.at("meaning") == "no resource");
  CHECK(body.at("said") == "why");
}

TEST_CASE("exec: runs without any work end it, and say that nothing was read") {
  const ShellEngine engine("echo something else");
  std::vector<std::string> notes;
  const auto workload = engine.make();
  CHECK(ending_of(*workload, notes).code == 1);
  REQUIRE(notes.size() == 1);
  CHECK(nlohmann::json::parse(notes[0]).contains("unread"));
}

TEST_CASE("exec: a refused model is noted, and ends it even where the program ends well") {
  const ShellEngine engine("echo operator Foo is not supported",
                           "[[refused]]\nline = 'operator (?<operator>\\w+) is not supported'\n");
  std::vector<std::string> notes;
  const auto workload = engine.make();
  CHECK(ending_of(*workload, notes).code == 1);
  REQUIRE(notes.size() == 1);
  CHECK(nlohmann::json::parse(notes[0]).at("refused").at("operator") == "Foo");
}

TEST_CASE("exec: a run in its middle is ended with its children when the soak stops") {
  TempDir dir;
  const std::string told = dir.file("told");
  const ShellEngine engine("trap 'echo ended > " + told +
                           "; exit 0' TERM\nwhile :; do sleep 0.05; done");
  {
    const auto workload = engine.make();
    const Slice slice = workload->run_slice();
    REQUIRE(slice.done.size() == 1);
    CHECK(slice.done[0].amount == 0);
    CHECK_FALSE(slice.cycle_ended);
  }
  CHECK(read_file(told, 100).has_value());
}

TEST_CASE("exec: what is wrong is found before anything is started") {
  const auto error_of = [](const ExecOptions& options) {
    const auto made = make_exec(options, kClock);
    REQUIRE_FALSE(made.has_value());
    return made.error().message();
  };
  const ShellEngine engine("true");
  CHECK(error_of({"no-such-engine", {}, {}, {}}).find("there is no engine") != std::string::npos);
  CHECK(error_of({engine.path(), {"wat=1"}, {}, {}}).find("did you mean 'what'") !=
        std::string::npos);
  CHECK(error_of({engine.path(), {"what"}, {}, {}}).find("NAME=VALUE") != std::string::npos);
  CHECK(error_of({engine.path(), {"x=1"}, {}, {}}).find("its options are what") !=
        std::string::npos);
  CHECK(error_of({engine.path(), {}, {}, -1.0}).find("above 0") != std::string::npos);
  TempDir dir;
  const std::string path = dir.file("e.toml");
  const std::string work = "[[work]]\nname = \"n\"\nline = 'x'\n";
  dir.write("e.toml", "engine = \"e\"\nsummary = \"s\"\nargv = [\"no-such-program\"]\n" + work);
  CHECK(error_of({path, {}, {}, {}}).find("not installed") != std::string::npos);
  dir.write("e.toml",
            "engine = \"e\"\nsummary = \"s\"\nargv = [\"sh\", \"{m}\"]\n"
            "options = { m = \"\" }\n" +
                work);
  CHECK(error_of({path, {}, {}, {}}).find("needs its option 'm'") != std::string::npos);
  dir.write("e.toml", "engine = 1\n");
  CHECK(error_of({path, {}, {}, {}}).find("e.toml:1:") != std::string::npos);
}
