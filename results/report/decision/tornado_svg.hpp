// SPDX-License-Identifier: Apache-2.0
//
// A tornado picture: how far the edge's cost of a million useful tokens moves with each input,
// the widest on top, with the cloud's cost as a line. Inline SVG in the page's style. Pure.
#pragma once

#include <string>

#include "results/analysis/cost.hpp"
#include "results/report/html/markup.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

// At most twelve bars. Nothing where no input moves anything.
[[nodiscard]] Markup tornado_svg(const analysis::CostAnswer& answer, const std::string& title,
                                 const std::string& currency, const std::string& banner,
                                 Language language);

}  // namespace soakrig::report
