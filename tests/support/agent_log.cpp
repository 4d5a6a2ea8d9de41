// SPDX-License-Identifier: Apache-2.0
#include "tests/support/agent_log.hpp"

#include <string_view>

namespace soakrig::test {

std::vector<SentRow> AgentLog::rows(std::uint32_t index, std::uint64_t last_seq) const {
  std::vector<SentRow> out;
  for (const auto& [seq, message] : batches) {
    if (seq > last_seq || message.batch.source != index) continue;
    const Batch& b = message.batch;
    for (std::size_t i = 0; i < b.rows(); ++i) {
      SentRow row{b.taken[i], {}, {}};
      for (std::size_t j = 0; j < b.columns; ++j) {
        row.values.push_back(b.value(i, j));
        row.states.push_back(b.state(i, j));
      }
      out.push_back(std::move(row));
    }
  }
  return out;
}

namespace {

// Each whole message, with the stream that it belongs to.
template <class Take>
void each_message(const std::string& text, Take take) {
  std::string stream;
  std::string_view rest = text;
  for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
    auto message = agent::parse_up(rest.substr(0, end));
    rest.remove_prefix(end + 1);
    if (!message) continue;
    if (const auto* hello = std::get_if<agent::Hello>(&*message)) stream = hello->stream;
    if (const auto* mark = std::get_if<agent::StreamMark>(&*message)) stream = mark->stream;
    take(stream, *message);
  }
}

void add(const agent::Up& message, AgentLog& log) {
  if (const auto* a = std::get_if<agent::Announce>(&message)) log.sources[a->source] = a->info;
  if (const auto* b = std::get_if<agent::BatchMessage>(&message)) log.batches[b->seq] = *b;
  if (const auto* e = std::get_if<agent::EventMessage>(&message)) log.events[e->seq] = e->event;
}

}  // namespace

AgentLog parse_agent_log(const std::string& text) {
  AgentLog log;
  each_message(text, [&log](const std::string& stream, const agent::Up& message) {
    log.stream = stream;
    add(message, log);
  });
  return log;
}

void add_agent_log(const std::string& text, std::map<std::string, AgentLog>& logs) {
  each_message(text, [&logs](const std::string& stream, const agent::Up& message) {
    AgentLog& log = logs[stream];
    log.stream = stream;
    add(message, log);
  });
}

}  // namespace soakrig::test
