// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/xy_chart.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "results/report/html/chart_scale.hpp"
#include "results/report/html/svg.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

constexpr double kTop = 18, kHeight = 180, kBottom = 32;
constexpr std::array<std::string_view, 8> kStyles{"c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"};

struct Extent {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  void add(double v) {
    low = std::min(low, v);
    high = std::max(high, v);
  }
};

Markup draw_series(const XySeries& series, std::string_view style, auto x, auto y) {
  Markup out;
  for (std::size_t i = 1; i < series.points.size(); ++i) {
    const XyPoint& a = series.points[i - 1];
    const XyPoint& b = series.points[i];
    const std::string kind = a.measured && b.measured ? "mean " : "mean predicted ";
    out += svg_line(x(a.x), y(a.y), x(b.x), y(b.y), kind + std::string(style));
  }
  for (const XyPoint& p : series.points) {
    if (p.lower && p.upper) {
      out += svg_line(x(p.x), y(*p.lower), x(p.x), y(*p.upper), "whisker " + std::string(style));
      for (const double end : {*p.lower, *p.upper}) {
        out += svg_line(x(p.x) - 3, y(end), x(p.x) + 3, y(end), "whisker " + std::string(style));
      }
    }
    out += svg_dot(x(p.x), y(p.y), 3, (p.measured ? "dot " : "hollow ") + std::string(style),
                   printable(p.title));
  }
  return out;
}

}  // namespace

Markup draw(const XyChart& chart) {
  Extent across, up;
  for (const XySeries& s : chart.series) {
    for (const XyPoint& p : s.points) {
      across.add(p.x);
      for (const double v : {p.y, p.lower.value_or(p.y), p.upper.value_or(p.y)}) up.add(v);
    }
  }
  if (across.low > across.high) return {};
  const ShownUnit x_unit = shown_unit(chart.x_unit, across.high);
  const ShownUnit y_unit = shown_unit(chart.y_unit, up.high);
  const Scale xs = round_scale(across.low / x_unit.divisor, across.high / x_unit.divisor, 8, false);
  const Scale ys =
      round_scale(up.low / y_unit.divisor, up.high / y_unit.divisor, 5, chart.from_zero);
  const auto x = [&](double v) {
    return kGutter + 12 + xs.place(v / x_unit.divisor) * (kRightEdge - kGutter - 24);
  };
  const auto y = [&](double v) { return kTop + kHeight * (1 - ys.place(v / y_unit.divisor)); };

  Markup body = svg_text(kGutter - 6, kTop - 7, y_unit.text, "unit", "end");
  for (const double tick : ys.ticks) {
    const double at = y(tick * y_unit.divisor);
    body += svg_line(kGutter, at, kRightEdge, at, "grid");
    body += svg_text(kGutter - 6, at + 3, figure(tick), "tick", "end");
  }
  for (const double tick : xs.ticks) {
    const double at = x(tick * x_unit.divisor);
    body += svg_line(at, kTop, at, kTop + kHeight, "grid");
    body += svg_text(at, kTop + kHeight + 13, figure(tick), "tick", "middle");
  }
  double key = kGutter;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const std::string_view style = kStyles[i % kStyles.size()];
    body += draw_series(chart.series[i], style, x, y);
    const std::string label = printable(chart.series[i].label);
    body += svg_rect(key, kTop - 13, 8, 6, "key " + std::string(style));
    body += svg_text(key + 11, kTop - 7, label, "label");
    key += 26 + text_extent(label);
  }
  const std::string below = chart.x_label + (x_unit.text.empty() ? "" : ", " + x_unit.text);
  body += svg_text((kGutter + kRightEdge) / 2, kTop + kHeight + 27, below, "label", "middle");
  body += svg_banner(kTop + kHeight, chart.banner);
  return svg_picture(kTop + kHeight + kBottom, chart.title, body);
}

}  // namespace soakrig::report
