// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/accelerator.hpp"

#include <fmt/format.h>

#include "results/analysis/series.hpp"

namespace soakrig::analysis {

namespace {

bool tells_load_of(std::string_view channel, const std::string& device) {
  if (!channel.ends_with("load")) return false;
  return channel.starts_with(device + ".") || channel.starts_with("devfreq." + device) ||
         (device == "gpu" && channel.starts_with("drm."));
}

}  // namespace

std::string idle_accelerator(const BoardView& board, const std::string& device,
                             const Interval& over) {
  if (device.empty() || device == "cpu") return {};
  std::string words;
  for (const ChannelView& channel : board.channels) {
    if (!tells_load_of(channel.info.name, device)) continue;
    const auto load = summarise(channel, over);
    if (!load) continue;
    if (load->mean >= kIdleLoad) return {};
    words += fmt::format("{}{} {:.1f} % on average", words.empty() ? "" : ", ", channel.info.name,
                         load->mean);
  }
  return words.empty() ? words : "the " + device + " sat idle: " + words;
}

}  // namespace soakrig::analysis
