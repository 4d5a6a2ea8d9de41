// SPDX-License-Identifier: Apache-2.0
//
// A phase with `vary` stands for many: one for each combination of its values, the last varying
// fastest, each with a copy of the workloads that say "{NAME}" where a value belongs.
//
//   [workload.chat]                     [[phase]]
//   kind = "llm"                        name = "decode"
//   format = "{quant}"                  vary = { quant = ["q4_0", "q8_0"], threads = [1, 2] }
//   threads = "{threads}"               soak = "5min"
//                                       work = ["chat"]
//
// It is done on the document, before anything is read, so that what comes out passes the same
// checks as if it had been written out. Pure.
#pragma once

#include "rig/plan/faults.hpp"
#include "rig/plan/value.hpp"

namespace soakrig::plan {

inline constexpr std::size_t kMaxCombinations = 256;  // of one phase

// A text that is "{NAME}" alone becomes the value itself, a number where it is one; inside a longer
// text or a list the value is written out. Only names of the phase's own `vary` count. A phase that came out
// keeps `vary` as the table of its own values. A workload that was a pattern is no longer one of
// the profile's unless another phase names it.
void expand_sweeps(Value& root, Faults& faults);

}  // namespace soakrig::plan
