// SPDX-License-Identifier: Apache-2.0
//
// Where the programs of this installation are: beside the one that runs.
#pragma once

#include <string>
#include <string_view>

namespace soakrig::app {

[[nodiscard]] std::string own_program();                        // absolute path of this program
[[nodiscard]] std::string sibling_program(std::string_view name);  // same folder, whether it exists or not

}  // namespace soakrig::app
