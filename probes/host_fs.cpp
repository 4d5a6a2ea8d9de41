// SPDX-License-Identifier: Apache-2.0
#include "probes/host_fs.hpp"

#include <fcntl.h>
#include <fnmatch.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "probes/parse.hpp"

namespace soakrig::probes {

State state_of_errno(int sys) {
  switch (sys) {
    case 0:
      return State::good;
    case ENOENT:
    case ENOTDIR:
    case EACCES:
    case EPERM:
    case ELOOP:  // a link that was refused, or a ring of them
    case EXDEV:  // a path that would leave the tree
    case EISDIR:
    case ENODEV:  // the device behind it went away
    case ENXIO:
    case ENODATA:     // hwmon: this input has nothing to say now
    case EOPNOTSUPP:  // PSI without psi=1
    case EAGAIN:      // a sensor in a power domain that is off (Jetson cv0)
      return State::no_data;
    default:
      return State::error;
  }
}

bool natural_less(std::string_view a, std::string_view b) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      const auto run = [&](std::string_view s, std::size_t from) {
        std::size_t end = from;
        while (end < s.size() && digit(s[end])) ++end;
        while (from + 1 < end && s[from] == '0') ++from;
        return s.substr(from, end - from);
      };
      const std::string_view x = run(a, i), y = run(b, j);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      while (i < a.size() && digit(a[i])) ++i;
      while (j < b.size() && digit(b[j])) ++j;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  if (i < a.size() || j < b.size()) return i == a.size();
  return a < b;  // "a01" and "a1" are equal as numbers, but must still have an order
}

std::vector<std::string> HostFs::glob(std::string_view pattern, Scope scope) {
  std::vector<std::string> found = {""};
  pattern.remove_prefix(std::min(pattern.find_first_not_of('/'), pattern.size()));
  while (!pattern.empty()) {
    const std::size_t slash = pattern.find('/');
    const std::string part(pattern.substr(0, slash));
    pattern.remove_prefix(slash == std::string_view::npos ? pattern.size() : slash + 1);
    std::vector<std::string> next;
    for (const std::string& base : found) {
      if (part.find_first_of("*?") == std::string::npos) {
        // Fixed parts are checked once, at the end or by the next listing.
        next.push_back(base + "/" + part);
        continue;
      }
      for (const std::string& name : list(base.empty() ? "/" : base, scope)) {
        if (next.size() >= kMaxMatches) break;
        if (fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0) next.push_back(base + "/" + name);
      }
    }
    found = std::move(next);
  }
  std::erase_if(found,
                [&](const std::string& path) { return path.empty() || !exists(path, scope); });
  return found;
}

std::optional<std::string> HostFs::read_once(std::string_view path, Scope scope) {
  File file = open(path, ReadMode::stream, scope);
  const Text text = file.read();
  if (text.state != State::good) return std::nullopt;
  return std::string(trim(text.text));
}

}  // namespace soakrig::probes
