// SPDX-License-Identifier: Apache-2.0
//
// Where else samples are kept: blocks of Prometheus, made by its promtool, and rows of PostgreSQL,
// each given the reference signals of the same seed. Both come from $SOAKRIG_PEERS, unpacked and
// not installed; the database server is a cluster of its own below the folder, reached by a socket.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace soakrig::bench {

struct PeerFigures {
  double samples_per_s = 0;
  double bytes_per_sample = 0;
};

// Absent, with the reason on stderr, where the tool cannot be had or run, or where it did not keep
// every sample. Text is made beforehand and is not on the clock.
//
// promtool's backfill of one OpenMetrics file: times cut to milliseconds, nothing synced.
[[nodiscard]] std::optional<PeerFigures> run_prometheus(const std::string& folder,
                                                        std::size_t seconds);
// COPY of 1000 rows a commit, one a simulated second, as durable as it is by default; no index,
// which is its fastest and smallest and would read one channel by scanning all.
[[nodiscard]] std::optional<PeerFigures> run_postgresql(const std::string& folder,
                                                        std::size_t seconds);

}  // namespace soakrig::bench
