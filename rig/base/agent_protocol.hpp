// SPDX-License-Identifier: Apache-2.0
//
// The lines between an agent and its controller: one JSON object a line, one key naming the message
// (docs/formats/agent_protocol.md). Both directions parse the other as hostile: sizes are bounded,
// unknown fields ignored, unknown messages refused. Pure; no I/O.
//
// Flow: the agent says hello, announces each source once with channels (a source may come later,
// as when a workload starts), then sends batches and events, numbered by one sequence `seq` from 1
// without gaps. The controller acknowledges the highest seq it has made durable.
// A detached agent waits for attach before it says hello, and then names with `stream` whose lines
// follow: what an agent before it has left, then its own, each from behind what the controller has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rig/base/batch.hpp"
#include "rig/base/event.hpp"
#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::agent {

inline constexpr int kProtocolVersion = 1;
inline constexpr std::size_t kMaxLine = 1u << 20;
inline constexpr std::size_t kMaxSources = 4096;
inline constexpr std::size_t kMaxChannelsPerSource = 4096;
inline constexpr std::size_t kMaxRowsPerBatch = 4096;

// --- up: agent to controller ---------------------------------------------------------------------

// {"hello":{"version":1,"agent":"0.1.0+abc","stream":UUID,"board":{facts},"boot_id":…,"pid":…,
//  "start_time":…,"boot_ns":…}}: first line, once.
struct Hello {
  int version = kProtocolVersion;
  std::string agent;    // program version + commit
  std::string stream;   // UUID of this agent's start
  std::map<std::string, std::string> board;  // facts; an unknown one is left out
  ProcessId process;    // of the agent, boot_id included
  Nanos boot_ns = 0;
  bool detached = false;                // it outlives its link and keeps a spool
  std::map<std::string, bool> running;  // workloads that have a process: whether they are ready
};

// {"stream":{"stream":UUID,"boot_id":…,"first":…,"last":…,"clock":[boot_ns,utc_ns]}}: what follows,
// announcements included, belongs to this stream; `clock` is its newest pair of readings.
struct StreamMark {
  std::string stream;
  std::string boot_id;
  std::uint64_t first = 0, last = 0;  // numbers that are kept; first > last: none
  Nanos clock_boot_ns = 0, clock_utc_ns = 0;  // both 0: not known
};

// {"refused":{"what":…,"remedy":…}}: instead of hello; then the agent closes the link.
struct Refused {
  std::string what, remedy;
};

// {"channels":{"src":0,"name":"thermal_zone","period_ns":…,"list":[{"name","unit","source",
//  "provenance","reason"}]}}: announces source `src`, before its first batch.
struct Announce {
  std::uint32_t source = 0;
  SourceInfo info;
};

// {"batch":{"seq":…,"src":0,"t0":…,"dt":…,"n":10,"values":[[…],…],"taken":[…],"states":[[i,j,code]]}}
// t0 and dt are the grid (dt 0 = irregular); taken are offsets from t0 + i*dt in ns, boot time;
// a value whose state is not good is null.
struct BatchMessage {
  std::uint64_t seq = 0;
  Nanos t0 = 0, dt = 0;
  Batch batch;  // taken in boot time
};

// {"event":{"seq":…,"t":…,"kind":…,"severity":0,"body":{…}}}
struct EventMessage {
  std::uint64_t seq = 0;
  Event event;  // t in boot time; board empty
};

// {"pong":{"n":…,"agent_ns":…}}: answer to ping n; agent_ns is its boot time when it answered.
struct Pong {
  std::uint64_t n = 0;
  Nanos agent_ns = 0;
};

using Up = std::variant<Hello, Announce, BatchMessage, EventMessage, Pong, StreamMark, Refused>;

// --- down: controller to agent -------------------------------------------------------------------

// {"start":{"workload":{…}}}: start this workload and keep it running by its restart policy.
struct Start {
  WorkloadSpec workload;
};
// {"stop":{"workload":"chat","grace_s":5}}: TERM its group, KILL after the grace. "" = all.
struct Stop {
  std::string workload;
  Nanos grace = 5 * kSecond;
};
// {"ping":{"n":…}}
struct Ping {
  std::uint64_t n = 0;
};
// {"ack":{"seq":…,"stream":UUID}}: everything up to seq is durable. No stream: the agent's own.
struct Ack {
  std::uint64_t seq = 0;
  std::string stream = {};
};
// {"attach":{"version":1,"run":…,"controller":…,"have":{UUID:seq}}}: first line to a detached agent.
// `run`: the agent serves one only. `controller` names who asks: while one is there, another is
// refused. `have`: the agent goes on behind these numbers; it keeps them until they are
// acknowledged.
struct Attach {
  int version = kProtocolVersion;
  std::string run;
  std::string controller;
  std::map<std::string, std::uint64_t> have = {};
};
// {"bye":{}}: stop every workload and end.
struct Bye {};

using Down = std::variant<Start, Stop, Ping, Ack, Bye, Attach>;

[[nodiscard]] Result<Up> parse_up(std::string_view line);
[[nodiscard]] Result<Down> parse_down(std::string_view line);
// One line with its '\n'. encode(BatchMessage) is the agent's hot path.
[[nodiscard]] std::string encode(const Up& message);
[[nodiscard]] std::string encode(const Down& message);

}  // namespace soakrig::agent
