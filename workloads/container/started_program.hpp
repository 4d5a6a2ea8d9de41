// SPDX-License-Identifier: Apache-2.0
//
// A program that a workload starts beside itself: an engine. Where its argv runs a container, a
// keeper stands between (container_keeper.hpp), so that the container ends with the workload
// whatever becomes of either. Used by one thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/container_run.hpp"
#include "workloads/cycle/step_process.hpp"

namespace soakrig::workloads {

class StartedProgram {
 public:
  // As StepProcess, which it is where there is no container. `keeper`: the program that has the
  // keeper's verb; this one itself if empty.
  StartedProgram(std::string step, const std::vector<std::string>& argv, Nanos timeout,
                 const Clock& clock, StepLines lines, const std::string& keeper = {});
  ~StartedProgram();
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  bool poll(Nanos wait) { return process_->poll(wait); }
  // In order, and waits for it; what still goes on after `grace` is killed when this object ends. A
  // container has the keeper's grace besides.
  void stop(Nanos grace);
  [[nodiscard]] const StepResult& result() const { return process_->result(); }
  [[nodiscard]] Nanos age() const { return process_->age(); }

  // {"container":{"id","runtime"}}, once, as soon as the id is known: whoever measures this
  // workload, and ends it, needs it.
  [[nodiscard]] std::optional<std::string> take_note();
  // Of a running container: "container_image" and "container_runtime". Asks the runtime.
  [[nodiscard]] std::map<std::string, std::string> facts() const;

 private:
  [[nodiscard]] std::string first_line_of(const std::vector<std::string>& argv) const;

  const Clock& clock_;
  std::optional<ContainerRun> run_;
  std::string folder_, id_;  // of a container: where its id is written, and what it is
  bool told_ = false;
  std::optional<StepProcess> process_;
};

}  // namespace soakrig::workloads
