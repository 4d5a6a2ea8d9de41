// SPDX-License-Identifier: Apache-2.0
//
// Answers queries from files: keeps what it read of each run, reads anew only what can have
// changed. Belongs to one thread (worker.hpp); tests call it directly.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "dashboard/app/background_judge.hpp"
#include "dashboard/app/query.hpp"
#include "rig/base/time.hpp"

namespace soakrig::dashboard {

class Answerer {
 public:
  // With `judge` what has no judgement is judged there while answers go on; without, by improve()
  // itself. Clock and judge must outlive it.
  explicit Answerer(const Clock& clock, BackgroundJudge* judge = nullptr)
      : clock_(clock), judge_(judge) {}

  [[nodiscard]] Answer answer(const Query& query, const std::function<bool()>& cancelled);
  // Works on what the last answer lacked: a speed of a long run, the judgement of
  // a run that has none; a step at a time.
  // True when something changed, so that the same query deserves another answer.
  [[nodiscard]] bool improve(const Query& query);

 private:
  struct Kept {
    std::string path;
    std::optional<RunSession> session;
    std::shared_ptr<const RunModel> model;
    std::optional<analysis::Judgement> judgement;  // worked out here
    std::string not_judged;                        // why there is none
    std::optional<Error> error;
    std::string stamp;  // of the files that the model was read from
    Nanos looked_at = 0, read_at = 0, judged_at = 0, judging_took = 0;
  };
  Kept& keep(const std::string& path);
  void refresh(Kept& kept);
  void take_judgement();
  void judged(Kept& kept, Result<analysis::Judgement> judgement, Nanos took);
  void list(const std::string& archive);
  [[nodiscard]] bool still_holds(const Query& query, const Answer& fresh) const;
  void fill_plots(const Query& query, Answer& out, const std::function<bool()>& cancelled);
  void fill_statistics(const Query& query, Answer& out, const std::function<bool()>& cancelled);

  const Clock& clock_;
  BackgroundJudge* judge_;
  static constexpr std::size_t kMostKept = 24;  // runs, where not more are asked for at once
  std::size_t most_kept_ = kMostKept;
  std::list<Kept> kept_;  // newest use first
  std::vector<HistoryRow> listed_;
  std::string listed_of_;
  Nanos listed_at_ = 0;
  std::uint64_t number_ = 0;
  bool partial_ = false;        // the last answer lacked part of a speed
  std::optional<Answer> last_;  // given again while it is what the files say
};

// What a view of this kind draws of a run.
[[nodiscard]] std::vector<PlotSpec> plots_for(const Query& query, const RunModel& run,
                                              const std::string& board);

}  // namespace soakrig::dashboard
