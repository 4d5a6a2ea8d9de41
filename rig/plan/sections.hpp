// SPDX-License-Identifier: Apache-2.0
//
// The tables of a profile, each read by one function into the RunSpec under construction. They run
// in the order below, since later ones name what earlier ones define; a fault in one does not stop
// the others. Internal to rig/plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rig/base/run_spec.hpp"
#include "rig/plan/faults.hpp"
#include "rig/plan/table_reader.hpp"
#include "rig/plan/value.hpp"

namespace soakrig::plan {

// The keys of a table "settle" that are there.
struct SettleKeys {
  std::optional<Nanos> air_for, board_over, ramp_max, out_of_band_max, board_max;
  std::optional<double> board_within;
};

struct Build {
  RunSpec spec;
  Faults faults;
  std::string folder;  // of the profile: relative paths count from here
  SettleKeys settle{};  // of the chamber: what holds for its phases
};

void read_soak(const Value& root, Build& build);
void read_verdict(const Value& root, Build& build);
void read_notify(const Value& root, Build& build);
void read_workloads(const Value& root, Build& build);
void read_boards(const Value& root, Build& build);
void read_chamber(const Value& root, Build& build);
void read_instruments(const Value& root, Build& build);
// Whether the relays that boards name are there.
void check_power_relays(const Value& root, Build& build);
void read_virtual(const Value& root, Build& build);
void read_phases(const Value& root, Build& build);

// The one table of that name at the root, or null when it is absent or of another kind (which the
// root's own check reports).
[[nodiscard]] const Value* table_at(const Value& root, std::string_view name);
// The tables of [[name]]; empty likewise.
[[nodiscard]] std::vector<const Value*> tables_at(const Value& parent, std::string_view name);

// `path` seen from the profile's folder. Never without a '/', so that it cannot be taken for a
// name.
[[nodiscard]] std::string resolve_path(const std::string& folder, const std::string& path);

// The `power` of the board that is being read; absent where it has none.
[[nodiscard]] std::optional<PowerSpec> read_power(const TableReader& board, const BoardSpec& owner,
                                                  Build& build);

// Its `recovery`, likewise. `remote`: the board is reached over ssh.
[[nodiscard]] std::optional<RecoverySpec> read_recovery(const TableReader& board, bool remote,
                                                        Build& build);

// `base` with what the owner's own `settle` says over it.
[[nodiscard]] SettleKeys read_settle(const TableReader& owner, SettleKeys base, Build& build);
// What they come to in a phase with such a dwell; `conditioned`: it sets the chamber's air.
[[nodiscard]] SettleRules settle_rules(const SettleKeys& keys, bool conditioned, Nanos soak);

// Limits by channel name out of a table; keys of the schema's table `skip` are left alone.
[[nodiscard]] std::vector<Limit> read_limits(const Value& table, const std::string& where,
                                             std::string_view skip, Faults& faults);

// Whether `date` and `due` of a calibration are dates, in this order.
void check_calibration_dates(const TableReader& calibration, Build& build);

// "virtual", "virtual:FILE" (FILE resolved) or an address of a transport that exists; anything else
// is a fault. Returns the string to store.
[[nodiscard]] std::string read_instrument_connect(const TableReader& table, Build& build);

}  // namespace soakrig::plan
