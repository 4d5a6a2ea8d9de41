// SPDX-License-Identifier: Apache-2.0
#include "probes/last_death.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include "probes/boot_probe.hpp"
#include "probes/parse.hpp"
#include "rig/base/kernel_message.hpp"
#include "rig/base/spawn.hpp"
#include "rig/base/time.hpp"

namespace soakrig::probes {
namespace {

constexpr std::size_t kLastLines = 15;
constexpr std::size_t kMostRecordFiles = 256;
constexpr Nanos kJournalWithin = 5 * kSecond;
constexpr std::size_t kMostJournal = 64u << 10;

// FNV-1a: tells one record from another; nothing depends on nobody forging it.
std::string sum_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  std::array<char, 20> out{};
  std::snprintf(out.data(), out.size(), "%016llx", static_cast<unsigned long long>(hash));
  return out.data();
}

// "<6>[   12.345678] text" or "[12.3] text" without what stands before the text.
std::string_view message_of(std::string_view line) {
  if (line.starts_with('<')) line.remove_prefix(std::min(line.find('>') + 1, line.size()));
  if (line.starts_with('[') && line.find(']') != std::string_view::npos) {
    line.remove_prefix(line.find(']') + 1);
  }
  return trim(line);
}

std::string shown(std::string_view line) {
  std::string out(line.substr(0, DeathEvidence::kMostText));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

bool is_backend(std::string_view text) { return !text.empty() && text != "(null)" && text != "none"; }

void read_pstore(HostFs& fs, DeathEvidence& out) {
  std::vector<std::string> files;
  for (const char* pattern : {"/sys/fs/pstore/dmesg-*", "/sys/fs/pstore/console-*",
                              "/var/lib/systemd/pstore/dmesg*", "/var/lib/systemd/pstore/*/dmesg*",
                              "/var/lib/systemd/pstore/*/*/dmesg*"}) {
    for (std::string& path : fs.glob(pattern)) files.push_back(std::move(path));
  }
  // The newest of an archive come last; more of them than this are not looked at.
  if (files.size() > kMostRecordFiles) {
    files.erase(files.begin(), files.end() - static_cast<std::ptrdiff_t>(kMostRecordFiles));
  }
  bool unreadable = false;
  for (auto path = files.rbegin(); path != files.rend(); ++path) {
    const auto text = fs.read_once(*path);
    if (!text) {
      unreadable = true;
      continue;
    }
    if (out.pstore.size() >= DeathEvidence::kMostRecords) break;
    out.pstore.push_back(
        {path->substr(path->rfind('/') + 1) + "@" + sum_of(*text), telling_lines(*text)});
  }
  const auto backend = fs.read_once("/sys/module/pstore/parameters/backend");
  if (!backend || !is_backend(trim(*backend))) {
    out.missing["pstore"] = "this kernel has no store that outlives it (ramoops, EFI)";
    return;
  }
  // Listed, or moved to where anybody may look: else a record may lie there unseen.
  const bool listable = fs.exists("/sys/fs/pstore/.") || fs.exists("/var/lib/systemd/pstore/.");
  out.pstore_kept = listable && !unreadable;
  if (!out.pstore_kept) {
    out.missing["pstore"] = "its records are not readable; run the agent as root, or let "
                            "systemd-pstore move them to where it may read";
  }
}

void read_watchdogs(HostFs& fs, DeathEvidence& out) {
  for (const std::string& path : fs.glob("/sys/class/watchdog/watchdog*")) {
    const auto text = fs.read_once(path + "/bootstatus");
    const auto value = text ? parse_uint(trim(*text)) : std::nullopt;
    if (!value || out.watchdogs.size() >= DeathEvidence::kMostRecords) continue;
    out.watchdogs.push_back({path.substr(path.rfind('/') + 1),
                             fs.read_once(path + "/identity").value_or(""), *value});
  }
  if (out.watchdogs.empty()) out.missing["watchdog"] = "no watchdog says how the last boot ended";
}

// Jetson's PMC, and what a boot loader of the Raspberry Pi or U-Boot hands on.
void read_reset_reason(HostFs& fs, DeathEvidence& out) {
  for (const char* pattern :
       {"/sys/devices/platform/*.pmc/reset_reason", "/sys/devices/platform/*/*.pmc/reset_reason",
        "/proc/device-tree/chosen/power/power_reset", "/proc/device-tree/chosen/reset-reason",
        "/sys/kernel/reset_reason", "/proc/device-tree/chosen/u-boot,reset-reason"}) {
    for (const std::string& path : fs.glob(pattern)) {
      const auto text = fs.read_once(path);
      if (!text) continue;
      out.reset_source = path;
      out.reset_reason = shown(trim(*text));
      if (path.ends_with("power_reset") && text->size() <= 4) {
        // A big-endian cell of bits: 0 over-voltage, 1 under-voltage, 2 over-temperature, 4 watchdog.
        const unsigned bits =
            text->empty() ? 0U : static_cast<unsigned char>(text->back());
        out.reset_reason = bits == 0 ? "no fault" : "";
        if ((bits & 2U) != 0) out.reset_reason += "under-voltage ";
        if ((bits & 4U) != 0) out.reset_reason += "over-temperature ";
        if ((bits & 16U) != 0) out.reset_reason += "watchdog ";
      }
      return;
    }
  }
  out.missing["reset_reason"] = "this board does not say why it was reset";
}

}  // namespace

std::vector<std::string> telling_lines(std::string_view dump) {
  std::vector<std::string> told;
  std::vector<std::string_view> lines;
  for (std::string_view rest = dump; !rest.empty();) {
    const std::string_view line = message_of(take_line(rest));
    if (line.empty()) continue;
    lines.push_back(line);
    if (!classify_kernel_message(line)) continue;
    std::string text = shown(line);
    if (std::ranges::find(told, text) == told.end()) told.push_back(std::move(text));
  }
  // Of many the newest: what killed it was said last.
  constexpr std::size_t kMostTold = DeathEvidence::kMostLines - kLastLines;
  if (told.size() > kMostTold) {
    told.erase(told.begin(), told.end() - static_cast<std::ptrdiff_t>(kMostTold));
  }
  const std::size_t from = lines.size() - std::min(lines.size(), kLastLines);
  for (std::size_t i = from; i < lines.size(); ++i) {
    std::string text = shown(lines[i]);
    if (std::ranges::find(told, text) == told.end()) told.push_back(std::move(text));
  }
  return told;
}

DeathEvidence read_last_death(HostFs& fs, const ReadJournal& journal) {
  DeathEvidence out;
  const auto id = fs.read_once("/proc/sys/kernel/random/boot_id");
  if (id && valid_boot_id(trim(*id))) out.boot_id = std::string(trim(*id));
  if (out.boot_id.empty()) out.missing["boot_id"] = "it is not readable";
  if (const auto uptime = fs.read_once("/proc/uptime")) {
    std::string_view rest = *uptime;
    out.uptime_s = parse_number(take_word(rest));
  }
  read_pstore(fs, out);
  read_watchdogs(fs, out);
  read_reset_reason(fs, out);
  auto lines = journal();
  if (!lines) {
    out.missing["journal"] = lines.error().what;
    return out;
  }
  const std::size_t drop =
      lines->size() - std::min(lines->size(), DeathEvidence::kMostLines);
  for (std::size_t i = drop; i < lines->size(); ++i) out.journal.push_back(shown((*lines)[i]));
  return out;
}

Result<std::vector<std::string>> read_previous_journal() {
  const std::string program = find_program("journalctl");
  if (program.find('/') == std::string::npos) {
    return Error{Errc::not_found, "there is no journalctl"};
  }
  auto child = spawn({program,
                      {"journalctl", "--boot=-1", "--lines=40", "--output=short-monotonic",
                       "--no-pager", "--quiet"},
                      minimal_environment()});
  if (!child) return child.error();
  std::string said;
  const SystemClock clock;
  const Nanos until = clock.boot_ns() + kJournalWithin;
  bool open = true;
  while (open && clock.boot_ns() < until) {
    pollfd waits{child->out.get(), POLLIN, 0};
    if (::poll(&waits, 1, 200) <= 0) continue;
    std::array<char, 4096> block;
    const ssize_t n = ::read(child->out.get(), block.data(), block.size());
    if (n > 0 && said.size() < kMostJournal) said.append(block.data(), static_cast<std::size_t>(n));
    open = n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
  }
  ::kill(-child->pid, SIGKILL);  // it has said all, or takes too long
  int status = 0;
  ::waitpid(child->pid, &status, 0);
  std::vector<std::string> lines;
  for (std::string_view rest = said; !rest.empty();) {
    const std::string_view line = trim(take_line(rest));
    if (!line.empty()) lines.emplace_back(line);
  }
  if (lines.empty()) {
    return Error{Errc::not_found, "the journal keeps nothing of the previous boot, or not for this user"};
  }
  return lines;
}

}  // namespace soakrig::probes
