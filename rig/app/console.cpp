// SPDX-License-Identifier: Apache-2.0
//
// soakrig console BOARD [RUN] [--follow]: what a board said on its serial console during a run. Reads
// the run's file, as every reader does: the port is the run's alone.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <span>
#include <thread>

#include "results/store/console_text.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/open_run.hpp"
#include "rig/base/json_guard.hpp"
#include "rig/base/rig_events.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::app {

int command_console(std::span<const std::string> args);

namespace {

// What a terminal would take for a command is left out.
std::string harmless(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte >= 0x20 && byte != 0x7f ? c : '.';
  }
  return out;
}

std::string stamp(const store::RunHeader& header, Nanos t) {
  return format_rfc3339(header.start_utc_ns + t);
}

void print(const store::RunHeader& header, const Event& event) {
  if (event.kind == event_kind::kConsoleLink) {
    const auto body = parse_json(event.body).value_or(nlohmann::json::object());
    const bool up = json_get<bool>(body, "up").value_or(false);
    const std::string reason = json_get<std::string>(body, "reason").value_or("");
    fmt::print("{}  -- {}{}\n", stamp(header, event.t), up ? "heard" : "not heard: ",
               up ? "" : harmless(reason));
    return;
  }
  const auto lines = store::console_lines(event);
  if (!lines) return static_cast<void>(complain(lines.error(), 2));
  for (const store::ConsoleLine& line : *lines) {
    fmt::print("{}  {}\n", stamp(header, line.t), harmless(line.text));
  }
}

// The newest id that was printed, or the error.
Result<std::uint64_t> print_after(const store::Reader& reader, const std::string& board,
                                  std::uint64_t after) {
  store::EventFilter filter;
  filter.board = board;
  filter.after_id = after;
  const auto events = reader.each_event(filter, [&](const store::StoredEvent& each) {
    after = std::max(after, each.id);
    const bool said = each.event.kind == event_kind::kConsoleLog ||
                      each.event.kind == event_kind::kConsoleLink;
    if (said) print(reader.header(), each.event);
  });
  if (!events) return events.error();
  std::fflush(stdout);
  return after;
}

}  // namespace

int command_console(std::span<const std::string> args) {
  CLI::App parser("Prints what a board said on its serial console during a run", "console");
  std::string board, run = "last", archive;
  bool follow = false;
  parser.add_option("BOARD", board, "the board, by its name in the profile")->required();
  parser.add_option("RUN", run, "last (the default), an id or its beginning, a name or a path");
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_flag("--follow", follow, "go on until the run ends");
  if (const auto code = parse_command_line(parser, args)) return *code;

  std::uint64_t seen = 0;
  for (;;) {
    // Opened anew each time: no reader holds on to a run that goes on.
    const auto opened = open_run(run, archive);
    if (!opened) return complain(opened.error(), exit_code_of(opened.error()));
    const store::Reader& reader = opened->reader;
    const auto spec = decode_run_spec(reader.header().spec_json);
    const BoardSpec* const known = spec ? spec->find_board(board) : nullptr;
    if (known == nullptr || known->console.empty()) {
      return complain({Errc::not_found,
                       known == nullptr ? "the run has no board '" + harmless(board) + "'"
                                        : "board '" + board + "' has no console in this run",
                       "see soakrig show; a console is named by its key in [[board]]",
                       reader.path()},
                      4);
    }
    const auto state = reader.state();  // before its last words are read
    const auto done = print_after(reader, board, seen);
    if (!done) return complain(done.error(), 2);
    seen = *done;
    if (!follow || !state || *state != RunState::running) return 0;
    run = reader.path();
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

}  // namespace soakrig::app
