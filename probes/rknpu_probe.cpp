// SPDX-License-Identifier: Apache-2.0
#include "probes/rknpu_probe.hpp"

#include <string>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr char kDebugfs[] = "/sys/kernel/debug/rknpu/load";
constexpr char kProc[] = "/proc/rknpu/load";

class Rknpu final : public ProbeBase {
 public:
  explicit Rknpu(HostFs& fs) : ProbeBase("rknpu", Period::second) {
    for (const char* path : {kProc, kDebugfs}) {
      file_ = fs.open(path);
      const Text text = file_.read();
      const auto load = text.state == State::good ? parse_npu_load(text.text) : std::nullopt;
      if (!load) continue;
      add("npu.mean_load", "%", path, fs.provenance());
      for (std::size_t core = 0; core < load->cores; ++core) {
        add("npu.core" + std::to_string(core) + ".load", "%", path, fs.provenance());
      }
      return;
    }
    add_absent("npu.mean_load", "%", kDebugfs, fs.provenance(),
               "no /proc/rknpu/load and no /sys/kernel/debug/rknpu/load: not a Rockchip vendor "
               "kernel, or run the agent as root with debugfs mounted (mount -t debugfs none "
               "/sys/kernel/debug)");
  }

  void sample(Row& row, Nanos) override {
    if (!present()) return;
    const Text text = file_.read();
    const auto load = text.state == State::good ? parse_npu_load(text.text) : std::nullopt;
    const State state = text.state == State::good ? State::error : text.state;
    double sum = 0;
    for (std::size_t column = 1; column < row.size(); ++column) {
      const bool known = load && column - 1 < load->cores;
      row.put(column, known ? Value{State::good, load->percent[column - 1]} : Value{state});
      if (known) sum += load->percent[column - 1];
    }
    row.put(0, load ? Value{State::good, sum / static_cast<double>(load->cores)} : Value{state});
  }

 private:
  File file_;
};

}  // namespace

std::optional<NpuLoad> parse_npu_load(std::string_view text) {
  const std::size_t colon = text.find("load:");
  if (colon == std::string_view::npos) return std::nullopt;
  text.remove_prefix(colon + 5);
  text = take_line(text);
  NpuLoad load;
  while (load.cores < kMaxNpuCores) {
    std::string_view word = take_word(text);
    if (word.empty()) break;
    if (word.starts_with("Core")) continue;
    while (word.ends_with(',') || word.ends_with('%')) word.remove_suffix(1);
    const auto percent = parse_uint(word);
    if (!percent || *percent > 100) return std::nullopt;
    load.percent[load.cores++] = static_cast<double>(*percent);
  }
  if (load.cores == 0) return std::nullopt;
  return load;
}

std::unique_ptr<Probe> make_rknpu(HostFs& fs) { return std::make_unique<Rknpu>(fs); }

}  // namespace soakrig::probes
