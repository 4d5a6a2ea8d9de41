// SPDX-License-Identifier: Apache-2.0
//
// Turns what a workload says (totals, gauges) into rows of channels: which channels there are,
// their names, units and order. When a workload comes with other keys than before, the layout
// changes and the source must be announced anew. Pure; it must not know processes or the link.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/channel.hpp"
#include "rig/base/result.hpp"
#include "rig/base/work_protocol.hpp"

namespace soakrig::agent {

// Channels `work.NAME.<key>`, `work.NAME.<key>_busy`, `work.NAME.busy`, `.cycle`, `.instance`.
class TotalsRows {
 public:
  explicit TotalsRows(std::string workload) : workload_(std::move(workload)) {}

  // True when `totals` has the keys of the present layout.
  [[nodiscard]] bool fits(const work::Totals& totals) const;
  // Takes over the keys of `totals`. Errc::protocol when two channels would have the same name; the
  // layout is then unchanged.
  [[nodiscard]] Result<SourceInfo> adopt(const work::Totals& totals);
  // One row in the present layout. `totals` must fit. Valid until the next call.
  [[nodiscard]] const std::vector<double>& row(const work::Totals& totals, std::uint64_t instance);

 private:
  std::string workload_;
  bool adopted_ = false;
  std::vector<std::string> work_keys_, busy_keys_;
  std::vector<double> values_;
};

// Channels `work.NAME.<key>` of gauges. A line may carry any subset of the keys seen so far: what
// it does not carry has no data in that row.
class GaugeRows {
 public:
  static constexpr std::size_t kMaxGauges = 64;

  explicit GaugeRows(std::string workload) : workload_(std::move(workload)) {}

  [[nodiscard]] bool fits(const work::Gauges& gauges) const;
  // Adds the keys of `gauges`. Errc::protocol beyond kMaxGauges, or when two keys make one channel
  // (ttft_ms and ttft_us); the layout is then unchanged.
  [[nodiscard]] Result<SourceInfo> adopt(const work::Gauges& gauges);
  struct Row {
    std::vector<double> values;
    std::vector<State> states;
  };
  [[nodiscard]] const Row& row(const work::Gauges& gauges);

 private:
  struct Column {
    std::string channel;  // last part of the name
    std::string unit;
    double factor = 1;
  };
  static Column column_of(const std::string& key);

  std::string workload_;
  std::map<std::string, std::size_t> index_;  // key -> column
  std::vector<Column> columns_;
  Row row_;
};

// The channels of a workload's processes, read by the agent: `work.NAME.memory`, `work.NAME.cpu`.
[[nodiscard]] SourceInfo process_source(const std::string& workload);

// Names that a workload's own keys must not take, since the agent's channels have them.
[[nodiscard]] bool is_reserved_key(std::string_view key);

}  // namespace soakrig::agent
