// SPDX-License-Identifier: Apache-2.0
#include "rig/control/run_instruments.hpp"

#include <utility>

#include "rig/control/run_parts.hpp"

namespace soakrig::control {

void feed_instruments(const EngineParts& parts, instruments::Chamber* chamber,
                      store::Writer& writer, InstrumentFeed& feed, const OnLimit& on_limit) {
  const auto watch = [&](const std::string& board) {
    return [on_limit, board](const LimitChange& change) { on_limit(change, board); };
  };
  if (chamber != nullptr) {
    feed.add(store::kRigBoard, "", *chamber,
             parts.spec.chamber ? parts.spec.chamber->limits : std::vector<Limit>(), watch(""));
  }
  for (const NamedInstrument& named : parts.instruments) {
    const BoardSpec* board = parts.spec.find_board(named.board);
    const InstrumentSpec* own = parts.spec.find_instrument(named.instrument->source().name);
    std::vector<Limit> limits = board ? board->limits : std::vector<Limit>{};
    if (own != nullptr) limits.insert(limits.end(), own->limits.begin(), own->limits.end());
    feed.add(board ? writer.add_board(named.board, "{}") : store::kRigBoard, named.board,
             *named.instrument, std::move(limits), watch(named.board));
  }
}

std::vector<std::unique_ptr<CommandSwitch>> connect_supplies(boost::asio::io_context& io,
                                                             const EngineParts& parts,
                                                             PowerControl& power) {
  std::vector<std::unique_ptr<CommandSwitch>> commands;
  for (const BoardSpec& board : parts.spec.boards) {
    if (!board.power) continue;
    instruments::PowerSwitch* by = find_relay(parts, board.power->relay);
    if (board.power->relay.empty()) {
      by = commands.emplace_back(std::make_unique<CommandSwitch>(io, *board.power)).get();
    }
    if (by != nullptr) power.add(board.name, *board.power, *by, is_metered(parts, board.name));
  }
  return commands;
}

}  // namespace soakrig::control
