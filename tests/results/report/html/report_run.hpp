// SPDX-License-Identifier: Apache-2.0
//
// A run as the tests of its report want it: plants in a real file, judged, sealed and read back.
#pragma once

#include <functional>
#include <string>

#include "results/report/html/html_report.hpp"
#include "results/report/judge_run.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/stored_run.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/text.hpp"
#include "tests/support/well_formed.hpp"

namespace soakrig::test {

class ReportRun {
 public:
  explicit ReportRun(const analysis::RunView& run, bool finish = true) {
    auto writer = store::Writer::create(directory_.path().string(),
                                        stored_header(run, "20260301-120000-0a1b2c3d"), clock_);
    REQUIRE(writer);
    store_run(**writer, run);
    path_ = (*writer)->path();
    if (finish) {
      const auto live = store::Reader::open(path_);
      REQUIRE(live);
      const auto judged = report::judge_run(*live);
      REQUIRE(judged);
      REQUIRE((*writer)->set_judgement(judged->verdict, judged->json));
      REQUIRE((*writer)->finish());
    } else {
      writer_ = std::move(*writer);
    }
    auto opened = store::Reader::open(path_);
    REQUIRE(opened);
    reader_ = std::make_unique<store::Reader>(std::move(*opened));
  }

  [[nodiscard]] report::PageInput input() const {
    auto input = report::load_page_input(*reader_);
    REQUIRE(input);
    return std::move(*input);
  }
  [[nodiscard]] std::string page(report::Language language = report::Language::en) const {
    return report::html_report(input(), language);
  }
  [[nodiscard]] const store::Reader& reader() const { return *reader_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  TempDir directory_;
  FakeClock clock_;
  std::string path_;
  std::unique_ptr<store::Writer> writer_;  // of a run that goes on
  std::unique_ptr<store::Reader> reader_;
};

inline constexpr double kReportSeconds = 600;

// Throttles from 300 s on, claims 20 tokens/s.
inline analysis::RunView throttling_run(const std::string& board = "pi") {
  Plant plant(board);
  plant.sensors(kReportSeconds)
      .channel("limiter.thermal.second_state", "{state}", pulse(300, kReportSeconds, 1), 0,
               kReportSeconds)
      .work("chat", {}, 0, kReportSeconds, pulse(300, kReportSeconds, 0.6, 1));
  analysis::RunView run = make_run({plant.board()}, {{"soak", kReportSeconds}});
  run.facts.name = run.spec.name = "plant";
  REQUIRE_FALSE(run.spec.boards.empty());
  Claim claim;
  claim.name = "tokens_per_s";
  claim.value = 20;
  run.spec.boards[0].claims.push_back(claim);
  return run;
}

}  // namespace soakrig::test
