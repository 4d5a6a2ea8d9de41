// SPDX-License-Identifier: Apache-2.0
#include "results/store/model.hpp"

#include <sys/random.h>

#include <cstdio>

#include "rig/base/result.hpp"

namespace soakrig::store {

std::string make_run_id(Nanos utc_ns) {
  std::uint32_t random = 0;
  const ssize_t got = ::getrandom(&random, sizeof random, 0);
  RIG_ASSERT(got == static_cast<ssize_t>(sizeof random));  // short only for more than 256 bytes
  // "2026-03-01T12:00:00.000Z" -> "20260301-120000"
  const std::string text = format_rfc3339(utc_ns);
  std::string id;
  for (const char c : text.substr(0, 19)) {
    if (c >= '0' && c <= '9') id += c;
    if (c == 'T') id += '-';
  }
  char suffix[16];
  std::snprintf(suffix, sizeof suffix, "-%08x", random);
  return id + suffix;
}

}  // namespace soakrig::store
