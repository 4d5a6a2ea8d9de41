// SPDX-License-Identifier: Apache-2.0
//
// `soakrig prune`: lets go of old runs, after saying which. Signed and unfinished runs stay. And of
// agents that no run wants any more, here or on a board.
#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "results/store/archive.hpp"
#include "results/store/retention.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/orphans.hpp"
#include "rig/base/quantity.hpp"

namespace soakrig::app {
namespace {

// The run and what lies beside it; the run first, since notes without a run do no harm.
Result<void> remove_run(const std::string& path) {
  std::error_code failed;
  for (const char* suffix : {"", "-wal", "-shm", ".notes.jsonl"}) {
    std::filesystem::remove(path + suffix, failed);
    if (!failed) continue;
    errno = failed.value();
    return sys_error("cannot delete the run", path + suffix, "check the folder's permissions");
  }
  return {};
}

std::string mebibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1 << 20));
}

Result<store::Retention> parse_rules(const std::string& older_than, const std::string& keep) {
  store::Retention rules;
  if (!older_than.empty()) {
    const auto age = parse_duration(older_than);
    if (!age) return age.error();
    rules.older_than = *age;
  }
  if (!keep.empty()) {
    const auto bytes = parse_bytes(keep);
    if (!bytes) return bytes.error();
    rules.keep_bytes = static_cast<std::uint64_t>(*bytes);
  }
  return rules;
}

// Agents of runs that are interrupted stay: what they kept is part of those runs.
int prune_agents(const std::string& where, std::span<const store::ArchivedRun> runs, bool yes) {
  const auto place = AgentPlace::reach(where);
  if (!place) return complain(place.error(), place.error().code == Errc::invalid ? 4 : 2);
  const auto there = place->residents();
  if (!there) return complain(there.error(), 2);
  std::size_t chosen = 0;
  for (const Resident& resident : *there) {
    const Standing standing = standing_of(resident, runs);
    if (standing == Standing::driven) continue;
    const std::string what = describe(resident) + " on " + where;
    if (standing == Standing::resumable) {
      fmt::print("kept {}: soakrig resume {} goes on with it\n", what, resident.run());
      continue;
    }
    if (yes) {
      if (auto done = place->clear(resident); !done) return complain(done.error(), 2);
    }
    fmt::print("{} {}\n", yes ? "ended" : "would end", what);
    ++chosen;
  }
  fmt::print("{} of {} agents on {}\n", chosen, there->size(), where);
  return 0;
}

}  // namespace

int command_prune(std::span<const std::string> args) {
  CLI::App parser("Deletes old runs, never one that is signed, running or interrupted; or ends agents whose "
                  "run is gone", "prune");
  std::string directory, older_than, keep, agents;
  bool dry_run = false, yes = false;
  parser.add_option("--older-than", older_than, "runs that began longer ago, such as 90d");
  parser.add_option("--keep", keep, "the oldest, until the archive is at most this large: 50GiB");
  parser
      .add_option("--agents", agents,
                  "agents of no run of this archive, without a controller, and what they kept: on local "
                  "(this machine) or on ssh://user@host:port. Other archives' too: look first")
      ->excludes("--older-than")
      ->excludes("--keep");
  parser.add_flag("--dry-run", dry_run, "only say which");
  parser.add_flag("--yes", yes, "delete them");
  parser.add_option("--archive", directory,
                    "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  if (const auto code = parse_command_line(parser, args)) return *code;
  if (dry_run == yes || (older_than.empty() && keep.empty() && agents.empty())) {
    return complain({Errc::invalid,
                     "prune needs one of --dry-run and --yes, and --older-than, --keep or --agents",
                     "see soakrig prune --help"},
                    4);
  }
  const auto rules = parse_rules(older_than, keep);
  if (!rules) return complain(rules.error(), 4);
  const auto runs = store::Archive(store::archive_dir(directory)).runs();
  if (!runs) return complain(runs.error(), 2);
  if (!agents.empty()) return prune_agents(agents, *runs, yes);

  const auto chosen = store::choose_to_prune(*runs, *rules, SystemClock().utc_ns());
  std::uint64_t bytes = 0;
  for (const store::Pruned& one : chosen) {
    if (yes) {
      if (auto done = remove_run(one.run->path); !done) return complain(done.error(), 2);
    }
    fmt::print("{} {} ({}, {})\n", yes ? "deleted" : "would delete", one.run->path,
               mebibytes(one.run->bytes), one.why);
    bytes += one.run->bytes;
  }
  fmt::print("{} of {} runs, {}\n", chosen.size(), runs->size(), mebibytes(bytes));
  return 0;
}

}  // namespace soakrig::app
