// SPDX-License-Identifier: Apache-2.0
#include "dashboard/views/tooltip.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "dashboard/canvas/shapes.hpp"

namespace soakrig::dashboard {

void draw_tooltip(Canvas& canvas, const Theme& theme, std::string_view text, Point at,
                  const Rect& area) {
  if (text.empty()) return;
  const TextMetrics& m = canvas.metrics();
  const float most = std::min(theme.em(46), area.w - theme.em(2));
  std::vector<std::string> lines;
  float width = 0;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(fit_text(m, text.substr(from, end - from), TextStyle::small, most));
    width = std::max(width, m.width(lines.back(), TextStyle::small));
    from = end + 1;
  }
  const float line = m.height(TextStyle::small) + theme.em(0.1f), pad = theme.em(0.5f);
  Rect box{at.x + theme.em(1), at.y + theme.em(1.2f), width + 2 * pad,
           line * static_cast<float>(lines.size()) + 2 * pad};
  // Left of the pointer and above it where there is no room.
  if (box.right() > area.right()) box.x = std::max(area.x, at.x - theme.em(0.6f) - box.w);
  if (box.bottom() > area.bottom()) box.y = std::max(area.y, at.y - theme.em(0.6f) - box.h);
  canvas.fill(box, theme.panel);
  draw_frame(canvas, box, theme.accent);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    draw_text(canvas, {box.x + pad, box.y + pad + line * static_cast<float>(i)}, lines[i],
              TextStyle::small, theme.text);
  }
}

}  // namespace soakrig::dashboard
