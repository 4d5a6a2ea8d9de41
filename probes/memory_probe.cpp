// SPDX-License-Identifier: Apache-2.0
#include "probes/memory_probe.hpp"

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr char kPath[] = "/proc/meminfo";

class Memory final : public ProbeBase {
 public:
  explicit Memory(HostFs& fs)
      : ProbeBase("memory", Period::second),
        file_(fs.open(kPath, ReadMode::attribute, Scope::load)) {
    const Provenance from = fs.provenance(Scope::load);
    if (file_.read().state != State::good) {
      add_absent("memory.available", "By", kPath, from, "/proc/meminfo is not readable");
      return;
    }
    add("memory.available", "By", kPath, from);
    add("memory.used", "By", kPath, from);
    add("memory.swap_used", "By", kPath, from);
  }

  void sample(Row& row, Nanos) override {
    const Text text = file_.read();
    const auto difference = [&](std::string_view whole, std::string_view part) {
      if (text.state != State::good) return Value{text.state};
      const auto a = parse_meminfo(text.text, whole), b = parse_meminfo(text.text, part);
      return a && b && *a >= *b ? Value{State::good, *a - *b} : Value{State::error};
    };
    if (!present()) return;
    const auto available = parse_meminfo(text.text, "MemAvailable:");
    const State broken = text.state == State::good ? State::error : text.state;
    row.put(0, available ? Value{State::good, *available} : Value{broken});
    row.put(1, difference("MemTotal:", "MemAvailable:"));
    row.put(2, difference("SwapTotal:", "SwapFree:"));
  }

 private:
  File file_;
};

}  // namespace

std::optional<double> parse_meminfo(std::string_view text, std::string_view key) {
  const auto word = find_value(text, key);
  const auto kib = word ? parse_uint(*word) : std::nullopt;
  if (!kib) return std::nullopt;
  return static_cast<double>(*kib) * 1024;
}

std::unique_ptr<Probe> make_memory(HostFs& fs) { return std::make_unique<Memory>(fs); }

}  // namespace soakrig::probes
