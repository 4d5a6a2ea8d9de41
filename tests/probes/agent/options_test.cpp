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

TEST_CASE("attach and serve mean the same, and need to know where and for whom") {
  const auto attach = parse_options(Args{"attach", "--state", "/s", "--run", "r1", "--lease=/l",
                                         "--orphan-limit", "90s", "--spool-mb", "64", "--only",
                                         "cpufreq", "--sysroot", "/tree", "--pid-file", "/p"});
  REQUIRE(attach);
  CHECK(attach->attach);
  CHECK(attach->orphan_limit == 90 * kSecond);
  CHECK(attach->spool_bytes == 64'000'000);
  const auto serve = parse_options(agent::serve_args(*attach));
  REQUIRE(serve);
  CHECK(serve->serve);
  CHECK_FALSE(serve->attach);
  CHECK(serve->state == "/s");
  CHECK(serve->run == "r1");
  CHECK(serve->lease == "/l");
  CHECK(serve->pid_file == "/p");
  CHECK(serve->orphan_limit == attach->orphan_limit);
  CHECK(serve->spool_bytes == attach->spool_bytes);
  CHECK(agent::setup_of(*serve) == agent::setup_of(*attach));
  auto other = *attach;
  other.sysroot = "/other";
  CHECK(agent::setup_of(other) != agent::setup_of(*attach));
  CHECK_FALSE(parse_options(Args{"attach", "--state", "/s"}));
  CHECK_FALSE(parse_options(Args{"attach", "--run", "r1"}));
  CHECK_FALSE(parse_options(Args{"attach", "--stdio", "--state", "/s", "--run", "r1"}));
  CHECK_FALSE(parse_options(Args{"attach", "--state", "/s", "--run", "r", "--spool-mb", "many"}));
  CHECK_FALSE(parse_options(Args{"--stdio", "attach"}));
}

TEST_CASE("the help names every option") {
  const auto help = agent::help_text();
  for (const char* option : {"--stdio", "--sysroot", "--period", "--only", "--help", "--version", "attach",
                             "serve", "--state", "--run", "--lease", "--orphan-limit",
                             "--spool-mb"}) {
    CHECK(help.find(option) != std::string::npos);
  }
}
