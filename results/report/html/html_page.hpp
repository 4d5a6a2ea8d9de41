// SPDX-License-Identifier: Apache-2.0
//
// A whole page around its content: one self-contained HTML file without script, for screens light
// and dark and for A4. The browser is told to load and run nothing, whatever a name in it says.
#pragma once

#include <string>

#include "results/report/html/markup.hpp"
#include "results/report/html/words.hpp"

namespace soakrig::report {

struct PageFrame {
  std::string title;    // of the window
  std::string edge;     // along the edge of every printed page: what and which run it is
  bool marked = false;  // simulated or replayed: the edge is in the colour of warning
};

[[nodiscard]] std::string html_page(const PageFrame& frame, const Markup& content,
                                    const Words& words);

}  // namespace soakrig::report
