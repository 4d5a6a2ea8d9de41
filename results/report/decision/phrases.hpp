// SPDX-License-Identifier: Apache-2.0
//
// The words of the decision pages in each language, by key; sentences with values in them are in
// sentences.hpp. Pure.
#pragma once

#include <span>
#include <string_view>

#include "results/report/html/words.hpp"

namespace soakrig::report {

struct Phrase {
  std::string_view key, en, zh;
};
[[nodiscard]] std::span<const Phrase> phrases();

// The key itself where there is none.
[[nodiscard]] std::string_view phrase(Language language, std::string_view key);

}  // namespace soakrig::report
