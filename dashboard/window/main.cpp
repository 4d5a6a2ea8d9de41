// SPDX-License-Identifier: Apache-2.0
//
// soakrig-dashboard [RUN… | DIR]: composition root of the window. Opens it, asks the worker what
// the screen wants to know, draws when something changed, sleeps else.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "dashboard/app/actions.hpp"
#include "dashboard/app/boxes.hpp"
#include "dashboard/app/picture.hpp"
#include "dashboard/app/worker.hpp"
#include "dashboard/window/window.hpp"
#include "rig/base/version.hpp"

namespace {

using namespace soakrig;
using namespace soakrig::dashboard;

constexpr Nanos kLiveTick = 500 * kMillisecond;  // how often a live run is asked for news
constexpr Nanos kIdleTick = 4 * kSecond;         // likewise of what has ended: notes, new runs

struct Options {
  std::vector<std::string> runs;
  std::string archive, theme = "light", view;
  float scale = 0;  // 0 = what the desktop asks for
  int width = 1440, height = 900;
};

// Names that are folders are archives; the rest are runs.
Result<Screen> screen_of(Options options) {
  Screen out;
  std::error_code ignored;
  if (options.runs.size() == 1 && std::filesystem::is_directory(options.runs[0], ignored)) {
    options.archive = options.runs[0];
    options.runs.clear();
  }
  out.archive = store::archive_dir(options.archive);
  const store::Archive archive(out.archive);
  for (const std::string& name : options.runs) {
    // A file is opened whatever is in it: the screen says what is wrong.
    if (std::filesystem::exists(name, ignored)) {
      out.runs.push_back(name);
      continue;
    }
    const auto path = archive.resolve(name);
    if (!path) return path.error();
    out.runs.push_back(*path);
  }
  if (out.runs.empty()) {
    // A folder: what runs now on the wall, else the history.
    if (const auto all = archive.runs()) {
      for (const store::ArchivedRun& run : *all) {
        if (!run.error && run.state == RunState::running) out.runs.push_back(run.path);
      }
    }
    out.view = out.runs.size() > 1 ? ViewKind::fleet
               : out.runs.empty()  ? ViewKind::history
                                   : ViewKind::timeline;
  }
  for (std::size_t i = 0; i < kThemeNames.size(); ++i) {
    if (kThemeNames[i] == options.theme) out.settings.theme = i;
  }
  for (std::size_t i = 0; i < kViewNames.size(); ++i) {
    if (kViewNames[i] == options.view) out.view = static_cast<ViewKind>(i);
  }
  return out;
}

class Dashboard {
 public:
  Dashboard(Window window, Screen screen)
      : window_(std::move(window)), screen_(std::move(screen)) {}

  void run() {
    refont("");
    while (!screen_.wishes.leave) {
      ask();
      const WindowInput input = window_.wait(first_ ? 0 : tick());
      if (input.close) return;
      bool changed = input.resized | take_answer() | handle(input);
      carry_out();
      changed |= refresh_fonts();
      if ((changed || first_) && window_.visible()) draw();
    }
  }

 private:
  [[nodiscard]] Nanos tick() const {
    return screen_.live() || screen_.view == ViewKind::fleet ? kLiveTick : kIdleTick;
  }
  [[nodiscard]] Theme theme() const {
    return *find_theme(kThemeNames[screen_.settings.theme], screen_.settings.scale);
  }

  void ask() {
    Query query = query_of(screen_, static_cast<std::size_t>(window_.area().w));
    const Nanos now = clock_.boot_ns();
    if (asked_ && query == *asked_ && now - asked_at_ < tick() * 9 / 10) return;
    asked_ = query;
    asked_at_ = now;
    worker_.ask(std::move(query));
  }

  bool take_answer() {
    auto answer = worker_.take();
    if (!answer) return false;
    const bool was_live = screen_.live(), knew = screen_.run() != nullptr;
    const bool same = screen_.answer && same_picture(*screen_.answer, *answer);
    screen_.answer = std::move(answer);
    screen_.now_utc = clock_.utc_ns();
    // A live run is followed from the start; one that ends is looked at whole.
    if (!knew && screen_.live() && !screen_.range)
      screen_.follow = std::max(screen_.run()->whole().length(), kMinute);
    if (was_live && !screen_.live() && screen_.follow)
      screen_.range = screen_.shown(), screen_.follow.reset();
    return !same;
  }

