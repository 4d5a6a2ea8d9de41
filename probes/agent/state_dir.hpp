// SPDX-License-Identifier: Apache-2.0
//
// The folder of one detached agent (docs/formats/spool.md): `lock`, held by the agent that lives;
// `socket`, where a controller finds it; `agent.pid`, which process it is and how it was set up;
// `alone`, since when it has no controller; `log`, its standard error; `spool/`. For this user only,
// since who may write here may start programs.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "rig/base/fd.hpp"
#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::agent {

class StateDir {
 public:
  // Makes it where it is missing, parents included. Errc::unsupported: another user's; io.
  [[nodiscard]] static Result<StateDir> open(const std::string& path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string pid_path() const { return path_ + "/agent.pid"; }
  [[nodiscard]] std::string log_path() const { return path_ + "/log"; }
  [[nodiscard]] std::string spool_path() const { return path_ + "/spool"; }

  // Errc::busy while an agent lives here.
  [[nodiscard]] Result<Fd> lock() const;
  // The agent's end, by who holds the lock; and a controller's. Errc::not_found: nobody listens.
  [[nodiscard]] Result<Fd> listen() const;
  [[nodiscard]] Result<Fd> connect() const;
  // The agent that wrote agent.pid, living or not.
  struct Owner {
    ProcessId process;
    std::string setup;  // how it was started
  };
  [[nodiscard]] std::optional<Owner> owner() const;
  // For who looks at it from outside: the agent that lives here has had no controller since this
  // boot time; 0 = it has one.
  void note_alone(Nanos since) const;
  // Absent: it has a controller, or never noted anything.
  [[nodiscard]] std::optional<Nanos> alone_for(const Clock& clock) const;
  // After the last word was delivered: the folder itself too, unless something is left in it.
  void remove() const;

 private:
  StateDir(std::string path, Fd folder) : path_(std::move(path)), folder_(std::move(folder)) {}
  [[nodiscard]] std::string socket_path() const;

  std::string path_;
  Fd folder_;
};

// A board that is taken, for as long as this lives: by a lock on a file of this user's, and by a name in
// the kernel that other users see.
struct Lease {
  Fd file, name;
};
// Two agents with one lease never live at once, two users' agents with leases of one file name
// neither. Errc::busy names who has it. The text says who we are.
[[nodiscard]] Result<Lease> take_lease(const std::string& path, const std::string& text);

}  // namespace soakrig::agent
