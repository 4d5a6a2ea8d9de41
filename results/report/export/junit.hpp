// SPDX-License-Identifier: Apache-2.0
//
// A judgement as JUnit XML, for the readers of continuous integration (docs/formats/junit.md): a
// suite a board, a case a rule. `failure` is the board's; `error` is everything that kept a rule
// from being judged (a fault of the rig, too little seen), never `skipped`, which most readers show
// in green. Numbers stand in the text, since readers drop the rest.
#pragma once

#include <string>

#include "results/analysis/judgement.hpp"

namespace soakrig::report {

[[nodiscard]] std::string junit_xml(const analysis::Judgement& judgement);

}  // namespace soakrig::report
