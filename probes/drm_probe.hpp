// SPDX-License-Identifier: Apache-2.0
//
// PC graphics through DRM. Intel: drm.cardN.gtM.frequency and why it is held down, as limiters by
// cause (limiter.thermal.cardN_gtM_REASON and limiter.power-cap.…). AMD: drm.cardN.load. Reasons
// whose cause the kernel does not define are left out.
#pragma once

#include <memory>

#include "probes/probe.hpp"

namespace soakrig::probes {

[[nodiscard]] std::unique_ptr<Probe> make_drm(HostFs& fs);

}  // namespace soakrig::probes
