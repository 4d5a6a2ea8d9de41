// SPDX-License-Identifier: Apache-2.0
#include "rig/app/agent_home.hpp"

#include <cstdlib>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

// The environment as a test wants it; as it was afterwards.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    const char* before = std::getenv(name);
    had_ = before != nullptr;
    if (had_) old_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() {
    if (had_) {
      ::setenv(name_, old_.c_str(), 1);
    } else {
      ::unsetenv(name_);
    }
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  bool had_ = false;
  std::string old_;
};

}  // namespace

TEST_CASE("Agents live where the user says, else where the user's state is, else with the system") {
  const Variable own("SOAKRIG_AGENT_DIR", ""), home("HOME", "/users/me"), state("XDG_STATE_HOME", "");
  CHECK(agent_home() == "/users/me/.local/state/soakrig/agents");
  const Variable elsewhere("XDG_STATE_HOME", "/state");
  CHECK(agent_home() == "/state/soakrig/agents");
  const Variable said("SOAKRIG_AGENT_DIR", "/mine");
  CHECK(agent_home() == "/mine");
  CHECK(agent_state("run-7", 2) == "/mine/run-7-2");
  const Variable relative("SOAKRIG_AGENT_DIR", "mine"), none("XDG_STATE_HOME", ""), gone("HOME", "");
  CHECK(agent_home() == "/var/lib/soakrig/agents");
}

TEST_CASE("A run without agents has none to end") {
  const test::TempDir dir;
  const Variable said("SOAKRIG_AGENT_DIR", dir.path().string());
  RunSpec spec;
  spec.boards.resize(2);
  CHECK(end_agents("run-7", spec) == 0);
  dir.write("run-7-1/spool/stream/head", "left behind");
  dir.write("run-8-0/log", "another run's");
  clear_agents("run-7", spec);
  CHECK_FALSE(std::filesystem::exists(dir.file("run-7-1")));
  CHECK(std::filesystem::exists(dir.file("run-8-0")));
}
