// SPDX-License-Identifier: Apache-2.0
//
// Claims beside what bounds the models that ran: the document of `soakrig claims`
// (docs/formats/claims_json.md), from the document of `show --json` and from what each workload
// said when it was ready. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "rig/base/verdict.hpp"

namespace soakrig::report {

// By board, workload and key.
using ReadyFacts = std::map<std::string, std::map<std::string, std::map<std::string, std::string>>>;

struct ClaimsView {
  std::string json;               // {"boards":[…]}
  std::string svg;                // the first roofline there is; may be empty
  Verdict worst = Verdict::pass;  // of the claims; pass without any
};

[[nodiscard]] ClaimsView claims_view(std::string_view document, const ReadyFacts& facts);

// The document as text for people.
[[nodiscard]] std::string claims_text(std::string_view claims_json);

}  // namespace soakrig::report
