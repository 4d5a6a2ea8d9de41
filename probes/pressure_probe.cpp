// SPDX-License-Identifier: Apache-2.0
#include "probes/pressure_probe.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr std::array kResources = {"cpu", "memory", "io"};
constexpr std::array kKinds = {"some", "full"};

class Pressure final : public ProbeBase {
 public:
  explicit Pressure(HostFs& fs) : ProbeBase("pressure", Period::second) {
    const Provenance from = fs.provenance(Scope::host);
    for (const char* resource : kResources) {
      const std::string path = std::string("/proc/pressure/") + resource;
      File file = fs.open(path, ReadMode::attribute, Scope::host);
      const Text text = file.read();
      if (text.state != State::good) continue;
      Resource r{.file = std::move(file)};
      for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
        // Older kernels have no "full" line for cpu.
        if (!parse_pressure_total(text.text, kKinds[kind])) continue;
        r.lines[kind].column =
            add(std::string("pressure.") + resource + "." + kKinds[kind], "%", path, from);
        r.lines[kind].used = true;
      }
      if (resource == std::string_view("memory")) {
        stall_ = add("limiter.memory-pressure.stall", "{state}", path, from);
        r.has_limiter = true;
      }
      resources_.push_back(std::move(r));
    }
    if (present()) return;
    add_absent("pressure.memory.full", "%", "/proc/pressure/memory", from,
               "/proc/pressure is missing or off; the kernel needs CONFIG_PSI, and psi=1 on its "
               "command line where it is off by default");
  }

  void sample(Row& row, Nanos now) override {
    for (Resource& resource : resources_) {
      const Text text = resource.file.read();
      for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
        Line& line = resource.lines[kind];
        if (line.used) row.put(line.column, share(line, text, kKinds[kind], now));
      }
      if (!resource.has_limiter || !resource.lines[1].used) continue;
      const std::size_t full = resource.lines[1].column;
      const bool stalled = row.value(full) >= kStallPercent;
      row.put(stall_, Value{row.state(full), stalled ? 1.0 : 0.0});
    }
  }

 private:
  struct Line {
    bool used = false;
    std::size_t column = 0;
    std::optional<Nanos> at;
    std::uint64_t total_us = 0;
  };
  struct Resource {
    File file;
    std::array<Line, kKinds.size()> lines = {};
    bool has_limiter = false;
  };

  static Value share(Line& line, const Text& text, std::string_view kind, Nanos now) {
    const auto total =
        text.state == State::good ? parse_pressure_total(text.text, kind) : std::nullopt;
    if (!total) {
      line.at = std::nullopt;
      return Value{text.state == State::good ? State::error : text.state};
    }
    Value value;
    if (line.at && now > *line.at && *total >= line.total_us) {
      const double stalled_s = static_cast<double>(*total - line.total_us) / 1e6;
      value = {State::good, std::min(100.0, 100.0 * stalled_s / to_seconds(now - *line.at))};
    }
    line.at = now;
    line.total_us = *total;
    return value;
  }

  std::vector<Resource> resources_;
  std::size_t stall_ = 0;
};

}  // namespace

std::optional<std::uint64_t> parse_pressure_total(std::string_view text, std::string_view kind) {
  constexpr std::string_view kTotal = "total=";
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (take_word(line) != kind) continue;
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      if (word.starts_with(kTotal)) return parse_uint(word.substr(kTotal.size()));
    }
  }
  return std::nullopt;
}

std::unique_ptr<Probe> make_pressure(HostFs& fs) { return std::make_unique<Pressure>(fs); }

}  // namespace soakrig::probes
