// SPDX-License-Identifier: Apache-2.0
//
// Interrupts that say something about the hardware's health, summed over cores since boot:
// interrupts.thermal (TRM), interrupts.threshold (THR), interrupts.machine_check (MCE),
// interrupts.error (ERR) and interrupts.misrouted (MIS). x86 only; rows that a kernel does not have
// are not channels. They are evidence, no limiters: TRM also fires when a sensor crosses back.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_interrupts(HostFs& fs);

// The sum of the numbers after "KEY:" on its line; absent when there is no such line or number.
[[nodiscard]] std::optional<std::uint64_t> parse_interrupt_row(std::string_view text,
                                                               std::string_view key);

}  // namespace soakrig::probes
