// SPDX-License-Identifier: Apache-2.0
#include "probes/process_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "probes/parse.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::probes {
namespace {

constexpr std::size_t kTextSize = 8192;  // status is about 1.5 kB, stat 0.4 kB
using TextBuffer = std::array<char, kTextSize>;

struct Closer {
  void operator()(DIR* dir) const { ::closedir(dir); }
};
using Directory = std::unique_ptr<DIR, Closer>;

using Path = std::array<char, 80>;

// "/proc/PID/LEAF"
Path path_of(pid_t pid, const char* leaf) {
  Path path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/%s", pid, leaf);
  return path;
}

Path children_path(pid_t pid, pid_t thread) {
  Path path{};
  std::snprintf(path.data(), path.size(), "/proc/%d/task/%d/children", pid, thread);
  return path;
}

// The file's text in `buffer`, absent when it is gone or not ours to read.
std::optional<std::string_view> read_text(const char* path, TextBuffer& buffer) {
  const Fd fd(::open(path, O_RDONLY | O_CLOEXEC));
  if (!fd) return std::nullopt;
  std::size_t have = 0;
  while (have < buffer.size()) {
    const ssize_t n = ::read(fd.get(), buffer.data() + have, buffer.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return std::nullopt;
    if (n == 0) break;
    have += static_cast<std::size_t>(n);
  }
  return std::string_view(buffer.data(), have);
}

// Calls f with every all-digit name in a directory. False when it cannot be opened.
template <class F>
bool for_each_number(const char* directory, F f) {
  const Directory dir(::opendir(directory));
  if (!dir) return false;
  while (const dirent* entry = ::readdir(dir.get())) {
    if (const auto number = parse_uint(entry->d_name)) f(static_cast<pid_t>(*number));
  }
  return true;
}

void append_children(pid_t pid, std::vector<pid_t>& tree, bool& listed) {
  TextBuffer buffer;
  for_each_number(path_of(pid, "task").data(), [&](pid_t thread) {
    const auto text = read_text(children_path(pid, thread).data(), buffer);
    if (!text) return;
    listed = true;
    for (std::string_view rest = *text; tree.size() < kMaxTree;) {
      const auto child = parse_uint(take_word(rest));
      if (!child) break;
      tree.push_back(static_cast<pid_t>(*child));
    }
  });
}

// For kernels built without the children files: every process's parent, walked to a fixed point.
void append_by_scan(std::vector<pid_t>& tree) {
  TextBuffer buffer;
  std::vector<std::pair<pid_t, pid_t>> parent_of;  // (process, parent)
  for_each_number("/proc", [&](pid_t pid) {
    const auto text = read_text(path_of(pid, "stat").data(), buffer);
    if (!text) return;
    if (const auto line = parse_stat_line(*text)) parent_of.emplace_back(pid, line->parent);
  });
  for (std::size_t i = 0; i < tree.size(); ++i) {
    for (const auto& [pid, parent] : parent_of) {
      if (parent == tree[i] && tree.size() < kMaxTree) tree.push_back(pid);
    }
  }
}

}  // namespace

std::int64_t parse_status_memory(std::string_view status) {
  std::int64_t bytes = 0;
  for (const char* key : {"RssAnon:", "VmSwap:"}) {
    const auto word = find_value(status, key);
    const auto kib = word ? parse_int(*word) : std::nullopt;
    constexpr std::int64_t kMost = std::int64_t{1} << 50;  // no machine has an exbibyte
    if (kib && *kib > 0 && *kib < kMost) bytes += *kib * 1024;
  }
  return bytes;
}

Result<StatLine> parse_stat_line(std::string_view stat) {
  const auto broken = [] {
    return Error{.code = Errc::protocol, .what = "not a /proc/PID/stat line"};
  };
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string_view::npos) return broken();
  std::string_view rest = stat.substr(name_end + 1);
  if (take_word(rest).size() != 1) return broken();  // field 3, the state
  StatLine line;
  const auto parent = parse_int(take_word(rest));
  if (!parent || *parent < 0) return broken();
  line.parent = static_cast<pid_t>(*parent);
  for (int field = 5; field <= 17; ++field) {
    const auto value = parse_int(take_word(rest));
    if (!value) return broken();
    if (field >= 14 && *value > 0) line.cpu_ticks += static_cast<std::uint64_t>(*value);
  }
  return line;
}

Result<TreeUsage> read_process_tree(pid_t root) {
  std::vector<pid_t> tree = {root};
  bool listed = false;  // at least one children file was readable
  for (std::size_t i = 0; i < tree.size() && tree.size() < kMaxTree; ++i) {
    append_children(tree[i], tree, listed);
  }
  if (!listed) append_by_scan(tree);
  // A process adopted while we looked can be listed twice.
  std::ranges::sort(tree);
  tree.erase(std::unique(tree.begin(), tree.end()), tree.end());

  TreeUsage usage;
  bool root_seen = false;
  for (const pid_t pid : tree) {
    const bool seen = add_process(pid, usage);
    root_seen = root_seen || (seen && pid == root);
  }
  if (!root_seen) {
    return Error{.code = Errc::not_found, .what = "process " + std::to_string(root) + " is gone"};
  }
  return usage;
}

bool add_process(pid_t pid, TreeUsage& usage, const std::string& proc) {
  TextBuffer buffer;
  const std::string folder = proc + "/" + std::to_string(pid);
  const auto stat = read_text((folder + "/stat").c_str(), buffer);
  const auto line = stat ? parse_stat_line(*stat)
                         : Result<StatLine>(Error{.code = Errc::not_found, .what = "gone"});
  if (!line) return false;
  const double tick = 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  usage.cpu_s += static_cast<double>(line->cpu_ticks) * tick;
  ++usage.processes;
  const auto status = read_text((folder + "/status").c_str(), buffer);
  if (status) usage.memory_bytes += static_cast<double>(parse_status_memory(*status));
  return true;
}

}  // namespace soakrig::probes
