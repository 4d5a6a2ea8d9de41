// SPDX-License-Identifier: Apache-2.0
//
// What the hybrid load tells of itself, as JSON (docs/formats/hybrid.md). Pure.
#pragma once

#include <string>

#include "workloads/hybrid/hybrid_client.hpp"

namespace soakrig::workloads {

// {"requests":n,…,"cost":x or null,"link":{…}}: since the start.
[[nodiscard]] std::string totals_json(const HybridTotals& totals, const LinkReport& link,
                                      bool priced);
// [at_s,"label",words,"routed","served" or null,latency_s,confidence or null,EDGE,CLOUD,
// drawn]; EDGE and CLOUD are null or [good,latency_s,request_bytes,cost,shadow].
[[nodiscard]] std::string record_json(const HybridRecord& record);

}  // namespace soakrig::workloads
