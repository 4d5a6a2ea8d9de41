// SPDX-License-Identifier: Apache-2.0
#include "rig/plan/profile.hpp"

#include <filesystem>
#include <utility>

#include "rig/plan/ceilings.hpp"
#include "rig/plan/check_value.hpp"
#include "rig/plan/override.hpp"
#include "rig/plan/sections.hpp"
#include "rig/plan/sweep.hpp"

namespace soakrig::plan {

namespace {

Profile refused(Error error) {
  Profile out;
  out.faults.push_back(std::move(error));
  return out;
}

// The file's stem made fit for a name: "night run.toml" gives "night_run".
std::string name_of(const std::string& file) {
  std::string name = std::filesystem::path(file).stem().string().substr(0, 64);
  for (char& c : name) {
    if (!valid_label(std::string(1, c)) && c != '.' && c != '-') c = '_';
  }
  return valid_label(name) ? name : "soak";
}

}  // namespace

Profile read_profile(std::string_view text, const std::string& file,
                     std::span<const std::string> overrides, const std::string& folder,
                     Additions additions) {
  if (text.size() > kMaxProfileBytes) {
    return refused({Errc::full, "larger than " + std::to_string(kMaxProfileBytes >> 10) + " KiB",
                    "this is no profile; see soakrig init for one", file, 0, 0});
  }
  auto root = parse_toml(text, file);
  if (!root) return refused(root.error());
  Build build{{}, Faults(file), folder};
  if (folder.empty()) build.folder = std::filesystem::path(file).parent_path().string();
  build.spec.name = name_of(file);
  fill_names(*root);
  for (const std::string& assignment : overrides) apply_override(*root, assignment, build.faults);
  if (additions.ceilings) add_ceilings(*root);
  expand_sweeps(*root, build.faults);
  const TableReader top(&*root, {""}, "the profile", build.faults);
  for (const auto read :
       {read_soak, read_verdict, read_notify, read_workloads, read_boards, read_chamber,
        read_instruments, check_power_relays, read_virtual, read_phases}) {
    read(*root, build);
  }
  return {std::move(build.spec), build.faults.take()};
}

Result<RunSpec> parse_profile(std::string_view text, const std::string& file,
                              std::span<const std::string> overrides, const std::string& folder) {
  Profile profile = read_profile(text, file, overrides, folder);
  if (!profile.ok()) return std::move(profile.faults.front());
  return std::move(profile.spec);
}

}  // namespace soakrig::plan
