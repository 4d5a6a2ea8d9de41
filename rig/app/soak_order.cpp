// SPDX-License-Identifier: Apache-2.0
#include "rig/app/soak_order.hpp"

#include "results/store/archive.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/profile_file.hpp"
#include "rig/app/references.hpp"
#include "rig/base/fd.hpp"
#include "rig/plan/timeline.hpp"

namespace soakrig::app {

std::variant<SoakOrder, int> soak_order(const std::string& profile,
                                        std::span<const std::string> overrides,
                                        const std::string& archive, plan::Additions additions) {
  constexpr int kBadProfile = 4;
  auto spec = load_profile_or_report(profile, overrides, additions);
  if (!spec) return kBadProfile;
  SoakOrder order;
  order.spec = std::move(*spec);
  order.profile_text = read_file(profile, plan::kMaxProfileBytes).value();
  order.archive = store::archive_dir(archive);
  order.spec.planned = plan::make_timeline(order.spec).total;
  // A night that ends at a full disk is a night lost: say so in the evening.
  const auto forecast = plan::forecast_disk(order.spec, order.spec.planned);
  const ArchiveRoom room = look_at_archive(order.archive, forecast.bytes);
  if (!room.missing.empty()) return complain(room.missing.front(), 2);
  return order;
}

}  // namespace soakrig::app
