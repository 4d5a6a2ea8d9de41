// SPDX-License-Identifier: Apache-2.0
#include "results/store/gap_event.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace soakrig::store {

Event gap_event(std::string_view board, std::string_view source, Nanos from, Nanos to,
                std::string_view reason) {
  const nlohmann::json body = {{"source", source},
                               {"from_s", to_seconds(from)},
                               {"to_s", to_seconds(to)},
                               {"reason", reason}};
  Event event;
  event.t = from;
  event.board = board;
  event.kind = event_kind::kGap;
  event.severity = Severity::warning;
  // Names come from boards: whatever is not UTF-8 is replaced, never thrown about.
  event.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return event;
}

}  // namespace soakrig::store
