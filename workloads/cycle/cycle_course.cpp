// SPDX-License-Identifier: Apache-2.0
#include "workloads/cycle/cycle_course.hpp"

#include <poll.h>

#include "rig/base/fd.hpp"

namespace soakrig::workloads {

namespace {

constexpr Nanos kPoll = 5 * kMillisecond;
constexpr Nanos kBetweenHealth = 50 * kMillisecond;
constexpr std::size_t kMostPayload = std::size_t{1} << 30;
constexpr std::size_t kMostSteps = 40;  // told of one cycle

}  // namespace

std::map<std::string, std::string> CycleCourse::words() const {
  return {{"target", cycle_.end.target},
          {"payload", cycle_.payload},
          {"cycle", std::to_string(cycle_.number)},
          {"line", std::to_string(cycle_.fault.fault == CycleFault::none ||
                                          cycle_.fault.fault == CycleFault::corrupt
                                      ? 0
                                      : cycle_.fault.line)}};
}

void CycleCourse::start(const std::string& step, const Argv& argv) {
  process_.emplace(step, filled_in(argv, words()), options_.step_timeout, clock_);
}

void CycleCourse::keep(const StepResult& result) {
  if (cycle_.steps.size() < kMostSteps) cycle_.steps.push_back(result);
}

// The step that runs is over: its result, once.
std::optional<StepResult> CycleCourse::over() {
  if (!process_->poll(kPoll)) return std::nullopt;
  StepResult out = process_->result();
  process_.reset();
  keep(out);
  return out;
}

void CycleCourse::begin(std::uint64_t number) {
  cycle_ = {};
  cycle_.number = number;
  cycle_.began = clock_.boot_ns();
  cycle_.end.target = std::to_string(cycle_.number);
  cycle_.fault = plan_fault(options_, mix_, cycle_.number);
  cycle_.payload = options_.payload;
  if (cycle_.fault.fault == CycleFault::corrupt) damage_payload();
  start("version", options_.version);
  stage_ = Stage::version_before;
}

void CycleCourse::damage_payload() {
  const auto whole = read_file(options_.payload, kMostPayload);
  const std::string copy = options_.payload + ".cycle";
  auto written = whole ? write_file_atomic(copy, corrupted(*whole, cycle_.fault.salt))
                       : Result<void>(whole.error());
  if (!written) {
    cycle_.broken = written.error().message();
    return;
  }
  cycle_.payload = copy;
  cycle_.fault_at_s = 0;
}

bool CycleCourse::fault_is_due() const {
  const CycleFaultPlan& plan = cycle_.fault;
  if (plan.fault == CycleFault::none || plan.fault == CycleFault::corrupt) return false;
  if (cycle_.fault_at_s || !process_) return false;
  if (plan.line > 0) return process_->result().lines >= static_cast<std::size_t>(plan.line);
  return process_->age() >= plan.after;
}

void CycleCourse::make_fault() {
  cycle_.fault_at_s = to_seconds(process_->age());
  const Argv& command = begin_of(options_, cycle_.fault.fault);
  if (command.empty()) {
    process_->kill();
    return;
  }
  fault_.emplace(std::string(to_string(cycle_.fault.fault)), filled_in(command, words()),
                 options_.step_timeout, clock_);
}

// True once no fault's command runs any more.
bool CycleCourse::fault_is_made() {
  if (!fault_) return true;
  if (!fault_->poll(0)) return false;
  if (!fault_->result().ok()) cycle_.broken = "its command failed: " + fault_->result().last_words;
  keep(fault_->result());
  fault_.reset();
  return true;
}

void CycleCourse::watch_update() {
  if (fault_is_due()) make_fault();
  const bool made = fault_is_made();
  if (process_) {
    if (const auto result = over()) cycle_.end.update_ended = !result->timed_out;
    return;
  }
  if (!made) {
    static_cast<void>(fault_->poll(kPoll));
    return;
  }
  if (cycle_.fault_at_s && !end_of(options_, cycle_.fault.fault).empty()) {
    start("end of " + std::string(to_string(cycle_.fault.fault)),
          end_of(options_, cycle_.fault.fault));
    stage_ = Stage::fault_end;
  } else {
    settle(Stage::health);
  }
}

void CycleCourse::settle(Stage stage) {
  settles_at_ = clock_.boot_ns() + options_.settle;
  healthy_at_ = 0;
  stage_ = stage;
}

// Asks until it is well or the time to settle is over; then goes on to `next`.
void CycleCourse::watch_health(Stage next) {
  if (!process_) {
    if (clock_.boot_ns() < healthy_at_) {
      ::poll(nullptr, 0, static_cast<int>(kPoll / kMillisecond));
      return;
    }
    start("health", options_.health);
    return;
  }
  if (!process_->poll(kPoll)) return;
  const StepResult result = process_->result();
  process_.reset();
  const bool late = clock_.boot_ns() >= settles_at_;
  if (!result.ok() && !late) {
    healthy_at_ = clock_.boot_ns() + kBetweenHealth;
    return;
  }
  keep(result);
  cycle_.end.healthy = result.ok();
  start("version", options_.version);
  stage_ = next;
}

void CycleCourse::ladder_from(Stage stage) {
  if (!unwell()) {
    stage_ = Stage::done;
  } else if (stage == Stage::version && !options_.rollback.empty()) {
    start("rollback", options_.rollback);
    stage_ = Stage::rollback;
  } else if (!options_.restore.empty()) {
    start("restore", options_.restore);
    stage_ = Stage::restore;
  } else {
    cycle_.lost = cycle_.kind == CycleClass::bricked;
    stage_ = Stage::done;
  }
}

void CycleCourse::take_version(Stage stage) {
  const auto result = over();
  if (!result) return;
  const std::string found = result->ok() ? result->first_line : "";
  if (stage == Stage::version) {
    cycle_.end.found = found;
    cycle_.kind = classify(cycle_.end);
    ladder_from(Stage::version);
    return;
  }
  if (!unwell()) cycle_.recovered_by = stage == Stage::rolled_version ? "rollback" : "restore";
  if (stage == Stage::rolled_version) {
    ladder_from(Stage::rolled_version);
  } else {
    cycle_.lost = unwell();
    stage_ = Stage::done;
  }
}

void CycleCourse::advance() {
  switch (stage_) {
    case Stage::done:
      break;
    case Stage::version_before:
      if (const auto result = over()) {
        cycle_.end.from = result->ok() ? result->first_line : "";
        start("update", options_.update);
        stage_ = Stage::update;
      }
      break;
    case Stage::update:
      watch_update();
      break;
    case Stage::fault_end:
      if (const auto result = over()) {
        if (!result->ok()) cycle_.broken = "it could not be ended: " + result->last_words;
        settle(Stage::health);
      }
      break;
    case Stage::health:
      watch_health(Stage::version);
      break;
    case Stage::version:
      take_version(Stage::version);
      break;
    case Stage::rollback:
      if (over()) settle(Stage::rolled_health);
      break;
    case Stage::rolled_health:
      watch_health(Stage::rolled_version);
      break;
    case Stage::rolled_version:
      take_version(Stage::rolled_version);
      break;
    case Stage::restore:
      if (over()) {
        settle(Stage::restored_health);
      }
      break;
    case Stage::restored_health:
      watch_health(Stage::restored_version);
      break;
    case Stage::restored_version:
      take_version(Stage::restored_version);
      break;
  }
}

}  // namespace soakrig::workloads
