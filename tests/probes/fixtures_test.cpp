// SPDX-License-Identifier: Apache-2.0
//
// Every probe on every fixture tree, against a golden reading: one line a channel. Rewrite with
// SOAKRIG_UPDATE_GOLDEN=1 and read the difference before it is committed.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "probes/catalogue.hpp"
#include "probes/facts.hpp"
#include "probes/host_fs.hpp"
#include "probes/probe_runner.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/paths.hpp"

using namespace soakrig;
using namespace soakrig::probes;

namespace {

const std::string kBoards = test::source_dir() + "/tests/fixtures/boards/";
const std::string kGolden = test::source_dir() + "/tests/golden/probes/";

struct LastRows final : RowSink {
  std::map<std::uint32_t, std::pair<std::vector<double>, std::vector<State>>> rows;
  void row(std::uint32_t source, Nanos, Nanos, std::span<const double> values,
           std::span<const State> states) override {
    rows[source] = {{values.begin(), values.end()}, {states.begin(), states.end()}};
  }
  void event(const Event&) override {}
};

// The second of two readings, a second apart. The tree is its own /proc, so that nothing of the
// machine that runs the test is in it.
std::string reading_of(const std::string& board) {
  const auto fs = open_host_fs(kBoards + board, kBoards + board);
  FakeClock clock;
  ProbeRunner runner(make_probes(*fs), clock, 100 * kMillisecond);
  LastRows last;
  runner.run_all(last);
  clock.advance(kSecond);
  runner.run_all(last);
  std::string text = "# facts\n";
  for (const auto& [key, value] : read_facts(*fs)) text += key + " = " + value + "\n";
  const auto sources = runner.sources();
  for (std::uint32_t i = 0; i + 1 < sources.size(); ++i) {
    text += fmt::format("\n# {} every {:g} s\n", sources[i].name, to_seconds(sources[i].period));
    const auto& [values, states] = last.rows.at(i);
    for (std::size_t j = 0; j < values.size(); ++j) {
      const ChannelInfo& info = sources[i].channels[j];
      const std::string shown = states[j] == State::good
                                    ? fmt::format("{:.9g} {}", values[j], info.unit)
                                    : std::string(to_string(states[j]));
      text += fmt::format("{} = {}{}\n", info.name, shown, info.reason.empty() ? "" : " (missing)");
    }
  }
  return text;
}

void compare(const std::string& board) {
  const std::string path = kGolden + board + ".txt";
  const std::string now = reading_of(board);
  const char* update = std::getenv("SOAKRIG_UPDATE_GOLDEN");  // NOLINT: one thread
  if (update != nullptr && std::string_view(update) == "1") {
    std::filesystem::create_directories(kGolden);
    std::ofstream(path) << now;
  }
  std::ifstream file(path);
  std::stringstream golden;
  golden << file.rdbuf();
  INFO("golden file " << path);
  CHECK(now == golden.str());
}

}  // namespace

TEST_CASE("fixture raspberry-pi-5 reads as its golden file") { compare("raspberry-pi-5"); }
TEST_CASE("fixture jetson-orin reads as its golden file") { compare("jetson-orin"); }
TEST_CASE("fixture rk3588 reads as its golden file") { compare("rk3588"); }
TEST_CASE("fixture intel-laptop reads as its golden file") { compare("intel-laptop"); }
TEST_CASE("fixture amd-mini-pc reads as its golden file") { compare("amd-mini-pc"); }

TEST_CASE("a fixture is replayed, and every good channel says so") {
  const auto fs = open_host_fs(kBoards + "jetson-orin");
  for (const auto& probe : make_probes(*fs)) {
    for (const ChannelInfo& channel : probe->channels()) {
      const bool of_host = probe->name() == "steal" || probe->name() == "pressure";
      CHECK(channel.provenance == (of_host ? Provenance::measured : Provenance::replayed));
    }
  }
}
