// SPDX-License-Identifier: Apache-2.0
//
// One part of a mix: a workload that runs by itself on a thread and cores of its own, and hands
// over what it did when asked. The owner's thread calls everything.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "workloads/workload.hpp"

namespace soakrig::workloads {

class MixPart {
 public:
  struct Report {
    std::map<std::string_view, double> work;
    std::vector<Gauge> gauges;
    std::vector<Verification> checks;
    std::vector<std::string> notes;
    std::uint64_t cycles = 0;
  };

  // Empty cores: wherever the system puts it.
  MixPart(std::unique_ptr<Workload> workload, std::vector<std::size_t> cores);
  ~MixPart();
  MixPart(const MixPart&) = delete;
  MixPart& operator=(const MixPart&) = delete;

  // Before the first go().
  [[nodiscard]] Result<std::map<std::string, std::string>> prepare();
  void go();
  // Returns once the slice under way is done; go() starts it again.
  void halt();
  // What happened since the last call; waits for a slice's end up to `patience`.
  [[nodiscard]] Report take(Nanos patience);
  void corrupt(Corruption size);

 private:
  void drive();

  std::unique_ptr<Workload> workload_;
  std::vector<std::size_t> cores_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Report report_;                         // guarded, like all below
  std::optional<Corruption> corruption_;  // wanted
  bool running_ = false;
  bool busy_ = false;  // inside a slice
  bool ending_ = false;
  std::jthread thread_;
};

}  // namespace soakrig::workloads
