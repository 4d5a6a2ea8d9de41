// SPDX-License-Identifier: Apache-2.0
//
// What a workload that counts every request (docs/formats/openai_load.md) says of their latencies,
// over a whole run: p50 and p99 of each of its histograms, which come every few seconds. Lengthened
// as the run goes on; 24 bytes a histogram and series. Not thread-safe.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "results/analysis/run_view.hpp"
#include "results/store/reader.hpp"

namespace soakrig::dashboard {

class LatencyTrack {
 public:
  struct Window {
    Nanos to = 0;  // the histogram's end
    float length = 0, p50 = 0, p99 = 0;  // s
  };

  LatencyTrack(std::string board, std::string workload)
      : board_(std::move(board)), workload_(std::move(workload)) {}

  // Takes in what the file holds by now; `stop` is asked between pages. True when all is in.
  [[nodiscard]] Result<bool> extend(const store::Reader& reader, const std::function<bool()>& stop);
  // One event, as extend does.
  void add(const Event& event);

  // `series` is "ttft" or "latency", quantile 0.5 or 0.99.
  [[nodiscard]] store::View view(const std::string& series, double quantile, Nanos from, Nanos to,
                                 std::size_t bins) const;

 private:
  std::string board_, workload_;
  std::uint64_t after_ = 0;
  std::map<std::string, std::vector<Window>> windows_;
};

}  // namespace soakrig::dashboard
