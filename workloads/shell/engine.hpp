// SPDX-License-Identifier: Apache-2.0
//
// The loop around a workload: runs slices, adds up totals, speaks the protocol, pauses between
// cycles, makes injected trouble, and ends in order when told to. Knows no workload by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "rig/base/load_shape.hpp"
#include "rig/base/time.hpp"
#include "rig/base/work_protocol.hpp"
#include "workloads/shell/injection.hpp"
#include "workloads/shell/output.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

struct EngineOptions {
  std::uint64_t instance = 0;
  Nanos pause = 0;                          // idle time after each cycle
  LoadShape load;                           // how hard to work, from the ready line on
  Nanos report_every = 150 * kMillisecond;  // totals, besides those at each cycle's end
  Nanos confirm_every = kSecond;            // {"check":{"ok":true}} at most so often
  std::uint64_t cycles = 0;                 // end after so many; 0 = go on until stopped
  std::vector<Injection> injections;
  std::map<std::string, std::string> facts;  // of the ready line, besides the workload's own
};

// Used by one thread. Workload, output and clock are borrowed and must outlive it.
class Engine {
 public:
  Engine(Workload& workload, Output& output, const Clock& clock, EngineOptions options,
         std::function<bool()> stopping);

  // Prepares the workload and works until stopped, or until nobody reads the output: 0. An injected
  // exit gives its code. Errors of preparing are returned.
  [[nodiscard]] Result<int> run();
  // After run(): the signal that this process is to end by, as its program did; 0 = none.
  [[nodiscard]] int ending_signal() const { return ending_signal_; }

 private:
  enum class Voice { normal, garbage, silent, endless_line };

  bool send(const work::Message& message);
  bool report();
  bool account(const Slice& slice);
  bool pace();
  bool idle(Nanos length);
  bool report_checks();
  bool report_histograms(bool last);
  bool make_trouble();  // false: end now with exit_code_
  void leak();

  Workload& workload_;
  Output& output_;
  const Clock& clock_;
  EngineOptions options_;
  std::function<bool()> stopping_;
  work::Totals totals_;
  Nanos busy_ = 0;
  Nanos ready_at_ = 0;
  Nanos reported_at_ = 0;
  Nanos confirmed_at_ = 0;
  Nanos slot_ = -1;      // of the load shape, that work was last done in
  Nanos slot_busy_ = 0;  // work done in it so far
  Nanos leaked_at_ = 0;
  bool all_ok_ = true;  // every comparison since the last confirmation
  std::uint64_t compared_ = 0;
  Voice voice_ = Voice::normal;
  bool leaking_ = false;
  int exit_code_ = 0, ending_signal_ = 0;
  std::vector<std::vector<std::byte>> leaked_;
};

}  // namespace soakrig::workloads
