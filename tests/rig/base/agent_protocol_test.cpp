// SPDX-License-Identifier: Apache-2.0
#include "rig/base/agent_protocol.hpp"

#include <array>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::agent;

namespace {

template <class T>
T up(std::string_view line) {
  if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
  auto message = parse_up(line);
  REQUIRE(message);
  REQUIRE(std::holds_alternative<T>(*message));
  return std::get<T>(*message);
}

template <class T>
T down(const Down& message) {
  std::string line = encode(message);
  line.pop_back();
  auto parsed = parse_down(line);
  REQUIRE(parsed);
  REQUIRE(std::holds_alternative<T>(*parsed));
  return std::get<T>(*parsed);
}

BatchMessage sample_batch() {
  BatchMessage m;
  m.seq = 5;
  m.t0 = 1'000;
  m.dt = 100;
  m.batch.source = 3;
  m.batch.columns = 2;
  const std::array first{46.5, 1.0};
  const std::array second{0.1, 0.0};
  const std::array states{State::good, State::no_data};
  m.batch.add_row(1'003, first.data(), nullptr);
  m.batch.add_row(1'109, second.data(), states.data());
  return m;
}

}  // namespace

TEST_CASE("A batch keeps every value, state and time") {
  const BatchMessage sent = sample_batch();
  const std::string line = encode(Up{sent});
  CHECK(line ==
        R"({"batch":{"seq":5,"src":3,"t0":1000,"dt":100,"n":2,"values":[[46.5,1],[0.1,null]],)"
        R"("taken":[3,9],"states":[[1,1,1]]}})" "\n");
  const auto got = up<BatchMessage>(line);
  CHECK(got.seq == 5);
  CHECK(got.batch.source == 3);
  CHECK(got.batch.taken == sent.batch.taken);
  CHECK(got.batch.values == sent.batch.values);
  CHECK(got.batch.states == sent.batch.states);
}

TEST_CASE("Hello, channels, events and pongs come through") {
  Hello hello;
  hello.agent = "0.1.0+abc";
  hello.stream = "uuid";
  hello.board = {{"model", "Board \"X\""}};
  hello.process = {42, 77, "boot"};
  hello.boot_ns = 9;
  const auto h = up<Hello>(encode(Up{hello}));
  CHECK(h.process == hello.process);
  CHECK(h.board.at("model") == "Board \"X\"");
  CHECK(h.version == kProtocolVersion);

  const Announce announce{7, {"thermal_zone", 100, {{"soc.temperature", "Cel", "/sys/x",
                                                     Provenance::simulated, "gone"}}}};
  const auto a = up<Announce>(encode(Up{announce}));
  CHECK(a.source == 7);
  CHECK(a.info.period == 100);
  CHECK(a.info.channels[0].provenance == Provenance::simulated);
  CHECK(a.info.channels[0].reason == "gone");

  const EventMessage event{8, {55, "", "incident", Severity::alarm, R"({"class":"oom"})"}};
  const auto e = up<EventMessage>(encode(Up{event}));
  CHECK(e.seq == 8);
  CHECK(e.event.severity == Severity::alarm);
  CHECK(e.event.body == R"({"class":"oom"})");
  CHECK(up<Pong>(encode(Up{Pong{3, 99}})).agent_ns == 99);
}

TEST_CASE("Commands come through") {
  WorkloadSpec work;
  work.name = "chat";
  work.argv = {"soakrig-work", "llm", "--shape", "a b"};
  CHECK(down<Start>(Start{work}).workload.argv == work.argv);
  CHECK(down<Stop>(Stop{"chat", 2 * kSecond}).grace == 2 * kSecond);
  CHECK(down<Ping>(Ping{4}).n == 4);
  CHECK(down<Ack>(Ack{5}).seq == 5);
  CHECK(sizeof(down<Bye>(Bye{})) == 1);
}

TEST_CASE("What a detached agent and its controllers say comes through") {
  Hello hello;
  hello.stream = "uuid";
  hello.process = {42, 77, "boot"};
  hello.detached = true;
  hello.running = {{"chat", true}, {"late", false}};
  const auto h = up<Hello>(encode(Up{hello}));
  CHECK(h.detached);
  CHECK(h.running == hello.running);
  const auto mark = up<StreamMark>(encode(Up{StreamMark{"uuid", "boot", 7, 12, 5, 6}}));
  CHECK(mark.stream == "uuid");
  CHECK(mark.boot_id == "boot");
  CHECK(mark.first == 7);
  CHECK(mark.last == 12);
  CHECK(mark.clock_boot_ns == 5);
  CHECK(mark.clock_utc_ns == 6);
  CHECK(up<StreamMark>(encode(Up{StreamMark{"uuid", "boot", 1, 0}})).clock_utc_ns == 0);
  CHECK(up<Refused>(encode(Up{Refused{"no", "yes"}})).remedy == "yes");
  const auto attach = down<Attach>(Attach{1, "run", "me", {{"uuid", 9}}});
  CHECK(attach.run == "run");
  CHECK(attach.controller == "me");
  CHECK(attach.have.at("uuid") == 9);
  CHECK(down<Ack>(Ack{5, "uuid"}).stream == "uuid");
  for (const char* line : {
           R"({"stream":{"stream":"","boot_id":"b","first":1,"last":2}})",
           R"({"stream":{"stream":"u","boot_id":"b","first":-1,"last":2}})",
           R"({"stream":{"stream":"u","boot_id":"b","first":1,"last":2,"clock":[1]}})",
           R"({"stream":{"stream":"u","boot_id":"b","first":1,"last":2,"clock":[1,1e300]}})",
           R"({"stream":{"stream":"u","boot_id":"b","first":1,"last":2,"clock":[1,9223372036854775807]}})"}) {
    CAPTURE(line);
    CHECK_FALSE(parse_up(line));
  }
  CHECK_FALSE(parse_down(R"({"attach":{"version":1,"run":"r","controller":""}})"));
  CHECK_FALSE(parse_down(R"({"attach":{"run":"r","controller":"c"}})"));
  CHECK_FALSE(parse_down(R"({"ack":{}})"));
}

TEST_CASE("A hostile agent is refused line by line") {
  for (const char* line : {
           "", "null", "{}", "[1]", R"({"batch":{}})", R"({"nonsense":{}})",
           R"({"batch":{"seq":1,"src":0,"t0":0,"dt":0,"n":1,"values":[],"taken":[]}})",
           R"({"batch":{"seq":1,"src":0,"t0":0,"dt":0,"values":[[1]],"taken":[]}})",
           R"({"batch":{"seq":1,"src":0,"t0":0,"dt":0,"values":[[1],[1,2]],"taken":[0,0]}})",
           R"({"batch":{"seq":1,"src":0,"t0":0,"dt":0,"values":[["x"]],"taken":[0]}})",
           R"({"batch":{"seq":1,"src":0,"t0":0,"dt":0,"values":[[1]],"taken":[0],"states":[[9,0,1]]}})",
           R"({"batch":{"seq":1,"src":0,"t0":0,"dt":0,"values":[[1]],"taken":[0],"states":[[0,0,9]]}})",
           R"({"batch":{"seq":1,"src":0,"t0":0,"dt":0,"values":[[1],[1]],"taken":[5,0]}})",
           R"({"batch":{"seq":1,"src":0,"t0":9223372036854775807,"dt":1,"values":[[1]],"taken":[9]}})",
           R"({"batch":{"seq":1,"src":999999,"t0":0,"dt":0,"values":[[1]],"taken":[0]}})",
           R"({"batch":{"seq":-1,"src":0,"t0":0,"dt":0,"values":[[1]],"taken":[0]}})",
           R"({"channels":{"src":0,"name":"../etc","list":[]}})",
           R"({"channels":{"src":0,"name":"a","list":[{"name":"B","provenance":"measured"}]}})",
           R"({"channels":{"src":0,"name":"a","list":[{"name":"b","provenance":"invented"}]}})",
           R"({"event":{"seq":1,"t":0,"kind":"a","severity":9,"body":{}}})",
           R"({"event":{"seq":1,"t":0,"kind":"a","body":[]}})",
           R"({"hello":{"version":1}})"}) {
    CAPTURE(line);
    const auto message = parse_up(line);
    REQUIRE_FALSE(message);
    CHECK(message.error().code == Errc::protocol);
  }
  CHECK_FALSE(parse_up(std::string(kMaxLine + 1, ' ')));
  CHECK_FALSE(parse_down(R"({"start":{"workload":{"name":"a.b","argv":["x"]}}})"));
  CHECK_FALSE(parse_down(R"({"start":{"workload":{"name":"a","argv":[]}}})"));
  CHECK_FALSE(parse_down(R"({"stop":{"workload":"a","grace_s":-1}})"));
}

TEST_CASE("An absent value can never arrive as a good zero") {
  const auto batch = [](const std::string& rest) {
    return parse_up(R"({"batch":{"seq":1,"src":0,"t0":10,"dt":5,)" + rest + "}}").has_value();
  };
  CHECK_FALSE(batch(R"("values":[[null]],"taken":[0])"));
  CHECK_FALSE(batch(R"("values":[[null,null]],"taken":[0],"states":[[0,1,1]])"));
  CHECK_FALSE(batch(R"("values":[[7]],"taken":[0],"states":[[0,0,0]])"));
  CHECK(batch(R"("values":[[null]],"taken":[0],"states":[[0,0,1]])"));
}

TEST_CASE("A boot time that no machine can have is refused") {
  for (const char* t : {"-1", "9223372036854775807"}) {
    CAPTURE(t);
    const std::string time(t);
    CHECK_FALSE(parse_up(R"({"event":{"seq":1,"kind":"incident","t":)" + time + "}}").has_value());
    CHECK_FALSE(parse_up(R"({"pong":{"n":1,"agent_ns":)" + time + "}}").has_value());
    CHECK_FALSE(
        parse_up(R"({"hello":{"version":1,"stream":"u","boot_id":"b","boot_ns":)" + time + "}}")
            .has_value());
    CHECK_FALSE(parse_up(R"({"batch":{"seq":1,"src":0,"dt":5,"values":[[1]],"taken":[0],"t0":)" +
                         time + "}}")
                    .has_value());
  }
}
