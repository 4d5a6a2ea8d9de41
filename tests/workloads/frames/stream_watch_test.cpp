// SPDX-License-Identifier: Apache-2.0
#include "workloads/frames/stream_watch.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig::workloads;

namespace {

using States = std::vector<StreamState>;

std::string found(StreamWatch& watch, soakrig::Nanos now, const States& states) {
  std::string out;
  for (const StreamFinding& f : watch.look(now, states)) {
    out += std::string(to_string(f.trouble)) + " " + std::to_string(f.stream) + "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("streams that all go on are no finding") {
  StreamWatch watch(0, 100);
  CHECK(found(watch, 0, {{0, 0, 0}, {0, 0, 0}}).empty());
  CHECK(found(watch, 100, {{30, 0, 0}, {30, 1, 0}}).empty());
  CHECK(found(watch, 200, {{60, 0, 0}, {60, 2, 0}}).empty());
}

TEST_CASE("a stream that stands still while others go on starves, once until it is over") {
  StreamWatch watch(0, 100);
  CHECK(found(watch, 0, {{0, 0, 0}, {0, 0, 0}}).empty());
  CHECK(found(watch, 99, {{29, 0, 0}, {0, 0, 0}}).empty());  // no whole window
  CHECK(found(watch, 100, {{30, 0, 0}, {0, 0, 0}}) == "starvation 1\n");
  CHECK(found(watch, 200, {{60, 0, 0}, {0, 0, 0}}).empty());
  CHECK(found(watch, 300, {{90, 0, 0}, {5, 25, 0}}).empty());
  CHECK(found(watch, 400, {{120, 0, 0}, {5, 25, 0}}) == "starvation 1\n");
}

TEST_CASE("where no stream goes on it is a deadlock, and nobody starves") {
  StreamWatch watch(0, 100);
  CHECK(found(watch, 0, {{7, 0, 0}, {9, 0, 0}}).empty());
  CHECK(found(watch, 100, {{7, 0, 0}, {9, 0, 0}}) == "deadlock 0\n");
  CHECK(found(watch, 200, {{7, 0, 0}, {9, 0, 0}}).empty());
  CHECK(found(watch, 300, {{8, 0, 0}, {10, 0, 0}}).empty());
}

TEST_CASE("a more important stream that misses while a less important one does not is inverted") {
  StreamWatch watch(0, 100);
  CHECK(found(watch, 0, {{0, 0, 0}, {0, 0, 10}}).empty());
  CHECK(found(watch, 100, {{10, 5, 0}, {30, 0, 10}}) == "priority-inversion 0\n");
  CHECK(found(watch, 200, {{20, 10, 0}, {60, 0, 10}}).empty());    // still the same one
  CHECK(found(watch, 300, {{40, 11, 0}, {90, 0, 10}}).empty());    // over
  CHECK(found(watch, 400, {{50, 31, 0}, {100, 20, 10}}).empty());  // both miss
}

TEST_CASE("streams of equal priority cannot be inverted, and a rest says nothing") {
  StreamWatch watch(0, 100);
  CHECK(found(watch, 0, {{0, 0, 0}, {0, 0, 0}}).empty());
  CHECK(found(watch, 100, {{10, 10, 0}, {30, 0, 0}}).empty());
  watch.restart(1000, {{10, 10, 0}, {30, 0, 0}});
  CHECK(found(watch, 1050, {{10, 10, 0}, {30, 0, 0}}).empty());
}
