// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/options.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using soakrig::agent::parse_options;
using Args = std::vector<std::string>;

TEST_CASE("the command line of the agent") {
  const auto all = parse_options(
      Args{"--stdio", "--sysroot", "/tree", "--period=50ms", "--only", "cpufreq,thermal_zone"});
  REQUIRE(all.has_value());
  CHECK(all->stdio);
  CHECK(all->sysroot == "/tree");
  CHECK(all->period == 50 * kMillisecond);
  CHECK(all->only == Args{"cpufreq", "thermal_zone"});
  const auto plain = parse_options(Args{"--stdio"});
  REQUIRE(plain.has_value());
  CHECK(plain->sysroot == "/");
  CHECK(plain->period == 100 * kMillisecond);
  CHECK(plain->only.empty());
  CHECK(parse_options(Args{"--help"})->help);
  CHECK(parse_options(Args{"--version"})->version);
}

TEST_CASE("what it refuses, it explains") {
  const auto message = [](const Args& args) {
    const auto options = parse_options(args);
    REQUIRE_FALSE(options.has_value());
    return options.error().message();
  };
  CHECK(message({}).find("--stdio") != std::string::npos);
  CHECK(message({"--stdoi"}).find("did you mean --stdio") != std::string::npos);
  CHECK(message({"--stdio", "--period"}).find("needs a value") != std::string::npos);
  CHECK(message({"--stdio", "--period", "0ms"}).find("between 1ms and 1h") != std::string::npos);
  CHECK_FALSE(message({"--stdio", "--period", "100"}).empty());
}

TEST_CASE("the help names every option") {
  const auto help = agent::help_text();
  for (const char* option : {"--stdio", "--sysroot", "--period", "--only", "--help", "--version"}) {
    CHECK(help.find(option) != std::string::npos);
  }
}
