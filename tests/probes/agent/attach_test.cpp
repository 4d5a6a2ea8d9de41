// SPDX-License-Identifier: Apache-2.0
// Also tests: detached.cpp
//
// The real program, detached: controllers, bridges and agents that go, and what the next one hears.
#include "probes/agent/attach.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>

#include "probes/agent/pid_file.hpp"
#include "rig/base/json_guard.hpp"
#include "tests/support/agent_driver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::agent;
using std::chrono::milliseconds;
using test::AgentDriver;
using test::gone;
namespace fs = std::filesystem;

namespace {

const std::string kAgent = test::bin_dir() + "/soakrig-agent";
const std::string kWorks =
    "echo '{\"ready\":true}'; i=0; while :; do i=$((i+1)); "
    "echo \"{\\\"work\\\":{\\\"tokens\\\":$i},\\\"busy_s\\\":$i,\\\"cycle\\\":$i}\"; sleep 0.05; "
    "done";

// A board with at most one detached agent, which does not outlive the test.
struct Board {
  test::TempDir dir;
  SystemClock clock;
  std::string limit = "60s";
  std::vector<std::string> more;

  ~Board() { static_cast<void>(stop_agent(pid_file(), kSecond, clock)); }
  [[nodiscard]] std::string state() const { return dir.file("state"); }
  [[nodiscard]] std::string pid_file() const { return state() + "/agent.pid"; }
  [[nodiscard]] pid_t agent() const {
    const auto said = read_pid_file(pid_file());
    return said ? said->process.pid : -1;
  }
  [[nodiscard]] AgentDriver link(const std::string& run = "r1") const {
    std::vector<std::string> args{"attach",   "--state", state(), "--run", run,
                                  "--period", "50ms",    "--only", "cpu_time",
                                  "--orphan-limit", limit};
    args.insert(args.end(), more.begin(), more.end());
    return AgentDriver(kAgent, args);
  }
  // Asks to be the controller.
  static void attach(AgentDriver& link, const std::string& who = "me",
                     const std::map<std::string, std::uint64_t>& have = {},
                     const std::string& run = "r1") {
    link.send(Attach{kProtocolVersion, run, who, have});
  }
};

std::optional<Hello> hello_of(AgentDriver& link) {
  const auto heard = link.wait_for([](const Up& m) {
    return std::holds_alternative<Hello>(m) || std::holds_alternative<Refused>(m);
  });
  if (!heard) return std::nullopt;
  if (const auto* no = std::get_if<Refused>(&*heard)) {
    UNSCOPED_INFO("refused: " << no->what);
    return std::nullopt;
  }
  return std::get<Hello>(*heard);
}

std::string refusal_of(AgentDriver& link) {
  const auto heard =
      link.wait_for([](const Up& m) { return std::holds_alternative<Refused>(m); });
  return heard ? std::get<Refused>(*heard).what : "";
}

// The numbers heard, by stream, in order; each must be greater than the one before.
std::map<std::string, std::vector<std::uint64_t>> numbers(const AgentDriver& link) {
  std::map<std::string, std::vector<std::uint64_t>> out;
  std::string stream;
  for (const Up& message : link.heard()) {
    if (const auto* mark = std::get_if<StreamMark>(&message)) stream = mark->stream;
    std::uint64_t seq = 0;
    if (const auto* batch = std::get_if<BatchMessage>(&message)) seq = batch->seq;
    if (const auto* event = std::get_if<EventMessage>(&message)) seq = event->seq;
    if (seq == 0) continue;
    auto& list = out[stream];
    CHECK((list.empty() || list.back() + 1 == seq));
    list.push_back(seq);
  }
  return out;
}

bool heard_stream(AgentDriver& link, const std::string& stream) {
  return link
      .wait_for([&](const Up& m) {
        const auto* mark = std::get_if<StreamMark>(&m);
        return mark != nullptr && mark->stream == stream;
      })
      .has_value();
}

}  // namespace

