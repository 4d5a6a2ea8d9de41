// SPDX-License-Identifier: Apache-2.0
#include "results/report/compare/compare_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

std::string cell_text(const ComparedCell& c) {
  if (!c.value) return "-";
  const std::string delta = delta_text(c);
  return figure(*c.value) + (delta.empty() ? "" : " (" + delta + ")") + (c.regressed ? " !" : "");
}

std::string mark(const Tick& t) {
  return t.met == Verdict::pass ? "yes" : t.met == Verdict::fail ? "NO" : "not decided";
}

std::string head(std::span<const Candidate> all) {
  std::vector<std::vector<std::string>> rows{{"", "board", "verdict", "coverage", "provenance"}};
  for (const Candidate& c : all) {
    rows.push_back({printable(c.label), printable(c.board->name),
                    c.board->verdict ? std::string(to_string(*c.board->verdict)) : "-",
                    c.board->coverage ? figure(*c.board->coverage) : "-",
                    std::string(to_string(c.run->run.provenance))});
  }
  return table(rows, 9, "  ");
}

std::string figures(std::span<const Candidate> all, const Comparison& comparison) {
  std::vector<std::vector<std::string>> rows{{"phase", "work", "quantity", "unit"}};
  for (const Candidate& c : all) rows.front().push_back(printable(c.label));
  for (const ComparedRow& r : comparison.rows) {
    std::vector<std::string> row{printable(r.phase), printable(r.workload), r.quantity,
                                 printable(r.unit)};
    for (const ComparedCell& c : r.cells) row.push_back(cell_text(c));
    rows.push_back(std::move(row));
  }
  return table(rows, 4, "  ");
}

std::string environment(std::span<const Candidate> all, const Comparison& comparison) {
  std::vector<std::vector<std::string>> rows{{"differs"}};
  for (const Candidate& c : all) rows.front().push_back(printable(c.label));
  for (const FactRow& f : comparison.environment) {
    std::vector<std::string> row{printable(f.key)};
    for (const std::string& v : f.values) row.push_back(v.empty() ? "unknown" : printable(v));
    rows.push_back(std::move(row));
  }
  return table(rows, 9, "  ");
}

std::string requirements(std::span<const Candidate> all, std::span<const TickedRequirement> ticked,
                         std::size_t width) {
  std::string out;
  for (const TickedRequirement& t : ticked) {
    out += "  " + printable(requirement_text(t)) + "\n";
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string line = fmt::format("{}: {}: {}", printable(all[i].label), mark(t.ticks[i]),
                                           printable(t.ticks[i].reason));
      out += wrap(line, width, "    ", "      ");
    }
  }
  return out;
}

std::string list(const std::vector<std::string>& lines, std::string_view heading,
                 std::size_t width) {
  if (lines.empty()) return {};
  std::string out = "\n" + std::string(heading) + "\n";
  for (const std::string& line : lines) out += wrap(printable(line), width, "  · ", "    ");
  return out;
}

std::string block(const std::string& text) { return text.empty() ? text : "\n" + text; }

}  // namespace

std::string delta_text(const ComparedCell& cell) {
  if (!cell.delta) return {};
  std::string out = fmt::format("{:+.1f} %", *cell.delta * 100);
  if (cell.delta_lower && cell.delta_upper) {
    out += fmt::format(" [{:+.1f}, {:+.1f}]", *cell.delta_lower * 100, *cell.delta_upper * 100);
  }
  return out;
}

std::string requirement_text(const TickedRequirement& t) {
  std::string out =
      t.requirement.name + (t.name.at_least ? " ≥ " : " ≤ ") + figure(t.requirement.value);
  if (!t.name.unit.empty() && t.name.unit != "1") out += " " + std::string(t.name.unit);
  if (t.requirement.ambient) out += fmt::format(" at {:g} Cel or hotter", *t.requirement.ambient);
  if (!t.requirement.workload.empty()) out += ", " + t.requirement.workload;
  return out;
}

std::string compare_text(std::span<const Candidate> candidates, const Comparison& comparison,
                         std::span<const TickedRequirement> ticked, std::size_t width) {
  std::vector<std::string> refused;
  for (const ComparedRow& r : comparison.rows) {
    if (r.refused.empty()) continue;
    const std::string line = r.phase + " " + r.workload + ": " + r.refused;
    if (std::ranges::find(refused, line) == refused.end()) refused.push_back(line);
  }
  std::string out = head(candidates) +
                    list(comparison.warnings, "before you believe a difference", width) +
                    list(refused, "not compared", width) + block(figures(candidates, comparison));
  out += wrap(kDeltaFormula, width, "  ", "  ");
  out += block(requirements(candidates, ticked, width));
  out += block(environment(candidates, comparison));
  out += list(comparison.regressions, "regressions", width);
  return out + "\n" + wrap(comparison.specimens, width, "", "");
}

}  // namespace soakrig::report
