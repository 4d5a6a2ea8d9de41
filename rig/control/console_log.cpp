// SPDX-License-Identifier: Apache-2.0
#include "rig/control/console_log.hpp"

#include <algorithm>

#include "results/store/console_text.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/kernel_message.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/base/secrets.hpp"

namespace soakrig::control {
namespace {

constexpr std::size_t kMostNoted = 50;  // events of one gathering: a panic has fewer lines
constexpr std::size_t kMostText = 300;

// "[   12.345678] text", as a kernel prints it.
std::string_view without_stamp(std::string_view line) {
  if (!line.starts_with('[')) return line;
  const auto close = line.find(']');
  if (close == std::string_view::npos) return line;
  line.remove_prefix(close + 1);
  while (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

}  // namespace

ConsoleLog::ConsoleLog(boost::asio::io_context& io, std::string board, ConsoleAddress address,
                       const Clock& clock, Nanos run_start, Store store)
    : board_(std::move(board)),
      clock_(clock),
      run_start_(run_start),
      store_(std::move(store)) {
  const auto link = [this](bool up, const std::string& reason) {
    flush();
    up_ = up;
    store_({clock_.boot_ns() - run_start_, board_, std::string(event_kind::kConsoleLink),
            up ? Severity::info : Severity::warning, dump_json({{"up", up}, {"reason", reason}})});
  };
  recorder_ = std::make_unique<board::ConsoleRecorder>(
      io, std::move(address), clock,
      board::ConsoleRecorder::Hooks{
          [this](Nanos t, const std::string& text) { line(t, text); }, link});
}

ConsoleLog::~ConsoleLog() {
  recorder_.reset();  // it has last words
  flush();
}

void ConsoleLog::line(Nanos boot_ns, const std::string& text) {
  const Nanos t = std::max<Nanos>(0, boot_ns - run_start_);
  const std::string_view message = without_stamp(text);
  heard_ = std::max(t, heard_);
  recent_.push_back(text.substr(0, kMostText));
  if (recent_.size() > kRecent) recent_.pop_front();
  const auto found = classify_kernel_message(message);
  if (found && noted_ < kMostNoted) {
    ++noted_;
    store_({t, board_, std::string(event_kind::kKernelLog), found->severity,
            dump_json({{"class", found->name},
                       {"text", std::string(message.substr(0, kMostText))},
                       {"from", "console"}})});
  }
  if (text_.size() + text.size() > kMostGathered) {
    ++lost_;
    return;
  }
  if (lines_ == 0) first_ = t;
  last_ = std::max(first_, t);
  ++lines_;
  text_ += std::to_string(t) + " " + text + "\n";
}

std::vector<std::string> ConsoleLog::recent() const {
  std::vector<std::string> out;
  for (const std::string& line : recent_) out.push_back(mask_text(line));
  return out;
}

void ConsoleLog::tick() {
  if (lines_ + lost_ > 0 && clock_.boot_ns() - run_start_ - first_ >= kGather) flush();
}

void ConsoleLog::flush() {
  if (lines_ > 0) {
    store_({first_, board_, std::string(event_kind::kConsoleLog), Severity::info,
            dump_json({{"to_s", to_seconds(last_)},
                       {"lines", lines_},
                       {"lost", lost_},
                       {"zstd", store::pack_console(mask_text(text_))}})});
  }
  text_.clear();
  lines_ = lost_ = noted_ = 0;
}

std::vector<std::unique_ptr<ConsoleLog>> listen_to_consoles(boost::asio::io_context& io,
                                                            const RunSpec& spec,
                                                            const Clock& clock, Nanos run_start,
                                                            const ConsoleLog::Store& store) {
  std::vector<std::unique_ptr<ConsoleLog>> out;
  for (const BoardSpec& board : spec.boards) {
    if (board.console.empty()) continue;
    auto address = parse_console_address(board.console);
    RIG_ASSERT(address.has_value());  // the plan has looked at it
    out.push_back(std::make_unique<ConsoleLog>(io, board.name, std::move(*address), clock,
                                               run_start, store));
  }
  return out;
}

}  // namespace soakrig::control
