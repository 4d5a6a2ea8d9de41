// SPDX-License-Identifier: Apache-2.0
//
// Lines of text down a panel: headings, pairs, wrapped sentences, small tables. Stops at the
// panel's end; how much was left out can be asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dashboard/canvas/canvas.hpp"
#include "dashboard/canvas/theme.hpp"

namespace soakrig::dashboard {

class TextFlow {
 public:
  TextFlow(Canvas& canvas, const Theme& theme, const Rect& area)
      : canvas_(canvas), theme_(theme), area_(area), y_(area.y) {}

  void heading(std::string_view text);
  void line(std::string_view text, std::optional<Colour> colour = {},
            TextStyle style = TextStyle::normal);
  // A marker and a word beside it.
  void marked(Marker marker, Colour colour, std::string_view text,
              TextStyle style = TextStyle::bold);
  void pair(std::string_view label, std::string_view value);
  // At most `most` lines, the last with an ellipsis when there was more.
  void wrapped(std::string_view text, std::size_t most, std::optional<Colour> colour = {});
  // Columns of equal width after the first, numbers to the right. The first row is the heading.
  void table(const std::vector<std::vector<std::string>>& rows, float first_share = 0.4f);
  void space(float em = 0.5f) { y_ += theme_.em(em); }
  [[nodiscard]] float y() const { return y_; }
  [[nodiscard]] bool full() const { return full_; }

 private:
  // Room for a line of this style; false when there is none.
  bool room(TextStyle style);
  Canvas& canvas_;
  const Theme& theme_;
  Rect area_;
  float y_;
  bool full_ = false;
};

}  // namespace soakrig::dashboard
