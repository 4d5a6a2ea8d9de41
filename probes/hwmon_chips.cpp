// SPDX-License-Identifier: Apache-2.0
#include "probes/hwmon_chips.hpp"

#include "probes/parse.hpp"

namespace soakrig::probes {

std::vector<HwmonChip> hwmon_chips(HostFs& fs) {
  std::vector<HwmonChip> chips;
  for (const std::string& directory : fs.glob("/sys/class/hwmon/hwmon*")) {
    auto name = fs.read_once(directory + "/name");
    if (name && !name->empty()) chips.push_back({directory, std::move(*name)});
  }
  return chips;
}

HwmonAttribute parse_hwmon_attribute(std::string_view name) {
  const std::size_t digits = name.find_first_of("0123456789");
  const std::size_t bar = name.find('_');
  if (digits == 0 || digits == std::string_view::npos || bar == std::string_view::npos ||
      bar <= digits) {
    return {};
  }
  const auto index = parse_uint(name.substr(digits, bar - digits));
  if (!index || *index > 999) return {};
  return {name.substr(0, digits), static_cast<int>(*index), name.substr(bar + 1)};
}

}  // namespace soakrig::probes
