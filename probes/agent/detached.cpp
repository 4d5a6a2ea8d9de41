// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/detached.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <algorithm>
#include <cstdio>
#include <utility>

#include "rig/base/process_id.hpp"

namespace soakrig::agent {

namespace {

template <class T>
T or_fatal(Result<T> result) {
  if (!result) throw Fatal(result.error());
  return std::move(*result);
}

// No more than a quarter of what is free, so that a soak does not fill its board's disk.
std::size_t budget_of(const std::string& folder, std::size_t asked) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return asked;
  return std::min(asked, static_cast<std::size_t>(disk.f_bavail) * disk.f_frsize / 4);
}

Spool new_spool(const StateDir& state, const Options& options, const std::string& stream,
                const Clock& clock) {
  StreamHead head{stream, options.run, current_boot_id()};
  if (options.spool_bytes == 0) {
    Spool in_memory({}, std::move(head), Spool::kMemoryBytes);
    in_memory.note_clock({clock.boot_ns(), clock.utc_ns()});
    return in_memory;
  }
  if (::mkdir(state.spool_path().c_str(), 0700) != 0) errno = 0;  // the spool says what is wrong
  Spool spool(state.spool_path() + "/" + stream, std::move(head),
              budget_of(state.path(), options.spool_bytes));
  spool.note_clock({clock.boot_ns(), clock.utc_ns()});
  return spool;
}

std::vector<Spool> left_behind(const StateDir& state, const std::string& run) {
  std::vector<Spool> out;
  for (const std::string& folder : stream_folders(state.spool_path())) {
    auto spool = Spool::open(folder);
    if (!spool) {
      std::fprintf(stderr, "soakrig-agent: %s\n", spool.error().message().c_str());
    } else if (spool->head().run == run) {
      out.push_back(std::move(*spool));
    }
  }
  return out;
}

Lease lease_of(const Options& options) {
  if (options.lease.empty()) return {};
  return or_fatal(take_lease(options.lease, "run " + options.run + ", agent with pid " +
                                                std::to_string(this_process().pid)));
}

}  // namespace

Detached::Detached(const Options& options, const Clock& clock, const std::string& stream)
    : clock_(clock),
      run_(options.run),
      orphan_limit_(options.orphan_limit),
      state_(or_fatal(StateDir::open(options.state))),
      lock_(or_fatal(state_.lock())),
      lease_(lease_of(options)),
      door_(or_fatal(state_.listen()), clock),
      named_(state_.pid_path(), setup_of(options)),
      relay_(new_spool(state_, options, stream, clock), left_behind(state_, options.run)),
      alone_since_(clock.boot_ns()),
      clock_noted_(clock.boot_ns()) {
  state_.note_alone(alone_since_);
}

std::optional<Error> Detached::objection(const Attach& wish, const Link* current) const {
  if (wish.version != kProtocolVersion) {
    return Error{Errc::unsupported,
                 "this agent speaks protocol " + std::to_string(kProtocolVersion) +
                     ", the controller " + std::to_string(wish.version),
                 "use an agent and a controller of the same release"};
  }
  if (wish.run != run_) {
    return Error{Errc::busy, "this agent serves run " + run_,
                 "end that run first: soakrig stop, or soakrig-agent --stop " + state_.pid_path()};
  }
  if (current != nullptr && current->controller != wish.controller &&
      clock_.boot_ns() - current->heard_at < kLivingFor) {
    return Error{Errc::busy, "the agent has a controller already: " + current->controller,
                 "two controllers never drive one board"};
  }
  return std::nullopt;
}

std::unique_ptr<Link> Detached::answer(const Link* current) {
  std::unique_ptr<Link> link;
  while (auto visitor = door_.answer()) {
    if (const auto why = objection(visitor->wish, link ? link.get() : current)) {
      refuse(std::move(visitor->link), why->what, why->remedy);
      continue;
    }
    have_ = std::move(visitor->wish.have);
    link = std::make_unique<Link>(std::move(visitor->link), std::move(visitor->wish.controller));
    link->heard_at = clock_.boot_ns();
    link->commands.append(visitor->more);
  }
  return link;
}

bool Detached::given_up(Nanos now) const { return now - alone_since_ >= orphan_limit_; }

void Detached::every_second(Nanos now, bool linked) {
  Spool& spool = relay_.live();
  problem_ = spool.problem();
  if (now - clock_noted_ >= kClockEvery) {
    clock_noted_ = now;
    spool.note_clock({now, clock_.utc_ns()});
  }
  if (std::exchange(noted_alone_, !linked) == linked) state_.note_alone(linked ? 0 : alone_since_);
  if (linked) {
    alone_since_ = now;
  } else if (now - written_out_ >= kWriteOutEvery) {
    written_out_ = now;
    spool.write_out();
  }
}

void Detached::clean_up() {
  if (!relay_.delivered()) return;
  relay_.live().remove();
  state_.remove();
}

}  // namespace soakrig::agent
