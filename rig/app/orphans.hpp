// SPDX-License-Identifier: Apache-2.0
//
// Agents whose run is gone: of a controller that died and was never gone on with, of an archive
// that was deleted, of a board that was out of reach when its run ended. Where they are found,
// which of them nobody wants any more, and their end. What another user has on a board is not seen.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "results/store/archive.hpp"
#include "rig/app/reach_boards.hpp"
#include "rig/base/resident.hpp"
#include "rig/base/result.hpp"

namespace soakrig::app {

enum class Standing : std::uint8_t {
  driven,     // a run goes on with it
  resumable,  // its run was interrupted, and can be gone on with from this archive
  orphaned,   // no run of this archive wants it, and it has no controller
};

// `runs`: of the archive. One that lost its controller just now counts as driven: a run of another
// archive may be between two links.
[[nodiscard]] Standing standing_of(const Resident& resident,
                                   std::span<const store::ArchivedRun> runs);
// "an agent of run R (pid 7, without a controller for 3h, 1.2 MB not delivered)"
[[nodiscard]] std::string describe(const Resident& resident);

// The agents of this user in one place: this machine, or a board over ssh.
class AgentPlace {
 public:
  AgentPlace() = default;  // this machine
  explicit AgentPlace(ReachedBoard board) : board_(std::move(board)) {}
  // "local", or an address; our programs are brought to a board first, as a run would.
  [[nodiscard]] static Result<AgentPlace> reach(const std::string& place);

  [[nodiscard]] Result<std::vector<Resident>> residents() const;
  // Ends it, and deletes what it kept.
  [[nodiscard]] Result<void> clear(const Resident& resident) const;
  // Ends it, and keeps what it has to say, for `soakrig resume`.
  [[nodiscard]] Result<void> stop(const Resident& resident) const;

 private:
  [[nodiscard]] std::string path_of(const std::string& name) const;
  [[nodiscard]] Result<std::string> ask(const std::vector<std::string>& words) const;

  std::optional<ReachedBoard> board_;
};

// Ends what lives of an interrupted run's agents on boards elsewhere; how many there were. A board
// that cannot be reached is said on standard error.
[[nodiscard]] int end_remote_agents(const std::string& run, const RunSpec& spec);

}  // namespace soakrig::app
