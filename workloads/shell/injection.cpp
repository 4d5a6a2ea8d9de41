// SPDX-License-Identifier: Apache-2.0
#include "workloads/shell/injection.hpp"

#include <signal.h>

#include <atomic>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "rig/base/quantity.hpp"

namespace soakrig::workloads {
namespace {

constexpr std::pair<std::string_view, InjectKind> kKinds[] = {
    {"crash", InjectKind::crash},
    {"hang", InjectKind::hang},
    {"garbage", InjectKind::garbage},
    {"silent", InjectKind::silent},
    {"endless-line", InjectKind::endless_line},
    {"exit", InjectKind::exit},
    {"leak", InjectKind::leak},
    {"error", InjectKind::error},
    {"error-small", InjectKind::error_small}};

Error bad(std::string_view text, const std::string& what) {
  return {Errc::invalid, "--inject \"" + std::string(text) + "\": " + what,
          "write KIND@AFTER, for example crash@10s or exit:3@2s"};
}

}  // namespace

Result<Injection> parse_injection(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos) return bad(text, "there is no \"@\" and no time");
  const std::string_view what = text.substr(0, at);
  const auto after = parse_duration(text.substr(at + 1));
  if (!after) return bad(text, after.error().what);
  Injection injection;
  injection.after = *after;
  const std::size_t colon = what.find(':');
  const std::string_view name = what.substr(0, colon);
  std::vector<std::string> known;
  for (const auto& [word, kind] : kKinds) {
    known.emplace_back(word);
    if (word != name) continue;
    injection.kind = kind;
    if (kind != InjectKind::exit) {
      if (colon != std::string_view::npos) return bad(text, "only exit takes a code");
      return injection;
    }
    const std::string_view digits = colon == std::string_view::npos ? "" : what.substr(colon + 1);
    const auto [end, wrong] =
        std::from_chars(digits.data(), digits.data() + digits.size(), injection.exit_code);
    if (wrong != std::errc() || end != digits.data() + digits.size() || injection.exit_code < 0 ||
        injection.exit_code > 255) {
      return bad(text, "exit needs a code from 0 to 255");
    }
    return injection;
  }
  std::string all;
  for (const std::string& word : known) all += (all.empty() ? "" : ", ") + word;
  const std::string near = nearest_word(name, known);
  return bad(text, "unknown kind" + (near.empty() ? "" : ", did you mean \"" + near + "\"?") +
                       " (there are " + all + ")");
}

void crash_here() {
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  ::sigaction(SIGSEGV, &plain, nullptr);
  sigset_t segv;
  ::sigemptyset(&segv);
  ::sigaddset(&segv, SIGSEGV);
  ::sigprocmask(SIG_UNBLOCK, &segv, nullptr);
  ::raise(SIGSEGV);
  for (;;) ::raise(SIGKILL);
}

void hang_here() {
  std::atomic<unsigned> turns{0};
  for (;;) turns.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace soakrig::workloads
