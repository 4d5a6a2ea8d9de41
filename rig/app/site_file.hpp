// SPDX-License-Identifier: Apache-2.0
//
// A site file (docs/formats/suit.md) to plain data, with the cost file and the link's trace that it
// names: paths are taken from the folder of the site file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "results/report/decision/suit_case.hpp"
#include "rig/app/link_probe.hpp"
#include "rig/base/result.hpp"

namespace soakrig::app {

struct Site {
  report::SitePlan plan;
  std::optional<LinkProbe> probe;  // that the link is to be measured with, in a trace's stead
  std::string keep;                // path of the file for what was measured; empty = none
};

// Reads up to three files. The first fault, with the file and line in which it stands.
[[nodiscard]] Result<Site> read_site(const std::string& file);

// What is stated beside a trace or a measurement goes before it.
void take_link(const std::vector<LinkRow>& rows, report::LinkSource source, report::SitePlan& plan);

}  // namespace soakrig::app
