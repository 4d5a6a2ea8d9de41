// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/clients.hpp"

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using soakrig::plan::testing::messages;
using soakrig::plan::testing::read;

TEST_CASE("a load client is not to ask what it cannot from where it is") {
  const auto problems = [](const std::string& url, const std::string& more,
                           const std::string& connect) {
    return messages(read("[[board]]\nname = \"edge\"\nconnect = \"" + connect +
                         "\"\n[workload.x]\nkind = \"openai\"\nurl = \"" + url + "\"\n" + more +
                         "\n[[phase]]\nsoak = \"60s\"\nwork = [\"x\"]\n"));
  };
  const std::string ssh = "ssh://pi@edge", board = "client = \"board\"", rig = "client = \"rig\"";
  CHECK(problems("http://127.0.0.1:80", "", ssh).empty());
  CHECK(problems("http://{board}:80", board, ssh).empty());
  CHECK(problems("http://{board}:80", rig, ssh).empty());
  CHECK(problems("https://{board}:80", rig, ssh).empty());
  CHECK(problems("https://engine:443", "", "local").empty());
  CHECK(problems("https://engine:443", board, "local").find("speaks no TLS") != std::string::npos);
  CHECK(problems("https://engine:443", "", ssh).find("speaks no TLS") != std::string::npos);
  CHECK(problems("http://localhost:80", rig, ssh).find("{board}") != std::string::npos);
  CHECK(problems("http://127.0.0.1:80", rig, "local").empty());
  CHECK(problems("http://{board}:80", rig + "\nstart = [\"x\"]", ssh).find("start the engine") !=
        std::string::npos);
  CHECK(problems("http://{bread}:80", rig, ssh).find("is no address") != std::string::npos);
}

TEST_CASE("quality is asked from the rig, which does not reach a board's loopback") {
  const auto problems = [](const std::string& url, const std::string& connect) {
    return messages(read("[[board]]\nname = \"edge\"\nconnect = \"" + connect +
                         "\"\n[workload.sense]\nkind = \"quality\"\nreference = "
                         "\"http://127.0.0.1:9\"\nurl = \"" +
                         url + "\"\n[[phase]]\nsoak = \"60s\"\nwork = [\"sense\"]\n"));
  };
  // The reference's loopback is the rig's own.
  CHECK(problems("http://{board}:80", "ssh://pi@edge").empty());
  CHECK(problems("http://127.0.0.1:80", "local").empty());
  CHECK(problems("http://127.0.0.1:80", "ssh://pi@edge").find("{board}") != std::string::npos);
}
