// SPDX-License-Identifier: Apache-2.0
//
// What a run says of itself while it goes: into its file first, then to its observer, and to those
// whom its profile wants told. A state is journalled durably before it takes effect. Keeps the
// first failure of the store, after which nothing more is promised.
//
// One thread, that of the io_context; times are run time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "results/store/writer.hpp"
#include "rig/base/run_spec.hpp"
#include "rig/control/notifier.hpp"
#include "rig/control/observer.hpp"

namespace soakrig::control {

class RunRecord {
 public:
  // What is referred to must outlive this. `on_failure`: the store's first failure, once.
  RunRecord(boost::asio::io_context& io, const RunSpec& spec, store::Writer& writer,
            const Clock& clock, Nanos run_start, RunObserver& observer,
            std::function<void(const Error&)> on_failure);

  [[nodiscard]] Nanos now() const { return clock_.boot_ns() - run_start_; }

  // An event whose time is 0 is of now. Pieces of a console's log are for the file alone.
  void event(Event event);
  // `detail`: a JSON object.
  void state(std::string_view name, const std::string& detail);
  void phase(const PhaseProgress& progress);
  void refresh_phase(
      const PhaseProgress& progress);  // the same, where the last is some seconds old

  // `on`: as of Notifier.
  void notify(const std::string& on, const Event& about);
  // The run is over: runs the io_context until its notifiers have ended, or their time has passed.
  void notify_end(const std::string& message);

  void keep(const Result<void>& stored);
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  boost::asio::io_context& io_;
  const RunSpec& spec_;
  store::Writer& writer_;
  const Clock& clock_;
  Nanos run_start_;
  RunObserver& observer_;
  std::function<void(const Error&)> on_failure_;
  Notifier notifier_;
  std::optional<Error> failure_;
  Nanos phase_noted_ = 0;
};

}  // namespace soakrig::control
