// SPDX-License-Identifier: Apache-2.0
//
// An error about a run's file: what is wrong with it, and what to do. Internal to results/store.
#pragma once

#include <string>
#include <utility>

#include "rig/base/result.hpp"

namespace soakrig::store {

[[nodiscard]] inline Error fault(Errc code, const std::string& file, std::string what,
                                 std::string remedy) {
  Error error;
  error.code = code;
  error.what = std::move(what);
  error.remedy = std::move(remedy);
  error.file = file;
  return error;
}

}  // namespace soakrig::store
