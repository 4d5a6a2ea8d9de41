// SPDX-License-Identifier: Apache-2.0
//
// What a routed load measured, as text, JSON (docs/formats/hybrid.md) and a page with the picture
// of the threshold's sweep. What was computed from measured answers says so. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "results/analysis/hybrid_sweep.hpp"
#include "results/report/html/markup.hpp"
#include "results/report/html/page_input.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

struct HybridCase {
  std::string board, workload;
  analysis::HybridFigures figures;
  std::optional<analysis::ThresholdSweep> sweep;
};

// Of every board of the input that has a routed load, over the whole run.
[[nodiscard]] std::vector<HybridCase> hybrid_cases(const PageInput& input);

[[nodiscard]] std::string hybrid_text(std::span<const HybridCase> cases, std::size_t width);
[[nodiscard]] std::string hybrid_json(const std::string& run, const std::string& provenance,
                                      std::span<const HybridCase> cases);
// `banner`: SIMULATED and the like, or empty. An emulated link is named in the pictures as well.
// The section is empty without a case.
[[nodiscard]] Markup hybrid_section(std::span<const HybridCase> cases, const std::string& banner,
                                    Language language);
[[nodiscard]] std::string hybrid_page(const std::string& run, std::span<const HybridCase> cases,
                                      const std::string& banner, Language language);

}  // namespace soakrig::report
