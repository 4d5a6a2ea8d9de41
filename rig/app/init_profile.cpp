// SPDX-License-Identifier: Apache-2.0
#include "rig/app/init_profile.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace soakrig::app {

namespace {

constexpr std::size_t kWidth = 96;

// One comment, wrapped at words. Control characters of the machine's own texts become blanks.
std::string comment(const std::string& text, const std::string& indent = "# ") {
  std::string out;
  std::string line;
  std::string word;
  const auto flush_word = [&] {
    if (!line.empty() && indent.size() + line.size() + 1 + word.size() > kWidth) {
      out += indent + line + "\n";
      line.clear();
    }
    if (!word.empty()) line += (line.empty() ? "" : " ") + word;
    word.clear();
  };
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) {
      flush_word();
    } else if (word.size() < 200) {
      word += c;
    }
  }
  flush_word();
  if (!line.empty()) out += indent + line + "\n";
  return out;
}

const FoundChannel* find(const FoundMachine& machine, std::string_view name) {
  const auto found = std::ranges::find(machine.channels, name, &FoundChannel::name);
  return found == machine.channels.end() ? nullptr : &*found;
}

bool good(const FoundMachine& machine, std::string_view name) {
  const FoundChannel* channel = find(machine, name);
  return channel != nullptr && channel->good;
}

std::string found_signals(const FoundMachine& machine) {
  std::string names;
  for (const FoundChannel& channel : machine.channels) {
    const bool telling = channel.name == "soc.temperature" || channel.name == "cpu.frequency" ||
                         channel.name == "board.power" || channel.name == "cpu.steal" ||
                         channel.name.starts_with("limiter.");
    if (channel.good && telling) names += (names.empty() ? "" : ", ") + channel.name;
  }
  return names.empty() ? "none of the telling ones" : names;
}

std::string missing_signals(const FoundMachine& machine) {
  std::string out;
  for (const FoundChannel& channel : machine.channels) {
    if (channel.good || channel.reason.empty()) continue;
    out += comment("- " + channel.name + ": " + channel.reason, "#   ");
  }
  return out;
}

std::string board_section(const FoundMachine& machine) {
  std::string out = "[[board]]\nname = \"" + machine.name + "\"\n";
  if (machine.connect != "local") out += "connect = \"" + machine.connect + "\"\n";
  if (good(machine, "soc.temperature")) {
    out += fmt::format("# soc.temperature reads {:.0f} Cel now. action: warn, stop or trip.\n",
                       find(machine, "soc.temperature")->value);
    out += "limits = { \"soc.temperature\" = { max = 100.0, action = \"stop\" } }\n";
  } else {
    out +=
        "# No limit on soc.temperature: it cannot be read here (see above).\n"
        "# limits = { \"soc.temperature\" = { max = 100.0, action = \"stop\" } }\n";
  }
  out +=
      "\n# What the vendor claims, to be judged against what the board sustains:\n"
      "# [[board.claim]]\n# name = \"tokens_per_s\"\n# value = 25.0\n# workload = \"chat\"\n"
      "# source = \"which data sheet, which page\"\n";
  if (!good(machine, "board.power")) {
    out += "# A claim on power_w needs board.power, which cannot be read here.\n";
  }
  return out;
}

}  // namespace

std::string write_profile(const FoundMachine& machine) {
  const bool local = machine.connect == "local";
  std::string out = "# A first profile for " + (local ? "this machine" : machine.connect) +
                    ", written by soakrig init.\n#\n";
  out += comment(fmt::format("{}: {} core{}, {} MiB of memory free.",
                             machine.title.empty() ? "Found" : machine.title, machine.cores,
                             machine.cores == 1 ? "" : "s", machine.free_memory >> 20));
  out += comment("Readable: " + found_signals(machine) + ".");
  const std::string missing = missing_signals(machine);
  if (!missing.empty()) {
    out += "# Not readable, and why:\n" + missing +
           "# A verdict that needs one of these will be inconclusive.\n";
  }
  out +=
      "# Every key: docs/formats/profile.md. What this would do: soakrig check THIS-FILE\n\n"
      "[soak]\nname = \"first\"\n# notes = \"serial number, firmware, heat sink, room\"\n\n"
      "[verdict]\nwindow = \"60s\"       # speeds are judged over windows of this length\n"
      "stability_min = 0.97  # the worst window of a phase over its best\n\n";
  out += board_section(machine);
  out += fmt::format(
      "\n# The load: a language model of this shape with made-up weights; `soakrig-work shapes` "
      "lists "
      "others.\n[workload.chat]\nkind = \"llm\"\nshape = \"{}\"\nformat = \"q8_0\"\nthreads = {}\n",
      machine.shape, machine.cores);
  out +=
      "\n# One phase at the temperature of the room. For what a board sustains overnight: \"8h\".\n"
      "[[phase]]\nname = \"room\"\nsoak = \"30min\"\nwork = [\"chat\"]\n";
  return out;
}

}  // namespace soakrig::app
