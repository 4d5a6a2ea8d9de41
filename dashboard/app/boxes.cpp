// SPDX-License-Identifier: Apache-2.0
#include "dashboard/app/boxes.hpp"

#include <algorithm>

#include "dashboard/app/actions.hpp"

namespace soakrig::dashboard {
namespace {

constexpr std::size_t kMostTyped = 2000;  // bytes
constexpr std::size_t kMostChoices = 200;

std::string_view title_of(Box box) {
  switch (box) {
    case Box::palette:
      return "Find an action";
    case Box::find:
      return "Find a channel";
    case Box::note:
      return "A note at the cursor or range, kept beside the run";
    case Box::filter:
      return "Show only runs with these words in name, board, verdict or state";
    case Box::help:
      return "Keys";
    case Box::none:
      break;
  }
  return "";
}

void write_note(Screen& screen) {
  const TimeRange shown = screen.shown();
  store::Note note;
  note.text = screen.typed;
  if (screen.marks.selection) {
    note.from = screen.marks.selection->from;
    note.to = screen.marks.selection->to;
  } else {
    note.from =
        screen.marks.a.value_or(screen.marks.hover.value_or(shown.from + shown.length() / 2));
  }
  note.from = std::max<Nanos>(0, *note.from);
  if (note.to) note.to = std::max(*note.from, *note.to);
  screen.wishes.note = std::move(note);
}

void accept(Screen& screen) {
  const Box box = screen.box;
  const auto offered = choices_of(screen);
  const std::size_t at = std::min(screen.choice, offered.empty() ? 0 : offered.size() - 1);
  if (box == Box::note && screen.typed.empty()) return;
  screen.box = Box::none;
  if (box == Box::note) write_note(screen);
  if (box == Box::filter) screen.filter = screen.typed, screen.row = 0;
  if (offered.empty()) return;
  if (box == Box::find) {
    const std::string& name = offered[at].title;
    if (std::ranges::find(screen.pinned, name) == screen.pinned.end()) {
      screen.pinned.insert(screen.pinned.begin(), name);
    }
    screen.first_plot = 0;
    screen.said = "pinned " + name + "; P takes all pinned ones back";
  }
  if (box == Box::palette || box == Box::help) {
    const auto found = std::ranges::find(actions(), offered[at].title, &Action::title);
    if (found != actions().end()) found->act(screen);
  }
}

}  // namespace

std::vector<Choice> choices_of(const Screen& screen) {
  std::vector<Choice> out;
  std::vector<std::string> names;
  if (screen.box == Box::palette || screen.box == Box::help) {
    for (const Action& action : actions()) names.emplace_back(action.title);
  } else if (screen.box == Box::find && screen.run() != nullptr) {
    names = plot_names(*screen.run());
  }
  for (std::string& name : matching(names, screen.typed, kMostChoices)) {
    const auto found = std::ranges::find(actions(), name, &Action::title);
    out.push_back(
        {std::move(name), found == actions().end() ? std::string() : std::string(found->key)});
  }
  return out;
}

void type(Screen& screen, std::string_view utf8) {
  if (screen.box == Box::none || screen.typed.size() + utf8.size() > kMostTyped) return;
  screen.typed += utf8;
  screen.choice = 0;
}

bool press_in_box(Screen& screen, std::string_view key) {
  if (screen.box == Box::none) return false;
  if (key == "Escape") {
    screen.box = Box::none;
  } else if (key == "Enter") {
    accept(screen);
  } else if (key == "Down") {
    ++screen.choice;
  } else if (key == "Up") {
    if (screen.choice > 0) --screen.choice;
  } else if (key == "Backspace") {
    while (!screen.typed.empty()) {
      const bool inner = (static_cast<unsigned char>(screen.typed.back()) & 0xC0) == 0x80;
      screen.typed.pop_back();
      if (!inner) break;
    }
  } else {
    return false;
  }
  const std::size_t offered = choices_of(screen).size();
  screen.choice = std::min(screen.choice, offered == 0 ? 0 : offered - 1);
  return true;
}

void draw_box(Canvas& canvas, const Theme& theme, const Screen& screen, const Rect& area) {
  if (screen.box == Box::none) return;
  const auto offered = choices_of(screen);
  const float row = canvas.metrics().height(TextStyle::normal) + theme.em(0.35f);
  const bool note = screen.box == Box::note || screen.box == Box::filter;
  const std::size_t most = screen.box == Box::help ? offered.size() : 24;
  const float width = std::min(area.w - theme.em(2), theme.em(44));
  const float height = std::min(
      area.h - theme.em(2),
      theme.em(4.2f) + (note ? 0 : row * static_cast<float>(std::min(offered.size(), most))) +
          theme.em(0.8f));
  const Rect box{area.x + (area.w - width) / 2, area.y + theme.em(1), width, height};
  canvas.fill(area, theme.background.faded(0.55f));
  canvas.fill(box, theme.panel);
  draw_frame(canvas, box, theme.accent, std::max(1.0f, 1.5f * theme.scale));
  const Rect in = box.inset(theme.em(0.7f));
  const float hint = draw_text(canvas, {in.right(), in.y}, "Enter takes it, Escape leaves",
                               TextStyle::small, theme.dim, Align::right);
  draw_text(canvas, {in.x, in.y},
            fit_text(canvas.metrics(), title_of(screen.box), TextStyle::small,
                     in.w - hint - theme.em(1)),
            TextStyle::small, theme.dim);
  const Rect line{in.x, in.y + theme.em(1.3f), in.w, row};
  canvas.fill(line, theme.lane);
  const std::string shown =
      fit_text(canvas.metrics(), screen.typed, TextStyle::normal, line.w - theme.em(1));
  const float end = draw_text(canvas, {line.x + theme.em(0.4f), line.y + theme.em(0.15f)}, shown,
                              TextStyle::normal, theme.text);
  canvas.fill({line.x + theme.em(0.5f) + end, line.y + theme.em(0.15f), std::max(1.0f, theme.scale),
               row - theme.em(0.3f)},
              theme.accent);
  if (note) return;
  float y = line.bottom() + theme.em(0.5f);
  const auto fit = static_cast<std::size_t>(std::max(1.0f, (in.bottom() - y) / row));
  const std::size_t choice = std::min(screen.choice, offered.empty() ? 0 : offered.size() - 1);
  const std::size_t first = choice >= fit ? choice + 1 - fit : 0;
  if (offered.empty())
    draw_text(canvas, {in.x + theme.em(0.4f), y}, "nothing of that name", TextStyle::normal,
              theme.dim);
  for (std::size_t i = first; i < offered.size() && i - first < fit; ++i, y += row) {
    if (i == choice) canvas.fill({in.x, y, in.w, row}, theme.accent.faded(0.18f));
    const float key = draw_text(canvas, {in.right() - theme.em(0.4f), y + theme.em(0.15f)},
                                offered[i].key, TextStyle::bold, theme.accent, Align::right);
    draw_text(canvas, {in.x + theme.em(0.4f), y + theme.em(0.15f)},
              fit_text(canvas.metrics(), offered[i].title, TextStyle::normal,
                       in.w - key - theme.em(1.6f)),
              TextStyle::normal, theme.text);
  }
}

}  // namespace soakrig::dashboard
