// SPDX-License-Identifier: Apache-2.0
//
// soakrig check: what a profile would do, how long, with how much disk, and what is missing for it.
// Touches nothing.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "results/store/archive.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/profile_file.hpp"
#include "rig/app/references.hpp"
#include "rig/plan/advice.hpp"
#include "rig/plan/timeline.hpp"

namespace soakrig::app {

int command_check(std::span<const std::string> args);

namespace {

using nlohmann::json;

struct Checked {
  RunSpec spec;
  plan::Timeline timeline;
  plan::DiskForecast disk;
  ArchiveRoom archive;
  std::vector<Error> missing;
  std::vector<std::string> advice;
};

Checked look(RunSpec spec, const std::string& archive) {
  Checked out;
  out.timeline = plan::make_timeline(spec);
  out.disk = plan::forecast_disk(spec, out.timeline.total);
  out.archive = look_at_archive(archive, out.disk.bytes);
  out.missing = missing_references(spec, program_folder());
  out.missing.insert(out.missing.end(), out.archive.missing.begin(), out.archive.missing.end());
  out.advice = plan::advice(spec);
  out.spec = std::move(spec);
  return out;
}

std::string size_text(std::int64_t bytes) {
  const double mib = static_cast<double>(bytes) / (1 << 20);
  return mib < 10'000 ? fmt::format("{:.0f} MiB", std::ceil(mib))
                      : fmt::format("{:.1f} GiB", mib / 1024);
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out.empty() ? "-" : out;
}

void print_plan(const Checked& c) {
  const std::size_t count = c.timeline.phases.size();
  fmt::print("{}: {} phase{}, about {}\n\n", c.spec.name, count, count == 1 ? "" : "s",
             format_duration(c.timeline.total));
  std::size_t widest = 5;
  for (const auto& phase : c.timeline.phases) widest = std::max(widest, phase.name.size());
  fmt::print("  {:>9}  {:{}}  {:>8}  {:>9}  {:>9}  {:>9}  {}\n", "start", "phase", widest,
             "ambient", "ramp", "settle", "dwell", "work");
  constexpr std::size_t kMostLines = 40;
  for (std::size_t i = 0; i < std::min(count, kMostLines); ++i) {
    const auto& phase = c.timeline.phases[i];
    const std::string ramp =
        phase.ramp == 0 ? "-" : (phase.ramp_assumed ? "~" : "") + format_duration(phase.ramp);
    fmt::print("  {:>9}  {:{}}  {:>8}  {:>9}  {:>9}  {:>9}  {}{}\n", format_duration(phase.start),
               phase.name, widest, phase.ambient ? fmt::format("{:g} Cel", *phase.ambient) : "room",
               ramp, phase.settle == 0 ? "-" : format_duration(phase.settle),
               format_duration(phase.dwell), joined(phase.work),
               phase.reference ? "  (reference)" : "");
  }
  if (count > kMostLines) fmt::print("  … and {} more\n", count - kMostLines);
}

std::string calibration_text(const std::string& date, const std::string& due,
                             const std::string& certificate) {
  return ", calibrated " + date + (due.empty() ? "" : ", due " + due) +
         (certificate.empty() ? "" : ", " + certificate);
}

std::string instrument_text(const InstrumentSpec& spec) {
  std::string text =
      fmt::format("{} ({}{})", spec.name, spec.exec.empty() ? spec.map : spec.exec[0],
                  spec.board.empty() ? "" : ", of board " + spec.board);
  if (spec.accuracy) text += fmt::format(", {:g} % of reading", *spec.accuracy * 100);
  if (!spec.calibration) return text;
  return text + calibration_text(spec.calibration->date, spec.calibration->due,
                                 spec.calibration->certificate);
}

void print_rest(const Checked& c) {
  fmt::print("\nboards: ");
  for (std::size_t i = 0; i < c.spec.boards.size(); ++i) {
    const BoardSpec& board = c.spec.boards[i];
    fmt::print("{}{} ({}{})", i == 0 ? "" : ", ", board.name, board.connect,
               board.sysroot.empty() ? "" : ", sysroot " + board.sysroot);
  }
  if (c.spec.chamber) {
    const auto& made = c.spec.chamber->calibration;
    fmt::print("\nchamber: {} ({}){}", c.spec.chamber->map, c.spec.chamber->connect,
               made ? calibration_text(made->date, made->due, made->certificate) : "");
  }
  for (const InstrumentSpec& each : c.spec.instruments) {
    fmt::print("\ninstrument: {}", instrument_text(each));
  }
  fmt::print("\ndisk:   about {} in {} ({} channels at {:g} Hz, {:g} bytes a sample){}\n",
             size_text(c.disk.bytes), c.archive.folder, c.disk.channels, c.disk.rate_hz,
             c.disk.bytes_per_sample,
             c.archive.free_bytes ? ", " + size_text(*c.archive.free_bytes) + " free" : "");
  for (const std::string& sentence : c.advice) fmt::print("note:   {}\n", sentence);
  for (const Error& error : c.missing) fmt::print("missing: {}\n", error.message());
  fmt::print("{}\n",
             c.missing.empty() ? "nothing missing" : fmt::format("{} missing", c.missing.size()));
}

json phase_json(const plan::PlannedPhase& phase) {
  const auto number = [](const std::optional<double>& value) {
    return value ? json(*value) : json(nullptr);
  };
  return {{"name", phase.name},
          {"start_s", to_seconds(phase.start)},
          {"ramp_s", to_seconds(phase.ramp)},
          {"ramp_assumed", phase.ramp_assumed},
          {"settle_s", to_seconds(phase.settle)},
          {"dwell_s", to_seconds(phase.dwell)},
          {"ambient", number(phase.ambient)},
          {"humidity", number(phase.humidity)},
          {"work", phase.work},
          {"reference", phase.reference}};
}

json faults_json(const std::vector<Error>& faults) {
  json out = json::array();
  for (const Error& fault : faults) {
    out.push_back({{"file", fault.file.empty() ? json(nullptr) : json(fault.file)},
                   {"line", fault.line > 0 ? json(fault.line) : json(nullptr)},
                   {"what", fault.what},
                   {"remedy", fault.remedy}});
  }
  return out;
}

void print_json(const json& document) {
  // Replaces what is not UTF-8: a path may be any bytes.
  fmt::print("{}\n", document.dump(2, ' ', false, json::error_handler_t::replace));
}

json instrument_json(const InstrumentSpec& spec) {
  json calibration = nullptr;
  if (const auto& made = spec.calibration) {
    calibration = {{"date", made->date}, {"due", made->due}, {"certificate", made->certificate}};
  }
  return {{"name", spec.name},
          {"map", spec.map},
          {"exec", spec.exec},
          {"connect", spec.connect},
          {"board", spec.board},
          {"accuracy", spec.accuracy ? json(*spec.accuracy) : json(nullptr)},
          {"calibration", calibration}};
}

json checked_json(const Checked& c) {
  json phases = json::array();
  for (const auto& phase : c.timeline.phases) phases.push_back(phase_json(phase));
  json boards = json::array();
  for (const BoardSpec& board : c.spec.boards) {
    boards.push_back(
        {{"name", board.name}, {"connect", board.connect}, {"sysroot", board.sysroot}});
  }
  json instruments = json::array();
  for (const InstrumentSpec& each : c.spec.instruments)
    instruments.push_back(instrument_json(each));
  return {{"name", c.spec.name},
          {"planned_s", to_seconds(c.timeline.total)},
          {"boards", boards},
          {"instruments", instruments},
          {"phases", phases},
          {"disk",
           {{"archive", c.archive.folder},
            {"channels", c.disk.channels},
            {"rate_hz", c.disk.rate_hz},
            {"bytes_per_sample", c.disk.bytes_per_sample},
            {"bytes", c.disk.bytes},
            {"free_bytes", c.archive.free_bytes ? json(*c.archive.free_bytes) : json(nullptr)}}},
          {"notes", c.advice},
          {"missing", faults_json(c.missing)},
          {"faults", json::array()}};
}

}  // namespace

int command_check(std::span<const std::string> args) {
  CLI::App parser{"Says what a profile would do and what is missing for it; touches nothing",
                  "check"};
  std::string path, archive;
  std::vector<std::string> overrides;
  bool as_json = false;
  parser.add_option("PROFILE", path, "the profile")->required();
  parser.add_option("--set", overrides, "path.to.key=VALUE, over what the profile says")
      ->take_all()
      ->allow_extra_args(false);
  parser.add_option("--archive", archive,
                    "where runs are kept (default $SOAKRIG_ARCHIVE, else ./soaks)");
  parser.add_flag("--json", as_json, "as JSON (docs/formats/check.md)");
  if (const auto code = parse_command_line(parser, args)) return *code;

  plan::Profile profile = load_profile(path, overrides);
  if (!profile.ok()) {
    print_faults(profile);
    if (as_json) print_json({{"faults", faults_json(profile.faults)}});
    return 4;
  }
  const Checked checked = look(std::move(profile.spec), store::archive_dir(archive));
  if (as_json) {
    print_json(checked_json(checked));
  } else {
    print_plan(checked);
    print_rest(checked);
  }
  return checked.missing.empty() ? 0 : 3;
}

}  // namespace soakrig::app
