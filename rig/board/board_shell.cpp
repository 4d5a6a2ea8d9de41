// SPDX-License-Identifier: Apache-2.0
#include "rig/board/board_shell.hpp"

#include <algorithm>

namespace soakrig::board {
namespace {

// One line without a single quote, since it travels between two. $1 is the folder.
//
// flush PATH: onto the disk, before a board that dies a second later can lose it: an empty program
// in its place would end at once, and well. sum FILE: its SHA-256 by whatever there is. no TEXT: a refusal, and the end. Asking for a folder
// also clears away what was cut off a day ago, and programs that nobody asked for in 30 days.
constexpr std::string_view kScript =
    "umask 077; LC_ALL=C; export LC_ALL; "
    "say() { printf \"%s\\n\" \"$*\"; }; "
    "t=; drop() { [ -z \"$t\" ] || rm -f \"$t\"; }; trap drop EXIT; trap \"exit 1\" HUP INT TERM; "
    "no() { drop; say no \"$*\"; exit 1; }; "
    "sum() { "
    "if command -v sha256sum >/dev/null; then sha256sum <\"$1\"; "
    "elif command -v busybox >/dev/null; then busybox sha256sum <\"$1\"; "
    "elif command -v openssl >/dev/null; then openssl dgst -sha256 -r <\"$1\"; "
    "fi 2>/dev/null | while read -r h x; do [ ${#h} -ne 64 ] || echo \"$h\"; done; }; "
    "flush() { sync \"$1\" 2>/dev/null || sync; }; "
    "d=$1; if [ -z \"$d\" ]; then d=${XDG_CACHE_HOME:-${HOME:-}/.cache}/soakrig; fi; "
    "say soakrig-board 1; say machine \"$(uname -m)\"; say folder \"$d\"; "
    "case $d in /.cache/*) no \"this user has no home\";; /*) ;; *) no \"$d is no absolute path\";; "
    "esac; "
    "while read -r verb place size hash; do f=$d/$place; case $verb in "
    "sum) if [ -f \"$f\" ]; then say sum \"$(sum \"$f\")\"; else say sum none; fi;; "
    "folder) e=$( { mkdir -p \"$f\" && : >\"$f/.try.$$\" && rm -f \"$f/.try.$$\"; } 2>&1 ) || "
    "no \"$e\"; "
    "find \"$f\" -name \"*.part.*\" -mtime +1 -exec rm -f {} + 2>/dev/null; "
    "find \"$d/programs\" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {} + 2>/dev/null; "
    "say folder \"$f\";; "
    "put) t=$f.part.$$; "
    "e=$( { head -c \"$size\" >\"$t\"; } 2>&1 ) || no \"$e\"; "
    "h=$(sum \"$t\"); [ -n \"$h\" ] || no \"no sha256sum, busybox or openssl is there to check "
    "with\"; [ \"$h\" = \"$hash\" ] || no \"damaged on the way\"; "
    "e=$( { chmod 700 \"$t\" && flush \"$t\" && mv -f \"$t\" \"$f\" && flush \"${f%/*}\"; } 2>&1 ) || "
    "no \"$e\"; t=; say put \"$h\";; "
    "try) e=$(\"$f\" --version 2>&1 </dev/null) || no \"cannot execute $f: $e\"; say try \"$e\";; "
    "*) no \"what is $verb\";; esac; done";

}  // namespace

std::string shell_command(const std::string& folder) {
  // The folder's alphabet holds nothing that a shell would see; empty needs its quotes.
  return "exec /bin/sh -c '" + std::string(kScript) + "' soakrig '" + folder + "'";
}

std::string ask_sum(std::string_view place) { return "sum " + std::string(place) + "\n"; }

std::string ask_put(std::string_view place, std::uint64_t bytes, std::string_view sha256) {
  return "put " + std::string(place) + " " + std::to_string(bytes) + " " + std::string(sha256) +
         "\n";
}

std::string ask_try(std::string_view place) { return "try " + std::string(place) + "\n"; }
std::string ask_folder(std::string_view place) { return "folder " + std::string(place) + "\n"; }

Reply parse_reply(std::string_view line) {
  std::string clean;
  for (const char c : line.substr(0, 1000)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) clean += c;
  }
  const auto space = clean.find(' ');
  if (space == std::string::npos) return {clean, ""};
  return {clean.substr(0, space), clean.substr(space + 1)};
}

Error refusal(const std::string& folder, const std::string& reason) {
  const auto has = [&](std::string_view part) {
    return reason.find(part) != std::string::npos;
  };
  Error error{Errc::io, "cannot keep soakrig's programs in " + folder + " on the board: " + reason,
              "name another folder there, one that can be written and executed from, behind the "
              "address: ssh://host/var/tmp/soakrig"};
  if (has("No space left")) {
    error.code = Errc::full;
    error.remedy = "free some space there, or name another folder behind the address: "
                   "ssh://host/data/soakrig";
  } else if (has("cannot execute")) {
    error.what = "cannot run programs from " + folder + " on the board: " + reason;
    error.remedy = "is it mounted noexec? Name a folder that is not, behind the address: "
                   "ssh://host/data/soakrig";
  } else if (has("to check with") || has("head: ")) {
    if (has("to check with") || has("not found")) error.remedy = "put busybox or coreutils on the board";
  } else if (has("damaged")) {
    error.what = "what arrived in " + folder + " on the board is not what was sent";
    error.remedy = "try again; if it stays so, look at the link and at the board's storage";
  }
  return error;
}

}  // namespace soakrig::board
