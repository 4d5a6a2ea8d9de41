// SPDX-License-Identifier: Apache-2.0
#include "rig/app/references.hpp"

#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>

#include "rig/app/engine_references.hpp"
#include "rig/base/spawn.hpp"
#include "rig/instruments/connect.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/switch_plan.hpp"
#include "workloads/model/gguf.hpp"
#include "workloads/model/shape.hpp"

namespace soakrig::app {

namespace {

namespace fs = std::filesystem;

bool executable(const std::string& path) {
  std::error_code failed;
  return fs::is_regular_file(path, failed) && ::access(path.c_str(), X_OK) == 0;
}

Error missing(std::string what, std::string remedy) {
  return {Errc::not_found, std::move(what), std::move(remedy), {}, 0, 0};
}

bool is_local(const BoardSpec& board) { return board.connect == "local"; }

void look_for_programs(const RunSpec& spec, const std::string& programs, std::vector<Error>& out) {
  const bool any_local = std::ranges::any_of(spec.boards, is_local);
  if (!std::ranges::all_of(spec.boards, is_local) && !executable(find_program("ssh"))) {
    out.push_back(missing("no program ssh, by which boards are reached",
                          "install the package openssh-client"));
  }
  if (any_local && !executable(programs + "/soakrig-agent")) {
    out.push_back(
        missing("no program " + programs + "/soakrig-agent", "build it: ./bootstrap.sh build"));
  }
  std::set<std::string> said;
  for (const WorkloadSpec& workload : spec.workloads) {
    // What a board elsewhere has only that board can tell.
    if (workload.argv.empty() || !any_local) continue;
    const std::string& program = workload.argv[0];
    const bool beside = program.find('/') == std::string::npos;
    const std::string path = beside ? programs + "/" + program : program;
    if (executable(path) || !said.insert(path).second) continue;
    out.push_back(
        missing("workload '" + workload.name + "' needs " + path +
                    ", which is no program that can be started",
                beside ? "build it: ./bootstrap.sh build" : "correct argv, or install it"));
  }
  if (spec.notify.run.empty()) return;
  const std::string& notifier = spec.notify.run[0];
  if (!executable(find_program(notifier))) {
    out.push_back(missing("[notify] run: " + notifier + " is no program that can be started",
                          "correct the path, or make the file executable"));
  }
}

std::string value_after(const std::vector<std::string>& argv, const std::string& flag) {
  const auto found = std::ranges::find(argv, flag);
  return found == argv.end() || found + 1 == argv.end() ? std::string() : *(found + 1);
}

// Of a file its head is read. A board elsewhere gets it from here.
Result<workloads::Shape> shape_of(const WorkloadSpec& workload) {
  const std::string file = value_after(workload.argv, "--model");
  if (file.empty()) return workloads::find_shape(workload.model);
  const auto model = workloads::GgufFile::open(file);
  if (!model) return model.error();
  return model->model().shape;
}

// Shapes and memory belong to the workload, so they are asked of it, not of the profile.
void look_for_shapes(const RunSpec& spec, std::vector<Error>& out) {
  for (const WorkloadSpec& workload : spec.workloads) {
    if (workload.kind != "llm" || workload.model.empty()) continue;
    const auto shape = shape_of(workload);
    if (!shape) {
      const Error& error = shape.error();
      const std::string where = error.file.empty() ? "" : error.file + ": ";
      out.push_back(
          missing("workload '" + workload.name + "': " + where + error.what, error.remedy));
      continue;
    }
    const auto format = workload.precision == "int4" ? workloads::WeightFormat::q4_0
                                                     : workloads::WeightFormat::q8_0;
    const std::size_t context = std::stoul(value_after(workload.argv, "--prompt-tokens")) +
                                std::stoul(value_after(workload.argv, "--answer-tokens"));
    if (context > shape->context) {
      out.push_back(missing("workload '" + workload.name + "': " + workload.model +
                                " has a context of " + std::to_string(shape->context) +
                                " tokens, prompt and answer need " + std::to_string(context),
                            "shorten prompt_tokens or answer_tokens"));
    }
    const std::uint64_t needed = workloads::memory_needed(*shape, format, context);
    const std::uint64_t available = workloads::available_memory();
    if (needed <= available || std::ranges::none_of(spec.boards, is_local)) continue;
    out.push_back(missing("workload '" + workload.name + "' needs " + std::to_string(needed >> 20) +
                              " MiB of memory, and " + std::to_string(available >> 20) +
                              " are free",
                          "choose a smaller shape, format = \"q4_0\", or shape = \"auto\""));
  }
}

// The map, where it is one of the kinds that may stand there.
std::optional<instruments::RegisterMap> look_for_map(
    const std::string& who, const std::string& map,
    std::initializer_list<instruments::MapKind> kinds, std::vector<Error>& out) {
  auto loaded = instruments::load_register_map(map);
  if (!loaded) {
    out.push_back(
        missing(who + ": " + loaded.error().message(), "see docs/formats/register_map.md"));
    return std::nullopt;
  }
  if (std::ranges::find(kinds, loaded->kind) != kinds.end()) return std::move(*loaded);
  out.push_back(
      missing(who + ": register map '" + map + "' is of a " + std::string(to_string(loaded->kind)),
              "choose one of a " + std::string(to_string(*kinds.begin()))));
  return std::nullopt;
}

void look_for_address(const std::string& who, const std::string& connect, std::vector<Error>& out) {
  if (connect.starts_with("virtual")) return;
  const auto address = instruments::parse_connect(connect);
  if (!address) {
    out.push_back(missing(who + ": " + address.error().message(), ""));
    return;
  }
  std::error_code failed;
  if (address->transport != instruments::Transport::rtu || fs::exists(address->device, failed)) {
    return;
  }
  out.push_back(missing(who + " is on " + address->device + ", which does not exist",
                        "is the adapter plugged in? names below /dev/serial/by-id do not change"));
}

// Dates in this form compare as they follow each other.
void look_for_calibration(const std::string& who, const std::string& due, std::vector<Error>& out) {
  if (due.empty()) return;
  const std::string today = format_rfc3339(SystemClock().utc_ns()).substr(0, 10);
  if (today < due) return;
  out.push_back(missing(who + ": its calibration was due on " + due,
                        "have it calibrated, or what it says proves little"));
}

// The switches that boards hang on.
void look_for_switches(const RunSpec& spec, std::vector<Error>& out) {
  for (const BoardSpec& board : spec.boards) {
    const InstrumentSpec* relay = board.power ? spec.find_instrument(board.power->relay) : nullptr;
    if (relay == nullptr) continue;
    const auto map = instruments::load_register_map(relay->map);
    if (!map) continue;  // said already
    const auto found = instruments::find_switch(*map, board.power->channel);
    if (found) continue;
    out.push_back(missing("power of board '" + board.name + "': " + found.error().what,
                          found.error().remedy));
  }
}

void look_for_bench(const std::string& who, const std::string& text, std::vector<Error>& out) {
  if (!text.starts_with("virtual:")) return;
  std::error_code failed;
  const std::string file = text.substr(8);
  if (fs::exists(file, failed)) return;
  out.push_back(missing(who + " uses the bench of " + file + ", which does not exist",
                        "start it: soakrig virtual serve --ready-file " + file));
}

void look_for_boards(const RunSpec& spec, std::vector<Error>& out) {
  for (const BoardSpec& board : spec.boards) {
    const std::string who = "board '" + board.name + "'";
    look_for_bench(who, board.sysroot, out);
    const bool folder = is_local(board) && !board.sysroot.empty() &&
                        !board.sysroot.starts_with("virtual");
    if (board.power && board.power->relay.empty()) {
      for (const auto* argv : {&board.power->on_argv, &board.power->off_argv,
                               &board.power->cycle_argv}) {
        if (argv->empty() || executable(find_program(argv->front()))) continue;
        out.push_back(missing("power of " + who + " needs " + argv->front() +
                                  ", which is no program that can be started",
                              board.power->labgrid.empty() ? "correct it, or install it"
                                                           : "install labgrid's client"));
        break;
      }
    }
    std::error_code failed;
    const std::string console = board.console.substr(0, board.console.find('?'));
    if (!console.empty() && !fs::exists(console, failed)) {
      out.push_back(missing(who + " has its console on " + console + ", which does not exist",
                            "is the adapter plugged in? names below /dev/serial/by-id do not "
                            "change"));
    }
    if (folder && !fs::is_directory(board.sysroot, failed)) {
      out.push_back(missing(who + " has sysroot " + board.sysroot + ", which is no folder",
                            "correct it, or leave it out for the machine itself"));
    }
  }
}

void look_for_instruments(const RunSpec& spec, const std::string& programs,
                          std::vector<Error>& out) {
  using instruments::MapKind;
  for (const InstrumentSpec& instrument : spec.instruments) {
    const std::string who = "instrument '" + instrument.name + "'";
    if (instrument.calibration) {
      look_for_calibration("instrument '" + instrument.name + "'", instrument.calibration->due,
                           out);
    }
    if (!instrument.exec.empty()) {
      const std::string program = find_program(instrument.exec[0]);
      if (executable(program)) continue;
      out.push_back(missing(who + " needs " + program + ", which is no program that can be started",
                            "correct exec, or make the file executable"));
      continue;
    }
    look_for_bench(who, instrument.connect, out);
    look_for_address(who, instrument.connect, out);
    look_for_map(who, instrument.map, {MapKind::meter, MapKind::relay, MapKind::ambient}, out);
  }
  look_for_switches(spec, out);
  if (!spec.chamber) return;
  look_for_address("the chamber", spec.chamber->connect, out);
  look_for_bench("the chamber", spec.chamber->connect, out);
  look_for_map("the chamber", spec.chamber->map, {MapKind::chamber}, out);
  if (spec.chamber->calibration) {
    look_for_calibration("the chamber", spec.chamber->calibration->due, out);
  }
  if (!executable(programs + "/soakrig-guard")) {
    out.push_back(missing(
        "no program " + programs + "/soakrig-guard, and no run heats a chamber without its guard",
        "build it: ./bootstrap.sh build"));
  }
}

}  // namespace

std::string program_folder() {
  std::error_code failed;
  const fs::path self = fs::read_symlink("/proc/self/exe", failed);
  return failed ? std::string(".") : self.parent_path().string();
}

std::vector<Error> missing_references(const RunSpec& spec, const std::string& programs) {
  std::vector<Error> out;
  look_for_programs(spec, programs, out);
  look_for_shapes(spec, out);
  for (Error& error : missing_engines(spec)) out.push_back(std::move(error));
  look_for_boards(spec, out);
  look_for_instruments(spec, programs, out);
  return out;
}

ArchiveRoom look_at_archive(const std::string& folder, std::int64_t needed) {
  ArchiveRoom out{folder, std::nullopt, {}};
  std::error_code failed;
  // The nearest folder that exists is where it would be made.
  fs::path there = fs::absolute(folder, failed);
  while (!fs::exists(there, failed) && there.has_relative_path()) there = there.parent_path();
  if (!fs::is_directory(there, failed)) {
    out.missing.push_back(missing("the archive " + folder + " is no folder",
                                  "choose another with --archive or $SOAKRIG_ARCHIVE"));
    return out;
  }
  struct statvfs room {};
  const bool asked = ::statvfs(there.c_str(), &room) == 0;
  // access() says yes to root on a medium that is mounted read-only.
  if (::access(there.c_str(), W_OK) != 0 || (asked && (room.f_flag & ST_RDONLY) != 0)) {
    out.missing.push_back(missing("the archive " + folder + " cannot be written",
                                  "choose another with --archive or $SOAKRIG_ARCHIVE"));
  }
  if (!asked) return out;
  out.free_bytes =
      static_cast<std::int64_t>(room.f_bavail) * static_cast<std::int64_t>(room.f_frsize);
  if (*out.free_bytes < needed) {
    out.missing.push_back(missing("room in the archive " + folder + ": " +
                                      std::to_string(*out.free_bytes >> 20) + " MiB free, " +
                                      std::to_string(needed >> 20) + " MiB forecast",
                                  "free some, or choose another with --archive"));
  }
  return out;
}

}  // namespace soakrig::app
