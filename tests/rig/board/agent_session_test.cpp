// SPDX-License-Identifier: Apache-2.0
#include "rig/board/agent_session.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::board;

namespace {

struct FixedClock final : Clock {
  Nanos now = 100 * kSecond;
  Nanos boot_ns() const override { return now; }
  Nanos utc_ns() const override { return now; }
};

struct Recorder final : SessionSink {
  int hellos = 0, fatal = 0;
  std::vector<SourceInfo> sources;
  std::vector<Batch> batches;
  std::vector<Event> events;
  std::vector<Error> faults;
  void on_hello(const agent::Hello&) override { ++hellos; }
  std::vector<std::string> streams, refusals;
  void on_stream(const std::string& stream, bool live) override {
    streams.push_back(stream + (live ? " live" : ""));
  }
  void on_refused(const Error& error) override { refusals.push_back(error.what); }
  void on_source(std::uint32_t, const SourceInfo& info) override { sources.push_back(info); }
  void on_batch(Batch batch, std::uint64_t) override { batches.push_back(std::move(batch)); }
  void on_event(Event event, std::uint64_t) override { events.push_back(std::move(event)); }
  void on_clock(const ClockAnchor&) override {}
  void on_protocol_fault(const Error& error, bool f) override {
    faults.push_back(error);
    fatal += f ? 1 : 0;
  }
};

struct Fixture {
  FixedClock clock;
  Recorder sink;
  std::vector<std::string> sent;
  AgentSession session{sink, clock, [this](std::string line) { sent.push_back(std::move(line)); }};

