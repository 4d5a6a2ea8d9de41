// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/options.hpp"

#include <algorithm>

#include "rig/base/quantity.hpp"

namespace soakrig::agent {

namespace {

constexpr Nanos kShortestPeriod = kMillisecond;
constexpr Nanos kLongestPeriod = kHour;

Error usage(std::string what) {
  Error error;
  error.code = Errc::invalid;
  error.what = std::move(what);
  error.remedy = "see soakrig-agent --help";
  return error;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto comma = std::min(list.find(',', begin), list.size());
    if (comma > begin) out.push_back(list.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return out;
}

Result<void> set(Options& options, const std::string& name, const std::string& value) {
  if (name == "--sysroot") {
    options.sysroot = value;
  } else if (name == "--only") {
    options.only = split(value);
  } else if (name == "--pid-file") {
    options.pid_file = value;
  } else if (name == "--stop") {
    options.stop = value;
  } else {
    const auto period = parse_duration(value);
    if (!period) return period.error();
    if (*period < kShortestPeriod || *period > kLongestPeriod) {
      return usage("--period must be between 1ms and 1h, not " + value);
    }
    options.period = *period;
  }
  return {};
}

}  // namespace

Result<Options> parse_options(std::span<const std::string> args) {
  static const std::vector<std::string> kNames{"--stdio",   "--sysroot", "--period", "--only",
                                               "--pid-file", "--stop",    "--help",   "--version"};
  static const std::vector<std::string> kValued{"--sysroot", "--period", "--only", "--pid-file",
                                                "--stop"};
  Options options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const auto equals = args[i].find('=');
    const std::string name = args[i].substr(0, equals);
    if (name == "--help" || name == "-h") {
      options.help = true;
    } else if (name == "--version") {
      options.version = true;
    } else if (name == "--stdio") {
      options.stdio = true;
    } else if (std::ranges::find(kValued, name) != kValued.end()) {
      if (equals == std::string::npos && i + 1 >= args.size())
        return usage(name + " needs a value");
      const std::string value =
          equals == std::string::npos ? args[++i] : args[i].substr(equals + 1);
      if (auto done = set(options, name, value); !done) return done.error();
    } else {
      const std::string near = nearest_word(name, kNames);
      return usage("unknown option " + name + (near.empty() ? "" : ", did you mean " + near + "?"));
    }
  }
  if (!options.help && !options.version && !options.stdio && options.stop.empty()) {
    return usage("how is the controller reached? Only --stdio is known");
  }
  return options;
}

std::string help_text() {
  return "soakrig-agent - reads a board's sensors and runs its workloads for a controller\n"
         "\n"
         "Usage: soakrig-agent --stdio [--sysroot DIR] [--period 100ms] [--only PROBE,...]\n"
         "       soakrig-agent --stop FILE\n"
         "\n"
         "  --stdio           speak the agent protocol on standard input and output;\n"
         "                    the end of the input stops every workload and the agent\n"
         "  --sysroot DIR     read board files below DIR instead of / (a virtual board, a "
         "capture)\n"
         "  --period TIME     sample period of fast probes, 1ms to 1h (default 100ms)\n"
         "  --only PROBE,...  run only these probes (default: all)\n"
         "  --pid-file FILE   say there which process this is, while it runs\n"
         "  --stop FILE       end the agent that FILE names, and its workloads with it; 0 = none is "
         "left\n"
         "  --help            this text\n"
         "  --version         version and commit\n"
         "\n"
         "It is started by `soakrig run`; by hand, type {\"ping\":{\"n\":1}} and watch with jq.\n"
         "Exit codes: 0 the link ended or it was told to stop, 2 cannot run, 4 usage.\n";
}

}  // namespace soakrig::agent
