// SPDX-License-Identifier: Apache-2.0
#include "rig/control/notifier.hpp"

#include <boost/asio/io_context.hpp>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::control;

TEST_CASE("The message reaches the program as it is, without a shell") {
  const test::TempDir dir;
  boost::asio::io_context io;
  std::vector<Event> reports;
  Notifier notifier(io, {{"incident"}, {"tee", dir.file("a b; c")}},
                    [&](Event e) { reports.push_back(std::move(e)); });
  notifier.notify("end", "not asked for");
  notifier.notify("incident", "{\"x\":\"$(reboot)\"}");
  io.run();
  CHECK(reports.empty());
  CHECK_FALSE(notifier.busy());
  CHECK(read_file(dir.file("a b; c")).value() == "{\"x\":\"$(reboot)\"}\n");
}

TEST_CASE("A secret that a program printed is not sent on") {
  const test::TempDir dir;
  boost::asio::io_context io;
  Notifier notifier(io, {{"incident"}, {"tee", dir.file("out")}}, [](const Event&) {});
  notifier.notify("incident", R"({"body":{"evidence":["kept password=hush"]}})");
  io.run();
  CHECK(read_file(dir.file("out")).value() ==
        "{\"body\":{\"evidence\":[\"kept password=[masked]\"]}}\n");
}

TEST_CASE("A notifier that fails or does not exist is an event, nothing more") {
  boost::asio::io_context io;
  std::vector<Event> reports;
  const auto keep = [&](Event e) { reports.push_back(std::move(e)); };
  Notifier fails(io, {{"end"}, {"false"}}, keep);
  fails.notify("end", "{}");
  Notifier missing(io, {{"end"}, {"no-such-program-anywhere"}}, keep);
  missing.notify("end", "{}");
  io.run();
  REQUIRE(reports.size() == 2);
  for (const Event& e : reports) {
    CHECK(e.kind == event_kind::kNotify);
    CHECK(e.severity == Severity::warning);
  }
}
