// SPDX-License-Identifier: Apache-2.0
#include "rig/base/client_place.hpp"

#include <algorithm>

namespace soakrig {

bool asks_engine(const WorkloadSpec& workload) {
  return workload.kind == "openai" || workload.kind == "quality";
}

bool asks_from_rig(const WorkloadSpec& workload) {
  return workload.kind == "quality" ||
         (workload.kind == "openai" &&
          std::ranges::find(workload.argv, "--client=rig") != workload.argv.end());
}

bool asks_from_rig(const WorkloadSpec& workload, const BoardSpec& board) {
  return board.connect != "local" && asks_from_rig(workload);
}

std::string with_board_host(std::string_view url, std::string_view host) {
  std::string out(url);
  const std::size_t at = out.find(kBoardHost);
  if (at == std::string::npos) return out;
  const bool six = host.find(':') != std::string_view::npos;
  return out.replace(at, kBoardHost.size(),
                     six ? "[" + std::string(host) + "]" : std::string(host));
}

}  // namespace soakrig
