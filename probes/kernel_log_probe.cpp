// SPDX-License-Identifier: Apache-2.0
#include "probes/kernel_log_probe.hpp"

#include <cerrno>
#include <string>

#include "probes/parse.hpp"
#include "probes/probe_base.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/kernel_message.hpp"

namespace soakrig::probes {
namespace {

constexpr int kRecordsPerReading = 512;  // a flood costs a bound; the rest is counted as lost
constexpr std::size_t kEventsPerReading = 16;
constexpr std::size_t kMaxText = 300;

class KernelLog final : public ProbeBase {
 public:
  explicit KernelLog(HostFs& fs) : ProbeBase("kernel_log", Period::second) {
    log_ = fs.open_kernel_log();
    if (log_) {
      add("kernel.log_events", "{count}", "/dev/kmsg", fs.provenance());
      add("kernel.log_lost", "{count}", "/dev/kmsg", fs.provenance());
      return;
    }
    add_absent("kernel.log_events", "{count}", "/dev/kmsg", fs.provenance(),
               fs.provenance() == Provenance::measured
                   ? "/dev/kmsg is not readable; run the agent as root, or set "
                     "kernel.dmesg_restrict=0 and add the user to group adm"
                   : "a tree of files has no kernel log");
  }

  void sample(Row& row, Nanos now) override {
    if (!log_) return;
    Text record;
    int left = kRecordsPerReading;
    for (; left > 0; --left) {
      record = log_->next();
      if (record.sys == EPIPE) {
        ++lost_;
        continue;
      }
      if (record.state != State::good) break;
      note(record.text, now);
    }
    if (record.state == State::error) {
      row.absent(0, State::error);
      row.absent(1, State::error);
      return;
    }
    row.put(0, static_cast<double>(classified_));
    row.put(1, static_cast<double>(lost_));
  }

  void drain_events(std::vector<Event>& out) override {
    out.insert(out.end(), events_.begin(), events_.end());
    events_.clear();
  }

 private:
  void note(std::string_view text, Nanos now) {
    const auto record = parse_kernel_record(text);
    if (!record) return;
    const auto found = classify_kernel_message(record->text);
    if (!found) return;
    ++classified_;
    if (events_.size() >= kEventsPerReading) {
      ++lost_;
      return;
    }
    const nlohmann::json body = {{"class", found->name},
                                 {"text", record->text.substr(0, kMaxText)},
                                 {"monotonic_s", static_cast<double>(record->usec) / 1e6}};
    events_.push_back(
        {now, "", std::string(event_kind::kKernelLog), found->severity, dump_json(body)});
  }

  std::unique_ptr<LogSource> log_;
  std::vector<Event> events_;
  std::uint64_t classified_ = 0, lost_ = 0;
};

}  // namespace

std::optional<KernelRecord> parse_kernel_record(std::string_view record) {
  const std::size_t semicolon = record.find(';');
  if (semicolon == std::string_view::npos) return std::nullopt;
  std::string_view head = record.substr(0, semicolon);
  for (int comma = 0; comma < 2; ++comma) {  // priority, sequence
    const std::size_t at = head.find(',');
    if (at == std::string_view::npos) return std::nullopt;
    head.remove_prefix(at + 1);
  }
  const auto usec = parse_int(head.substr(0, head.find(',')));
  if (!usec || *usec < 0) return std::nullopt;
  std::string_view text = record.substr(semicolon + 1);
  return KernelRecord{*usec, take_line(text)};
}

std::unique_ptr<Probe> make_kernel_log(HostFs& fs) { return std::make_unique<KernelLog>(fs); }

}  // namespace soakrig::probes
