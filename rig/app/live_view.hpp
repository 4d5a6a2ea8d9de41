// SPDX-License-Identifier: Apache-2.0
//
// A running soak as its store shows it right now: where it is in its plan, and the latest figures of
// each board. Read-only, a few short reads; what `status` prints and `top` draws.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/store/reader.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::app {

struct LiveWork {
  std::string name, unit;
  std::optional<double> speed;     // work per busy second, over the last window
  std::vector<double> history;     // speeds over the last windows, oldest first
};

struct LiveBoard {
  std::string name;
  std::optional<double> temperature, frequency, power;  // Cel, Hz, W; good and fresh only
  std::vector<double> temperatures;                     // over the view's span, oldest first
  std::vector<std::string> limiters;                    // asserted now
  std::vector<LiveWork> work;
  std::uint64_t incidents = 0;
};

struct LiveView {
  std::string id, name, path, phase, stage;
  Provenance provenance = Provenance::measured;
  Nanos now = 0, planned = 0;
  std::optional<double> chamber, set_point;
  std::vector<LiveBoard> boards;
  std::vector<std::string> events;  // in words, newest last
};

// `span` is how far back histories go, `points` how many values they have at most.
[[nodiscard]] Result<LiveView> read_live_view(const store::Reader& reader, Nanos now_boot,
                                              Nanos span, std::size_t points);

}  // namespace soakrig::app
