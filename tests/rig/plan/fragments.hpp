// SPDX-License-Identifier: Apache-2.0
//
// For each table of the schema, a profile around one line of it: what the tests that walk the whole
// schema need. A table without a fragment fails them, so the list cannot fall behind.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "tests/rig/plan/support.hpp"

namespace soakrig::plan::testing {

// A routed load around some lines.
inline std::string hybrid(const std::string& lines,
                          const std::string& edge = "edge = { url = \"http://127.0.0.1:1\" }") {
  return "[workload.x]\nkind = \"hybrid\"\n" + edge +
         "\ncloud = { url = \"http://127.0.0.1:2\" }\nrule = \"length\"\nthreshold = 9.0\n" + lines;
}

// The text with LINE ("key = value") in the table, or "" for a table nobody wrote a fragment for.
inline std::string profile_with(std::string_view table, const std::string& line) {
  static const std::map<std::string, std::string, std::less<>> kFragments = {
      {"soak", "[soak]\nLINE\n"},
      {"verdict", "[verdict]\nLINE\n"},
      {"notify", "[notify]\nrun = [\"tell\"]\nLINE\n"},
      {"virtual", "[[board]]\nsysroot = \"virtual\"\n[virtual]\nLINE\n"},
      {"board", "[[board]]\nLINE\n"},
      {"board.power", "[[board]]\nsysroot = \"virtual\"\npower = { LINE }\n"},
      {"board.power:commands",
       "[[board]]\nsysroot = \"virtual\"\npower = { on = [\"x\"], off = [\"x\"], LINE }\n"},
      {"board.recovery", "[[board]]\nconnect = \"ssh://x\"\nrecovery = { LINE }\n"},
      {"limit", "[[board]]\nlimits = { \"a.b\" = { max = 1.0, LINE } }\n"},
      {"board.claim", "[[board]]\n[[board.claim]]\nLINE\n"},
      {"chamber", "[chamber]\nLINE\n"},
      {"chamber.safe", "[chamber]\nsafe = { LINE }\n"},
      {"chamber.limits", "[chamber]\nlimits = { LINE }\n"},
      {"chamber.guard", "[chamber]\nguard = { LINE }\n"},
      {"chamber.calibration", "[chamber]\ncalibration = { LINE }\n"},
      {"settle", "[chamber]\nconnect = \"virtual\"\nsettle = { LINE }\n"},
      {"instrument", "[[instrument]]\nexec = [\"x\"]\nLINE\n"},
      {"instrument.calibration", "[[instrument]]\ncalibration = { LINE }\n"},
      {"workload", "[workload.x]\nkind = \"llm\"\nLINE\n"},
      {"workload:hybrid", hybrid("LINE\n")},
      {"hybrid.place", hybrid("", "edge = { url = \"http://127.0.0.1:1\", LINE }")},
      {"hybrid.link", hybrid("link = { LINE }\n")},
      {"hybrid.prices", hybrid("prices = { LINE }\n")},
      {"workload:llm", "[workload.x]\nkind = \"llm\"\nLINE\n"},
      {"workload:cycle",
       "[workload.x]\nkind = \"cycle\"\nupdate = [\"u\"]\nhealth = [\"h\"]\nversion = "
       "[\"v\"]\nLINE\n"},
      {"workload:engine", "[workload.x]\nkind = \"engine\"\nLINE\n"},
      {"workload:frames", "[workload.x]\nkind = \"frames\"\nLINE\n"},
      {"workload:gemm", "[workload.x]\nkind = \"gemm\"\nLINE\n"},
      {"workload:memory", "[workload.x]\nkind = \"memory\"\nLINE\n"},
      {"workload:mix", "[workload.x]\nkind = \"mix\"\nLINE\n"},
      {"workload:openai",
       "[workload.x]\nkind = \"openai\"\nurl = \"http://127.0.0.1:8080\"\nLINE\n"},
      {"slo", "[workload.x]\nkind = \"openai\"\nurl = \"http://127.0.0.1:8080\"\nslo = { LINE }\n"},
      {"workload:quality",
       "[workload.x]\nkind = \"quality\"\nreference = \"http://127.0.0.1:1\"\nurl = "
       "\"http://127.0.0.1:2\"\nLINE\n"},
      {"workload:program", "[workload.x]\nkind = \"program\"\nLINE\n"},
      {"restart", "[workload.x]\nkind = \"llm\"\nrestart = { LINE }\n"},
      {"phase", "[[phase]]\nLINE\n"},
  };
  if (table.empty()) return line + "\n" + std::string(kGood);
  const auto found = kFragments.find(table);
  if (found == kFragments.end()) return {};
  std::string text = found->second;
  const std::size_t at = text.find("LINE");
  // Inside braces an empty line must not leave a comma behind.
  if (line.empty() && at >= 2 && text.substr(at - 2, 2) == ", ") {
    text.erase(at - 2, 6);
  } else {
    text.replace(at, 4, line);
  }
  return std::string(kGood) + text;
}

}  // namespace soakrig::plan::testing
