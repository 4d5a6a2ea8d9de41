// SPDX-License-Identifier: Apache-2.0
//
// What `soakrig quality` found, as text, document (docs/formats/quality.md) and page. Pure.
#pragma once

#include <string>

#include "results/analysis/quality.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

[[nodiscard]] std::string quality_json(const analysis::QualityResult& result);
[[nodiscard]] std::string quality_text(const analysis::QualityResult& result, std::size_t width);
[[nodiscard]] std::string quality_page(const analysis::QualityResult& result, Language language);

}  // namespace soakrig::report
