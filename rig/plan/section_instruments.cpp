// SPDX-License-Identifier: Apache-2.0
//
// [[instrument]] and [virtual]: what stands around the boards beside the chamber.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "rig/base/channel.hpp"
#include "rig/base/quantity.hpp"
#include "rig/plan/sections.hpp"
#include "rig/plan/virtual_keys.hpp"

namespace soakrig::plan {

namespace {

constexpr std::size_t kMaxGauges = 32;  // as in one line of the workload protocol

bool port_ok(std::string_view text) {
  int port = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failed == std::errc{} && end == text.data() + text.size() && port > 0 && port < 65536;
}

// HOST[:PORT] or [v6]:PORT; what stands behind '?' is the instrument's to read.
bool address_ok(std::string_view address) {
  std::string_view place = address.substr(0, address.find('?'));
  if (place.starts_with('[')) {
    const std::size_t close = place.find(']');
    if (close == std::string_view::npos || close < 3) return false;
    place.remove_prefix(close + 1);
    return place.empty() || (place.front() == ':' && port_ok(place.substr(1)));
  }
  const std::size_t colon = place.find(':');
  const std::string_view host = place.substr(0, colon);
  const bool host_ok = !host.empty() && std::ranges::all_of(host, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
  return host_ok && (colon == std::string_view::npos || port_ok(place.substr(colon + 1)));
}

// tcp://HOST[:PORT], rtu+tcp://HOST:PORT, rtu:///DEVICE; the options are the instrument's to read.
bool transport_ok(std::string_view connect) {
  if (connect.starts_with("tcp://")) return address_ok(connect.substr(6));
  if (connect.starts_with("rtu:///")) return connect.substr(0, connect.find('?')).size() > 7;
  if (!connect.starts_with("rtu+tcp://")) return false;
  const std::string_view place = connect.substr(10);
  return address_ok(place) && place.substr(0, place.find('?')).rfind(':') != std::string_view::npos;
}

void check_fault_target(const Value& at, const std::string& text, const VirtualFault& fault,
                        Build& build) {
  if (!fault.takes_workload || build.spec.find_workload(fault.target) != nullptr) return;
  std::vector<std::string> names;
  for (const WorkloadSpec& workload : build.spec.workloads) names.push_back(workload.name);
  build.faults.add(at,
                   "[virtual] faults: '" + shown(text) + "' names workload '" +
                       shown(fault.target) + "', which is not defined",
                   suggestion(fault.target, names, "there are"));
}

// "power:W"
std::optional<GaugeSpec> parse_gauge(const std::string& text) {
  const std::size_t mark = text.find(':');
  if (mark == std::string::npos) return std::nullopt;
  GaugeSpec gauge{text.substr(0, mark), text.substr(mark + 1)};
  const bool good = valid_channel_name(gauge.name) && gauge.name.find('.') == std::string::npos &&
                    !gauge.unit.empty() && gauge.unit.size() <= 20 &&
                    std::ranges::all_of(gauge.unit, [](char c) { return c > ' ' && c < 0x7f; });
  return good ? std::optional(gauge) : std::nullopt;
}

// An instrument is a device on a bus, or a program.
void read_program(const TableReader& reader, InstrumentSpec& spec, Build& build) {
  spec.exec = reader.texts("exec");
  spec.period = reader.duration("period").value_or(spec.period);
  if (!reader.has("exec")) {
    for (const char* key : {"map", "connect"}) {
      if (reader.has(key)) continue;
      build.faults.add(reader.place("name"), reader.where() + " has no '" + key + "'",
                       "a device needs map and connect; a program needs exec and gauges");
    }
    for (const char* key : {"gauges", "period"}) {
      if (!reader.has(key)) continue;
      build.faults.add(reader.place(key), reader.where() + " has " + key + ", but no exec",
                       "only a program says gauges; take it out");
    }
    return;
  }
  for (const char* key : {"map", "connect"}) {
    if (!reader.has(key)) continue;
    build.faults.add(reader.place(key), reader.where() + " has exec and " + key,
                     "an instrument is a program or a device; take one out");
  }
  if (!spec.exec.empty() && spec.exec[0].find('/') != std::string::npos) {
    spec.exec[0] = resolve_path(build.folder, spec.exec[0]);
  }
  for (const std::string& text : reader.texts("gauges")) {
    const auto gauge = parse_gauge(text);
    if (!gauge ||
        std::ranges::find(spec.gauges, gauge->name, &GaugeSpec::name) != spec.gauges.end()) {
      build.faults.add(reader.place("gauges"),
                       reader.where() + " gauges: '" + shown(text) +
                           (gauge ? "' is there twice" : "' is no gauge"),
                       "write NAME:UNIT, such as \"power:W\" or \"temperature:Cel\"");
      continue;
    }
    spec.gauges.push_back(*gauge);
  }
  if (spec.gauges.empty() || spec.gauges.size() > kMaxGauges) {
    build.faults.add(reader.place("gauges"), reader.where() + " needs 1 to 32 gauges",
                     "list what the program says: gauges = [\"power:W\"]");
  }
}

// "2026-03-01"
bool date_ok(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
  }
  const auto number = [text](std::size_t at, std::size_t digits) {
    unsigned value = 0;
    std::from_chars(text.data() + at, text.data() + at + digits, value);
    return value;
  };
  using namespace std::chrono;
  return (year(static_cast<int>(number(0, 4))) / month(number(5, 2)) / day(number(8, 2))).ok();
}

void read_calibration(const TableReader& instrument, InstrumentSpec& spec, Build& build) {
  const Value* table = instrument.find("calibration");
  if (table == nullptr) return;
  const TableReader reader(table, {"instrument.calibration"}, instrument.where() + " calibration",
                           build.faults);
  Calibration found{reader.text("date").value_or(""), reader.text("due").value_or(""),
                    reader.text("certificate").value_or("")};
  check_calibration_dates(reader, build);
  spec.calibration = std::move(found);
}

bool anything_virtual(const RunSpec& spec) {
  const auto is_virtual = [](const std::string& text) {
    return text == "virtual" || text.starts_with("virtual:");
  };
  return (spec.chamber && is_virtual(spec.chamber->connect)) ||
         std::ranges::any_of(spec.boards, is_virtual, &BoardSpec::sysroot) ||
         std::ranges::any_of(spec.instruments, is_virtual, &InstrumentSpec::connect);
}

}  // namespace

void check_calibration_dates(const TableReader& reader, Build& build) {
  for (const char* key : {"date", "due"}) {
    const std::string text = reader.text(key).value_or("");
    if (text.empty() || date_ok(text)) continue;
    build.faults.add(reader.place(key),
                     reader.where() + " " + key + " '" + shown(text) + "' is no date",
                     "write \"2026-03-01\"");
  }
  const std::string due = reader.text("due").value_or("");
  if (!due.empty() && due < reader.text("date").value_or("")) {
    build.faults.add(reader.place("due"), reader.where() + " is due before it was made",
                     "swap or correct the dates");
  }
}

std::string read_instrument_connect(const TableReader& table, Build& build) {
  const std::string connect = table.text("connect").value_or("");
  if (connect.empty() || connect == "virtual") return connect;
  if (connect.starts_with("virtual:") && connect.size() > 8) {
    return "virtual:" + resolve_path(build.folder, connect.substr(8));
  }
  if (transport_ok(connect)) return connect;
  build.faults.add(table.place("connect"),
                   table.where() + " connect '" + shown(connect) + "' is no address",
                   "write \"virtual\", \"virtual:READY-FILE\", \"tcp://HOST:502?unit=1\", "
                   "\"rtu:///dev/ttyUSB0?baud=9600&unit=1\" or \"rtu+tcp://HOST:PORT?unit=1\"",
                   Errc::invalid);
  return connect;
}

void read_instruments(const Value& root, Build& build) {
  for (const Value* table : tables_at(root, "instrument")) {
    const TableReader reader(table, {"instrument"}, "[[instrument]]", build.faults);
    InstrumentSpec spec;
    spec.name = reader.text("name").value_or("");
    spec.map = reader.text("map").value_or("");
    if (spec.map.find('/') != std::string::npos) spec.map = resolve_path(build.folder, spec.map);
    spec.connect = read_instrument_connect(reader, build);
    spec.board = reader.text("board").value_or("");
    spec.accuracy = reader.number("accuracy");
    spec.measures = reader.text("measures").value_or("");
    read_program(reader, spec, build);
    read_calibration(reader, spec, build);
    if (const Value* limits = reader.find("limits")) {
      spec.limits = read_limits(*limits, reader.where(), "", build.faults);
    }
    if (!spec.board.empty() && build.spec.find_board(spec.board) == nullptr) {
      std::vector<std::string> names;
      for (const BoardSpec& board : build.spec.boards) names.push_back(board.name);
      build.faults.add(
          reader.place("board"),
          "[[instrument]] names board '" + shown(spec.board) + "', which is not defined",
          suggestion(spec.board, names, "there are"));
    }
    const auto same = std::ranges::find(build.spec.instruments, spec.name, &InstrumentSpec::name);
    if (!spec.name.empty() && same != build.spec.instruments.end()) {
      build.faults.add(reader.place("name"),
                       "two instruments are called '" + shown(spec.name) + "'",
                       "give each its own name");
    }
    build.spec.instruments.push_back(spec);
  }
}

void read_virtual(const Value& root, Build& build) {
  const Value* table = table_at(root, "virtual");
  if (table == nullptr) return;
  const TableReader reader(table, {"virtual"}, "[virtual]", build.faults);
  if (!anything_virtual(build.spec)) {
    build.faults.add(*table, "[virtual] stands here, but nothing in this profile is virtual",
                     "take it out, or set connect = \"virtual\" or sysroot = \"virtual\"");
  }
  for (const std::string& text : reader.texts("faults")) {
    const auto fault = parse_virtual_fault(text);
    if (!fault) {
      build.faults.add(reader.place("faults"), "[virtual] faults: " + fault.error().what,
                       fault.error().remedy);
      continue;
    }
    check_fault_target(reader.place("faults"), text, *fault, build);
    build.spec.virtual_bench.faults.push_back(text);
  }
}

}  // namespace soakrig::plan
