// SPDX-License-Identifier: Apache-2.0
//
// The controller's end of the agent protocol: turns the bytes of one agent into sources, batches
// and events in the rig's time, and commands into lines. Pure with respect to I/O: bytes go in by
// feed(), lines come out by the send function; whoever owns the pipe or the ssh connection moves
// them. The agent is hostile until parsed: what breaks the protocol is counted and reported, and a
// flood of it ends the session, never the controller.
//
// A session outlives its links: attach() begins one to a detached agent, as often as need be. What
// every stream had said before is known, so nothing is taken twice, and each boot of the board
// keeps its clock.
//
// One owner, one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/agent_protocol.hpp"
#include "rig/base/line_buffer.hpp"
#include "rig/base/result.hpp"
#include "rig/board/clock_sync.hpp"

namespace soakrig::board {

// What a session reports. Times are the rig's boot time.
class SessionSink {
 public:
  virtual ~SessionSink() = default;
  virtual void on_hello(const agent::Hello& hello) = 0;
  // What follows belongs to this stream; `live`: of the agent that speaks, not of one before it.
  virtual void on_stream(const std::string& stream, bool live) = 0;
  virtual void on_source(std::uint32_t source, const SourceInfo& info) = 0;
  virtual void on_batch(Batch batch, std::uint64_t seq) = 0;  // batch.source as announced
  virtual void on_event(Event event, std::uint64_t seq) = 0;
  virtual void on_clock(const ClockAnchor& anchor) = 0;       // after each new round trip
  // The agent broke the protocol. `fatal` = the session takes nothing more from it.
  virtual void on_protocol_fault(const Error& error, bool fatal) = 0;
  // The agent, or the way to it, wants no part of this: a second controller, another run, no agent.
  virtual void on_refused(const Error& error) = 0;
};

class AgentSession {
 public:
  using Send = std::function<void(std::string line)>;

  // `sink` and `clock` must outlive the session.
  AgentSession(SessionSink& sink, const Clock& clock, Send send);

  // A new link to a detached agent: forgets what was half said on the last one, and asks.
  void attach(const std::string& run, const std::string& controller);
  // Of a run that is gone on with, before the first link: what it has of a stream, and where it
  // placed a boot.
  void know(const std::string& stream, std::uint64_t seq) { streams_[stream] = seq; }
  void know_clock(const std::string& boot_id, const ClockAnchor& anchor);

  void feed(std::string_view bytes);
  // Call about once a second: asks for the time every 10 s.
  void tick();

  void start_workload(const WorkloadSpec& workload);
  void stop_workload(const std::string& name, Nanos grace);  // "" = all
  void acknowledge(std::uint64_t seq, const std::string& stream = {});
  void bye();

  [[nodiscard]] bool greeted() const { return greeted_; }
  // Rig boot time of the last line that parsed; 0 before the first.
  [[nodiscard]] Nanos last_heard() const { return last_heard_; }
  [[nodiscard]] std::uint64_t faults() const { return faults_; }

  static constexpr std::uint64_t kMaxFaults = 1000;

 private:
  void handle(const agent::Hello& hello);
  void handle(const agent::Announce& announce);
  void handle(agent::BatchMessage& message);
  void handle(agent::EventMessage& message);
  void handle(const agent::Pong& pong);
  void handle(const agent::StreamMark& mark);
  void handle(const agent::Refused& refused);
  void place_boot(const agent::StreamMark& mark);
  bool placed();
  bool accept_seq(std::uint64_t seq);
  void fault(Error error, bool fatal = false);
  void ping();

  SessionSink& sink_;
  const Clock& clock_;
  Send send_;
  LineBuffer lines_{agent::kMaxLine};
  std::map<std::string, ClockSync> clocks_;        // by boot_id
  std::map<std::string, std::uint64_t> streams_;   // last number taken of each
  std::string stream_, boot_id_;                   // of what is said now
  std::string live_stream_, live_boot_;            // of the agent that speaks
  std::map<std::uint32_t, std::uint32_t> columns_;  // of each announced source
  std::map<std::uint64_t, Nanos> pings_;            // asked at, by number
  std::uint64_t next_ping_ = 1, faults_ = 0, overlong_seen_ = 0;
  Nanos last_heard_ = 0, last_ping_ = 0;
  bool greeted_ = false, dead_ = false;
  bool refused_ = false;  // on this link; the next one may try again
};

}  // namespace soakrig::board