  void greet() {
    agent::Hello hello;
    hello.stream = "s";
    hello.process = this_process();
    hello.boot_ns = clock.now;
    session.feed(agent::encode(agent::Up{hello}));
    session.feed(agent::encode(agent::Up{
        agent::Announce{0, {"probe", 100, {{"soc.temperature", "Cel", "", {}, ""}}}}}));
  }
  void batch(std::uint64_t seq, Nanos t, std::uint32_t source = 0) {
    agent::BatchMessage m;
    m.seq = seq;
    m.t0 = t;
    m.batch.source = source;
    m.batch.columns = 1;
    const double v = 46;
    m.batch.add_row(t, &v, nullptr);
    session.feed(agent::encode(agent::Up{m}));
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "A session greets, announces and delivers in the rig's time") {
  greet();
  CHECK(session.greeted());
  REQUIRE(sent.size() == 1);  // it asks for the time at once
  CHECK(sent[0] == "{\"ping\":{\"n\":1}}\n");
  batch(1, 99 * kSecond);
  REQUIRE(sink.batches.size() == 1);
  CHECK(sink.batches[0].taken[0] == 99 * kSecond);
  CHECK(sink.faults.empty());
}

TEST_CASE_METHOD(Fixture, "Every number is taken once, and a missing one is noticed") {
  greet();
  batch(1, 90 * kSecond);
  batch(1, 90 * kSecond);
  CHECK(sink.batches.size() == 1);
  batch(4, 91 * kSecond);
  CHECK(sink.batches.size() == 2);
  REQUIRE(sink.faults.size() == 1);
  CHECK(sink.faults[0].what.find("2 to 3") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "A session outlives its link, and asks for what it does not have") {
  const auto greet_detached = [this](const std::string& stream) {
    agent::Hello hello;
    hello.stream = stream;
    hello.process = this_process();
    hello.detached = true;
    session.feed(agent::encode(agent::Up{hello}));
  };
  const auto mark = [this](const std::string& stream, const std::string& boot, Nanos boot_ns,
                           Nanos utc_ns) {
    session.feed(agent::encode(agent::Up{agent::StreamMark{stream, boot, 1, 9, boot_ns, utc_ns}}));
    session.feed(agent::encode(agent::Up{
        agent::Announce{0, {"probe", 100, {{"soc.temperature", "Cel", "", {}, ""}}}}}));
  };
  session.know("old", 3);
  session.attach("run", "me");
  CHECK(sent.at(0).find("\"have\":{\"old\":3}") != std::string::npos);
  greet_detached("new");
  CHECK(sink.streams.empty());
  mark("old", current_boot_id(), 0, 0);
  batch(3, 80 * kSecond);
  batch(4, 81 * kSecond);
  mark("new", current_boot_id(), 0, 0);
  batch(1, 90 * kSecond);
  CHECK(sink.streams == std::vector<std::string>{"old", "new live"});
  CHECK(sink.batches.size() == 2);
  session.feed("{\"batch\":{\"seq\":2,");  // the link broke in the middle of a line

  session.attach("run", "me");
  CHECK(sent.back().find("\"new\":1") != std::string::npos);
  CHECK(sent.back().find("\"old\":4") != std::string::npos);
  CHECK_FALSE(session.greeted());
  greet_detached("new");
  mark("new", current_boot_id(), 0, 0);
  batch(1, 90 * kSecond);  // it was on its way twice
  batch(2, 91 * kSecond);
  CHECK(sink.batches.size() == 3);
  CHECK(sink.faults.empty());
}

TEST_CASE_METHOD(Fixture, "What another boot left is placed by its anchors, else by its wall clock") {
  agent::Hello hello;
  hello.stream = "new";
  hello.process.boot_id = "boot-2";
  hello.boot_ns = 5 * kSecond;
  hello.detached = true;
  session.know_clock("boot-0", {1000 * kSecond, 20 * kSecond, kMillisecond});
  session.attach("run", "me");
  session.feed(agent::encode(agent::Up{hello}));
  const auto speak = [this](const std::string& stream, const std::string& boot, Nanos boot_ns,
                            Nanos utc_ns, Nanos t) {
    session.feed(agent::encode(agent::Up{agent::StreamMark{stream, boot, 1, 9, boot_ns, utc_ns}}));
    session.feed(agent::encode(agent::Up{
        agent::Announce{0, {"probe", 100, {{"soc.temperature", "Cel", "", {}, ""}}}}}));
    batch(1, t);
  };
  speak("a", "boot-0", 1, 1, 1005 * kSecond);
  REQUIRE(sink.batches.size() == 1);
  CHECK(sink.batches[0].taken[0] == 25 * kSecond);
  // The rig's wall clock is its boot time here.
  speak("b", "boot-1", 700 * kSecond, 50 * kSecond, 710 * kSecond);
  REQUIRE(sink.batches.size() == 2);
  CHECK(sink.batches[1].taken[0] == 60 * kSecond);
  speak("c", "boot-x", 0, 0, 710 * kSecond);
  CHECK(sink.batches.size() == 2);
  CHECK(sink.faults.size() == 1);
  session.feed(agent::encode(agent::Up{agent::StreamMark{"new", "boot-1", 1, 9}}));
  CHECK(sink.fatal == 1);
}

TEST_CASE_METHOD(Fixture, "What a board left whose clock stood in 1970 comes before what it says now") {
  clock.now = 1'800'000'000 * kSecond;  // the rig's wall clock is its boot time here: 2027
  agent::Hello hello;
  hello.stream = "new";
  hello.process.boot_id = "boot-2";
  hello.boot_ns = 5 * kSecond;
  hello.detached = true;
  session.attach("run", "me");
  session.feed(agent::encode(agent::Up{hello}));
  session.feed(agent::encode(agent::Up{agent::StreamMark{"old", "boot-1", 1, 2000, 70 * kSecond, 40 * kSecond}}));
  session.feed(agent::encode(agent::Up{
      agent::Announce{0, {"probe", 100, {{"soc.temperature", "Cel", "", {}, ""}}}}}));
  for (std::uint64_t seq = 1; seq <= 1500; ++seq) batch(seq, 60 * kSecond + static_cast<Nanos>(seq));
  REQUIRE(sink.batches.size() == 1500);  // none is lost
  const Nanos begun = clock.now - 5 * kSecond;  // of the boot that speaks
  CHECK(sink.batches.front().taken[0] < begun);
  CHECK(sink.batches.front().taken[0] > begun - 2 * kMinute);
  CHECK(sink.faults.size() == 1);  // said once
  CHECK(sink.faults[0].what.find("wall clock") != std::string::npos);
  CHECK(sink.fatal == 0);
}

TEST_CASE_METHOD(Fixture, "A refusal is told in its words, and is the last word") {
  session.attach("run", "me");
  session.feed(agent::encode(agent::Up{agent::Refused{"somebody else is here", "wait"}}));
  CHECK(sink.refusals == std::vector<std::string>{"somebody else is here"});
  greet();
  CHECK(sink.hellos == 0);
  CHECK(sink.faults.empty());
}

TEST_CASE_METHOD(Fixture, "An agent of another release is refused") {
  agent::Hello hello;
  hello.version = 99;
  hello.stream = "s";
  session.feed(agent::encode(agent::Up{hello}));
  CHECK(sink.fatal == 1);
  CHECK(sink.faults.at(0).code == Errc::unsupported);
  CHECK_FALSE(session.greeted());
}

TEST_CASE_METHOD(Fixture, "Speaking before hello, or hello twice, ends the session") {
  batch(1, 0);
  CHECK(sink.fatal == 1);
  greet();
  CHECK(sink.hellos == 0);  // it takes nothing more
}

TEST_CASE_METHOD(Fixture, "Batches for unknown sources, of other widths or of the future are refused") {
  greet();
  batch(1, 90 * kSecond, 7);
  batch(1, clock.now + kHour);
  CHECK(sink.batches.empty());
  CHECK(sink.faults.size() == 2);
  CHECK(sink.fatal == 0);
}

TEST_CASE_METHOD(Fixture, "A flood of garbage ends the session, in bounded memory") {
  greet();
  for (int i = 0; i < 3000; ++i) session.feed("garbage\n");
  CHECK(sink.fatal == 1);
  CHECK(session.faults() == AgentSession::kMaxFaults);
  session.feed(std::string(50u << 20, 'x'));
  CHECK(sink.fatal == 1);
}

TEST_CASE_METHOD(Fixture, "An endless line is one fault") {
  greet();
  for (int i = 0; i < 10; ++i) session.feed(std::string(1u << 20, 'x'));
  CHECK(sink.faults.size() == 1);
  session.feed("\n");
  batch(1, 90 * kSecond);
  CHECK(sink.batches.size() == 1);
}

TEST_CASE_METHOD(Fixture, "It asks for the time every ten seconds") {
  greet();
  sent.clear();
  session.tick();
  CHECK(sent.empty());
  clock.now += 10 * kSecond;
  session.tick();
  CHECK(sent.size() == 1);
}
