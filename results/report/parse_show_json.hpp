// SPDX-License-Identifier: Apache-2.0
//
// Reads a document of show_json back into a judgement: for whatever shows or compares a run that
// was judged before. What a newer program added is ignored; what is missing or of another type is
// unknown. Fields that are no keys of the document (what lies behind the figures) stay empty.
#pragma once

#include <string_view>

#include "results/analysis/judgement.hpp"
#include "results/report/run_clock.hpp"
#include "rig/base/result.hpp"

namespace soakrig::report {

// Errc::corrupt when the text is no such document at all. A time that does not parse is run time 0.
[[nodiscard]] Result<analysis::Judgement> parse_show_json(std::string_view document,
                                                          const RunClock& clock);

}  // namespace soakrig::report
