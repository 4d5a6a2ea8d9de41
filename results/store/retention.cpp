// SPDX-License-Identifier: Apache-2.0
#include "results/store/retention.hpp"

namespace soakrig::store {

std::vector<Pruned> choose_to_prune(std::span<const ArchivedRun> runs, const Retention& rules,
                                    Nanos now_utc) {
  std::uint64_t total = 0;
  for (const ArchivedRun& run : runs) total += run.bytes;
  std::vector<Pruned> chosen;
  for (const ArchivedRun& run : runs) {
    const bool over = run.state == RunState::sealed || run.state == RunState::ended_unsealed;
    if (run.error || run.is_signed || !over) continue;
    const bool old = rules.older_than && now_utc - run.header.start_utc_ns > *rules.older_than;
    const bool too_much = rules.keep_bytes && total > *rules.keep_bytes;
    if (!old && !too_much) continue;
    chosen.push_back({&run, old ? "older than asked for" : "beyond the size asked for"});
    total -= run.bytes;
  }
  return chosen;
}

}  // namespace soakrig::store
