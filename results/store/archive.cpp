// SPDX-License-Identifier: Apache-2.0
#include "results/store/archive.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <system_error>

#include "results/store/archive_index.hpp"
#include "results/store/fault.hpp"
#include "results/store/sequence.hpp"

namespace soakrig::store {
namespace {

constexpr std::string_view kSuffix = ".soak";

// Neither a WAL, which may hold newer rows, nor a writer that could still change it.
bool can_be_kept(const ArchivedRun& run, const std::set<std::string>& names) {
  return !run.error && !names.contains(run.file + "-wal") &&
         (run.state == RunState::sealed || run.state == RunState::interrupted);
}

bool earlier(const ArchivedRun& a, const ArchivedRun& b) {
  if (a.error.has_value() != b.error.has_value()) return b.error.has_value();
  if (a.error) return a.file < b.file;
  return std::pair(a.header.start_utc_ns, a.header.id) <
         std::pair(b.header.start_utc_ns, b.header.id);
}

// The id from its beginning, or from its random part: a day's runs share their first letters.
bool starts_id(const RunHeader& header, std::string_view text) {
  const std::string_view id = header.id;
  const std::size_t dash = id.rfind('-');
  return id.starts_with(text) ||
         (dash != std::string_view::npos && id.substr(dash + 1).starts_with(text));
}

bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

}  // namespace

std::string archive_dir(std::string_view option, const char* environment) {
  if (!option.empty()) return std::string(option);
  if (environment != nullptr && *environment != '\0') return environment;
  return "soaks";
}

std::string archive_dir(std::string_view option) {
  return archive_dir(option, std::getenv("SOAKRIG_ARCHIVE"));
}

RunName split_run_name(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || is_file(std::string(text))) return {std::string(text), ""};
  return {std::string(text.substr(0, colon)), std::string(text.substr(colon + 1))};
}

Result<std::vector<ArchivedRun>> Archive::runs() const {
  std::vector<ArchivedRun> runs;
  std::set<std::string> names;
  std::error_code failed;
  std::filesystem::directory_iterator entry(directory_, failed);
  if (failed == std::errc::no_such_file_or_directory) return runs;
  for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    names.insert(entry->path().filename());
  }
  if (failed) {
    errno = failed.value();
    return sys_error("cannot read the archive", directory_, "name another with --archive");
  }
  ArchiveIndex index = ArchiveIndex::load(directory_);
  for (const std::string& name : names) {
    if (name.starts_with('.') || !name.ends_with(kSuffix)) continue;
    const std::string path = (std::filesystem::path(directory_) / name).string();
    const auto stamp = stamp_of(path);
    const bool closed = stamp && !names.contains(name + "-wal");
    auto known = closed ? index.take(name, *stamp) : std::nullopt;
    ArchivedRun run = known ? std::move(*known) : look_at(path);
    if (!known && stamp && can_be_kept(run, names)) index.keep(run, *stamp);
    run.path = path;
    run.file = name;
    run.is_signed = names.contains(name + ".sig");
    run.bytes = stamp ? stamp->bytes : 0;
    runs.push_back(std::move(run));
  }
  index.save(directory_);
  std::sort(runs.begin(), runs.end(), earlier);
  place_runs(runs);
  return runs;
}

Result<std::string> Archive::resolve(std::string_view run) const {
  const std::string text(run);
  if (is_file(text)) return text;
  if (text.find('/') != std::string::npos) {
    return fault(Errc::not_found, text, "there is no such file", "soakrig list shows the runs");
  }
  const auto all = runs();
  if (!all) return all.error();
  const ArchivedRun* newest = nullptr;
  const ArchivedRun* named = nullptr;
  std::vector<const ArchivedRun*> matching;
  for (const ArchivedRun& one : *all) {
    if (one.file == text) return one.path;
    if (one.error) continue;
    newest = &one;
    if (one.header.id == text) return one.path;
    if (one.header.name == text) named = &one;
    if (!text.empty() && starts_id(one.header, text)) matching.push_back(&one);
  }
  if (text == "last" && newest != nullptr) return newest->path;
  if (named != nullptr) return named->path;
  if (matching.size() == 1) return matching[0]->path;
  if (matching.size() > 1) {
    std::string candidates;
    for (const ArchivedRun* one : matching) {
      candidates +=
          (candidates.empty() ? "" : ", ") + one->header.id + " (" + one->header.name + ")";
    }
    return fault(Errc::invalid, directory_, "\"" + text + "\" may be any of " + candidates,
                 "type more of the id");
  }
  return fault(
      Errc::not_found, directory_,
      newest == nullptr ? "the archive has no runs" : "the archive has no run \"" + text + "\"",
      newest == nullptr ? "start one with soakrig run, or name another with --archive"
                        : "soakrig list shows the runs");
}

}  // namespace soakrig::store
