// SPDX-License-Identifier: Apache-2.0
//
// Proves which device answers and how it spells its numbers, before anything is written to it: part
// number, serial, units, word order, decimals, and whatever else the map says that it must read.
// Works through a function that reads, so that it is tested without a bus.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "rig/instruments/bus.hpp"
#include "rig/instruments/instrument.hpp"
#include "rig/instruments/register_map.hpp"

namespace soakrig::instruments {

using ReadFunction = std::function<Result<Reply>(const ReadRequest&)>;

struct Identified {
  InstrumentIdentity identity;
  WordOrder order = WordOrder::abcd;    // proven where the map names a probe, else the map's
  std::map<std::string, int> decimals;  // by the point that holds them
  std::vector<std::string> proofs;      // what was looked at, for people: "units: 15 (celsius)"
};

// The order, cdab or abcd, in which these words are a value of `probe`; Errc::protocol when both or
// neither is one.
[[nodiscard]] Result<WordOrder> probe_word_order(const Point& probe,
                                                 std::span<const std::uint16_t> words);

// Errc::unsupported: another device, or other units; Errc::protocol: ambiguous; transport errors as
// they are, so that the caller may try again.
[[nodiscard]] Result<Identified> identify_device(const RegisterMap& map, std::uint8_t unit,
                                                 const ReadFunction& read);

// `map` with what was found: every number in the proven order, with its decimals. Doing it twice is
// doing it once.
void apply_identity(RegisterMap& map, const Identified& found);

}  // namespace soakrig::instruments
