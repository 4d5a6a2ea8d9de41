// SPDX-License-Identifier: Apache-2.0
//
// Sentences of the analysis name units as they are stored (UCUM); on the screen they read as in the
// plots. Pure.
#pragma once

#include <string>
#include <string_view>

namespace soakrig::dashboard {

// "1143 of 1769 {token}/s" -> "1143 of 1769 tokens/s". What is in braces but is no such name stays.
[[nodiscard]] std::string with_unit_words(std::string_view sentence);

}  // namespace soakrig::dashboard
