// SPDX-License-Identifier: Apache-2.0
//
// Where this checkout and its programs lie, for tests that read examples or start programs. Known
// to one file only, so that the others compile to the same object in every checkout (and hit
// ccache).
#pragma once

#include <string>

namespace soakrig::test {

// Absolute, without a trailing slash.
std::string source_dir();
std::string bin_dir();

}  // namespace soakrig::test
