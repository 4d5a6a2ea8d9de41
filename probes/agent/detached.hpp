// SPDX-License-Identifier: Apache-2.0
//
// What an agent has that outlives its controller: its folder, its door, its spool, and how long it
// goes on alone. Decides who may be its controller. One owner; not thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "probes/agent/door.hpp"
#include "probes/agent/link.hpp"
#include "probes/agent/options.hpp"
#include "probes/agent/pid_file.hpp"
#include "probes/agent/relay.hpp"
#include "probes/agent/state_dir.hpp"

namespace soakrig::agent {

class Detached {
 public:
  static constexpr Nanos kLivingFor = 30 * kSecond;  // a controller that says nothing is no more
  static constexpr Nanos kClockEvery = kMinute;
  static constexpr Nanos kWriteOutEvery = 10 * kSecond;

  // Takes the folder's lock and the lease, opens the door, and finds what earlier agents left.
  // Throws Fatal when it cannot.
  Detached(const Options& options, const Clock& clock, const std::string& stream);

  [[nodiscard]] Relay& relay() { return relay_; }
  void add_to(std::vector<pollfd>& polled) const { door_.add_to(polled); }
  // A new controller that may come in, in place of `current`, if one has asked.
  [[nodiscard]] std::unique_ptr<Link> answer(const Link* current);
  // The last link's wishes: what its controller has.
  [[nodiscard]] const std::map<std::string, std::uint64_t>& have() const { return have_; }

  void alone_since(Nanos now) { alone_since_ = now; }
  // Nobody has come back for as long as the profile allows.
  [[nodiscard]] bool given_up(Nanos now) const;
  // Once a second: clock pairs, the way to the disk.
  void every_second(Nanos now, bool linked);
  // At the end: nothing of what was delivered stays behind.
  void clean_up();

  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] Nanos orphan_limit() const { return orphan_limit_; }

 private:
  [[nodiscard]] std::optional<Error> objection(const Attach& wish, const Link* current) const;

  const Clock& clock_;
  std::string run_;
  Nanos orphan_limit_;
  StateDir state_;
  Fd lock_;
  Lease lease_;
  Door door_;
  PidFile named_;
  std::string problem_;  // of the spool, while it is not on disk
  Relay relay_;
  std::map<std::string, std::uint64_t> have_;
  Nanos alone_since_, clock_noted_ = 0, written_out_ = 0;
  bool noted_alone_ = true;  // in the folder
};

}  // namespace soakrig::agent