TEST_CASE("a detached agent and its workload outlive the link; the next one hears the rest") {
  const Board board;
  pid_t agent = 0;
  std::string stream;
  std::uint64_t last = 0;
  {
    AgentDriver first = board.link();
    Board::attach(first);
    const auto hello = hello_of(first);
    REQUIRE(hello);
    CHECK(hello->detached);
    CHECK(hello->running.empty());
    stream = hello->stream;
    agent = hello->process.pid;
    CHECK(agent == board.agent());
    first.start_script("works", kWorks);
    REQUIRE(first.wait_event(event_kind::kWorkReady));
    first.listen(milliseconds(1500));
    const auto all = numbers(first);
    REQUIRE(all.contains(stream));
    CHECK(all.at(stream).front() == 1);
    last = all.at(stream).back();
    first.send(Ack{last - 2});
    first.listen(milliseconds(200));
    // The bridge is killed, or ends with its input: to the agent it is the same.
    kill(first.pid(), SIGKILL);
    first.close_input();
    REQUIRE(first.wait_exit());
  }
  CHECK_FALSE(gone(agent, milliseconds(1500)));
  AgentDriver second = board.link();
  Board::attach(second, "me", {{stream, last}});
  const auto hello = hello_of(second);
  REQUIRE(hello);
  CHECK(hello->stream == stream);
  CHECK(hello->running == std::map<std::string, bool>{{"works", true}});
  second.listen(milliseconds(1500));
  const auto all = numbers(second);
  REQUIRE(all.contains(stream));
  CHECK(all.at(stream).front() == last + 1);
  CHECK(second.rows_of("work.works") > 20);  // what it did while nobody listened is there
  // Whoever knows nothing hears what was not acknowledged.
  AgentDriver third = board.link();
  Board::attach(third);
  REQUIRE(hello_of(third));
  third.listen(milliseconds(500));
  CHECK(numbers(third).at(stream).front() == last - 1);
  third.send(Ack{1'000'000'000});
  third.send(Bye{});
  REQUIRE(third.wait_event(event_kind::kWorkExited));
  third.send(Ack{1'000'000'000});
  third.wait_exit();
  CHECK(gone(agent));
  CHECK_FALSE(fs::exists(board.state()));
}

TEST_CASE("what a killed agent had not delivered, the next one delivers under its name") {
  const Board board;
  std::string old_stream;
  {
    AgentDriver first = board.link();
    Board::attach(first);
    const auto hello = hello_of(first);
    REQUIRE(hello);
    old_stream = hello->stream;
    first.start_script("works", kWorks);
    REQUIRE(first.wait_event(event_kind::kWorkReady));
    first.listen(milliseconds(1000));
    kill(hello->process.pid, SIGKILL);
    REQUIRE(first.wait_exit());  // the bridge passes on what there is, and ends
    CHECK(gone(hello->process.pid));
  }
  AgentDriver second = board.link();
  Board::attach(second, "me", {{old_stream, 3}});
  const auto hello = hello_of(second);
  REQUIRE(hello);
  CHECK(hello->stream != old_stream);
  CHECK(hello->running.empty());
  REQUIRE(heard_stream(second, hello->stream));
  second.listen(milliseconds(300));
  const auto all = numbers(second);
  REQUIRE(all.contains(old_stream));
  CHECK(all.at(old_stream).front() == 4);
  CHECK(all.at(old_stream).size() > 5);
  second.send(Ack{all.at(old_stream).back(), old_stream});
  second.listen(milliseconds(500));
  CHECK(fs::exists(board.state() + "/spool/" + hello->stream));
  CHECK_FALSE(fs::exists(board.state() + "/spool/" + old_stream));
}

TEST_CASE("a second controller, another run, and another board's lease are refused in one line") {
  Board board;
  board.more = {"--lease", board.dir.file("lease")};
  AgentDriver first = board.link();
  Board::attach(first, "the first");
  REQUIRE(hello_of(first));
  AgentDriver second = board.link();
  Board::attach(second, "the second");
  CHECK(refusal_of(second).find("a controller already: the first") != std::string::npos);
  // The bridge does not even ask an agent that was started for another run.
  AgentDriver other_run = board.link("r2");
  CHECK(refusal_of(other_run).find("for another: run r1") != std::string::npos);
  AgentDriver liar = board.link();
  Board::attach(liar, "the first", {}, "r2");
  CHECK(refusal_of(liar).find("serves run r1") != std::string::npos);
  AgentDriver old = board.link();
  old.send(Attach{99, "r1", "me", {}});
  CHECK(refusal_of(old).find("protocol") != std::string::npos);
  Board elsewhere;
  elsewhere.more = board.more;
  AgentDriver leased = elsewhere.link();
  CHECK(refusal_of(leased).find("the board is in use by run r1") != std::string::npos);
  // All that did the first no harm.
  first.send(Ping{5});
  CHECK(first.wait_for([](const Up& m) { return std::holds_alternative<Pong>(m); }));
  // The same controller may come again: its new link takes the old one's place.
  AgentDriver again = board.link();
  Board::attach(again, "the first");
  CHECK(hello_of(again));
  REQUIRE(first.wait_exit());
}

TEST_CASE("alone for longer than it may, an agent ends with its workloads and keeps what it has") {
  Board board;
  board.limit = "1500ms";
  pid_t agent = 0, worker = 0;
  std::string stream;
  {
    AgentDriver first = board.link();
    Board::attach(first);
    const auto hello = hello_of(first);
    REQUIRE(hello);
    agent = hello->process.pid;
    stream = hello->stream;
    first.start_script("works", kWorks);
    const auto started = first.wait_event(event_kind::kWorkStarted);
    REQUIRE(started);
    worker = parse_json(started->body).value()["pid"].get<pid_t>();
    REQUIRE(first.wait_event(event_kind::kWorkReady));
    first.listen(milliseconds(2500));  // nobody is alone while a link is there
    CHECK_FALSE(gone(agent, milliseconds(0)));
  }
  CHECK(gone(agent, milliseconds(15'000)));
  CHECK(gone(worker));
  AgentDriver second = board.link();
  Board::attach(second);
  REQUIRE(hello_of(second));
  const auto exited = second.wait_event(event_kind::kWorkExited);
  CHECK(exited);  // told by the dead agent's spool
  CHECK(numbers(second).contains(stream));
}

TEST_CASE("an agent of the same run that was set up otherwise makes way") {
  Board board;
  pid_t agent = 0;
  {
    AgentDriver first = board.link();
    Board::attach(first);
    const auto hello = hello_of(first);
    REQUIRE(hello);
    agent = hello->process.pid;
  }
  board.more = {"--sysroot", board.dir.path().string()};
  AgentDriver second = board.link();
  Board::attach(second);
  const auto hello = hello_of(second);
  REQUIRE(hello);
  CHECK(hello->process.pid != agent);
  CHECK(gone(agent));
}

TEST_CASE("an agent that cannot start, and a folder that cannot be, are one refusal each") {
  Board board;
  board.more = {"--sysroot", "/no/such/tree"};
  AgentDriver link = board.link();
  CHECK(refusal_of(link).find("/no/such/tree") != std::string::npos);
  const auto status = link.wait_exit();
  REQUIRE(status);
  CHECK(WEXITSTATUS(*status) == 2);
  AgentDriver nowhere(kAgent, {"attach", "--state", "/proc/none/here", "--run", "r1"});
  CHECK_FALSE(refusal_of(nowhere).empty());
}
