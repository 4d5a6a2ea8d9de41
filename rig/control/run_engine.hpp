// SPDX-License-Identifier: Apache-2.0
//
// One run from its first journal entry to the moment its workloads are stopped and its chamber is
// safe. Composes the phase machine, the boards, the instruments and the store writer; judges
// nothing. Every state change is journalled, durably, before it takes effect.
//
// Threading: run() occupies the calling thread (its io_context); request_stop() may be called from
// any thread. Owns nothing it is given by reference.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "results/store/writer.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/control/guard_link.hpp"
#include "rig/control/link_terms.hpp"
#include "rig/control/observer.hpp"
#include "rig/control/phase_machine.hpp"
#include "rig/instruments/chamber.hpp"
#include "rig/instruments/relay.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::control {

// Who stopped a run before its plan was done.
enum class EndedBy : std::uint8_t { plan, operator_, limit, fault, nothing_left };
[[nodiscard]] std::string_view to_string(EndedBy by);

struct NamedInstrument {
  std::string board;  // empty = the rig's
  std::unique_ptr<instruments::Instrument> instrument;
  instruments::Relay* relay = nullptr;  // the same, where it is one
};

// Where an interrupted run had come to, in its run time.
struct ResumePoint {
  PhaseProgress progress;
  Nanos last = 0;  // the last that is known of it
  std::map<std::string, BoardMemory> boards = {};  // by name; clocks to run time
  std::string last_rung = {};  // body of the last event that told how a rung of a search ended
};

using BoardFacts = std::map<std::string, std::string>;

// An agent on the rig that asks the engine of a board which is elsewhere (`client = "rig"`). What it
// sees is stored as the board's.
struct ClientParts {
  std::size_t board = 0;           // in spec order
  std::vector<std::string> agent;  // argv
  LinkTerms link;
  std::string host;                // of the board, as it is reached from here
};

struct EngineParts {
  RunSpec spec;                             // connect strings resolved to real addresses
  std::unique_ptr<instruments::Chamber> chamber;  // identified; may be null
  std::optional<GuardParts> guard;                // without one only a virtual chamber is heated
  std::vector<NamedInstrument> instruments;       // identified
  std::vector<std::vector<std::string>> agents;   // argv of each board's agent, in spec order
  std::vector<LinkTerms> links;                   // of each; missing: over pipes, and gone with them
  std::vector<std::string> refused;               // why a board cannot be reached; empty = it can
  std::vector<BoardFacts> facts;                  // what the rig knows of each board beforehand
  std::vector<std::map<std::string, std::string>> moved;  // words of argv that are others there
  std::vector<ClientParts> clients;
  PhaseLimits limits;
  std::optional<ResumePoint> resume;              // goes on with an interrupted run
};

struct Outcome {
  EndedBy ended_by = EndedBy::plan;
  std::string why;                    // in words, when not by plan
  std::optional<Error> store_failure; // then the rest was not stored
};

class RunEngine {
 public:
  RunEngine(boost::asio::io_context& io, EngineParts parts, store::Writer& writer,
            const Clock& clock, Nanos run_start, RunObserver& observer);
  ~RunEngine();

  // Blocks until the run has ended and everything is stopped and safe.
  Outcome run();
  // Ends the phase in order, then the run. The second call gives the boards no grace.
  void request_stop(EndedBy by, const std::string& why);
  // To be wired to the writer's callbacks; from any thread.
  void on_commit(const store::CommitReport& report);
  void on_store_failure(const Error& error);
  // Tells the profile's notifier, and waits for it a little. After run().
  void notify_end(const std::string& message);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::control
