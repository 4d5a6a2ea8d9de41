// SPDX-License-Identifier: Apache-2.0
//
// A place of labgrid, held while a run has its board: people and rigs that share boards by labgrid
// leave it alone. By labgrid-client, with the user's own configuration. Released at destruction.
#pragma once

#include <string>

#include "rig/base/result.hpp"

namespace soakrig::app {

class LabgridPlace {
 public:
  // Errc::busy when labgrid does not give it; not_found without labgrid-client.
  [[nodiscard]] static Result<LabgridPlace> acquire(const std::string& place);
  LabgridPlace(LabgridPlace&& other) noexcept;
  LabgridPlace& operator=(LabgridPlace&&) = delete;
  ~LabgridPlace();

 private:
  explicit LabgridPlace(std::string place);
  std::string place_;  // empty = moved from
};

}  // namespace soakrig::app
