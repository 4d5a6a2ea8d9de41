// SPDX-License-Identifier: Apache-2.0
#include "probes/boot_probe.hpp"

#include <algorithm>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"

namespace soakrig::probes {
namespace {

constexpr char kUptime[] = "/proc/uptime";
constexpr char kBootId[] = "/proc/sys/kernel/random/boot_id";

class Boot final : public ProbeBase {
 public:
  explicit Boot(HostFs& fs)
      : ProbeBase("boot", Period::second), uptime_(fs.open(kUptime)), id_(fs.open(kBootId)) {
    const bool has_uptime = uptime_.read().state == State::good;
    boot_id_.assign(current_id());
    if (has_uptime || !boot_id_.empty()) {
      add("board.uptime", "s", kUptime, fs.provenance());
    } else {
      add_absent("board.uptime", "s", kUptime, fs.provenance(),
                 "neither /proc/uptime nor the boot_id is readable in this tree, so a reboot "
                 "inside it would not be seen");
    }
  }

  void sample(Row& row, Nanos now) override {
    const Text text = uptime_.read();
    if (text.state == State::good) {
      std::string_view rest = text.text;
      if (const auto seconds = parse_number(take_word(rest)); seconds && *seconds >= 0) {
        row.put(0, *seconds);
      } else {
        row.absent(0, State::error);
      }
    } else {
      row.absent(0, text.state);
    }
    watch_boot_id(now);
  }

  void drain_events(std::vector<Event>& out) override {
    out.insert(out.end(), events_.begin(), events_.end());
    events_.clear();
  }

 private:
  void watch_boot_id(Nanos now) {
    const std::string_view id = current_id();
    if (id.empty() || id == boot_id_) return;
    if (!boot_id_.empty()) {
      events_.push_back(
          {now, "", std::string(event_kind::kBoot), Severity::alarm,
           R"({"boot_id":")" + std::string(id) + R"(","previous":")" + boot_id_ + R"("})"});
    }
    boot_id_.assign(id);
  }

  // Empty when there is no valid one. The view lives until the next read.
  std::string_view current_id() {
    const Text text = id_.read();
    const std::string_view id = trim(text.text);
    return text.state == State::good && valid_boot_id(id) ? id : std::string_view();
  }

  File uptime_, id_;
  std::string boot_id_;
  std::vector<Event> events_;
};

}  // namespace

bool valid_boot_id(std::string_view id) {
  return id.size() == 36 && std::ranges::all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
         });
}

std::unique_ptr<Probe> make_boot(HostFs& fs) { return std::make_unique<Boot>(fs); }

}  // namespace soakrig::probes
