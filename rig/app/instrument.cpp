// SPDX-License-Identifier: Apache-2.0
//
// soakrig instrument identify | read | watch | write: one instrument by hand, before it is trusted
// with a run.
#include <chrono>
#include <cstdio>
#include <thread>

#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/instrument_text.hpp"
#include "rig/base/quantity.hpp"
#include "rig/instruments/direct_access.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/virtual/ready_file.hpp"

namespace soakrig::app {

int command_instrument(std::span<const std::string> args);

namespace {

using namespace instruments;

struct Words {
  std::string connect, map, point, value, every = "1s";
  std::vector<std::string> points;
  int count = 0;
  bool as_json = false, confirm = false;
};

// 4 where the call is wrong, 2 where the instrument is.
int exit_code(const Error& error) {
  return error.code == Errc::invalid || error.code == Errc::not_found ? 4 : 2;
}

// "virtual:FILE" is the device of a running bench that plays the part, or has the map.
Result<ConnectSpec> resolve(const std::string& connect, const RegisterMap& map) {
  if (!connect.starts_with("virtual:")) return parse_connect(connect);
  const auto bench = virtual_bench::read_ready_file(connect.substr(8));
  if (!bench) return bench.error();
  for (const auto& device : bench->devices) {
    if (device.map == map.name) return parse_connect(device.connect);
  }
  return Error{Errc::not_found, "the bench has no device of the map '" + map.name + "'",
               "its ready file lists them"};
}

Result<DirectAccess*> open(const Words& words, const Clock& clock,
                           std::optional<DirectAccess>& device) {
  auto map = load_register_map(words.map);
  if (!map) return map.error();
  const auto connect = resolve(words.connect, *map);
  if (!connect) return connect.error();
  device.emplace(*connect, std::move(*map), clock);
  return &*device;
}

int identify_by(const Words& words, const Clock& clock) {
  std::optional<DirectAccess> device;
  const auto opened = open(words, clock, device);
  if (!opened) return complain(opened.error(), exit_code(opened.error()));
  const auto found = device->identify();
  if (!found) return complain(found.error(), 2);
  std::fputs(
      (words.as_json ? identity_json(*found, device->map()) : identity_text(*found, device->map()))
          .c_str(),
      stdout);
  return 0;
}

// Asks the device, by reading only, which of all maps it fits.
int identify_among_all(const Words& words, const Clock& clock) {
  std::vector<MapTrial> trials;
  for (const std::string& name : map_names()) {
    Words one = words;
    one.map = name;
    std::optional<DirectAccess> device;
    const auto opened = open(one, clock, device);
    if (!opened) {
      if (words.connect.starts_with("virtual:") && opened.error().code == Errc::not_found) continue;
      return complain(opened.error(), exit_code(opened.error()));
    }
    auto found = device->identify();
    // A line that is not there is not a question of the map.
    if (!found && device->session().connection(device->session().connect().unit) == 0) {
      return complain(found.error(), 2);
    }
    // A map that proves nothing fits everything, which says nothing.
    const bool proves = device->map().identify.proves_something() ||
                        (found && !found->identity.part_number.empty());
    trials.push_back({name, device->map().title, found.has_value(), proves,
                      found ? found->identity.part_number : found.error().what});
  }
  std::fputs((words.as_json ? trials_json(words.connect, trials) : trials_text(trials)).c_str(),
             stdout);
  return std::ranges::any_of(trials, [](const MapTrial& t) { return t.fits && t.proves; }) ? 0 : 2;
}

int read_once(DirectAccess& device, const Identified& found, const Words& words,
              const Clock& clock) {
  const auto readings = device.read(words.points);
  if (!readings) return complain(readings.error(), exit_code(readings.error()));
  std::fputs((words.as_json ? readings_json(*readings, found, device.map(), clock.utc_ns())
                            : readings_text(*readings, found))
                 .c_str(),
             stdout);
  std::fflush(stdout);
  return 0;
}

int read_or_watch(const Words& words, const Clock& clock, bool watch) {
  std::optional<DirectAccess> device;
  const auto opened = open(words, clock, device);
  if (!opened) return complain(opened.error(), exit_code(opened.error()));
  const auto every = parse_duration(words.every);
  if (!every || *every < 10 * kMillisecond) {
    return complain(Error{Errc::invalid, "--every must be 10ms or more"}, 4);
  }
  const auto found = device->identify();
  if (!found) return complain(found.error(), 2);
  if (!watch) return read_once(*device, *found, words, clock);
  for (int i = 0; words.count == 0 || i < words.count; ++i) {
    if (i > 0) std::this_thread::sleep_for(std::chrono::nanoseconds(*every));
    // A reading that fails now may come again: whoever watches wants to see both.
    const int code = read_once(*device, *found, words, clock);
    if (code == 4) return code;
  }
  return 0;
}

int write(const Words& words, const Clock& clock) {
  std::optional<DirectAccess> device;
  const auto opened = open(words, clock, device);
  if (!opened) return complain(opened.error(), exit_code(opened.error()));
  const auto value = device->value_of(words.point, words.value);
  if (!value) return complain(value.error(), 4);
  if (!words.confirm) {
    return complain(Error{Errc::invalid,
                          words.point + " of " + device->map().title + " at " + words.connect +
                              " would be set to " + words.value,
                          "nothing was sent; say --confirm to do it"},
                    4);
  }
  const auto outcome = device->write(words.point, *value);
  if (!outcome) return complain(outcome.error(), exit_code(outcome.error()));
  const Point& point = *device->map().find(words.point);
  std::fputs(
      (words.as_json ? outcome_json(*outcome, point) : outcome_text(*outcome, point)).c_str(),
      stdout);
  if (outcome->held()) return 0;
  return complain(Error{Errc::io, words.point + " does not read back as it was set",
                        "is the controller in a profile, or locked?"},
                  2);
}

void declare_common(CLI::App& verb, Words& words, bool map_needed) {
  verb.add_option("CONNECT", words.connect,
                  "tcp://HOST:502?unit=1, rtu:///dev/ttyUSB0?baud=9600&unit=1, "
                  "rtu+tcp://HOST:PORT?unit=1 or virtual:READY-FILE")
      ->required();
  auto* map = verb.add_option("--map", words.map, "Register map: a name or a file");
  if (map_needed) map->required();
  verb.add_flag("--json", words.as_json, "as JSON (docs/formats/instrument_json.md)");
}

}  // namespace

int command_instrument(std::span<const std::string> args) {
  CLI::App parser("One instrument by hand: who is it, what does it read, set it", "instrument");
  parser.require_subcommand(1);
  Words words;
  CLI::App& identify = *parser.add_subcommand(
      "identify", "Prove what answers, by reading only; without --map, which maps it fits");
  declare_common(identify, words, false);
  CLI::App& read = *parser.add_subcommand("read", "Read points once");
  declare_common(read, words, true);
  read.add_option("POINT", words.points, "Points of the map; none = all");
  CLI::App& watch = *parser.add_subcommand("watch", "Read points again and again");
  declare_common(watch, words, true);
  watch.add_option("POINT", words.points, "Points of the map; none = all");
  watch.add_option("--every", words.every, "Time between two readings")->capture_default_str();
  watch.add_option("--count", words.count, "How often; 0 = until stopped")->capture_default_str();
  CLI::App& set = *parser.add_subcommand("write", "Set one point, and read it back");
  declare_common(set, words, true);
  set.add_option("POINT", words.point, "Point of the map")->required();
  set.add_option("VALUE", words.value, "A number, or the name of a code such as off")->required();
  set.add_flag("--confirm", words.confirm, "Really do it");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const SystemClock clock;
  if (identify.parsed()) {
    return words.map.empty() ? identify_among_all(words, clock) : identify_by(words, clock);
  }
  if (set.parsed()) return write(words, clock);
  return read_or_watch(words, clock, watch.parsed());
}

}  // namespace soakrig::app
