// SPDX-License-Identifier: Apache-2.0
//
// The report a person reads in a terminal: the verdict and why, then claimed, peak and sustained,
// then the run as strips and as a timeline. Shows a judgement (parse_show_json gives a stored one,
// so that text and JSON never differ); the run's view adds the pictures.
#pragma once

#include <string>
#include <vector>

#include "results/analysis/judgement.hpp"
#include "results/analysis/run_view.hpp"

namespace soakrig::report {

struct TextOptions {
  bool colour = false;  // only for a terminal
  std::size_t width = 80;
  std::vector<std::string> next;  // commands to try, ready to type
};

[[nodiscard]] std::string text_report(const analysis::Judgement& judgement,
                                      const analysis::RunView& run, const TextOptions& options);

}  // namespace soakrig::report
