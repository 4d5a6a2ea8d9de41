// SPDX-License-Identifier: Apache-2.0
//
// Every probe there is: an explicit list, sorted by name, without start-up side effects (a static
// library drops self-registering objects in silence). Tests make catalogues of their own.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::span<const ProbeEntry> catalogue();

// Makes the probes of `entries`, or only those named in `only` (empty = all). Throws Fatal when a
// name stands twice in the list, when two probes claim the same channel, when a channel's name is
// not valid, or when `only` names a probe that does not exist (exit code 4, with a suggestion).
[[nodiscard]] std::vector<std::unique_ptr<Probe>> make_probes(
    HostFs& fs, const std::vector<std::string>& only = {},
    std::span<const ProbeEntry> entries = catalogue());

}  // namespace soakrig::probes
