// SPDX-License-Identifier: Apache-2.0
//
// soakrig virtual serve: the virtual bench as a program of its own.
#include <cstdio>

#include "rig/app/command_line.hpp"
#include "rig/base/quantity.hpp"
#include "rig/virtual/bench.hpp"

namespace soakrig::app {
namespace {

using namespace virtual_bench;

// What the command line says, before it is checked.
struct Words {
  std::string listen = "127.0.0.1:0", throttle = "auto", transport = "tcp", chamber_rate;
  std::vector<std::string> faults;
};

void declare(CLI::App& serve, BenchOptions& options, Words& words) {
  serve.add_option("--tree", options.tree, "Folder of the board tree; made if missing")->required();
  serve.add_option("--ready-file", options.ready_file, "Written once everything answers")
      ->required();
  serve.add_option("--listen", words.listen, "Loopback address and port; 0 = any")
      ->capture_default_str();
  serve
      .add_option("--fault", words.faults,
                  "KIND[=PARAMETER][:TARGET]@TIME[+DURATION]: crash:NAME hang:NAME freeze:CHANNEL "
                  "vanish:CHANNEL chamber-stall chamber-freeze meter-stall gone:DEVICE, and what "
                  "can happen to a DEVICE's replies, such as late=700ms:meter or "
                  "exception=11:chamber (docs/virtual_bench.md lists them)")
      ->take_all();
  serve.add_option("--speedup", options.speedup, "Model seconds in a real one")
      ->check(CLI::Range(0.01, 1000.0))
      ->capture_default_str();
  serve.add_option("--cores", options.cores, "Cores of the virtual board")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  serve.add_option("--trip", options.thermal.trip, "Trip point, Cel")
      ->check(CLI::Range(0.0, 150.0))
      ->capture_default_str();
  serve.add_option("--room", options.chamber.room, "Air of the room, Cel")
      ->check(CLI::Range(-40.0, 60.0))
      ->capture_default_str();
  serve.add_option("--chamber-rate", words.chamber_rate, "Fastest change of the chamber, as 2K/s");
  serve.add_option("--chamber-map", options.chamber_map, "Register map of the chamber")
      ->capture_default_str();
  serve.add_option("--meter-map", options.meter_map, "Register map of the meter")
      ->capture_default_str();
  serve.add_option("--relay-map", options.relay_map, "Register map of the relay")
      ->capture_default_str();
  serve
      .add_option("--device", options.devices,
                  "Register map of a further device; may be given again")
      ->take_all();
  serve
      .add_option("--transport", words.transport,
                  "tcp: a port for each device; rtu: all on one serial port; rtu+tcp: RTU over TCP")
      ->check(CLI::IsMember({"tcp", "rtu", "rtu+tcp"}))
      ->capture_default_str();
  serve
      .add_option("--baud", options.baud,
                  "Speed of the serial line, whose time replies take; 0 = no time")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  serve.add_option("--throttle", words.throttle, "How the workloads are slowed")
      ->check(CLI::IsMember({"auto", "cgroup", "stop"}))
      ->capture_default_str();
  serve.add_flag("--die-with-stdin", options.die_with_stdin, "End when standard input ends");
}

Result<void> complete(BenchOptions& options, const Words& words) {
  if (auto listen = parse_listen(words.listen, options); !listen) return listen;
  if (!words.chamber_rate.empty()) {
    const auto rate = parse_ramp(words.chamber_rate);
    if (!rate) return rate.error();
    options.chamber.max_rate = *rate;
  }
  for (const std::string& text : words.faults) {
    auto fault = parse_fault(text);
    if (!fault) return fault.error();
    options.faults.push_back(std::move(*fault));
  }
  using instruments::Transport;
  options.transport = words.transport == "rtu"       ? Transport::rtu
                      : words.transport == "rtu+tcp" ? Transport::rtu_tcp
                                                     : Transport::tcp;
  options.throttle = words.throttle == "cgroup" ? ThrottleChoice::cgroup
                     : words.throttle == "stop" ? ThrottleChoice::stop
                                                : ThrottleChoice::automatic;
  return {};
}

int complain(const Error& error, int code) {
  std::fprintf(stderr, "soakrig: %s\n", error.message().c_str());
  return code;
}

}  // namespace

int command_virtual(std::span<const std::string> args) {
  CLI::App parser(
      "The virtual bench: a chamber, a meter and a board that are simulated around the "
      "real load of real workloads",
      "virtual");
  parser.require_subcommand(1);
  CLI::App& serve_parser = *parser.add_subcommand("serve", "Serve until stopped (SIGTERM, Ctrl-C)");
  BenchOptions options;
  options.cores = default_cores();
  Words words;
  declare(serve_parser, options, words);
  if (const auto code = parse_command_line(parser, args)) return *code;
  if (auto checked = complete(options, words); !checked) return complain(checked.error(), 4);
  const SystemClock clock;
  if (auto served = serve(options, clock); !served) {
    return complain(served.error(), served.error().code == Errc::invalid ? 4 : 2);
  }
  return 0;
}

}  // namespace soakrig::app
