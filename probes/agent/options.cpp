// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/options.hpp"

#include <algorithm>
#include <charconv>

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

constexpr Nanos kLongestAlone = 366 * 24 * kHour;
constexpr std::size_t kMegabyte = 1'000'000;

Result<void> set_time(Nanos& out, const std::string& name, const std::string& value, Nanos least,
                      Nanos most) {
  const auto time = parse_duration(value);
  if (!time) return time.error();
  if (*time < least || *time > most) {
    return usage(name + " must be between " + format_duration(least) + " and " +
                 format_duration(most) + ", not " + value);
  }
  out = *time;
  return {};
}

Result<void> set_megabytes(std::size_t& out, const std::string& name, const std::string& value) {
  std::size_t n = 0;
  const auto [end, failed] = std::from_chars(value.data(), value.data() + value.size(), n);
  if (failed != std::errc() || end != value.data() + value.size() || n > kMegabyte) {
    return usage(name + " is a number of megabytes, at most a million, not " + value);
  }
  out = n * kMegabyte;
  return {};
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
  } else if (name == "--agents") {
    options.agents = value;
  } else if (name == "--clear") {
    options.clear = value;
  } else if (name == "--state") {
    options.state = value;
  } else if (name == "--run") {
    options.run = value;
  } else if (name == "--lease") {
    options.lease = value;
  } else if (name == "--orphan-limit") {
    return set_time(options.orphan_limit, name, value, 0, kLongestAlone);
  } else if (name == "--spool-mb") {
    return set_megabytes(options.spool_bytes, name, value);
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
  static const std::vector<std::string> kValued{"--sysroot", "--period", "--only",
                                                "--pid-file", "--stop", "--agents",
                                                "--clear", "--state",
                                                "--run", "--lease", "--orphan-limit",
                                                "--spool-mb"};
  std::vector<std::string> names{"--stdio", "--help", "--version", "attach", "serve", "last-death"};
  names.insert(names.end(), kValued.begin(), kValued.end());
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
    } else if (i == 0 && name == "attach") {
      options.attach = true;
    } else if (i == 0 && name == "serve") {
      options.serve = true;
    } else if (i == 0 && name == "last-death") {
      options.last_death = true;
    } else if (std::ranges::find(kValued, name) != kValued.end()) {
      if (equals == std::string::npos && i + 1 >= args.size())
        return usage(name + " needs a value");
      const std::string value =
          equals == std::string::npos ? args[++i] : args[i].substr(equals + 1);
      if (auto done = set(options, name, value); !done) return done.error();
    } else {
      const std::string near = nearest_word(name, names);
      return usage("unknown option " + name + (near.empty() ? "" : ", did you mean " + near + "?"));
    }
  }
  if (options.help || options.version || options.last_death || !options.stop.empty() ||
      !options.agents.empty() || !options.clear.empty()) {
    return options;
  }
  const bool detached = options.attach || options.serve;
  if (!detached && !options.stdio) {
    return usage("how is the controller reached? By --stdio or by attach");
  }
  if (detached && (options.stdio || options.state.empty() || options.run.empty())) {
    return usage("attach and serve need --state DIR and --run ID, and no --stdio");
  }
  return options;
}

std::vector<std::string> serve_args(const Options& options) {
  std::vector<std::string> args{"serve", "--state", options.state, "--run", options.run,
                                "--sysroot", options.sysroot};
  const auto add = [&args](const char* name, std::string value) {
    args.emplace_back(name);
    args.push_back(std::move(value));
  };
  add("--period", std::to_string(options.period / kMicrosecond) + "us");
  add("--orphan-limit", std::to_string(options.orphan_limit / kMillisecond) + "ms");
  add("--spool-mb", std::to_string(options.spool_bytes / kMegabyte));
  if (!options.lease.empty()) add("--lease", options.lease);
  if (!options.pid_file.empty()) add("--pid-file", options.pid_file);
  std::string only;
  for (const std::string& probe : options.only) only += (only.empty() ? "" : ",") + probe;
  if (!only.empty()) add("--only", only);
  return args;
}

std::string setup_of(const Options& options) {
  std::string out = "run " + options.run + ", sysroot " + options.sysroot + ", period " +
                    std::to_string(options.period / kMicrosecond) + "us";
  for (const std::string& probe : options.only) out += ", " + probe;
  return out;
}

std::string help_text() {
  return "soakrig-agent - reads a board's sensors and runs its workloads for a controller\n"
         "\n"
         "Usage: soakrig-agent --stdio [--sysroot DIR] [--period 100ms] [--only PROBE,...]\n"
         "       soakrig-agent attach --state DIR --run ID [--lease FILE] [--orphan-limit 24h]\n"
         "                            [--spool-mb N] [--sysroot DIR] [--period 100ms] [--only ...]\n"
         "       soakrig-agent --stop FILE | --agents DIR | --clear DIR\n"
         "       soakrig-agent last-death [--sysroot DIR]\n"
         "\n"
         "  --stdio           speak the agent protocol on standard input and output;\n"
         "                    the end of the input stops every workload and the agent\n"
         "  --sysroot DIR     read board files below DIR instead of / (a virtual board, a "
         "capture)\n"
         "  --period TIME     sample period of fast probes, 1ms to 1h (default 100ms)\n"
         "  --only PROBE,...  run only these probes, or none (default: all)\n"
         "  attach            join standard input and output with the detached agent of DIR; it is\n"
         "                    started where there is none, and goes on when this link ends\n"
         "  serve             be that agent (attach starts it), with the options of attach\n"
         "  --state DIR       where it keeps its socket, its pid and what nobody acknowledged yet\n"
         "  --run ID          the run that it serves\n"
         "  --lease FILE      held while it lives, so that a board has one agent\n"
         "  --orphan-limit T  how long it goes on without a controller (default 24h)\n"
         "  --spool-mb N      disk for what is not acknowledged (default 1000, at most a quarter of\n"
         "                    what is free); 0 = memory only\n"
         "  --pid-file FILE   say there which process this is, while it runs\n"
         "  --stop FILE       end the agent that FILE names (DIR/agent.pid), and its workloads with\n"
         "                    it; 0 = none is left\n"
         "  --agents DIR      say, a line of JSON each, which agents keep their state below DIR\n"
         "  --clear DIR       end the agent of this state folder and delete it, with all that nobody\n"
         "                    acknowledged\n"
         "  last-death        print what the board keeps of how its previous boot ended, as JSON\n"
         "  --help            this text\n"
         "  --version         version and commit\n"
         "\n"
         "It is started by `soakrig run`; by hand, type {\"ping\":{\"n\":1}} and watch with jq.\n"
         "Exit codes: 0 the link ended or it was told to stop, 2 cannot run, 4 usage.\n";
}

}  // namespace soakrig::agent
