// SPDX-License-Identifier: Apache-2.0
#include "rig/app/live_runs.hpp"

#include <algorithm>
#include <cstdio>

namespace soakrig::app {

std::vector<store::ArchivedRun> live_runs(const std::string& archive) {
  auto runs = store::Archive(archive).runs();
  if (!runs) {
    std::fprintf(stderr, "soakrig: %s\n", runs.error().message().c_str());
    return {};
  }
  std::erase_if(*runs, [](const store::ArchivedRun& run) {
    return run.error.has_value() || run.state != RunState::running;
  });
  return std::move(*runs);
}

std::optional<store::ArchivedRun> pick_live_run(const std::string& archive,
                                                const std::string& run) {
  auto live = live_runs(archive);
  if (!run.empty()) {
    const auto path = store::Archive(archive).resolve(run);
    if (!path) {
      std::fprintf(stderr, "soakrig: %s\n", path.error().message().c_str());
      return std::nullopt;
    }
    std::erase_if(live, [&](const store::ArchivedRun& r) { return r.path != *path; });
  }
  if (live.empty()) {
    std::fprintf(stderr, "soakrig: %s: no run is going on%s\n", archive.c_str(),
                 run.empty() ? "; see soakrig list" : " by that name; see soakrig status");
    return std::nullopt;
  }
  if (live.size() > 1) {
    std::fprintf(stderr, "soakrig: %zu runs are going on; name one: ", live.size());
    for (const auto& r : live) std::fprintf(stderr, "%s ", r.header.id.c_str());
    std::fputc('\n', stderr);
    return std::nullopt;
  }
  return live.front();
}

}  // namespace soakrig::app
