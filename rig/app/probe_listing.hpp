// SPDX-License-Identifier: Apache-2.0
//
// Every channel that the probes find, read once, as `soakrig probe` prints it and `soakrig doctor`
// judges it. Rates need two readings, so all probes are read twice with a pause in between.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "probes/host_fs.hpp"
#include "rig/base/channel.hpp"
#include "rig/base/time.hpp"

namespace soakrig::app {

struct ListedChannel {
  std::string probe;
  ChannelInfo info;
  Nanos period = 0;  // at the sample period `fast`
  State state = State::no_data;
  double value = 0;         // in state good
  std::string reason = {};  // in every other state
  Nanos t_utc = 0;          // when it was read
};

// Reads all probes of `fs`, calls `pause`, reads them again; the second reading is returned, in
// catalogue order. `fast` is the sample period that fast probes would have. Throws Fatal as
// make_probes does.
[[nodiscard]] std::vector<ListedChannel> read_channels(probes::HostFs& fs, const Clock& clock,
                                                       Nanos fast,
                                                       const std::function<void()>& pause);

// "48.1 Cel", "2.4 GHz", "3.6 GiB", "12 count": for people.
[[nodiscard]] std::string format_reading(double value, const std::string& unit);

// The table of `soakrig probe`: a group per probe, then what is missing and why.
[[nodiscard]] std::string channel_table(std::span<const ListedChannel> channels);

// The document of `soakrig probe --json` (docs/formats/probe_json.md).
[[nodiscard]] std::string channel_json(std::span<const ListedChannel> channels);

// Finds a channel; null when there is none.
[[nodiscard]] const ListedChannel* find_channel(std::span<const ListedChannel> channels,
                                                std::string_view name);

}  // namespace soakrig::app
