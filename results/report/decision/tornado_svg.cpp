// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/tornado_svg.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/report/decision/phrases.hpp"
#include "results/report/html/chart_scale.hpp"
#include "results/report/html/svg.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using analysis::CostSwing;

constexpr std::size_t kMostBars = 12;
constexpr double kTop = 20, kRow = 18, kBar = 11, kLabels = 190, kBottom = 30;

std::vector<CostSwing> shown(const analysis::CostAnswer& answer) {
  std::vector<CostSwing> out;
  for (const CostSwing& s : answer.swings) {
    const bool drawable = std::isfinite(s.at_low) && std::isfinite(s.at_high);
    if (drawable && s.at_low != s.at_high && out.size() < kMostBars) out.push_back(s);
  }
  return out;
}

}  // namespace

Markup tornado_svg(const analysis::CostAnswer& answer, const std::string& title,
                   const std::string& currency, const std::string& banner, Language language) {
  const std::vector<CostSwing> bars = shown(answer);
  if (bars.empty() || !answer.edge.per_million) return {};
  const double middle = *answer.edge.per_million;
  double low = middle, high = middle;
  for (const CostSwing& s : bars) {
    low = std::min({low, s.at_low, s.at_high});
    high = std::max({high, s.at_low, s.at_high});
  }
  const Scale scale = round_scale(low, high, 6, false);
  const auto x = [&](double v) { return kLabels + scale.place(v) * (kRightEdge - kLabels); };
  const double bottom = kTop + kRow * static_cast<double>(bars.size());

  Markup body;
  for (const double tick : scale.ticks) {
    body += svg_line(x(tick), kTop, x(tick), bottom, "grid");
    body += svg_text(x(tick), bottom + 12, figure(tick), "tick", "middle");
  }
  double y = kTop + (kRow - kBar) / 2;
  for (const CostSwing& s : bars) {
    const std::string name(phrase(language, s.input));
    body += svg_text(kLabels - 6, y + 9, name, "label", "end");
    const auto half = [&](double value, double at, std::string_view style) {
      const double from = std::min(x(at), x(middle)), to = std::max(x(at), x(middle));
      body += svg_rect(from, y, to - from, kBar, style,
                       name + " " + figure(value) + ": " + figure(at) + " " + currency);
    };
    half(s.low, s.at_low, "key c0");
    half(s.high, s.at_high, "key c1");
    y += kRow;
  }
  body += svg_line(x(middle), kTop - 4, x(middle), bottom, "level");
  body += svg_text(x(middle), kTop - 8, figure(middle) + " " + currency, "level-label", "middle");
  const auto& cloud = answer.cloud.per_million;
  if (cloud && *cloud >= scale.low && *cloud <= scale.high) {
    body += svg_line(x(*cloud), kTop - 4, x(*cloud), bottom, "level c2");
    body += svg_text(x(*cloud), bottom + 24, phrase(language, "cloud"), "level-label", "middle");
  }
  body += svg_rect(kGutter, bottom + 17, 8, 6, "key c0");
  body += svg_text(kGutter + 11, bottom + 24, phrase(language, "low"), "label");
  body += svg_rect(kGutter + 50, bottom + 17, 8, 6, "key c1");
  body += svg_text(kGutter + 61, bottom + 24, phrase(language, "high"), "label");
  body += svg_banner(bottom, banner);
  return svg_picture(bottom + kBottom, title, body);
}

}  // namespace soakrig::report
