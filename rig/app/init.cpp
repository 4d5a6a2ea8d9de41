// SPDX-License-Identifier: Apache-2.0
//
// soakrig init: looks at this machine, or at a board over ssh, and writes a profile to begin with.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>

#include "probes/catalogue.hpp"
#include "probes/host_fs.hpp"
#include "probes/probe_runner.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/init_profile.hpp"
#include "rig/app/remote_look.hpp"
#include "rig/base/board_address.hpp"
#include "rig/base/fd.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::app {

int command_init(std::span<const std::string> args);

namespace {

constexpr std::size_t kContext = 128;  // prompt and answer by default

// Keeps the last row of each source; what is never delivered stays not good.
class LastRows final : public probes::RowSink {
 public:
  explicit LastRows(std::span<const SourceInfo> sources) {
    for (const SourceInfo& source : sources) {
      first_.push_back(found_.size());
      for (const ChannelInfo& channel : source.channels) {
        found_.push_back({channel.name, channel.unit, false, 0, channel.reason});
      }
    }
  }
  void row(std::uint32_t source, Nanos, Nanos, std::span<const double> values,
           std::span<const State> states) override {
    for (std::size_t j = 0; j < values.size(); ++j) {
      FoundChannel& channel = found_[first_[source] + j];
      channel.good = states[j] == State::good;
      channel.value = values[j];
    }
  }
  void event(const Event&) override {}
  [[nodiscard]] std::vector<FoundChannel> take() { return std::move(found_); }

 private:
  std::vector<std::size_t> first_;
  std::vector<FoundChannel> found_;
};

std::string title_of(probes::HostFs& fs) {
  for (const char* name : {"/proc/device-tree/model", "/sys/class/dmi/id/product_name"}) {
    if (const auto text = fs.read_once(name); text && !text->empty()) return *text;
  }
  return "";
}

FoundMachine look(const std::string& sysroot) {
  const auto fs = probes::open_host_fs(sysroot);
  const SystemClock clock;
  probes::ProbeRunner runner(probes::make_probes(*fs), clock, 100 * kMillisecond);
  LastRows rows(runner.sources());
  runner.run_all(rows);
  // Rates (steal, usage, power from energy) exist from the second reading on.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  runner.run_all(rows);
  FoundMachine machine;
  machine.channels = rows.take();
  machine.title = title_of(*fs);
  machine.cores = std::max(1u, std::thread::hardware_concurrency());
  machine.free_memory = workloads::available_memory();
  machine.shape =
      workloads::default_shape(machine.free_memory, workloads::WeightFormat::q8_0, kContext).name;
  return machine;
}

Result<FoundMachine> look_over_ssh(const std::string& connect) {
  const auto address = parse_board_address(connect);
  if (!address) return address.error();
  auto look = look_at_board(*address);
  if (!look) return look.error();
  FoundMachine machine;
  machine.name = channel_part(address->host);
  machine.connect = connect;
  for (const ListedChannel& each : look->channels) {
    machine.channels.push_back({each.info.name, each.info.unit, each.state == State::good,
                                each.value, each.state == State::good ? "" : each.reason});
  }
  const auto fs = open_snapshot(look->snapshot, look->provenance());
  machine.title = title_of(*fs);
  machine.cores = look->snapshot.cores;
  machine.free_memory = look->snapshot.free_memory;
  machine.shape = workloads::default_shape(machine.free_memory, workloads::WeightFormat::q8_0,
                                           kContext).name;
  return machine;
}

// Exclusive creation, so that a file that appears meanwhile is not lost either.
Result<void> write_new(const std::string& path, const std::string& text, bool force) {
  if (force) return write_file_atomic(path, text);
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd) {
    const bool there = errno == EEXIST;
    Error error = sys_error("cannot create", path,
                            there ? "--force replaces it, or name another with -o"
                                  : "check the folder and its permissions");
    return error;
  }
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(fd.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return sys_error("cannot write", path, "check free space");
    done += static_cast<std::size_t>(n);
  }
  return {};
}

}  // namespace

int command_init(std::span<const std::string> args) {
  CLI::App parser{"Writes a commented profile from what this machine or a board has", "init"};
  std::string board = "local", path, sysroot = "/";
  bool force = false;
  parser.add_option("BOARD", board, "local: this machine; or ssh://user@host:port")->capture_default_str();
  parser.add_option("-o,--output", path, "the profile to write (default: standard output)");
  parser.add_option("--sysroot", sysroot, "look at this tree instead of the machine itself");
  parser.add_flag("--force", force, "replace the file if it is there");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const bool remote = board.starts_with(kSshScheme);
  if (!remote && board != "local") {
    std::fprintf(stderr, "soakrig: init: cannot look at '%s'; a board is local or ssh://user@host\n",
                 board.c_str());
    return 4;
  }
  const auto found = remote ? look_over_ssh(board) : Result<FoundMachine>(look(sysroot));
  if (!found) return complain(found.error(), found.error().code == Errc::invalid ? 4 : 3);
  const std::string text = write_profile(*found);
  if (path.empty()) {
    std::fputs(text.c_str(), stdout);
    return 0;
  }
  if (const auto written = write_new(path, text, force); !written) {
    std::fprintf(stderr, "soakrig: %s\n", written.error().message().c_str());
    return 4;
  }
  std::printf("wrote %s; see what it would do: soakrig check %s\n", path.c_str(), path.c_str());
  return 0;
}

}  // namespace soakrig::app
