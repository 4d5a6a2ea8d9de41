// SPDX-License-Identifier: Apache-2.0
//
// Tells a user's program about incidents, trips and the end: one JSON object on its standard input,
// the argv of the profile, no shell. A notifier that hangs is killed after its time; at most a few
// run at once; what it does or fails to do is an event and never touches the run.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rig/base/event.hpp"
#include "rig/base/run_spec.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::control {

class Notifier {
 public:
  // `report` receives a notify event for each failure. Both references must outlive this.
  Notifier(boost::asio::io_context& io, NotifySpec spec, std::function<void(Event)> report);
  ~Notifier();

  // `on` is incident, trip or end; `message` one JSON object.
  void notify(const std::string& on, const std::string& message);
  // True while a notifier still runs; run the io_context until false or kTimeout has passed.
  [[nodiscard]] bool busy() const;

  static constexpr Nanos kTimeout = 10 * kSecond;
  static constexpr std::size_t kMaxRunning = 4;

 private:
  struct Running;
  boost::asio::io_context& io_;
  NotifySpec spec_;
  std::function<void(Event)> report_;
  std::vector<std::shared_ptr<Running>> running_;
};

}  // namespace soakrig::control
