// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/time_chart.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "results/report/html/chart_scale.hpp"
#include "results/report/html/svg.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

constexpr double kTop = 16;  // room above a panel: its unit and its legend
constexpr double kLaneHeight = 15;
constexpr double kAxisHeight = 18;
constexpr std::size_t kMostItems = 2000;  // of a lane: closer ones are drawn as one
constexpr std::array<std::string_view, 8> kStyles{"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"};

class Frame {
 public:
  Frame(double from, double to) : from_(from), to_(to) {}
  [[nodiscard]] double x(double t) const {
    const double share = (std::clamp(t, from_, to_) - from_) / (to_ - from_);
    return kGutter + share * (kRightEdge - kGutter);
  }
  [[nodiscard]] bool touches(double from, double to) const { return to >= from_ && from <= to_; }

 private:
  double from_, to_;
};

// Where the y axis must reach; none without a value.
std::optional<std::pair<double, double>> extent(const Panel& panel) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Curve& c : panel.curves) {
    for (const CurveBin& b : c.bins) {
      if (!b.known) continue;
      low = std::min(low, b.min);
      high = std::max(high, b.max);
    }
  }
  if (low > high) return std::nullopt;
  for (const Level& l : panel.levels) {
    low = std::min(low, l.value);
    high = std::max(high, l.value);
  }
  return std::pair{low, high};
}

// One stretch without a break: the band between the extremes, and the mean as a line.
struct Stretch {
  std::string upper, lower, mean;
  std::vector<std::pair<double, double>> back;  // the lower edge, drawn right to left
  double last_x = 0, last_mean = 0;

  void add(double x0, double x1, double top, double bottom, double middle) {
    const double x = (x0 + x1) / 2;
    upper += (upper.empty() ? "M" : "L") + coordinate(x) + " " + coordinate(top);
    mean += (mean.empty() ? "M" : "L") + coordinate(x) + " " + coordinate(middle);
    back.emplace_back(x, bottom);
    last_x = x;
    last_mean = middle;
  }
  [[nodiscard]] Markup end(std::string_view style) {
    if (upper.empty()) return {};
    if (back.size() == 1) {  // one bin alone has no width to fill
      return svg_dot(last_x, last_mean, 1.2, "dot " + std::string(style));
    }
    for (auto it = back.rbegin(); it != back.rend(); ++it) {
      lower += "L" + coordinate(it->first) + " " + coordinate(it->second);
    }
    return svg_path(upper + lower + "Z", "band " + std::string(style)) +
           svg_path(mean, "mean " + std::string(style));
  }
};

Markup draw_curve(const Curve& curve, const Frame& frame, const Scale& scale, double top,
                  double height, double divisor, std::string_view style) {
  const auto y = [&](double v) { return top + height * (1 - scale.place(v / divisor)); };
  Markup out;
  Stretch stretch;
  for (const CurveBin& b : curve.bins) {
    if (!frame.touches(b.from, b.to)) continue;
    if (!b.known) {
      out += stretch.end(style);
      stretch = {};
      continue;
    }
    stretch.add(frame.x(b.from), frame.x(b.to), y(b.max), y(b.min), y(b.mean));
  }
  return out + stretch.end(style);
}

Markup legend(const Panel& panel, const std::string& unit, double top) {
  Markup out = svg_text(kGutter - 6, top - 8, unit, "unit", "end");
  double x = kGutter;
  for (std::size_t i = 0; i < panel.curves.size(); ++i) {
    const std::string label = printable(panel.curves[i].label);
    out += svg_rect(x, top - 11, 8, 6, "key " + std::string(kStyles[i % kStyles.size()]));
    out += svg_text(x + 11, top - 5, label, "label");
    x += 24 + text_extent(label);
  }
  return out;
}

