// SPDX-License-Identifier: Apache-2.0
//
// The evidence join: everything that was gathered around one changed boot_id, from the board, its console,
// its supply and the rig, becomes one class with its evidence and blame. What is missing never
// counts as "it did not happen". Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "results/analysis/reset_class.hpp"
#include "rig/base/death_evidence.hpp"
#include "rig/base/event.hpp"

namespace soakrig::analysis {

// Something of the kernel's allow-list, said before the board came up again.
struct KernelWord {
  Nanos t = 0;
  std::string kind, text, from;  // `from`: "kernel log", "console", "pstore"
};

struct DeathCase {
  Nanos boot = 0;                      // when it was heard of again
  std::optional<Nanos> silent_since;   // when its link was lost
  std::vector<KernelWord> words;
  std::optional<Nanos> operator_reboot;  // asked for by a person, through the rig
  std::optional<Nanos> rig_power;        // a phase of the profile switched its supply
  std::optional<Nanos> told;             // its agent was told to end, as by a shutdown
  std::optional<DeathEvidence> after, before;  // what it kept: read after the return, and before it died
};

// Of the board.boot event `boot`: what lies between the board's boot before that and this one, at most
// ten minutes before the silence.
[[nodiscard]] DeathCase gather_death(std::span<const Event> events, std::string_view board,
                                     const Event& boot);

// The first that applies:
// 1 a person asked for it, or a phase switched the supply: planned-reboot, operator
// 2 a shutdown for heat: thermal-shutdown, board
// 3 a panic: kernel-panic, board; one that a detector of lockups or hung tasks raised: lockup, board
// 4 an orderly end (the kernel's "reboot: …", the journal's, the agent's): planned-reboot, unknown,
//   since nobody says who asked
// 5 an oops: kernel-panic; a lockup, a stall or a hung task: lockup; all board
// 6 a watchdog that says that it fired, and did not before: watchdog-reset, board
// 7 the vendor's word for it: thermal-shutdown, watchdog-reset (board) or power-loss (unknown)
// 8 the meter fell below what is no supply, or under-voltage was reported: power-loss, unknown,
//   since supply and board share it
// 9 the rig brought it back: lockup, board, where it was silent on every rung with its supply on;
//   planned-reboot, operator, where it answered; else link-loss, unknown
// 10 a kernel that would have left last words (pstore that was read, or a console that was heard) left
//    none: power-loss, unknown
// 11 unknown-reset: silence proves nothing.
[[nodiscard]] ResetReason judge_death(const DeathCase& death);

}  // namespace soakrig::analysis
