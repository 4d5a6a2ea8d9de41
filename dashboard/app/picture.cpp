// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "dashboard/app/answerer.hpp"
#include "dashboard/app/boxes.hpp"
#include "dashboard/canvas/png.hpp"
#include "dashboard/canvas/svg_canvas.hpp"

namespace soakrig::dashboard {
namespace {

Error invalid(std::string what, std::string remedy) {
  return Error{Errc::invalid, std::move(what), std::move(remedy)};
}

Result<Screen> blank_screen(const PictureRequest& request) {
  Screen out;
  const auto theme = std::ranges::find(kThemeNames, request.theme);
  if (theme == kThemeNames.end())
    return invalid("theme '" + request.theme + "'", "light, dark or contrast");
  const auto view = std::ranges::find(kViewNames, request.view);
  if (view == kViewNames.end())
    return invalid("view '" + request.view + "'",
                   fmt::format("one of {}", fmt::join(kViewNames, ", ")));
  out.settings = {static_cast<std::size_t>(theme - kThemeNames.begin()), request.scale,
                  request.format};
  out.view = static_cast<ViewKind>(view - kViewNames.begin());
  if (request.runs.empty() && out.view != ViewKind::history) return invalid("no run", "name one");
  out.archive = request.archive;
  out.runs = request.runs;
  out.align = request.align;
  out.pinned = request.channels;
  out.only_pinned = !request.channels.empty();
  if (out.view == ViewKind::compare) {
    for (std::size_t i = 1; i < request.runs.size(); ++i) out.compared.push_back(request.runs[i]);
  }
  return out;
}

// What depends on what is in the run.
Result<void> settle(Screen& screen, const PictureRequest& request) {
  const RunModel* run = screen.run();
  if (run == nullptr) {
    if (screen.view == ViewKind::history || screen.view == ViewKind::fleet) return {};
    return screen.answer->runs.at(0).error.value_or(invalid("nothing to show", "name another run"));
  }
  if (!request.board.empty()) {
    const auto board = std::ranges::find(run->boards, request.board);
    if (board == run->boards.end())
      return invalid("no board '" + request.board + "' in " + run->path, "soakrig show lists them");
    screen.board = static_cast<std::size_t>(board - run->boards.begin());
  }
  for (const std::string& name : request.channels) {
    if (!find_plot(*run, name))
      return invalid("no channel '" + name + "' in " + run->path,
                     "soakrig-dashboard finds channels by Ctrl+F");
  }
  if (!request.range.empty()) {
    const auto range = parse_range(request.range, run->whole());
    if (!range) return range.error();
    screen.range = *range;
  }
  if (screen.view == ViewKind::incident) {
    screen.incident = next_stop(*run, screen.shown().from - 1, true);
    if (!screen.incident)
      return invalid("no incident and no throttling in that part of " + run->path,
                     "choose another range or view");
  }
  return {};
}

// The whole answer, judgements and speeds included, however long it takes.
void ask_all(Answerer& answerer, Screen& screen, std::size_t columns) {
  const auto never = [] { return false; };
  const Query query = query_of(screen, columns);
  Answer answer = answerer.answer(query, never);
  while (answerer.improve(query)) answer = answerer.answer(query, never);
  screen.answer = std::make_shared<const Answer>(std::move(answer));
}

void paint(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& area) {
  draw_view(canvas, theme, screen, area);
}

}  // namespace

Result<PictureSize> parse_size(std::string_view text) {
  PictureSize out;
  const auto number = [&](std::string_view part, int& into) {
    const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), into);
    return code == std::errc{} && end == part.data() + part.size() && into >= 160 && into <= 8192;
  };
  const auto x = text.find('x');
  if (x == std::string_view::npos || !number(text.substr(0, x), out.width) ||
      !number(text.substr(x + 1), out.height)) {
    return invalid("size '" + std::string(text) + "'",
                   "write WIDTHxHEIGHT, each 160 to 8192 pixels, such as 1920x1080");
  }
  return out;
}

Result<void> write_picture(const PictureRequest& request, const std::string& out) {
  const bool svg = out.ends_with(".svg");
  if (!svg && !out.ends_with(".png"))
    return invalid("picture '" + out + "'", "name it FILE.png or FILE.svg");
  auto screen = blank_screen(request);
  if (!screen) return screen.error();
  const SystemClock clock;
  Answerer answerer(clock);
  const auto columns = static_cast<std::size_t>(request.size.width);
  ask_all(answerer, *screen, columns);
  if (auto settled = settle(*screen, request); !settled) return settled.error();
  ask_all(answerer, *screen, columns);
  const Theme theme = *find_theme(request.theme, request.scale);
  const FontSet fonts({request.scale, request.embedded_font, characters_of(*screen)});
  const Rect area{0, 0, static_cast<float>(request.size.width),
                  static_cast<float>(request.size.height)};
  if (svg) {
    SvgCanvas canvas(request.size.width, request.size.height, theme.background, fonts);
    paint(canvas, theme, *screen, area);
    return write_whole_file(out, canvas.document());
  }
  RasterCanvas canvas(request.size.width, request.size.height, theme.background, fonts);
  paint(canvas, theme, *screen, area);
  return write_png(canvas.image(), out);
}

Result<std::string> save_picture(const Screen& screen, const Rect& area) {
  if (!screen.answer) return invalid("nothing is shown yet", "wait for the run to open");
  std::string base = screen.path().empty() ? screen.archive + "/runs" : screen.path();
  if (base.ends_with(".soak")) base.resize(base.size() - 5);
  const Theme theme = *find_theme(kThemeNames[screen.settings.theme], screen.settings.scale);
  const FontSet fonts({screen.settings.scale, false, characters_of(screen)});
  RasterCanvas canvas(static_cast<int>(area.w), static_cast<int>(area.h), theme.background, fonts);
  Screen still = screen;
  still.pointer.reset();  // what it is over belongs to the window
  paint(canvas, theme, still, area);
  std::error_code ignored;
  for (int n = 1; n < 10'000; ++n) {
    const std::string path =
        fmt::format("{}-{}-{}.png", base, kViewNames[static_cast<std::size_t>(screen.view)], n);
    if (std::filesystem::exists(path, ignored)) continue;
    if (auto written = write_png(canvas.image(), path); !written) return written.error();
    return path;
  }
  return invalid("ten thousand pictures lie there already: " + base, "move some away");
}

}  // namespace soakrig::dashboard