Markup draw_panel(const Panel& panel, const Frame& frame, const Scale& time, double top) {
  const auto reach = extent(panel);
  if (!reach) {
    return legend(panel, shown_unit(panel.unit, 0).text, top) +
           svg_text((kGutter + kRightEdge) / 2, top + panel.height / 2, "—", "label", "middle");
  }
  const ShownUnit unit =
      shown_unit(panel.unit, std::max(std::abs(reach->first), std::abs(reach->second)));
  const Scale scale =
      round_scale(reach->first / unit.divisor, reach->second / unit.divisor, 4, panel.from_zero);
  Markup out = legend(panel, unit.text, top);
  for (const double tick : scale.ticks) {
    const double y = top + panel.height * (1 - scale.place(tick));
    out += svg_line(kGutter, y, kRightEdge, y, "grid");
    out += svg_text(kGutter - 6, y + 3, figure(tick), "tick", "end");
  }
  for (const double tick : time.ticks) {
    out += svg_line(frame.x(tick), top, frame.x(tick), top + panel.height, "grid");
  }
  for (std::size_t i = 0; i < panel.curves.size(); ++i) {
    out += draw_curve(panel.curves[i], frame, scale, top, panel.height, unit.divisor,
                      kStyles[i % kStyles.size()]);
  }
  for (const Level& level : panel.levels) {
    const double y = top + panel.height * (1 - scale.place(level.value / unit.divisor));
    out += svg_line(kGutter, y, kRightEdge, y, "level");
    out += svg_text(kRightEdge - 2, y - 3, printable(level.label), "level-label", "end");
  }
  return out;
}

Markup draw_item(const LaneItem& item, const Frame& frame, double y, double height) {
  const double x0 = frame.x(item.from), x1 = std::max(frame.x(item.to), x0);
  const std::string title = item.title.empty() ? item.label : item.title;
  const double width = std::max(x1 - x0, 2.0);  // what is short is still seen
  Markup out = svg_rect(x0, y, width, height, "item " + item.style, printable(title));
  const std::string label = printable(item.label);
  if (!label.empty() && width > 4 + text_extent(label)) {
    out += svg_text(x0 + 3, y + height - 3, label, "item-label");
  }
  return out;
}

Markup draw_lane(const Lane& lane, const Frame& frame, double y) {
  Markup out = svg_text(kGutter - 6, y + kLaneHeight - 4, printable(lane.label), "tick", "end");
  out += svg_rect(kGutter, y, kRightEdge - kGutter, kLaneHeight - 2, "lane");
  double covered = -1;  // x up to which the last one of this style reaches
  std::string covered_style;
  std::size_t drawn = 0;
  for (const LaneItem& item : lane.items) {
    if (!frame.touches(item.from, item.to) || drawn >= kMostItems) continue;
    const double end = frame.x(item.to);
    if (item.style == covered_style && end < covered + 0.5) continue;  // not a pixel more
    covered = std::max(end, frame.x(item.from) + 2);
    covered_style = item.style;
    out += draw_item(item, frame, y, kLaneHeight - 2);
    ++drawn;
  }
  return out;
}

}  // namespace

Markup draw(const TimeChart& chart) {
  if (chart.to <= chart.from || (chart.panels.empty() && chart.lanes.empty())) return {};
  const Frame frame(chart.from, chart.to);
  const Scale time = time_scale(chart.from, chart.to, 8);
  double bottom = 2;
  for (const Panel& p : chart.panels) bottom += kTop + p.height + 6;
  const double curves_end = bottom;
  bottom += kLaneHeight * static_cast<double>(chart.lanes.size());

  Markup body;
  for (const LaneItem& shade : chart.shades) {
    if (!frame.touches(shade.from, shade.to)) continue;
    const double x = frame.x(shade.from);
    body += svg_rect(x, 2, std::max(frame.x(shade.to) - x, 1.0), curves_end - 2,
                     "shade " + shade.style, printable(shade.title));
  }
  double y = 2;
  for (const Panel& p : chart.panels) {
    body += draw_panel(p, frame, time, y + kTop);
    y += kTop + p.height + 6;
  }
  for (const Lane& lane : chart.lanes) {
    body += draw_lane(lane, frame, y);
    y += kLaneHeight;
  }
  const double step = time.ticks.size() > 1 ? time.ticks[1] - time.ticks[0] : chart.to - chart.from;
  for (const double tick : time.ticks) {
    const double x = frame.x(tick);  // the last one must not reach beyond the picture
    body += svg_text(x, bottom + 11, time_tick(tick, step), "tick",
                     x > kRightEdge - 14 ? "end" : "middle");
  }
  body += svg_banner(curves_end, chart.banner);
  return svg_picture(bottom + kAxisHeight, chart.title, body);
}

}  // namespace soakrig::report
