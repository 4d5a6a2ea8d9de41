// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/inspect.hpp"

#include <dirent.h>
#include <algorithm>
#include <charconv>
#include <map>
#include <memory>
#include <optional>

#include "probes/process_tree.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::agent {

namespace {

constexpr std::size_t kMaxProcesses = 4096;
constexpr std::size_t kMaxThreads = 256;
constexpr std::size_t kMaxText = 1u << 16;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

// The entries of a directory that are numbers: processes of /proc, threads of /proc/PID/task.
std::vector<pid_t> numbers_in(const std::string& path, std::size_t limit) {
  std::vector<pid_t> out;
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir(path.c_str()));
  if (!directory) return out;
  while (const dirent* entry = readdir(directory.get())) {
    const std::string_view name(entry->d_name);
    pid_t number = 0;
    const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (failed != std::errc{} || end != name.data() + name.size()) continue;
    out.push_back(number);
    if (out.size() >= limit) break;
  }
  return out;
}

std::string proc(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

std::string trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\0')) text.pop_back();
  return text;
}

std::string read_or_empty(const std::string& path) {
  auto text = read_file(path, kMaxText);
  return text ? trimmed(std::move(*text)) : std::string();
}

// The state letter of a stat line, after the command name that may hold anything.
char state_letter(const std::string& stat) {
  const auto close = stat.rfind(')');
  return close != std::string::npos && close + 2 < stat.size() ? stat[close + 2] : '?';
}

std::string describe_threads(pid_t pid) {
  std::map<char, int> states;
  for (const pid_t thread : numbers_in(proc(pid, "task"), kMaxThreads)) {
    ++states[state_letter(read_or_empty(proc(pid, "task/") + std::to_string(thread) + "/stat"))];
  }
  std::string text = "threads by state:";
  for (const auto& [state, count] : states) {
    text += std::string(" ") + state + " " + std::to_string(count);
  }
  return text;
}

}  // namespace

std::vector<std::string> describe_process(pid_t pid) {
  std::vector<std::string> out;
  const std::string stat = read_or_empty(proc(pid, "stat"));
  if (stat.empty()) return out;
  out.push_back("process " + std::to_string(pid) + " is in state " + state_letter(stat));
  if (const std::string wchan = read_or_empty(proc(pid, "wchan")); !wchan.empty() && wchan != "0") {
    out.push_back("it waits in " + wchan);
  }
  std::string stack = read_or_empty(proc(pid, "stack"));
  if (!stack.empty()) {
    std::replace(stack.begin(), stack.end(), '\n', ' ');
    out.push_back("kernel stack: " + stack.substr(0, 600));
  }
  out.push_back(describe_threads(pid));
  return out;
}

std::vector<pid_t> descendants(pid_t root, std::string_view sparing) {
  std::multimap<pid_t, pid_t> children;
  for (const pid_t pid : numbers_in("/proc", kMaxProcesses)) {
    const auto text = read_file(proc(pid, "stat"), kMaxText);
    if (!text) continue;
    if (const auto line = probes::parse_stat_line(*text)) children.emplace(line->parent, pid);
  }
  std::vector<pid_t> out;
  std::vector<pid_t> level{root};
  while (!level.empty()) {
    std::vector<pid_t> next;
    for (const pid_t parent : level) {
      const auto [begin, end] = children.equal_range(parent);
      for (auto it = begin; it != end; ++it) {
        if (sparing.empty() || !started_with(it->second, sparing)) next.push_back(it->second);
      }
    }
    out.insert(out.end(), next.begin(), next.end());
    level = std::move(next);
  }
  return out;
}

bool started_with(pid_t pid, std::string_view variable) {
  const auto text = read_file(proc(pid, "environ"), 1u << 20);
  if (!text) return false;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::string_view entry = rest.substr(0, rest.find('\0'));
    if (entry == variable) return true;
    rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
  }
  return false;
}

std::uint64_t parse_counter(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.starts_with(name)) continue;
    line.remove_prefix(name.size());
    if (line.starts_with(':')) line.remove_prefix(1);
    const auto digits = line.find_first_not_of(' ');
    if (digits == 0 || digits == std::string_view::npos) continue;
    line.remove_prefix(digits);
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), value);
    return failed == std::errc{} ? value : 0;
  }
  return 0;
}

std::uint64_t read_bytes_of(pid_t pid) {
  return parse_counter(read_or_empty(proc(pid, "io")), "rchar");
}

std::uint64_t oom_kills() { return parse_counter(read_or_empty("/proc/vmstat"), "oom_kill"); }

}  // namespace soakrig::agent
