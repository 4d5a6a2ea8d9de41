// SPDX-License-Identifier: Apache-2.0
#include "dashboard/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "dashboard/canvas/png.hpp"
#include "dashboard/canvas/svg_canvas.hpp"
#include "dashboard/run/run_session.hpp"
#include "dashboard/views/timeline_scene.hpp"

namespace soakrig::dashboard {
namespace {

// Draws on whatever it is given.
using Scene = std::function<void(Canvas&, const Theme&, const Rect&)>;

struct Prepared {
  Scene draw;
  std::string characters;  // that it will show, for the fonts
};

Error invalid(std::string what, std::string remedy) {
  return Error{Errc::invalid, std::move(what), std::move(remedy)};
}

std::string words_of(const RunModel& run) {
  std::string out = run.name;
  for (const std::string& board : run.boards) out += board;
  for (const auto& phase : run.phases) out += phase.name;
  for (const auto& note : run.notes.notes) out += note.text;
  return out;
}

Result<Prepared> timeline_scene(const PictureRequest& request) {
  auto session = RunSession::open(request.runs.at(0));
  if (!session) return session.error();
  auto model = session->model();
  if (!model) return model.error();
  if (!model->judgement) {
    if (auto judged = session->judge()) model->judgement = std::move(*judged);
  }
  struct Held {
    RunModel run;
    std::vector<PlotData> plots, minimap;
    Timeline timeline;
  };
  const auto held = std::make_shared<Held>();
  held->run = std::move(*model);
  const RunModel& run = held->run;
  Timeline& t = held->timeline;
  t.run = &run;
  t.format = request.format;
  t.board = !request.board.empty() ? request.board : run.boards.empty() ? "" : run.boards.front();
  if (!request.board.empty() && std::ranges::find(run.boards, request.board) == run.boards.end()) {
    return invalid("no board '" + request.board + "' in " + run.path, "soakrig show lists them");
  }
  t.range = padded(run.whole(), 0.005);
  if (!request.range.empty()) {
    const auto range = parse_range(request.range, run.whole());
    if (!range) return range.error();
    t.range = *range;
  }
  std::vector<PlotSpec> specs;
  for (const std::string& name : request.channels) {
    auto plot = find_plot(run, name);
    if (!plot)
      return invalid("no channel '" + name + "' in " + run.path,
                     "soakrig-dashboard finds channels by Ctrl+F");
    specs.push_back(std::move(*plot));
  }
  if (specs.empty()) specs = default_plots(run, t.board);
  const auto never = [] { return false; };
  const auto columns = static_cast<std::size_t>(request.size.width);
  held->plots = session->plots(specs, t.range, columns, never);
  if (!specs.empty()) held->minimap = session->plots({specs.front()}, run.whole(), columns, never);
  t.plots = &held->plots;
  t.minimap = &held->minimap;
  return Prepared{[held](Canvas& canvas, const Theme& theme, const Rect& area) {
                    draw_timeline(canvas, theme, held->timeline,
                                  lay_out(held->timeline, theme, area));
                  },
                  words_of(run)};
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
  if (!svg && !out.ends_with(".png")) {
    return invalid("picture '" + out + "'", "name it FILE.png or FILE.svg");
  }
  const auto theme = find_theme(request.theme, request.scale);
  if (!theme) return invalid("theme '" + request.theme + "'", "light, dark or contrast");
  if (request.runs.empty()) return invalid("no run", "name one");
  if (request.view != "timeline") {
    return invalid("view '" + request.view + "'",
                   fmt::format("one of {}", fmt::join(kPictureViews, ", ")));
  }
  const auto scene = timeline_scene(request);
  if (!scene) return scene.error();
  const FontSet fonts({request.scale, request.embedded_font, scene->characters});
  const Rect area{0, 0, static_cast<float>(request.size.width),
                  static_cast<float>(request.size.height)};
  if (svg) {
    SvgCanvas canvas(request.size.width, request.size.height, theme->background, fonts);
    scene->draw(canvas, *theme, area);
    return write_whole_file(out, canvas.document());
  }
  RasterCanvas canvas(request.size.width, request.size.height, theme->background, fonts);
  scene->draw(canvas, *theme, area);
  return write_png(canvas.image(), out);
}

}  // namespace soakrig::dashboard
