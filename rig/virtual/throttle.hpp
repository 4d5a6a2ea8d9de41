// SPDX-License-Identifier: Apache-2.0
//
// What really slows the workloads when the virtual board lowers its clock
// (docs/adr/0021-virtual-throttle.md): stopping and continuing the processes with a short period, or,
// where it is asked for, a CPU quota on a cgroup. Whatever happens to the bench, nothing stays
// slowed: a watcher process undoes it the moment the bench is gone, even by SIGKILL.
//
// Not thread-safe. A process that has ended is no error anywhere here.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/process_id.hpp"
#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::virtual_bench {

inline constexpr Nanos kThrottlePeriod = 40 * kMillisecond;  // of quota and of stop/continue

class Throttle {
 public:
  virtual ~Throttle() = default;  // lifts
  // Which processes it governs from now on. Those that left are let go.
  virtual void govern(const std::vector<ProcessId>& processes) = 0;
  // They run at `ratio` (0 to 1] of `cores`. 1 = not slowed.
  virtual void set(double ratio, double cores) = 0;
  // Does what is due at `now` (boot time) and says when to call again; 0 = no need to.
  virtual Nanos tick(Nanos now) = 0;
  // Nothing governed runs slowed any more.
  virtual void lift() = 0;
  [[nodiscard]] virtual std::string_view kind() const = 0;  // "cgroup-v1", "cgroup-v2", "stop"
  [[nodiscard]] virtual std::string group() const { return {}; }  // folder of the cgroup, if any
};

// Where a CPU quota can be set. Found by find_cgroup_site, or made up by a test.
struct CgroupSite {
  std::string parent;  // folder in which our group is made, and to which its processes go back
  bool v2 = false;
};

// From the texts of /proc/self/mountinfo and /proc/self/cgroup. Pure; candidates, best first.
[[nodiscard]] std::vector<CgroupSite> cgroup_sites(std::string_view mountinfo,
                                                   std::string_view self_cgroup);
// Name of a bench's group: tells whose it is, so that a dead bench's can be removed.
[[nodiscard]] std::string cgroup_name(const ProcessId& owner);

// Quota in µs of CPU time each period: at least the kernel's minimum of 1 ms.
[[nodiscard]] std::int64_t quota_us(double ratio, double cores);

// Makes the group. Errc::unsupported where this site does not let us; nothing is left behind then.
[[nodiscard]] Result<std::unique_ptr<Throttle>> make_cgroup_throttle(const CgroupSite& site,
                                                                     const ProcessId& owner);
[[nodiscard]] std::unique_ptr<Throttle> make_stop_throttle();

enum class ThrottleChoice : std::uint8_t { automatic, cgroup, stop };
// Removes the groups of dead benches, then makes the throttle: `automatic` is stop and continue, which
// slows by the ratio however busy the host is. Errc::unsupported when `cgroup` was asked for and none
// can be made.
[[nodiscard]] Result<std::unique_ptr<Throttle>> make_throttle(ThrottleChoice choice,
                                                              const ProcessId& owner);

// Gives the processes of a group back to its parent, unlimited, and removes it. Safe to repeat.
void release_cgroup(const std::string& group, bool v2);
// Every group of a bench that is no longer alive.
void remove_dead_groups(const CgroupSite& site);

}  // namespace soakrig::virtual_bench
