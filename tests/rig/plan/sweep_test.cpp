// SPDX-License-Identifier: Apache-2.0
//
// Phases that vary, and the sweeps that come with soakrig: decode.toml llama-server.toml
// llama-bench.toml.
#include "rig/plan/sweep.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "rig/base/fd.hpp"
#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/text.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read;

namespace {

const std::string kChat =
    "[workload.chat]\nkind = \"llm\"\nshape = \"tiny\"\nformat = \"{quant}\"\nthreads = "
    "\"{threads}\"\n";

std::string phase(const std::string& vary, const std::string& more = "") {
  return "[[phase]]\nname = \"s\"\nsoak = \"20s\"\nwork = [\"chat\"]\n" + vary + more;
}

const std::string kVary = "vary = { quant = [\"q4_0\", \"q8_0\"], threads = [1, 2] }\n";

std::string after(const std::vector<std::string>& argv, const std::string& flag) {
  const auto found = std::ranges::find(argv, flag);
  return found == argv.end() || found + 1 == argv.end() ? "" : *(found + 1);
}

std::string faults_of(const std::string& text) { return messages(read(text)); }

using soakrig::test::has;

}  // namespace

TEST_CASE(
    "sweep: one phase for each combination, the last setting fastest, each its own workload") {
  const Profile p = read(kChat + phase(kVary));
  INFO(messages(p));
  REQUIRE(p.ok());
  REQUIRE(p.spec.phases.size() == 4);
  CHECK(p.spec.phases[0].name == "s[quant=q4_0,threads=1]");
  CHECK(p.spec.phases[1].name == "s[quant=q4_0,threads=2]");
  CHECK(p.spec.phases[3].name == "s[quant=q8_0,threads=2]");
  REQUIRE(p.spec.workloads.size() == 4);  // the pattern is none itself
  for (std::size_t i = 0; i < 4; ++i) {
    const WorkloadSpec* work = p.spec.find_workload(p.spec.phases[i].work.at(0));
    REQUIRE(work != nullptr);
    CHECK(after(work->argv, "--format") == (i < 2 ? "q4_0" : "q8_0"));
    CHECK(after(work->argv, "--threads") == (i % 2 == 0 ? "1" : "2"));
    CHECK(work->precision == (i < 2 ? "int4" : "int8"));
  }
}

TEST_CASE("sweep: phases that differ elsewhere share a workload, and repeats are counted behind") {
  const Profile p =
      read("[chamber]\nconnect = \"virtual\"\nlimits = { low = -10, high = 70 }\n" + kChat +
           phase("vary = { quant = [\"q4_0\"], threads = [1], air = [20, 30.5] }\n",
                 "ambient = \"{air}\"\nrepeat = 2\n"));
  INFO(messages(p));
  REQUIRE(p.ok());
  REQUIRE(p.spec.phases.size() == 4);
  CHECK(p.spec.workloads.size() == 1);
  CHECK(p.spec.phases[1].name == "s[quant=q4_0,threads=1,air=20]#2");
  CHECK(p.spec.phases[2].ambient == 30.5);
  CHECK(p.spec.phases[2].work == p.spec.phases[0].work);
}

TEST_CASE("sweep: a value is written into longer texts, and words in braces of others are left") {
  const Profile p = read(
      "[workload.chat]\nkind = \"openai\"\nurl = \"http://127.0.0.1:8080\"\n"
      "start = [\"server\", \"-m\", \"/m-{quant}.gguf\", \"-t\", \"{threads}\", "
      "\"{other}\"]\n" +
      phase("vary = { quant = [\"q4_0\"], threads = [3] }\n"));
  INFO(messages(p));
  REQUIRE(p.ok());
  const auto& argv = p.spec.workloads.at(0).argv;
  const auto said = [&](const std::string& word) {
    return std::ranges::any_of(argv, [&](const std::string& a) { return has(a, word); });
  };
  CHECK(said("/m-q4_0.gguf"));
  CHECK(said("{other}"));
  CHECK_FALSE(said("{threads}"));
}

TEST_CASE("sweep: an override changes what is varied") {
  const Profile p = read(kChat + phase(kVary), {"phase.s.vary.threads=[4]"});
  INFO(messages(p));
  REQUIRE(p.ok());
  CHECK(p.spec.phases.size() == 2);
}

TEST_CASE("sweep: what cannot be is refused with what to do") {
  CHECK(has(faults_of(kChat + phase("vary = 3\n")), "vary"));
  CHECK(has(faults_of(kChat + phase("vary = {}\n")), "varies nothing"));
  CHECK(has(faults_of(kChat + phase("vary = { threads = 2 }\n")), "not over a list"));
  CHECK(has(faults_of(kChat + phase("vary = { threads = [] }\n")), "not over a list"));
  CHECK(has(faults_of(kChat + phase("vary = { threads = [[1]] }\n")), "not over a list"));
  CHECK(has(faults_of(kChat + phase("vary = { \"a=b\" = [1] }\n")), "no name"));
  std::string many = "[0";
  for (int i = 1; i < 17; ++i) many += ", " + std::to_string(i);
  many += "]";
  CHECK(has(faults_of(kChat + phase("vary = { quant = " + many + ", threads = " + many + " }\n")),
            "more than 256 combinations"));
  const std::string unused = messages(
      read(kChat + phase("vary = { quant = [\"q4_0\"], threads = [1], context = [64] }\n")));
  CHECK(has(unused, "nothing says \"{context}\""));
  // What a value makes is checked as if it had been written there.
  CHECK(has(messages(read(kChat + phase("vary = { quant = [\"q9\"], threads = [1] }\n"))), "q9"));
  CHECK(has(messages(read(kChat + phase("vary = { quant = [\"q4_0\"], threads = [\"many\"] }\n"))),
            "threads"));
  // Two values that come out alike.
  CHECK(has(messages(read(kChat + phase("vary = { quant = [\"q4_0\"], threads = [1, 1] }\n"))),
            "two phases are called"));
}

TEST_CASE("sweeps: those that come along are good profiles of as many phases as they say") {
  const std::string folder = test::source_dir() + "/workloads/sweeps/";
  std::set<std::string> present;
  for (const auto& [name, phases] :
       {std::pair{"decode.toml", 12u}, {"llama-server.toml", 48u}, {"llama-bench.toml", 32u}}) {
    const auto text = read_file(folder + name);
    REQUIRE(text);
    const Profile p = read_profile(*text, folder + name);
    INFO(name << "\n" << messages(p));
    REQUIRE(p.ok());
    CHECK(p.spec.phases.size() == phases);
    present.insert(name);
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    CHECK(present.contains(entry.path().filename().string()));
  }
}
