// SPDX-License-Identifier: Apache-2.0
#include "workloads/container/started_program.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"
#include "workloads/container/container_keeper.hpp"

namespace soakrig::workloads {

namespace {

namespace fs = std::filesystem;

constexpr Nanos kAskLimit = 5 * kSecond;
constexpr Nanos kPoll = 5 * kMillisecond;
// For the runtime's own calls, beside the time that the container has.
constexpr Nanos kRuntimeGrace = 7 * kSecond;

std::string new_folder() {
  std::error_code failed;
  std::string name = (fs::temp_directory_path(failed) / "soakrig-container-XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) return name;
  throw Fatal(sys_error("no folder for a container's id", name, "name a writable one in TMPDIR"));
}

}  // namespace

StartedProgram::StartedProgram(std::string step, const std::vector<std::string>& argv,
                               Nanos timeout, const Clock& clock, StepLines lines,
                               const std::string& keeper)
    : clock_(clock) {
  if (const auto run = container_run(argv)) run_ = *run;
  if (!run_) {
    process_.emplace(std::move(step), argv, timeout, clock, std::move(lines));
    return;
  }
  folder_ = new_folder();
  // Who ends this workload must not end the keeper as one of its processes.
  lines.environment.emplace_back("SOAKRIG_WORKLOAD=");
  lines.environment.emplace_back(kKeeperMark);
  process_.emplace(
      std::move(step),
      keeper_argv(keeper.empty() ? "/proc/self/exe" : keeper, {folder_ + "/id", ::getpid(), argv}),
      timeout, clock, std::move(lines));
}

StartedProgram::~StartedProgram() {
  if (run_) stop(0);
  process_.reset();
  std::error_code ignored;
  if (run_) fs::remove_all(folder_, ignored);
}

void StartedProgram::stop(Nanos grace) {
  process_->terminate();
  if (run_) grace = std::max(grace, kContainerGrace + kRuntimeGrace);
  const Nanos until = clock_.boot_ns() + grace;
  while (!process_->poll(kPoll) && clock_.boot_ns() < until) {
  }
}

std::optional<std::string> StartedProgram::take_note() {
  if (!run_ || told_) return std::nullopt;
  const auto text = read_file(folder_ + "/id", 4096);
  if (!text) return std::nullopt;
  id_ = text->substr(0, text->find_first_of("\r\n"));
  if (!is_container_id(id_)) return std::nullopt;
  told_ = true;
  const std::string runtime = run_->runtime.substr(run_->runtime.rfind('/') + 1);
  return dump_json({{"container", {{"id", id_}, {"runtime", runtime}}}});
}

std::string StartedProgram::first_line_of(const std::vector<std::string>& argv) const {
  StepProcess call("ask", argv, kAskLimit, clock_);
  while (!call.poll(kPoll)) {
  }
  return call.result().ok() ? call.result().first_line : std::string();
}

std::map<std::string, std::string> StartedProgram::facts() const {
  if (!run_ || !told_) return {};
  return {{"container_runtime", first_line_of({run_->runtime, "--version"})},
          {"container_image", first_line_of({run_->runtime, "inspect", "--format",
                                             "{{.Config.Image}} {{.Image}}", id_})}};
}

}  // namespace soakrig::workloads
