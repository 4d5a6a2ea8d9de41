// SPDX-License-Identifier: Apache-2.0
#include "rig/base/work_protocol.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::work;

namespace {

template <class T>
T parsed(std::string_view line) {
  auto message = parse_line(line);
  REQUIRE(message);
  REQUIRE(std::holds_alternative<T>(*message));
  return std::get<T>(*message);
}

}  // namespace

TEST_CASE("The lines of the protocol are understood") {
  const auto ready = parsed<Ready>(R"({"ready":true,"instance":2,"facts":{"shape":"tiny","n":3}})");
  CHECK(ready.instance == 2);
  CHECK(ready.facts.at("shape") == "tiny");
  CHECK(ready.facts.at("n") == "3");

  const auto totals = parsed<Totals>(
      R"({"work":{"tokens":128,"prompt_tokens":64},"busy_s":2.5,"busy":{"tokens":2},"cycle":1})");
  CHECK(totals.work.at("tokens") == 128);
  CHECK(totals.busy_s == 2.5);
  CHECK(totals.busy.at("tokens") == 2);
  CHECK(totals.cycle == 1);

  CHECK(parsed<Gauges>(R"({"gauge":{"ttft_ms":31.5}})").values.at("ttft_ms") == 31.5);
  CHECK(parsed<Gauges>(R"({"gauge":{"temperature":-40}})").values.at("temperature") == -40);
  const auto check = parsed<Check>(R"({"check":{"ok":false,"expected":[1,2],"got":"1 3"}})");
  CHECK_FALSE(check.ok);
  CHECK(check.expected == "[1,2]");
  CHECK(check.got == "1 3");
  CHECK(parsed<Note>(R"({"event":{"golden":"abc"}})").json == R"({"golden":"abc"})");
  CHECK(parsed<Histogram>(R"({"hist":{"b":[1]}})").json == R"({"b":[1]})");
}

TEST_CASE("What is encoded is read back the same") {
  const Totals totals{{{"tokens", 7}, {"prompt_tokens", 9}}, 0.125, {{"tokens", 0.1}}, 3};
  const auto back = parsed<Totals>(encode(totals));
  CHECK(back.work == totals.work);
  CHECK(back.busy == totals.busy);
  CHECK(back.busy_s == totals.busy_s);
  CHECK(back.cycle == 3);
  CHECK_FALSE(parsed<Check>(encode(Check{false, "a", "b"})).ok);
  CHECK(encode(Ready{}).back() == '\n');
}

TEST_CASE("Garbage is garbage, with a reason") {
  const std::string deep = "{\"event\":" + std::string(60'000, '[');
  std::string many = R"({"busy_s":1,"work":{)";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":1,";
  many.back() = '}';
  many += "}";
  for (const std::string& line :
       {std::string(), std::string("hello"), std::string("[]"), std::string("{}"),
        std::string(R"({"ready":false})"), std::string(R"({"work":{}})"),
        std::string(R"({"work":{"tokens":1}})"),
        std::string(R"({"work":{"tokens":-1},"busy_s":1})"),
        std::string(R"({"work":{"tokens":1e999},"busy_s":1})"),
        std::string(R"({"work":{"a.b":1},"busy_s":1})"),
        std::string(R"({"work":{"tokens":"1"},"busy_s":1})"),
        std::string(R"({"gauge":{"x":null}})"), std::string(R"({"check":{"ok":"no"}})"),
        std::string(R"({"event":3})"), std::string("\xff\xfe{}"), deep, many}) {
    CAPTURE(line.substr(0, 80));
    const auto message = parse_line(line);
    REQUIRE_FALSE(message);
    CHECK(message.error().code == Errc::protocol);
    CHECK_FALSE(message.error().what.empty());
  }
}
