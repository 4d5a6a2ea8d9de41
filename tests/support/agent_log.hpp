// SPDX-License-Identifier: Apache-2.0
//
// What an agent sent, read back from a copy of its lines: the truth that a stored run is held to.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rig/base/agent_protocol.hpp"

namespace soakrig::test {

struct SentRow {
  Nanos taken = 0;  // boot time
  std::vector<double> values;
  std::vector<State> states;
  friend bool operator==(const SentRow&, const SentRow&) = default;
};

struct AgentLog {
  std::string stream;
  std::map<std::uint32_t, SourceInfo> sources;
  std::map<std::uint64_t, agent::BatchMessage> batches;  // by seq
  std::map<std::uint64_t, Event> events;

  // Rows of source `index` in messages up to `last_seq`, in order.
  [[nodiscard]] std::vector<SentRow> rows(std::uint32_t index, std::uint64_t last_seq) const;
};

// Whole lines only: the last one may have been cut off by a kill.
[[nodiscard]] AgentLog parse_agent_log(const std::string& text);
// By stream: what detached agents said over a link, added to what is known from other links.
void add_agent_log(const std::string& text, std::map<std::string, AgentLog>& logs);

}  // namespace soakrig::test
