// SPDX-License-Identifier: Apache-2.0
//
// One question to an engine outside the load: is it ready, which model does it hold.
#pragma once

#include <string>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "workloads/openai/http_connection.hpp"

namespace soakrig::workloads {

struct Fetched {
  int status = 0;
  std::string body;  // at most 1 MiB of it
};

// GET, waited for. Errc::timeout; Errc::io with the trouble's name for anything that is no answer.
// The answer of a server that says no is an answer. `token` may be empty.
[[nodiscard]] Result<Fetched> http_fetch(const HttpUrl& url, const std::string& path,
                                         const TlsTrust& trust, const std::string& token,
                                         Nanos timeout, const Clock& clock);

}  // namespace soakrig::workloads
