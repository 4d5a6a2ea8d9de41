// SPDX-License-Identifier: Apache-2.0
//
// The text report of a run on standard output: what `show` prints, and `run` at its end.
#pragma once

#include <string>

#include "results/store/reader.hpp"
#include "rig/base/result.hpp"

namespace soakrig::app {

// `document` is the judgement as report::show_run gives it. In colour on a terminal, unless
// NO_COLOR is set. Ends with the next commands to try: only such as this program has.
[[nodiscard]] Result<void> print_run(const store::Reader& reader, const std::string& document);

}  // namespace soakrig::app
