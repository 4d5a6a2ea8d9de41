// SPDX-License-Identifier: Apache-2.0
#include "probes/steal_probe.hpp"

#include <array>

#include "probes/cpu_time_probe.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr char kPath[] = "/proc/stat";

class Steal final : public ProbeBase {
 public:
  explicit Steal(HostFs& fs)
      : ProbeBase("steal", Period::second),
        file_(fs.open(kPath, ReadMode::attribute, Scope::host)) {
    if (file_.read().state == State::good) {
      add("cpu.steal", "%", kPath, fs.provenance(Scope::host));
    } else {
      add_absent("cpu.steal", "%", kPath, fs.provenance(Scope::host), "/proc/stat is not readable");
    }
  }

  void sample(Row& row, Nanos) override {
    const Text text = file_.read();
    std::array<CpuTicks, 1> now{};
    if (text.state != State::good) {
      row.absent(0, text.state);
    } else if (!parse_proc_stat(text.text, now)) {
      row.absent(0, State::error);
    } else {
      row.put(0, steal_between(before_, now[0]));
    }
    before_ = now[0];
  }

 private:
  File file_;
  CpuTicks before_;
};

}  // namespace

std::unique_ptr<Probe> make_steal(HostFs& fs) { return std::make_unique<Steal>(fs); }

}  // namespace soakrig::probes
