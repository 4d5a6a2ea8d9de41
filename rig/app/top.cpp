// SPDX-License-Identifier: Apache-2.0
//
// soakrig top [RUN]: a running soak in the terminal, redrawn once a second; works over ssh. Reads
// the store only: leaving it, or killing it, changes nothing about the run.
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <span>
#include <string>

#include "rig/app/command_line.hpp"
#include "rig/app/live_runs.hpp"
#include "rig/app/top_screen.hpp"

namespace soakrig::app {
namespace {

// Puts the terminal into the view's mode and back, whatever happens.
class Screen {
 public:
  Screen() {
    tcgetattr(STDIN_FILENO, &before_);
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);  // Ctrl-C arrives as a key
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    std::fputs("\033[?1049h\033[?25l", stdout);
  }
  ~Screen() {
    std::fputs("\033[?25h\033[?1049l", stdout);
    std::fflush(stdout);
    tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

 private:
  termios before_{};
};

void draw(const LiveView& view) {
  winsize size{};
  const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  std::string frame = "\033[H";
  for (const std::string& line : top_screen(view, known ? size.ws_col : 80u,
                                            known ? size.ws_row : 24u)) {
    frame += line + "\033[K\n";
  }
  frame.pop_back();
  frame += "\033[J";
  std::fputs(frame.c_str(), stdout);
  std::fflush(stdout);
}

// True when the person wants to leave.
bool wait_for_key(int milliseconds) {
  pollfd keys{STDIN_FILENO, POLLIN, 0};
  if (poll(&keys, 1, milliseconds) <= 0) return false;
  char key = 0;
  if (read(STDIN_FILENO, &key, 1) != 1) return true;
  return key == 'q' || key == 'Q' || key == 3 || key == 27;
}

Result<LiveView> look(const std::string& path, const Clock& clock) {
  const auto reader = store::Reader::open(path);
  if (!reader) return reader.error();
  return read_live_view(*reader, clock.boot_ns(), 2 * kMinute, 40);
}

int watch(const store::ArchivedRun& run) {
  const SystemClock clock;
  if (isatty(STDOUT_FILENO) == 0 || isatty(STDIN_FILENO) == 0) {
    const auto view = look(run.path, clock);
    if (!view) {
      std::fprintf(stderr, "soakrig: %s\n", view.error().message().c_str());
      return 2;
    }
    for (const auto& line : top_screen(*view, 100, 1000)) std::puts(line.c_str());
    return 0;
  }
  std::string trouble;
  {
    const Screen screen;
    while (is_alive(run.header.owner)) {
      const auto view = look(run.path, clock);
      if (view) draw(*view);
      trouble = view ? std::string() : view.error().message();
      if (wait_for_key(1000)) return 0;
    }
  }
  if (!trouble.empty()) std::fprintf(stderr, "soakrig: %s\n", trouble.c_str());
  std::printf("the run has ended; see: soakrig show %s\n", run.header.id.c_str());
  return 0;
}

}  // namespace

int command_top(std::span<const std::string> args) {
  CLI::App parser("Watches a running soak in the terminal", "top");
  std::string run, archive;
  parser.add_option("RUN", run, "id, id prefix, name or path; not needed when only one runs");
  parser.add_option("--archive", archive, "where runs are kept ($SOAKRIG_ARCHIVE, else ./soaks)");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const auto live = pick_live_run(store::archive_dir(archive), run);
  return live ? watch(*live) : 4;
}

}  // namespace soakrig::app
