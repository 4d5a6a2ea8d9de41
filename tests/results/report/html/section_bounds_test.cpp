// SPDX-License-Identifier: Apache-2.0
//
// What bounds the loads of a run (section_bounds.cpp), on a page that reads nothing from a file.
#include "results/report/html/sections.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/text.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::report;

namespace {

PhaseFigures phase(const char* name, const char* kind, const char* unit, double sustained) {
  PhaseFigures out;
  out.name = name;
  WorkFigures w;
  w.name = name;
  w.kind = kind;
  w.unit = unit;
  w.sustained = sustained;
  out.work = {w};
  return out;
}

PageInput page(bool with_ceilings) {
  PageInput out;
  out.view = test::make_run({test::Plant().board()}, {{"soak", 60}});
  out.view.events = {test::make_event(
      1, "pi", event_kind::kWorkReady,
      R"({"workload":"chat<","facts":{"bytes_per_token":"582000000","format":"q4_0"}})")};
  BoardJudgement board;
  board.name = "pi";
  board.phases = {phase("chat<", "llm", "{token}/s", 45)};
  if (with_ceilings) {
    board.phases.push_back(phase("read", "memory", "By/s", 30.2e9));
    board.phases.push_back(phase("products", "gemm", "{ops}/s", 388e9));
  }
  out.judgement.boards = {board};
  out.judgement.run.provenance = Provenance::simulated;
  return out;
}

using soakrig::test::has;

}  // namespace

TEST_CASE("section_bounds: what bounds each load, with the roofline and what it is not") {
  for (const Language language : {Language::en, Language::zh}) {
    const std::string html = bounds_section(page(true), words_of(language)).str();
    CHECK(test::ill_formed(html).empty());
    CHECK(has(html, "bound by memory: 87 %"));
    CHECK(has(html, "chat&lt;"));
    CHECK(has(html, "<svg"));
    CHECK(has(html, std::string(words_of(language).simulated)));
    CHECK(has(html, std::string(words_of(language).roofline)));
  }
}

TEST_CASE("section_bounds: no roof without ceilings, and no section without loads") {
  const Words& words = words_of(Language::en);
  const std::string html = bounds_section(page(false), words).str();
  CHECK(has(html, "neither a bandwidth nor a peak was measured"));
  CHECK_FALSE(has(html, "<svg"));
  PageInput none = page(false);
  none.judgement.boards[0].phases.clear();
  CHECK(bounds_section(none, words).empty());
}
