// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/cost_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/report/decision/phrases.hpp"
#include "results/report/decision/sentences.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kMostSwings = 8;

std::string said(std::string_view key) { return std::string(phrase(Language::en, key)); }

std::string ways_of(const CostCase& c, const std::string& currency) {
  const CostAnswer& a = *c.answer;
  Rows rows{{"", "requests/day", "total " + currency, currency + " per million tokens", ""}};
  const auto row = [&](const std::string& name, const CostOfWay& way, const std::string& more) {
    rows.push_back({name, fmt::format("{:.0f}", way.requests_per_day), money_text(way.total),
                    money_text(way.per_million), more});
  };
  row("edge", a.edge, "[" + money_text(a.best) + ", " + money_text(a.worst) + "]");
  row("cloud", a.cloud, "");
  if (a.hybrid) row("hybrid", *a.hybrid, "");
  return table(rows, 1, "  ");
}

std::string parts_of(const CostCase& c, const std::string& currency) {
  Rows rows{{"edge, of which", currency}};
  for (const CostPart& p : c.answer->edge.parts) {
    if (p.cost != 0) rows.push_back({said(p.name), money_text(p.cost)});
  }
  return table(rows, 1, "    ");
}

std::string swings_of(const CostCase& c, const std::string& currency) {
  Rows rows{{"moved alone", "from", "to", currency + " at from", "at to", "cheaper"}};
  for (const CostSwing& s : c.answer->swings) {
    if (rows.size() > kMostSwings) break;
    const std::string low(to_string(s.cheaper_low)), high(to_string(s.cheaper_high));
    rows.push_back({said(s.input) + (s.measured ? " *" : ""), figure(s.low), figure(s.high),
                    money_text(s.at_low), money_text(s.at_high),
                    low == high ? low : low + " -> " + high});
  }
  return table(rows, 1, "    ") + "    * its interval; all others are moved by the same share\n";
}

std::string case_text(const CostCase& c, const CostSheet& sheet, std::size_t width) {
  std::string out = printable(c.label) + ", " + c.provenance;
  if (!c.phase.empty()) out += ", " + printable(c.workload) + " in " + printable(c.phase);
  out += "\n";
  for (const std::string& m : sentences(Language::en, c.missing)) {
    out += wrap("missing " + printable(m), width, "  ", "    ");
  }
  if (c.answer) {
    const CostAnswer& a = *c.answer;
    const CostInputs& in = c.inputs;
    out += fmt::format(
        "  {:g} device{} at {} tokens/s and {} W, busy {:.1f} % of the time, available {:.2f} %\n",
        in.devices, in.devices == 1 ? "" : "s", figure(in.tokens_per_s.value),
        figure(in.busy_power_w.value), 100 * a.duty, 100 * in.availability.value);
    out += ways_of(c, sheet.plan.currency);
    out += "  cheaper: " + std::string(to_string(a.cheaper)) +
           (a.cheaper == Cheaper::undecided ? " (the intervals decide)\n" : "\n");
    const BreakEven& even = a.break_even;
    out += "  break-even: " +
           break_even_text(Language::en, even.requests_per_day, even.requests_reason) +
           " requests/day; " + break_even_text(Language::en, even.months, even.months_reason) +
           " months\n";
    out += parts_of(c, sheet.plan.currency) + swings_of(c, sheet.plan.currency);
  }
  for (const std::string& n : sentences(Language::en, c.notes)) {
    out += wrap("note: " + printable(n), width, "  ", "    ");
  }
  return out;
}

}  // namespace

std::string money_text(const std::optional<double>& amount) {
  if (!amount || !std::isfinite(*amount)) return "-";
  std::string digits = fmt::format("{:.2f}", std::abs(*amount));
  for (std::size_t at = digits.size() - 3; at > 3; at -= 3) digits.insert(at - 3, ",");
  const bool nothing = std::ranges::all_of(digits, [](char c) { return c < '1' || c > '9'; });
  return (*amount < 0 && !nothing ? "-" : "") + digits;
}

std::string break_even_text(Language language, const std::optional<double>& value,
                            const std::optional<Said>& reason) {
  std::string out = value ? figure(*value) : std::string(phrase(language, "never"));
  if (reason) out += " (" + sentence(language, *reason) + ")";
  return out;
}

std::string cost_text(const CostSheet& sheet, std::size_t width) {
  std::string out;
  for (const CostCase& c : sheet.cases) {
    if (c.provenance != "measured" && out.empty()) {
      out += c.provenance == "simulated" ? "SIMULATED\n" : "REPLAYED\n";
    }
  }
  out += fmt::format("cost over {:g} years in {}\n", sheet.plan.stated.years,
                     printable(sheet.plan.currency));
  for (const CostCase& c : sheet.cases) out += "\n" + case_text(c, sheet, width);
  out += "\nprices\n";
  Rows rows{{"", "value", "", "date", "source"}};
  for (const DatedPrice& p : sheet.plan.prices) {
    rows.push_back(
        {printable(p.name), figure(p.value), printable(p.currency), p.date, printable(p.source)});
  }
  return out + table(rows, 99, "  ");
}

}  // namespace soakrig::report
