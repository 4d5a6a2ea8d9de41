// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/text_flow.hpp"

namespace soakrig::dashboard {

bool TextFlow::room(TextStyle style) {
  if (y_ + canvas_.metrics().height(style) > area_.bottom()) full_ = true;
  return !full_;
}

void TextFlow::heading(std::string_view text) {
  if (y_ > area_.y) space(0.7f);
  if (!room(TextStyle::bold)) return;
  draw_text(canvas_, {area_.x, y_}, fit_text(canvas_.metrics(), text, TextStyle::bold, area_.w),
            TextStyle::bold, theme_.text);
  y_ += canvas_.metrics().height(TextStyle::bold) + theme_.em(0.15f);
  canvas_.fill({area_.x, y_, area_.w, 1}, theme_.border);
  y_ += theme_.em(0.3f);
}

void TextFlow::line(std::string_view text, std::optional<Colour> colour, TextStyle style) {
  if (!room(style)) return;
  draw_text(canvas_, {area_.x, y_}, fit_text(canvas_.metrics(), text, style, area_.w), style,
            colour.value_or(theme_.text));
  y_ += canvas_.metrics().height(style) + theme_.em(0.1f);
}

void TextFlow::marked(Marker marker, Colour colour, std::string_view text, TextStyle style) {
  if (!room(style)) return;
  const float height = canvas_.metrics().height(style);
  draw_marker(canvas_, marker, {area_.x + height / 2, y_ + height / 2}, height * 0.7f, colour);
  const float x = area_.x + height * 1.3f;
  draw_text(canvas_, {x, y_}, fit_text(canvas_.metrics(), text, style, area_.right() - x), style,
            colour);
  y_ += height + theme_.em(0.1f);
}

void TextFlow::pair(std::string_view label, std::string_view value) {
  if (!room(TextStyle::normal)) return;
  const TextMetrics& m = canvas_.metrics();
  const std::string left = fit_text(m, label, TextStyle::normal, area_.w * 0.55f);
  const float used = draw_text(canvas_, {area_.x, y_}, left, TextStyle::normal, theme_.dim);
  const std::string right = fit_text(m, value, TextStyle::normal, area_.w - used - theme_.em(0.6f));
  draw_text(canvas_, {area_.right(), y_}, right, TextStyle::normal, theme_.text, Align::right);
  y_ += m.height(TextStyle::normal) + theme_.em(0.1f);
}

void TextFlow::wrapped(std::string_view text, std::size_t most, std::optional<Colour> colour) {
  const TextMetrics& m = canvas_.metrics();
  std::string now;
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size() && lines < most;) {
    std::size_t end = text.find_first_of(" \n", at);
    if (end == std::string_view::npos) end = text.size();
    const std::string longer = now.empty() ? std::string(text.substr(at, end - at))
                                           : now + " " + std::string(text.substr(at, end - at));
    const bool breaks = end < text.size() && text[end] == '\n';
    if (!now.empty() && m.width(longer, TextStyle::small) > area_.w) {
      ++lines;
      const bool last = lines == most;
      line(last ? longer + "…" : now, colour, TextStyle::small);
      now.clear();
      continue;
    }
    now = longer;
    at = end + 1;
    if (breaks || at >= text.size()) {
      line(now, colour, TextStyle::small);
      ++lines;
      now.clear();
    }
  }
}

void TextFlow::table(const std::vector<std::vector<std::string>>& rows, float first_share) {
  const TextMetrics& m = canvas_.metrics();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (rows[r].empty() || !room(TextStyle::small)) return;
    const Colour colour = r == 0 ? theme_.dim : theme_.text;
    const float first = rows[r].size() > 1 ? area_.w * first_share : area_.w;
    const float each =
        rows[r].size() > 1 ? (area_.w - first) / static_cast<float>(rows[r].size() - 1) : 0;
    draw_text(canvas_, {area_.x, y_},
              fit_text(m, rows[r][0], TextStyle::small, first - theme_.em(0.4f)), TextStyle::small,
              colour);
    for (std::size_t c = 1; c < rows[r].size(); ++c) {
      draw_text(canvas_, {area_.x + first + each * static_cast<float>(c), y_},
                fit_text(m, rows[r][c], TextStyle::small, each - theme_.em(0.3f)), TextStyle::small,
                colour, Align::right);
    }
    y_ += m.height(TextStyle::small) + theme_.em(0.15f);
  }
}

}  // namespace soakrig::dashboard
