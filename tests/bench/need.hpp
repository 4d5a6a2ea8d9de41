// SPDX-License-Identifier: Apache-2.0
//
// A bench without what it measures has no figures: it says why and ends.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "rig/base/result.hpp"

namespace soakrig::bench {

[[noreturn]] inline void give_up(const Error& error) {
  std::fprintf(stderr, "bench: %s\n", error.message().c_str());
  std::exit(2);
}
template <class T>
T need(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(*result);
}
inline void need(const Result<void>& result) {
  if (!result) give_up(result.error());
}

}  // namespace soakrig::bench
