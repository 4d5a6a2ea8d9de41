// SPDX-License-Identifier: Apache-2.0
//
// A board with a real detached agent, whose link, agent and controller come and go.
#include "rig/control/board_runner.hpp"

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <filesystem>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::control;

namespace {

struct Fixture {
  test::TempDir dir;
  SystemClock clock;
  boost::asio::io_context io;
  Nanos run_start = clock.boot_ns();
  BoardSpec spec;
  RunObserver nobody;
  std::vector<Event> events;
  std::vector<std::string> lost;
  std::vector<std::pair<std::string, std::string>> boots;  // what each agent was on, and before
  std::map<std::string, std::uint64_t> durable;
  std::unique_ptr<store::Writer> writer;
  std::unique_ptr<BoardRunner> board;

  Fixture() {
    spec.name = "pi";
    store::RunHeader header;
    header.id = "20260301-120000-00000001";
    header.name = "night";
    header.owner = this_process();
    header.start_boot_ns = run_start;
    store::WriterOptions options;
    options.commit_interval = 100 * kMillisecond;
    options.on_commit = [this](const store::CommitReport& report) {
      boost::asio::post(io, [this, cursors = report.cursors] {
        for (const store::Cursor& cursor : cursors) {
          durable[cursor.stream] = cursor.seq;
          if (board) board->acknowledge(cursor);
        }
      });
    };
    writer = store::Writer::create(dir.file("soaks"), header, clock, options).value();
  }
  ~Fixture() {
    if (!board) return;
    board->bye();
    until([this] { return board->ended(); });
    board->kill();
  }

