// SPDX-License-Identifier: Apache-2.0
//
// The chips below /sys/class/hwmon, found by driver name: their numbers move across boots. Shared
// by every probe that reads one; which chip means what is for the probes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "probes/host_fs.hpp"

namespace soakrig::probes {

struct HwmonChip {
  std::string directory;  // /sys/class/hwmon/hwmonN
  std::string driver;     // text of its file "name"
};

// All chips with a name, in natural order of their numbers.
[[nodiscard]] std::vector<HwmonChip> hwmon_chips(HostFs& fs);

// An attribute's name taken apart: "temp1_input" -> {temp, 1, input}. index -1 = not of this form.
struct HwmonAttribute {
  std::string_view kind;
  int index = -1;
  std::string_view item;
};
[[nodiscard]] HwmonAttribute parse_hwmon_attribute(std::string_view name);

}  // namespace soakrig::probes
