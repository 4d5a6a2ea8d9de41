// SPDX-License-Identifier: Apache-2.0
#include "results/analysis/run_view.hpp"

#include <algorithm>

namespace soakrig::analysis {

namespace {
const ChannelView* find_in(const std::vector<ChannelView>& channels, std::string_view name) {
  const auto found =
      std::ranges::find_if(channels, [&](const ChannelView& c) { return c.info.name == name; });
  return found == channels.end() ? nullptr : &*found;
}
}  // namespace

const ChannelView* BoardView::find(std::string_view channel) const {
  return find_in(channels, channel);
}

const ChannelView* RunView::find(const BoardView& board, std::string_view channel) const {
  const ChannelView* own = board.find(channel);
  return own != nullptr ? own : find_in(rig, channel);
}

}  // namespace soakrig::analysis
