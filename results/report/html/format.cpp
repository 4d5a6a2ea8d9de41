// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/format.hpp"

#include <fmt/format.h>

#include <cmath>

#include "results/report/html/chart_scale.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {
constexpr const char* kDash = "–";
bool known(const std::optional<double>& v) { return v && std::isfinite(*v); }
}  // namespace

std::string value_text(const std::optional<double>& value) {
  return known(value) ? figure(*value) : kDash;
}

std::string value_text(const std::optional<double>& value, std::string_view unit) {
  if (!known(value)) return kDash;
  const ShownUnit shown = shown_unit(unit, *value);
  return figure(*value / shown.divisor) + (shown.text.empty() ? "" : " " + shown.text);
}

std::string percent_text(const std::optional<double>& ratio) {
  return known(ratio) ? fmt::format("{:.4g} %", *ratio * 100) : kDash;
}

std::string signed_percent(const std::optional<double>& ratio) {
  return known(ratio) ? fmt::format("{:+.1f} %", *ratio * 100) : kDash;
}

std::string interval_text(const std::optional<double>& lower, const std::optional<double>& upper) {
  if (!known(lower) || !known(upper)) return kDash;
  return figure(*lower) + " … " + figure(*upper);
}

std::string seconds_text(const std::optional<double>& seconds) {
  if (!known(seconds) || std::abs(*seconds) > 9e9) return kDash;
  return format_duration(from_seconds(*seconds));
}

std::string unit_text(std::string_view ucum) { return shown_unit(ucum, 0).text; }

std::string utc_or_dash(const std::optional<Nanos>& utc_ns) {
  return utc_ns ? format_rfc3339(*utc_ns) : kDash;
}

Markup verdict_mark(const Words& words, const std::optional<Verdict>& verdict, RunState state) {
  const bool over = is_over(state);
  const std::string style = over && verdict ? std::string(to_string(*verdict)) : "none";
  return element("span", {{"class", "verdict " + style}}, word(words, verdict, state));
}

Markup formula(std::string_view text) { return element("p", {{"class", "formula"}}, text); }

Markup section(std::string_view heading, const Markup& content) {
  if (content.empty()) return {};
  return element("section", element("h2", heading) + content) + Markup::trusted("\n");
}

}  // namespace soakrig::report
