// SPDX-License-Identifier: Apache-2.0
#include "results/report/roofline_svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace soakrig::report {

namespace {

constexpr double kWidth = 640, kHeight = 400;
constexpr double kLeft = 70, kRight = 20, kTop = 20, kBottom = 50;

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return out;
}

// Whole powers of ten around some values.
struct Axis {
  double low = 0;  // exponents
  double high = 1;
  double from = 0;  // pixels
  double to = 1;

  double at(double value) const {
    return from + (std::log10(value) - low) / (high - low) * (to - from);
  }
};

Axis axis(double least, double most, double from, double to) {
  Axis out{std::floor(std::log10(least)), std::ceil(std::log10(most)), from, to};
  if (out.high <= out.low) out.high = out.low + 1;
  return out;
}

std::string power_of_ten(double exponent, bool rate) {
  const double value = std::pow(10, exponent);
  if (!rate) return fmt::format("{:g}", value);
  return value >= 1e12  ? fmt::format("{:g} T", value * 1e-12)
         : value >= 1e9 ? fmt::format("{:g} G", value * 1e-9)
                        : fmt::format("{:g} M", value * 1e-6);
}

}  // namespace

std::string roofline_svg(const analysis::Ceilings& ceilings,
                         const std::vector<RooflinePoint>& points) {
  if (!ceilings.bandwidth || !ceilings.peak || *ceilings.bandwidth <= 0 || *ceilings.peak <= 0) {
    return {};
  }
  const double ridge = *ceilings.peak / *ceilings.bandwidth;
  double least = ridge / 30, most = ridge * 10, lowest = *ceilings.peak;
  for (const RooflinePoint& p : points) {
    if (p.intensity <= 0 || p.rate <= 0) continue;
    least = std::min(least, p.intensity / 2);
    most = std::max(most, p.intensity * 2);
    lowest = std::min(lowest, p.rate);
  }
  lowest = std::min(lowest, *ceilings.bandwidth * least);
  const Axis x = axis(least, most, kLeft, kWidth - kRight);
  const Axis y = axis(lowest, *ceilings.peak * 1.2, kHeight - kBottom, kTop);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" "
      "width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" font-size=\"12\">\n"
      "<style>svg{{background:#fff;color:#222}}@media(prefers-color-scheme:"
      "dark){{svg{{"
      "background:#181818;color:#ddd}}}}text{{fill:currentColor}}.g{{stroke:"
      "currentColor;"
      "opacity:.15}}.r{{stroke:#0072b2;stroke-width:2.5;fill:none}}.p{{fill:#"
      "d55e00}}</style>\n"
      "<title>Roofline: {2:.3g} GB/s and {3:.4g} GOPS as measured</title>\n",
      kWidth, kHeight, *ceilings.bandwidth * 1e-9, *ceilings.peak * 1e-9);
  for (double e = x.low; e <= x.high; ++e) {
    const double at = x.at(std::pow(10, e));
    out += fmt::format(
        "<line class=\"g\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1}\" "
        "y2=\"{2}\"/>"
        "<text x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>\n",
        at, kTop, kHeight - kBottom, kHeight - kBottom + 18, power_of_ten(e, false));
  }
  for (double e = y.low; e <= y.high; ++e) {
    const double at = y.at(std::pow(10, e));
    out += fmt::format(
        "<line class=\"g\" x1=\"{1}\" x2=\"{2}\" y1=\"{0:.1f}\" "
        "y2=\"{0:.1f}\"/>"
        "<text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5}</text>\n",
        at, kLeft, kWidth - kRight, kLeft - 6, at + 4, power_of_ten(e, true));
  }
  const double start = std::pow(10, x.low);
  const double floor = std::max(*ceilings.bandwidth * start, std::pow(10, y.low));
  out += fmt::format(
      "<polyline class=\"r\" points=\"{:.1f},{:.1f} {:.1f},{:.1f} "
      "{:.1f},{:.1f}\"/>\n",
      x.at(floor / *ceilings.bandwidth), y.at(floor), x.at(ridge), y.at(*ceilings.peak), x.to,
      y.at(*ceilings.peak));
  for (const RooflinePoint& p : points) {
    if (p.intensity <= 0 || p.rate <= 0) continue;
    out += fmt::format(
        "<circle class=\"p\" cx=\"{0:.1f}\" cy=\"{1:.1f}\" r=\"5\"/>"
        "<text x=\"{2:.1f}\" y=\"{3:.1f}\">{4}</text>\n",
        x.at(p.intensity), y.at(p.rate), x.at(p.intensity) + 8, y.at(p.rate) + 4, escaped(p.name));
  }
  out += fmt::format(
      "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">operations a byte</text>"
      "<text x=\"14\" y=\"{}\" transform=\"rotate(-90 14 {})\" "
      "text-anchor=\"middle\">operations a "
      "second</text>\n</svg>\n",
      (kLeft + kWidth) / 2, kHeight - 12, kHeight / 2, kHeight / 2);
  return out;
}

}  // namespace soakrig::report
