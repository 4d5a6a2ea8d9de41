// SPDX-License-Identifier: Apache-2.0
#include "rig/board/brief_command.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::board;

namespace {

std::optional<Result<BriefOutput>> ask(const std::vector<std::string>& argv, Nanos within) {
  boost::asio::io_context io;
  std::optional<Result<BriefOutput>> out;
  const BriefCommand command(io, argv, within, [&](Result<BriefOutput> said) { out.emplace(std::move(said)); });
  CHECK_FALSE(out);  // never at once
  io.run_for(std::chrono::seconds(20));
  return out;
}

}  // namespace

TEST_CASE("what a program says and how it ended comes back, with nothing to read given to it") {
  const auto said = ask({"sh", "-c", "cat; echo out; echo err >&2; exit 3"}, 10 * kSecond);
  REQUIRE(said);
  REQUIRE(*said);
  CHECK((*said)->status.code == 3);
  CHECK((*said)->out == "out\n");
  CHECK((*said)->err == "err\n");
  CHECK_FALSE((*said)->timed_out);
}

TEST_CASE("a program that takes too long, or says too much, is bounded") {
  const auto slow = ask({"sh", "-c", "echo begun; exec sleep 60"}, 300 * kMillisecond);
  REQUIRE(slow);
  REQUIRE(*slow);
  CHECK((*slow)->timed_out);
  CHECK((*slow)->out == "begun\n");
  const auto loud = ask({"sh", "-c", "head -c 2000000 /dev/zero; head -c 100000 /dev/zero >&2"}, 10 * kSecond);
  REQUIRE(loud);
  REQUIRE(*loud);
  CHECK((*loud)->out.size() == BriefCommand::kMostOut);
  CHECK((*loud)->err.size() == BriefCommand::kMostErr);
}

TEST_CASE("a program that is not there is an error, and one that is let go says nothing") {
  const auto none = ask({"/no/such/program"}, kSecond);
  REQUIRE(none);
  CHECK(((!*none) || (*none)->status.code != 0));
  boost::asio::io_context io;
  bool called = false;
  { const BriefCommand command(io, {"true"}, kSecond, [&](const Result<BriefOutput>&) { called = true; }); }
  io.run_for(std::chrono::milliseconds(200));
  CHECK_FALSE(called);
}
