// SPDX-License-Identifier: Apache-2.0
//
// The bridge from the store to the analysis: a stored run as the analysis wants to see it. The only
// place that knows both.
#pragma once

#include <memory>

#include "results/analysis/run_view.hpp"
#include "results/report/run_clock.hpp"
#include "results/store/reader.hpp"
#include "rig/base/result.hpp"

namespace soakrig::report {

struct LoadedRun {
  analysis::RunView view;  // its loaders read from `reader`, which must outlive it
  RunClock clock;
};

// What a file says of itself without its samples: enough for a list.
[[nodiscard]] Result<analysis::RunFacts> load_run_facts(const store::Reader& reader);

// Channels are loaded when the analysis asks for them; a channel that was announced more than once
// is joined by the store. A channel that cannot be read later is simply empty: coverage then says
// so.
[[nodiscard]] Result<LoadedRun> load_run_view(const store::Reader& reader);

}  // namespace soakrig::report
