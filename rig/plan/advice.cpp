// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/advice.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "rig/base/quality_bars.hpp"
#include "rig/base/quantity.hpp"
#include "rig/base/secrets.hpp"
#include "rig/plan/faults.hpp"

namespace soakrig::plan {

namespace {

// Sustained speed is defined over the last half hour at least; a shorter dwell uses its last half.
constexpr Nanos kProperDwell = 30 * kMinute;

using Sentences = std::vector<std::string>;

std::string base_name(const std::string& phase) { return phase.substr(0, phase.find('#')); }

bool is_virtual(const std::string& text) {
  return text == "virtual" || text.starts_with("virtual:");
}

void about_workloads(const RunSpec& spec, Sentences& out) {
  for (const WorkloadSpec& workload : spec.workloads) {
    const bool used = std::ranges::any_of(spec.phases, [&](const PhaseSpec& phase) {
      return std::ranges::find(phase.work, workload.name) != phase.work.end();
    });
    if (!used) out.push_back("workload '" + workload.name + "' is used by no phase");
  }
}

// The file of the run holds the profile, and goes to other people.
void about_secrets(const RunSpec& spec, Sentences& out) {
  const auto say = [&](const std::string& where, const std::vector<std::string>& words) {
    const auto secret = secret_in_clear(words);
    if (!secret) return;
    out.push_back(where + " has a secret in clear after " + *secret +
                  ": the run's file has it masked, so that soakrig resume cannot go on with the run; "
                  "let the program read it from a file or from its environment");
  };
  for (const WorkloadSpec& workload : spec.workloads) {
    say("workload '" + workload.name + "'", workload.argv);
  }
  for (const InstrumentSpec& instrument : spec.instruments) {
    say("instrument '" + instrument.name + "'", instrument.exec);
    say("instrument '" + instrument.name + "'", {instrument.connect});
  }
  for (const BoardSpec& board : spec.boards) say("board '" + board.name + "'", {board.connect});
  say("[notify]", spec.notify.run);
}

void about_claims(const RunSpec& spec, Sentences& out) {
  for (const BoardSpec& board : spec.boards) {
    for (const Claim& claim : board.claims) {
      if (!claim.ambient || !spec.chamber) continue;
      const bool met = std::ranges::any_of(spec.phases, [&](const PhaseSpec& phase) {
        return phase.ambient && std::abs(*phase.ambient - *claim.ambient) <= phase.tolerance;
      });
      if (met) continue;
      out.push_back("no phase is at " + plain(*claim.ambient) + " Cel, where board '" + board.name +
                    "' claims " + claim.name + ": it will be inconclusive");
    }
  }
}

void about_chamber(const RunSpec& spec, Sentences& out) {
  if (!spec.chamber) return;
  const bool board_virtual = std::ranges::any_of(spec.boards, is_virtual, &BoardSpec::sysroot);
  const bool sets_ambient = std::ranges::any_of(
      spec.phases, [](const PhaseSpec& phase) { return phase.ambient.has_value(); });
  if (is_virtual(spec.chamber->connect) && !board_virtual) {
    out.push_back("the chamber is virtual and no board is: it will warm nothing");
  }
  if (!sets_ambient) out.push_back("no phase sets an ambient: the chamber only watches");
  if (sets_ambient && (!spec.chamber->low || !spec.chamber->high)) {
    out.push_back("[chamber] limits does not give low and high: any set-point is allowed");
  }
}

Nanos every_of(const WorkloadSpec& workload) {
  const auto flag = std::ranges::find(workload.argv, "--every");
  if (flag == workload.argv.end() || flag + 1 == workload.argv.end()) return 0;
  const auto every = parse_duration(*(flag + 1));
  return every ? *every : 0;
}

// Bars of quality that will be inconclusive.
void about_quality(const RunSpec& spec, Sentences& out) {
  for (const WorkloadSpec& workload : spec.workloads) {
    const std::vector<QualityBar> bars = quality_bars(workload);
    if (bars.empty()) continue;
    const Nanos needed = every_of(workload) * static_cast<Nanos>(kLeastPasses);
    std::size_t asked = 0;
    for (const PhaseSpec& phase : spec.phases) {
      if (std::ranges::find(phase.work, workload.name) == phase.work.end()) continue;
      ++asked;
      if (phase.soak >= needed) continue;
      out.push_back("phase '" + phase.name + "' soaks " + format_duration(phase.soak) +
                    ", in which workload '" + workload.name + "' makes fewer than " +
                    std::to_string(kLeastPasses) + " passes: its quality cannot be judged");
    }
    for (const QualityBar& bar : bars) {
      if (bar.key->kind != BarKind::fall || asked > 1) continue;
      out.push_back("workload '" + workload.name + "' has " + std::string(bar.key->key) +
                    ", and fewer than two phases that ask it: nothing can fall between them");
    }
  }
}

void about_phases(const RunSpec& spec, Sentences& out) {
  std::set<std::string> said;
  std::set<double> ambients;
  bool reference = false;
  bool brief = false;
  for (const PhaseSpec& phase : spec.phases) {
    if (phase.ambient) ambients.insert(*phase.ambient);
    reference = reference || phase.reference;
    brief = brief || (phase.soak < kProperDwell && !phase.work.empty());
    const std::string name = base_name(phase.name);
    if (phase.soak < spec.rules.window && !phase.work.empty() && said.insert(name).second) {
      out.push_back("phase '" + name + "' soaks " + format_duration(phase.soak) +
                    ", less than the speed window of " + format_duration(spec.rules.window) +
                    ": its speed cannot be judged");
    }
    if (phase.work.empty() && said.insert(name).second) {
      out.push_back("phase '" + name + "' runs no workload");
    }
  }
  if (ambients.size() > 1 && !reference) {
    out.push_back("no phase is the reference: the run's peak is taken from its first 10 minutes");
  }
  if (brief) {
    out.push_back("a dwell below 30 min says little about sustained speed: its last half is used");
  }
}

}  // namespace

std::vector<std::string> advice(const RunSpec& spec) {
  Sentences out;
  about_claims(spec, out);
  about_chamber(spec, out);
  about_secrets(spec, out);
  about_workloads(spec, out);
  about_phases(spec, out);
  about_quality(spec, out);
  return out;
}

}  // namespace soakrig::plan