  bool handle(const WindowInput& input) {
    bool changed = !input.keys.empty();
    for (const auto& [key, text] : input.keys) {
      if (screen_.box == Box::none) {
        press(screen_, key);
      } else if (!press_in_box(screen_, key)) {
        type(screen_, text);
      }
    }
    const Theme look = theme();
    for (const Pointer& pointer : input.pointers) {
      changed |= pointer_.handle(screen_, look, window_.fonts(), window_.area(), pointer);
    }
    return changed;
  }

  void carry_out() {
    Wishes wishes = std::exchange(screen_.wishes, {});
    screen_.wishes.leave = wishes.leave;
    if (wishes.copy) window_.copy(*wishes.copy);
    if (wishes.note) {
      wishes.note->utc_ns = clock_.utc_ns();
      const char* user = std::getenv("USER");
      wishes.note->author =
          user != nullptr && *user != '\0' ? user : "uid " + std::to_string(::getuid());
      const auto kept = store::append_note(screen_.path(), *wishes.note);
      screen_.said = kept ? "kept the note" : kept.error().message();
      asked_.reset();
    }
    if (wishes.save_picture) {
      const auto saved = save_picture(screen_, window_.area());
      screen_.said = saved ? "saved " + *saved : saved.error().message();
    }
  }

  bool refresh_fonts() {
    const std::string characters = characters_of(screen_);
    if (fonts_scale_ == screen_.settings.scale && window_.fonts().covers(characters)) return false;
    if (fonts_scale_ == screen_.settings.scale && characters == asked_characters_)
      return false;  // no font has them
    refont(characters);
    return true;
  }

  void refont(const std::string& characters) {
    asked_characters_ = characters;
    fonts_scale_ = screen_.settings.scale;
    window_.use(FontSet({fonts_scale_, false, characters}));
  }

  void draw() {
    first_ = false;
    const Theme look = theme();
    const RunModel* run = screen_.run();
    window_.set_title(run != nullptr ? run->name + " - soakrig" : "soakrig");
    window_.draw(look.background, [&](Canvas& canvas, const Rect& area) {
      draw_screen(canvas, look, screen_, area);
    });
  }

  SystemClock clock_;
  Window window_;
  Screen screen_;
  PointerState pointer_;
  std::optional<Query> asked_;
  Nanos asked_at_ = 0;
  std::string asked_characters_;
  float fonts_scale_ = 0;
  bool first_ = true;
  Worker worker_{clock_, &Window::wake};  // last: it wakes the window
};

int run(int argc, char** argv) {
  CLI::App parser("Shows runs in a window, while they go on and afterwards", "soakrig-dashboard");
  Options options;
  parser.add_option("RUN", options.runs,
                    "runs (last, an id or its beginning, a name, a path), or a folder of runs");
  parser.add_option("--archive", options.archive,
                    "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.add_option("--theme", options.theme, "light, dark or contrast")
      ->check(CLI::IsMember({"light", "dark", "contrast"}))
      ->capture_default_str();
  parser.add_option("--view", options.view, "fleet, timeline, incident, compare, history or rig")
      ->check(CLI::IsMember({"fleet", "timeline", "incident", "compare", "history", "rig"}));
  parser
      .add_option("--scale", options.scale,
                  "size of text and lines; default what the desktop asks for")
      ->check(CLI::Range(0.75, 2.5));
  parser.set_version_flag("--version", "soakrig-dashboard " + std::string(version()) + " (" +
                                           std::string(commit()) + ")");
  try {
    parser.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return parser.exit(success);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "soakrig-dashboard: %s; see soakrig-dashboard --help\n", error.what());
    return 4;
  }
  auto screen = screen_of(options);
  if (!screen) {
    std::fprintf(stderr, "soakrig-dashboard: %s\n", screen.error().message().c_str());
    return 4;
  }
  auto window = Window::open(options.width, options.height, "soakrig");
  if (!window) {
    std::fprintf(stderr, "soakrig-dashboard: %s\n", window.error().message().c_str());
    return 2;
  }
  screen->settings.scale = options.scale > 0 ? options.scale : window->desktop_scale();
  Dashboard(std::move(*window), std::move(*screen)).run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "soakrig-dashboard: unexpected: %s\n", error.what());
    return 2;
  }
}
