// SPDX-License-Identifier: Apache-2.0
//
// Asks one engine one thing at a time per connection, with as many connections as are needed. The
// caller decides what is asked and when; the load's shape is not known here. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"
#include "workloads/openai/load_client.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::workloads {

// Of `options` only what concerns a single request counts.
class Asker {
 public:
  virtual ~Asker() = default;
  // `then` hears of it once, with the whole body where the options keep it; `request_bytes` is the
  // length of the request with its headers. It may ask again. Nothing is heard after destruction.
  using Answered = std::function<void(Outcome& outcome, std::uint64_t request_bytes)>;
  virtual void ask(const std::string& prompt, Nanos due, Answered then) = 0;
  // Ends what is overdue or stalled; to be called often.
  virtual void look_at_time(Nanos now) = 0;
};

// Errc as make_target. The context and the clock are borrowed; `through` as there.
[[nodiscard]] Result<std::unique_ptr<Asker>> make_asker(boost::asio::io_context& context,
                                                        const ClientOptions& options,
                                                        std::optional<std::uint16_t> through,
                                                        const Clock& clock);

}  // namespace soakrig::workloads
