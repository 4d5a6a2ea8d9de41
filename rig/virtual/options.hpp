// SPDX-License-Identifier: Apache-2.0
//
// What a bench is asked to be. Plain data, filled by the command line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/instruments/connect.hpp"
#include "rig/virtual/chamber_model.hpp"
#include "rig/virtual/faults.hpp"
#include "rig/virtual/thermal_model.hpp"
#include "rig/virtual/throttle.hpp"

namespace soakrig::virtual_bench {

inline constexpr std::size_t kMaxDevices = 64;

struct BenchOptions {
  std::string tree;
  std::string ready_file;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // of the chamber; the others take the next, or any free one
  std::string chamber_map = "watlow-f4t", meter_map = "eastron-sdm120",
              relay_map = "waveshare-relay-8", ambient_map = "xy-md02";
  std::vector<std::string> devices;  // maps of further ones
  instruments::Transport transport = instruments::Transport::tcp;
  int baud = 0;          // of the serial line, whose time replies then take; 0 = no time
  int cores = 2;         // of the virtual board
  double speedup = 1.0;  // of model time
  ThrottleChoice throttle = ThrottleChoice::automatic;
  ThermalParameters thermal;
  ChamberParameters chamber;
  std::vector<Fault> faults;
  bool die_with_stdin = false;
};

// The default number of cores: two, or what this machine has if that is less, so that a workload of
// two threads loads the board fully on any machine.
[[nodiscard]] int default_cores();

// "ADDRESS:PORT". Errc::invalid otherwise, and for an address that is not loopback: the bench
// speaks to its own machine only.
[[nodiscard]] Result<void> parse_listen(std::string_view text, BenchOptions& options);

}  // namespace soakrig::virtual_bench
