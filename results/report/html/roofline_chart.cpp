// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/roofline_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/html/svg.hpp"

namespace soakrig::report {

namespace {

constexpr double kHeight = 400, kTop = 20, kBottom = 50;

// The classes that the page's own style has, for a file that stands alone.
constexpr const char* kFileStyle =
    "svg{background:#fff;color:#222;font:12px sans-serif;fill:currentColor}"
    "@media(prefers-color-scheme:dark){svg{background:#181818;color:#ddd}}"
    ".grid{stroke:currentColor;opacity:.15}.mean{stroke:#0072b2;stroke-width:2.5;fill:none}"
    ".dot{fill:#d55e00}.banner{opacity:.2;font-size:64px;font-weight:800}";

struct Point {
  std::string name;
  double intensity = 0;  // operations a byte
  double rate = 0;       // operations/s
};

std::vector<Point> points_of(const analysis::BoardBounds& bounds) {
  std::vector<Point> out;
  for (const analysis::LoadBound& load : bounds.loads) {
    const auto& intensity = load.result.intensity;
    if (load.result.bound == analysis::Bound::impossible || !intensity || !load.load.speed ||
        !load.load.operations) {
      continue;
    }
    const double rate = *load.load.speed * *load.load.operations;
    if (*intensity > 0 && rate > 0) {
      out.push_back({load.workload + " " + load.phase, *intensity, rate});
    }
  }
  return out;
}

// Whole powers of ten around some values.
struct Axis {
  double low = 0;  // exponents
  double high = 1;
  double from = 0;  // places in the picture
  double to = 1;

  [[nodiscard]] double at(double value) const {
    return from + (std::log10(value) - low) / (high - low) * (to - from);
  }
};

Axis axis(double least, double most, double from, double to) {
  Axis out{std::floor(std::log10(least)), std::ceil(std::log10(most)), from, to};
  if (out.high <= out.low) out.high = out.low + 1;
  return out;
}

std::string rate_text(double value) {
  return value >= 1e12  ? fmt::format("{:g} T", value * 1e-12)
         : value >= 1e9 ? fmt::format("{:g} G", value * 1e-9)
                        : fmt::format("{:g} M", value * 1e-6);
}

Markup grid(const Axis& x, const Axis& y) {
  Markup out;
  for (double e = x.low; e <= x.high; ++e) {
    const double value = std::pow(10, e);
    out +=
        svg_line(x.at(value), kTop, x.at(value), kHeight - kBottom, "grid") +
        svg_text(x.at(value), kHeight - kBottom + 16, fmt::format("{:g}", value), "tick", "middle");
  }
  for (double e = y.low; e <= y.high; ++e) {
    const double value = std::pow(10, e);
    out += svg_line(kGutter, y.at(value), kRightEdge, y.at(value), "grid") +
           svg_text(kGutter - 6, y.at(value) + 4, rate_text(value), "tick", "end");
  }
  return out;
}

Markup draw(const analysis::BoardBounds& bounds, const std::string& banner, const Words& words,
            const Markup& style) {
  const auto& [bandwidth, peak] = bounds.ceilings;
  if (!bandwidth || !peak || *bandwidth <= 0 || *peak <= 0) return {};
  const std::vector<Point> points = points_of(bounds);
  const double ridge = *peak / *bandwidth;
  double least = ridge / 30, most = ridge * 10, lowest = *peak;
  for (const Point& p : points) {
    least = std::min(least, p.intensity / 2);
    most = std::max(most, p.intensity * 2);
    lowest = std::min(lowest, p.rate);
  }
  lowest = std::min(lowest, *bandwidth * least);
  const Axis x = axis(least, most, kGutter, kRightEdge);
  const Axis y = axis(lowest, *peak * 1.2, kHeight - kBottom, kTop);
  const double floor = std::max(*bandwidth * std::pow(10, x.low), std::pow(10, y.low));
  const auto place = [&](double px, double py) { return coordinate(px) + " " + coordinate(py); };
  Markup body = style + grid(x, y) + svg_banner(kHeight, banner) +
                svg_path("M" + place(x.at(floor / *bandwidth), y.at(floor)) + "L" +
                             place(x.at(ridge), y.at(*peak)) + "L" + place(x.to, y.at(*peak)),
                         "mean c0");
  for (const Point& p : points) {
    const bool left = x.at(p.intensity) + 8 + text_extent(p.name) < kRightEdge;
    body += svg_dot(x.at(p.intensity), y.at(p.rate), 4, "dot c1", p.name) +
            svg_text(x.at(p.intensity) + (left ? 8 : -8), y.at(p.rate) + 4, p.name, "unit",
                     left ? "start" : "end");
  }
  body += svg_text((kGutter + kRightEdge) / 2, kHeight - 12, words.ops_per_byte, "unit", "middle") +
          svg_text(kGutter, kTop - 8, words.ops_per_second, "unit");
  return svg_picture(
      kHeight,
      fmt::format("{}: {:.3g} GB/s, {:.4g} GOPS", words.roofline, *bandwidth * 1e-9, *peak * 1e-9),
      body);
}

}  // namespace

Markup roofline_chart(const analysis::BoardBounds& bounds, const std::string& banner,
                      const Words& words) {
  return draw(bounds, banner, words, {});
}

std::string roofline_file(const analysis::BoardBounds& bounds, const std::string& banner,
                          const Words& words) {
  return draw(bounds, banner, words, element("style", Markup::trusted(kFileStyle))).str();
}

}  // namespace soakrig::report
