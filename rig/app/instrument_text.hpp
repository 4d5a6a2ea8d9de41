// SPDX-License-Identifier: Apache-2.0
//
// What `soakrig instrument` prints, for people and as JSON (docs/formats/instrument_json.md). Pure.
#pragma once

#include <string>
#include <vector>

#include "rig/instruments/direct_access.hpp"

namespace soakrig::app {

// How one map fared with a device.
struct MapTrial {
  std::string map, title;
  bool fits = false;
  bool proves = false;  // whether fitting means anything
  std::string said;     // part number, or why not
};

// Each ends with a new line.
[[nodiscard]] std::string identity_text(const instruments::Identified& found,
                                        const instruments::RegisterMap& map);
[[nodiscard]] std::string identity_json(const instruments::Identified& found,
                                        const instruments::RegisterMap& map);
[[nodiscard]] std::string trials_text(const std::vector<MapTrial>& trials);
[[nodiscard]] std::string trials_json(const std::string& connect,
                                      const std::vector<MapTrial>& trials);
[[nodiscard]] std::string readings_text(const std::vector<instruments::PointReading>& readings,
                                        const instruments::Identified& found);
[[nodiscard]] std::string readings_json(const std::vector<instruments::PointReading>& readings,
                                        const instruments::Identified& found,
                                        const instruments::RegisterMap& map, Nanos utc);
[[nodiscard]] std::string outcome_text(const instruments::WriteOutcome& outcome,
                                       const instruments::Point& point);
[[nodiscard]] std::string outcome_json(const instruments::WriteOutcome& outcome,
                                       const instruments::Point& point);

}  // namespace soakrig::app
