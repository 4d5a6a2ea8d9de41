// SPDX-License-Identifier: Apache-2.0
//
// Two made-up candidates that are alike in everything, for tests to change.
#pragma once

#include <vector>

#include "results/report/compare/comparison.hpp"
#include "tests/support/catch.hpp"

namespace soakrig::test {

struct Made {
  analysis::Judgement judgement;
  RunSpec spec;
  std::string label;

  explicit Made(const std::string& name) : label("night:" + name) {
    WorkloadSpec load;
    load.name = "chat";
    load.kind = "llm";
    load.precision = "int8";
    spec.workloads.push_back(load);
    judgement.run.name = "night";
    judgement.run.state = RunState::sealed;
    analysis::BoardJudgement made;
    made.name = name;
    made.verdict = Verdict::pass;
    made.coverage = 1;
    analysis::PhaseFigures phase;
    phase.name = "hot";
    phase.ambient = 55;
    phase.dwell = analysis::Interval{0, kHour};
    analysis::WorkFigures work;
    work.name = "chat";
    work.unit = "{token}/s";
    work.peak = 25;
    work.sustained = 20;
    work.lower = 19.5;
    work.upper = 20.5;
    work.stability = 0.98;
    phase.work.push_back(work);
    made.phases.push_back(phase);
    judgement.boards.push_back(made);
  }
  analysis::BoardJudgement& board() { return judgement.boards[0]; }
  analysis::PhaseFigures& phase() { return board().phases[0]; }
  analysis::WorkFigures& work() { return phase().work[0]; }
  void power(double mean, double lower, double upper) {
    analysis::PowerFigures p;
    p.measuring_point = "wall";
    p.mean_w = mean;
    p.lower_w = lower;
    p.upper_w = upper;
    phase().power = p;
  }
  report::Candidate candidate() { return {label, &judgement, &board(), &spec, "0.1.0 abc"}; }
};

struct Two {
  Made a{"a"}, b{"b"};
  std::vector<report::Candidate> candidates() { return {a.candidate(), b.candidate()}; }
};

}  // namespace soakrig::test
