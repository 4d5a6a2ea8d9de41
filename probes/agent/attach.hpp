// SPDX-License-Identifier: Apache-2.0
//
// soakrig-agent attach: joins standard input and output with the socket of a detached agent, and
// starts that agent where there is none. It is what a controller runs, over a pipe or over ssh; it
// knows nothing of what goes through it, and its end harms nobody.
#pragma once

#include "probes/agent/options.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::agent {

// Until one end closes. What keeps it from the agent is also said to the controller, as `refused`.
[[nodiscard]] Result<void> run_attach(const Options& options, const Clock& clock, int in, int out);

}  // namespace soakrig::agent
