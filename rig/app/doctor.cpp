// SPDX-License-Identifier: Apache-2.0
//
// soakrig doctor: what is missing for a verdict on this board, and how to enable it.
#include <fmt/format.h>
#include <sys/timex.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "probes/facts.hpp"
#include "results/store/archive.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/doctor_checks.hpp"
#include "rig/app/orphans.hpp"
#include "rig/app/profile_file.hpp"
#include "rig/app/references.hpp"
#include "rig/app/remote_look.hpp"
#include "rig/base/board_address.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::app {

int command_doctor(std::span<const std::string> args);

namespace {

using nlohmann::json;

// One board as examined.
struct Patient {
  std::string name = {}, sysroot = {};
  std::map<std::string, std::string> facts = {};
  std::vector<Finding> findings = {};
  std::string note = {};  // why it was not examined; empty = it was
};

Situation situation_now() {
  timex query{};  // modes 0: only asks
  const int state = ::adjtimex(&query);
  Situation now{.root = ::geteuid() == 0};
  if (state >= 0) now.clock_synchronised = (query.status & STA_UNSYNC) == 0;
  return now;
}

// What earlier runs have left, on this machine or on a board.
void add_orphans(const std::string& place, const std::vector<Resident>& residents,
                 std::vector<Finding>& findings) {
  if (residents.empty()) return;
  const auto runs = store::Archive(store::archive_dir("")).runs();
  for (const Resident& resident : residents) {
    const Standing standing =
        standing_of(resident, runs ? std::span(*runs) : std::span<const store::ArchivedRun>());
    if (standing == Standing::driven) continue;
    const bool resumable = standing == Standing::resumable;
    findings.push_back({Weight::advice, describe(resident) + " is here",
                        resident.pid == 0 ? "what it kept takes room" : "its load heats the board",
                        resumable ? "soakrig resume " + resident.run()
                                  : "soakrig prune --agents " + place + " --dry-run"});
  }
}

Patient examine_board(const std::string& name, const std::string& sysroot, const RunSpec* spec,
                      const BoardSpec* board) {
  Patient patient{.name = name, .sysroot = sysroot};
  const auto fs = probes::open_host_fs(sysroot);
  const SystemClock clock;
  const auto channels = read_channels(*fs, clock, 100 * kMillisecond, [] {
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  });
  patient.facts = probes::read_facts(*fs);
  patient.findings = examine(*fs, channels, situation_now(), spec, board);
  if (sysroot != "/") return patient;
  if (const auto here = AgentPlace().residents()) add_orphans("local", *here, patient.findings);
  return patient;
}

// By way of its agent, as a run would.
Patient examine_remote(const std::string& name, const std::string& connect,
                       const std::string& sysroot, const RunSpec* spec, const BoardSpec* board) {
  Patient patient{.name = name, .sysroot = sysroot.empty() ? "/" : sysroot};
  const auto address = parse_board_address(connect);
  auto look = address ? look_at_board(*address, sysroot) : Result<RemoteLook>(address.error());
  if (!look) {
    patient.findings.push_back({Weight::needed, look.error().what, "no run can use this board",
                                look.error().remedy});
    return patient;
  }
  const Situation there{.root = look->snapshot.root || !sysroot.empty()};
  const auto fs = open_snapshot(std::move(look->snapshot), look->provenance());
  patient.facts = look->facts;
  patient.findings = examine(*fs, look->channels, there, spec, board);
  add_orphans(connect, look->residents, patient.findings);
  return patient;
}

std::vector<Patient> examine_profile(const RunSpec& spec) {
  std::vector<Patient> patients;
  for (const BoardSpec& board : spec.boards) {
    if (board.connect != "local") {
      patients.push_back(
          examine_remote(board.name, board.connect, board.sysroot, &spec, &board));
    } else if (board.sysroot.starts_with("virtual")) {
      patients.push_back({.name = board.name,
                          .sysroot = board.sysroot,
                          .note = "simulated: the virtual bench offers all that a verdict needs"});
    } else {
      const std::string root = board.sysroot.empty() ? "/" : board.sysroot;
      patients.push_back(examine_board(board.name, root, &spec, &board));
    }
  }
  return patients;
}

void print_text(const std::vector<Patient>& patients, const std::vector<Error>& references) {
  for (const Patient& patient : patients) {
    fmt::print("{}{}\n", patient.name, patient.sysroot == "/" ? "" : " (" + patient.sysroot + ")");
    for (const char* key : {"model", "cpu", "kernel", "governor", "power_mode"}) {
      const auto fact = patient.facts.find(key);
      if (fact != patient.facts.end()) fmt::print("  {:10}  {}\n", key, fact->second);
    }
    if (!patient.note.empty()) fmt::print("  {}\n", patient.note);
    for (const Finding& finding : patient.findings) {
      fmt::print("\n  [{}] {}\n      {}\n      -> {}\n", to_string(finding.weight), finding.what,
                 finding.why, finding.remedy);
    }
    if (patient.findings.empty() && patient.note.empty()) fmt::print("\n  nothing is missing\n");
    fmt::print("\n");
  }
  for (const Error& error : references) fmt::print("[needed] {}\n", error.message());
}

json document(const std::vector<Patient>& patients, const std::vector<Error>& references) {
  json boards = json::array();
  for (const Patient& patient : patients) {
    json findings = json::array();
    for (const Finding& f : patient.findings) {
      findings.push_back({{"weight", to_string(f.weight)},
                          {"what", f.what},
                          {"why", f.why},
                          {"remedy", f.remedy}});
    }
    boards.push_back({{"name", patient.name},
                      {"sysroot", patient.sysroot},
                      {"facts", patient.facts},
                      {"note", patient.note.empty() ? json(nullptr) : json(patient.note)},
                      {"findings", findings}});
  }
  json missing = json::array();
  for (const Error& error : references) missing.push_back(error.message());
  return {{"boards", boards}, {"missing", missing}};
}

}  // namespace

