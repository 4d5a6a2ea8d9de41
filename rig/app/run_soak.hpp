// SPDX-License-Identifier: Apache-2.0
//
// A whole soak in one call: set up, store, run, judge, seal, print. Used by `soakrig run`.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "results/store/model.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/control/run_engine.hpp"

namespace soakrig::app {

// An interrupted run that is gone on with, in its own file.
struct ResumeOrder {
  std::string path;
  store::RunHeader header;
  control::ResumePoint point;
};

struct SoakOrder {
  RunSpec spec;              // validated, not resolved
  std::string profile_text;  // as read
  std::string archive;       // directory
  std::optional<ResumeOrder> resume{};
  bool quiet = false;  // nothing on standard output at its end
  // Called once the run is under way and has a file; for `--detach`.
  std::function<void(const std::string& id, const std::string& path)> on_started;
};

// The exit code: the verdict's, or 2 when the rig could not go on. Prints its own errors.
[[nodiscard]] int run_soak(SoakOrder order);

}  // namespace soakrig::app