  [[nodiscard]] Result<void> start(LinkTerms more = {}, bool client = false) {
    board = std::make_unique<BoardRunner>(
        io, spec, *writer, clock, run_start, nobody,
        BoardHooks{.on_event = [this](const Event& event) { events.push_back(event); },
                   .on_limit = [](const LimitChange&) {},
                   .on_lost = [this](const std::string& why) { lost.push_back(why); },
                   .on_agent = [this](const std::string& boot, const std::string& previous,
                                      std::optional<Nanos>) { boots.emplace_back(boot, previous); }},
        false, std::map<std::string, std::string>{});
    if (client) board->be_client("127.0.0.1");
    more.run = "r1";
    more.controller = "me";
    more.patience = kMinute;
    return board->start({test::bin_dir() + "/soakrig-agent", "attach", "--state", dir.file("state"),
                         "--run", "r1", "--orphan-limit", "20s", "--only", "cpu_time"},
                        more);
  }
  template <class Done>
  bool until(Done done) {
    const Nanos end = clock.boot_ns() + 15 * kSecond;
    while (!done() && clock.boot_ns() < end) {
      io.restart();
      io.run_for(std::chrono::milliseconds(20));
      board->tick();
    }
    return done();
  }
  [[nodiscard]] std::size_t count(std::string_view kind, const std::string& part = {}) const {
    return static_cast<std::size_t>(std::ranges::count_if(events, [&](const Event& event) {
      return event.kind == kind && event.body.find(part) != std::string::npos;
    }));
  }
  [[nodiscard]] pid_t agent() const {
    const auto text = read_file(dir.file("state/agent.pid"));
    const auto body = text ? parse_json(*text) : std::nullopt;
    return body ? json_get<pid_t>(*body, "pid").value_or(-1) : -1;
  }
  [[nodiscard]] static std::vector<WorkloadSpec> work() {
    WorkloadSpec spec;
    spec.name = "works";
    spec.kind = "program";
    spec.argv = {"/bin/sh", "-c",
                 "echo '{\"ready\":true}'; i=0; while :; do i=$((i+1)); echo "
                 "\"{\\\"work\\\":{\\\"units\\\":$i},\\\"busy_s\\\":$i}\"; sleep 0.1; done"};
    return {spec};
  }
  // It dies: no goodbye. What it had handed over is stored.
  void kill_controller() {
    board.reset();
    events.clear();
    REQUIRE(writer->flush());
    io.restart();
    io.run_for(std::chrono::milliseconds(300));
    REQUIRE_FALSE(durable.empty());
  }
  void run_work() {
    REQUIRE(start());
    REQUIRE(until([this] { return board->greeted(); }));
    board->start_work(work());
    REQUIRE(until([this] { return board->work_ready(); }));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "An agent that is killed is started again with its work: one incident") {
  run_work();
  const pid_t first = agent();
  REQUIRE(first > 0);
  ::kill(first, SIGKILL);
  REQUIRE(until([this] { return count(event_kind::kLink, "\"up\":true") == 1; }));
  CHECK(count(event_kind::kLink, "\"same_agent\":false") == 1);
  CHECK(count(event_kind::kIncident) == 1);
  CHECK(count(event_kind::kIncident, "link-loss") == 1);
  REQUIRE(until([this] { return count(event_kind::kWorkReady) == 2; }));
  CHECK(board->work_ready());
  CHECK(count(event_kind::kWorkStarted) == 2);
  CHECK(agent() != first);
  CHECK(lost.empty());
}

TEST_CASE_METHOD(Fixture, "A controller that comes back finds the work going on, and takes nothing twice") {
  run_work();
  const pid_t first = agent();
  kill_controller();
  LinkTerms memory;
  memory.gone_since = clock.boot_ns();
  memory.memory.have = durable;
  memory.work = {"works"};
  REQUIRE(start(memory));
  REQUIRE(until([this] { return board->greeted(); }));
  CHECK(agent() == first);
  CHECK(count(event_kind::kIncident, "the controller was gone") == 1);
  CHECK(count(event_kind::kLink, "\"same_agent\":true") == 1);
  board->start_work(work());
  CHECK(board->work_ready());  // at once: it never stopped
  REQUIRE(until([this] { return count(event_kind::kWorkNote) == 1; }));  // it runs already
  CHECK(count(event_kind::kWorkStarted) <= 1);
  CHECK(writer->stats().duplicates == 0);
}

TEST_CASE_METHOD(Fixture, "Work that the resumed phase does not want is stopped") {
  run_work();
  kill_controller();
  LinkTerms memory;
  memory.gone_since = clock.boot_ns();
  memory.memory.have = durable;
  REQUIRE(start(memory));
  REQUIRE(until([this] { return count(event_kind::kWorkExited) == 1; }));
  CHECK(count(event_kind::kWorkExited, "\"expected\":true") == 1);
}

TEST_CASE_METHOD(Fixture, "At the end nothing is left behind") {
  run_work();
  board->stop_work();
  board->bye();
  REQUIRE(until([this] { return board->ended(); }));
  CHECK(count(event_kind::kWorkExited) == 1);
  CHECK(count(event_kind::kIncident) == 0);
  REQUIRE(until([this] { return !std::filesystem::exists(dir.file("state")); }));
}

TEST_CASE_METHOD(Fixture, "A board that was rebooted while nobody drove it is told by its boots") {
  LinkTerms memory;
  memory.gone_since = clock.boot_ns();
  ClockAnchor older, newer;
  older.to_ns = kSecond;
  newer.to_ns = 2 * kSecond;
  memory.memory.clocks = {{"aaaa", newer}, {"bbbb", older}};
  REQUIRE(start(memory));
  REQUIRE(until([this] { return !boots.empty(); }));
  CHECK(count(event_kind::kBoot, "\"previous\":\"aaaa\"") == 1);
  CHECK(boots[0].first == current_boot_id());
  CHECK(boots[0].second == "aaaa");
  CHECK_FALSE(board->away_since());
  CHECK(count(event_kind::kIncident, "link-loss") == 1);
}

TEST_CASE_METHOD(Fixture, "What a controller that comes back lost is told of the board, not of its client too") {
  LinkTerms memory;
  memory.gone_since = clock.boot_ns();
  memory.memory.clocks = {{"aaaa", ClockAnchor{}}};
  REQUIRE(start(memory, true));
  REQUIRE(until([this] { return board->greeted(); }));
  for (const auto kind : {event_kind::kBoot, event_kind::kIncident, event_kind::kLink}) {
    INFO(kind);
    CHECK(count(kind) == 0);
  }
  CHECK(boots.empty());
}