int command_doctor(std::span<const std::string> args) {
  CLI::App parser{
      "Says what is missing for a verdict and how to enable it, most important first.\n"
      "Exit code: 0 nothing that a verdict needs, 3 something it needs is missing, 4 bad usage",
      "doctor"};
  std::string profile, sysroot = "/";
  bool as_json = false;
  parser.add_option("PROFILE", profile,
                    "look at the boards of this profile, with its claims and limits; or at one "
                    "board, as ssh://user@host:port");
  auto* root =
      parser.add_option("--sysroot", sysroot, "a folder with proc and sys instead of this machine");
  parser.add_flag("--json", as_json, "as JSON (docs/formats/doctor_json.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  if (!profile.empty() && root->count() > 0) {
    std::fputs("soakrig: doctor: a profile names its boards' trees; give it or --sysroot\n",
               stderr);
    return 4;
  }

  std::vector<Patient> patients;
  std::vector<Error> references;
  if (profile.starts_with(kSshScheme)) {
    if (const auto address = parse_board_address(profile); !address) {
      return complain(address.error(), 4);
    }
    patients.push_back(examine_remote(profile, profile, "", nullptr, nullptr));
  } else if (profile.empty()) {
    patients.push_back(examine_board("local", sysroot, nullptr, nullptr));
  } else {
    const auto spec = load_profile_or_report(profile, {});
    if (!spec) return 4;
    patients = examine_profile(*spec);
    references = missing_references(*spec, program_folder());
  }
  if (as_json) {
    fmt::print("{}\n",
               document(patients, references).dump(2, ' ', false, json::error_handler_t::replace));
  } else {
    print_text(patients, references);
  }
  for (const Patient& patient : patients) {
    for (const Finding& finding : patient.findings) {
      if (finding.weight == Weight::needed) return 3;
    }
  }
  return references.empty() ? 0 : 3;
}

}  // namespace soakrig::app
