// SPDX-License-Identifier: Apache-2.0
#include "results/store/archive_filter.hpp"

#include "tests/results/store/store_fixture.hpp"

namespace soakrig::store {
namespace {

ArchivedRun run() {
  ArchivedRun out;
  out.header = test_header();
  out.judgement = Judgement{Verdict::pass, "{}"};
  out.boards = {{"left", "Jetson Orin", "A-17", "36.4.3"}, {"right", "Raspberry Pi 5", "B-2", ""}};
  out.models = {"qwen2-0.5b"};
  out.ambients = {25, 55};
  return out;
}

bool match(const ArchiveFilter& filter) { return matches(run(), filter); }

TEST_CASE("no condition: every run") { CHECK(match({})); }

TEST_CASE("a board is found by name, serial or model, whatever its case") {
  for (const char* text : {"left", "ORIN", "a-17", "raspberry", "B-2"}) {
    INFO(text);
    ArchiveFilter filter;
    filter.board = text;
    CHECK(match(filter));
  }
  ArchiveFilter other;
  other.board = "rk3588";
  CHECK_FALSE(match(other));
}

TEST_CASE("each condition can fail") {
  const auto with = [](auto member, auto value) {
    ArchiveFilter filter;
    filter.*member = value;
    return filter;
  };
  CHECK(match(with(&ArchiveFilter::model, "Qwen2")));
  CHECK_FALSE(match(with(&ArchiveFilter::model, "llama")));
  CHECK(match(with(&ArchiveFilter::firmware, "36.4")));
  CHECK_FALSE(match(with(&ArchiveFilter::firmware, "35")));
  CHECK(match(with(&ArchiveFilter::ambient, 54.6)));
  CHECK_FALSE(match(with(&ArchiveFilter::ambient, 40.0)));
  CHECK(match(with(&ArchiveFilter::verdict, Verdict::pass)));
  CHECK_FALSE(match(with(&ArchiveFilter::verdict, Verdict::fail)));
  const Nanos start = test_header().start_utc_ns;
  CHECK(match(with(&ArchiveFilter::since, start)));
  CHECK_FALSE(match(with(&ArchiveFilter::since, start + 1)));
  CHECK(match(with(&ArchiveFilter::before, start + 1)));
  CHECK_FALSE(match(with(&ArchiveFilter::before, start)));
}

TEST_CASE("all conditions must hold; a run without a verdict has none of them") {
  ArchiveFilter filter;
  filter.board = "left";
  filter.model = "llama";
  CHECK_FALSE(match(filter));
  ArchivedRun live = run();
  live.judgement.reset();
  ArchiveFilter passed;
  passed.verdict = Verdict::pass;
  CHECK_FALSE(matches(live, passed));
}

TEST_CASE("a file that cannot be read is never hidden") {
  ArchivedRun damaged;
  damaged.error = Error{};
  ArchiveFilter filter;
  filter.board = "left";
  CHECK(matches(damaged, filter));
}

}  // namespace
}  // namespace soakrig::store
