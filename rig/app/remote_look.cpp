// SPDX-License-Identifier: Apache-2.0
#include "rig/app/remote_look.hpp"

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "rig/app/orphans.hpp"
#include "rig/app/reach_boards.hpp"
#include "rig/app/references.hpp"
#include "rig/app/run_briefly.hpp"
#include "rig/board/agent_session.hpp"
#include "rig/board/child_process.hpp"
#include "rig/board/ssh_command.hpp"

namespace soakrig::app {
namespace {

constexpr Nanos kAnswerWithin = 20 * kSecond;
constexpr Nanos kLookFor = 2500 * kMillisecond;  // rates exist from the second reading on

// Keeps the newest row of each source.
class Listener final : public board::SessionSink {
 public:
  Listener(RemoteLook& look, Nanos utc_of_boot) : look_(look), utc_of_boot_(utc_of_boot) {}

  void on_stream(const std::string&, bool) override {}
  void on_hello(const agent::Hello& hello) override { look_.facts = hello.board; }
  void on_source(std::uint32_t source, const SourceInfo& info) override {
    if (info.name == "agent") return;  // its own cost
    first_[source] = look_.channels.size();
    for (const ChannelInfo& channel : info.channels) {
      look_.channels.push_back({.probe = info.name, .info = channel, .period = info.period});
    }
  }
  void on_batch(Batch batch, std::uint64_t) override {
    const auto first = first_.find(batch.source);
    if (first == first_.end() || batch.rows() == 0) return;
    const std::size_t last = batch.rows() - 1;
    for (std::size_t j = 0; j < batch.columns; ++j) {
      ListedChannel& channel = look_.channels[first->second + j];
      channel.state = batch.state(last, j);
      channel.value = batch.value(last, j);
      channel.t_utc = batch.taken[last] + utc_of_boot_;
    }
  }
  void on_event(Event, std::uint64_t) override {}
  void on_clock(const ClockAnchor&) override {}
  void on_protocol_fault(const Error& error, bool fatal) override {
    if (fatal) broken = error;
  }
  void on_refused(const Error& error) override { broken = error; }
  std::optional<Error> broken;

 private:
  RemoteLook& look_;
  Nanos utc_of_boot_;
  std::map<std::uint32_t, std::size_t> first_;
};

Result<void> listen(const std::vector<std::string>& argv, RemoteLook& look) {
  const SystemClock clock;
  Listener listener(look, clock.utc_ns() - clock.boot_ns());
  boost::asio::io_context io;
  std::unique_ptr<board::ChildProcess> agent;
  board::AgentSession session(listener, clock, [&](std::string line) {
    if (agent) agent->write(std::move(line));
  });
  auto started = board::ChildProcess::start(
      io, argv, {.on_output = [&](std::string_view bytes) { session.feed(bytes); }, .on_exit = {}});
  if (!started) return started.error();
  agent = std::move(*started);
  const Nanos begin = clock.boot_ns();
  Nanos until = begin + kAnswerWithin;
  bool timed = false;
  while (agent->running() && !listener.broken && clock.boot_ns() < until) {
    io.run_one_for(std::chrono::milliseconds(100));
    if (session.greeted() && !timed) {
      timed = true;
      until = clock.boot_ns() + kLookFor;
    }
  }
  if (listener.broken) return *listener.broken;
  if (!session.greeted()) {
    return Error{Errc::timeout, "the agent on the board said nothing",
                 "run soakrig doctor on that address again, and look at the board's log"};
  }
  session.bye();
  const Nanos end = clock.boot_ns() + kSecond;
  while (agent->running() && clock.boot_ns() < end) {
    io.run_one_for(std::chrono::milliseconds(50));
  }
  return {};
}

std::string reason_of(const ListedChannel& channel) {
  if (channel.state == State::good) return "";
  if (!channel.info.reason.empty()) return channel.info.reason;
  if (channel.state == State::error) return channel.info.source + " fails to read";
  return channel.info.source + " had nothing to say in two seconds";
}

}  // namespace

Provenance RemoteLook::provenance() const {
  Provenance out = Provenance::measured;
  for (const ListedChannel& channel : channels) out = worse(out, channel.info.provenance);
  return out;
}

Result<RemoteLook> look_at_board(const BoardAddress& address, const std::string& sysroot) {
  auto reached = std::move(reach_boards({{address, {}}}, program_folder()).front());
  if (!reached) return reached.error();
  std::vector<std::string> args = {"--stdio"};
  if (!sysroot.empty()) args.insert(args.end(), {"--sysroot", sysroot});
  const auto argv = reached->agent(args);
  if (!argv) return argv.error();
  RemoteLook look;
  if (auto done = listen(*argv, look); !done) return done.error();
  for (ListedChannel& channel : look.channels) channel.reason = reason_of(channel);
  auto residents = AgentPlace(std::move(*reached)).residents();
  if (!residents) return residents.error();
  look.residents = std::move(*residents);
  if (!sysroot.empty()) return look;
  const auto said = run_briefly(board::ssh_argv(address, snapshot_command()), kAnswerWithin);
  if (!said) return said.error();
  look.snapshot = parse_snapshot(said->output);
  return look;
}

}  // namespace soakrig::app
