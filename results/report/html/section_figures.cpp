// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "results/analysis/canary.hpp"
#include "results/analysis/sweep.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/quality_table.hpp"
#include "results/report/html/sections.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostRules = 200;

Markup phases_table(const BoardJudgement& board, const Words& words) {
  std::vector<Cells> rows;
  for (const PhaseFigures& p : board.phases) {
    if (p.work.empty()) rows.push_back({p.name, words.none, value_text(p.ambient)});
    for (const WorkFigures& w : p.work) {
      rows.push_back({p.name, Markup(w.name) + " " + element("i", unit_text(w.unit)),
                      value_text(p.ambient), value_text(w.peak), value_text(w.sustained),
                      interval_text(w.lower, w.upper), value_text(w.p5), value_text(w.stability),
                      value_text(w.retention), seconds_text(w.steady_after_s),
                      seconds_text(w.time_to_throttle_s)});
    }
  }
  return table({words.phase, words.workload, Markup(words.ambient) + " °C", words.peak,
                words.sustained, words.interval, words.p5, words.stability, words.retention,
                words.steady_after, words.time_to_throttle},
               rows, 2);
}

Markup energy_table(const BoardJudgement& board, const Words& words) {
  std::vector<Cells> rows;
  for (const PhaseFigures& p : board.phases) {
    if (!p.energy_j && !p.power) continue;
    const WorkFigures* w = p.work.empty() ? nullptr : &p.work.front();
    const PowerFigures power = p.power.value_or(PowerFigures{});
    rows.push_back(
        {p.name,
         power.measuring_point.empty() ? Markup(words.unknown) : Markup(power.measuring_point),
         power.source, percent_text(power.accuracy), value_text(power.mean_w, "W"),
         interval_text(power.lower_w, power.upper_w), value_text(p.energy_j, "J"),
         w != nullptr ? value_text(w->j_per_work) : "–",
         w != nullptr ? interval_text(w->j_per_work_lower, w->j_per_work_upper) : "–"});
  }
  if (rows.empty()) return {};
  return element("h3", Markup(words.energy)) +
         table({words.phase, words.measuring_point, words.source, words.accuracy, words.power,
                words.interval, words.energy, words.j_per_work, words.interval},
               rows, 3) +
         formula(words.energy_formula);
}

Markup sweep_tables(const RunView& run, const BoardJudgement& board, const Words& words) {
  Markup out;
  for (const Sweep& sweep : find_sweeps(run, board)) {
    Cells head(sweep.settings.begin(), sweep.settings.end());
    for (const auto word : {words.sustained, words.peak, words.memory, words.j_per_work}) {
      head.emplace_back(word);
    }
    std::vector<Cells> rows;
    for (const SweepRow& row : sweep.rows) {
      const WorkFigures& w = row.work;
      Cells& cells = rows.emplace_back(row.values.begin(), row.values.end());
      for (const std::string& text : {value_text(w.sustained, w.unit), value_text(w.peak, w.unit),
                                      value_text(row.memory, "By"), value_text(w.j_per_work)}) {
        cells.emplace_back(text);
      }
    }
    out += element("h3", Markup(words.sweep) + " " + Markup(sweep.name)) +
           table(head, rows, sweep.settings.size());
  }
  return out;
}

// A tail with too few values behind it stands in brackets.
std::string tail(double value, bool told) {
  return told ? value_text(value) : "(" + value_text(value) + ")";
}

Markup latency_table(const BoardJudgement& board, const Words& words) {
  std::vector<Cells> rows;
  bool unsure = false;
  for (const PhaseFigures& p : board.phases) {
    for (const WorkFigures& w : p.work) {
      for (const auto& [gauge, l] : w.latency) {
        rows.push_back({p.name, w.name, gauge, unit_text(l.unit), std::to_string(l.n),
                        value_text(l.p50), tail(l.p90, l.p90_told()), tail(l.p99, l.p99_told()),
                        value_text(l.max)});
        unsure = unsure || !l.p99_told();
      }
    }
  }
  if (rows.empty()) return {};
  return element("h3", Markup(words.latency)) +
         table({words.phase, words.workload, words.quantity, words.unit, words.samples, "p50",
                "p90", "p99", "max"},
               rows, 4) +
         (unsure ? formula(words.tail_formula) : Markup());
}

struct CanaryWords {
  std::string_view heading, says, off, formula;
};

constexpr CanaryWords kCanaryEnglish{
    "canary",
    "{} of {} answers as on the cold board, {} near-ties, {} suspected; at most {} corrupted tokens in "
    "a million",
    "off: {}",
    "a fixed prompt is asked greedily between the load's requests; a difference where the accepted "
    "token was clearly the likelier, asked again three times, is suspected corruption. Bound = χ²(95 %; "
    "2 k + 2) ÷ (2 n), of k suspected in n tokens compared"};
constexpr CanaryWords kCanaryChinese{
    "金丝雀校验",
    "{}/{} 次回答与冷态一致，近似并列 {} 次，疑似损坏 {} 次；每百万词元损坏不超过 {} 个",
    "未启用：{}",
    "在负载请求之间以贪心方式重复询问固定提示；若冷态词元明显更可能却出现差异，且再问三次后仍不一致，则为疑似损坏。"
    "上界 = χ²(95 %; 2 k + 2) ÷ (2 n)，k 为疑似次数，n 为比较的词元数"};

Markup canary_lines(const RunView& run, const std::string& board, const Words& words) {
  const CanaryWords& own = words.code == "zh" ? kCanaryChinese : kCanaryEnglish;
  Markup out;
  for (const PhaseCanary& canary : canaries_of(run, board)) {
    const CanaryFigures& c = canary.figures;
    const std::string said =
        c.off.empty() ? fmt::format(fmt::runtime(own.says), c.same, c.asked, c.near_ties,
                                    c.suspected, value_text(c.upper_per_million()))
                      : fmt::format(fmt::runtime(own.off), c.off);
    out += element("p", canary.phase + " · " + canary.workload + " · " + said);
  }
  if (out.empty()) return out;
  return element("h3", own.heading) + out + formula(own.formula);
}

std::string where_of(const Finding& f) {
  std::string out;
  for (const std::string& part : {f.phase, f.workload, f.channel}) {
    if (!part.empty()) out += (out.empty() ? "" : " · ") + part;
  }
  if (f.over) {
    out += (out.empty() ? "" : " · ") + format_duration(f.over->from) + " – " +
           format_duration(f.over->to);
  }
  return out;
}

Markup rules_table(const BoardJudgement& board, const Words& words) {
  std::vector<Cells> rows;
  for (const Finding& f : board.rules) {
    if (rows.size() >= kMostRules) break;
    const std::string name = f.name.empty() ? f.rule : f.rule + " " + f.name;
    rows.push_back({name, verdict_mark(words, f.verdict),
                    Markup(f.reason) + element("small", where_of(f)), value_text(f.value, f.unit),
                    interval_text(f.lo, f.hi), value_text(f.bar, f.unit)});
  }
  if (rows.empty()) return {};
  Markup out =
      element("h3", Markup(words.rules)) +
      table({words.rule, words.verdict, words.evidence, words.value, words.interval, words.bar},
            rows, 3);
  if (board.rules.size() > kMostRules) {
    out += formula(fmt::format(fmt::runtime(words.more_in_json), board.rules.size() - kMostRules));
  }
  return out;
}

}  // namespace

Markup figures_section(const PageInput& input, const Words& words) {
  Markup out;
  for (const BoardJudgement& board : input.judgement.boards) {
    Markup one = phases_table(board, words);
    if (one.empty()) one = element("p", Markup(words.no_phases));
    out += element("h3", Markup(board.name) + " " +
                             verdict_mark(words, board.verdict, input.judgement.run.state)) +
           one + sweep_tables(input.view, board, words) + energy_table(board, words) +
           latency_table(board, words) + canary_lines(input.view, board.name, words) +
           quality_table(input.view, board, words) + rules_table(board, words);
  }
  const std::string window = format_duration(input.view.spec.rules.window);
  return section(words.figures,
                 out + formula(fmt::format(fmt::runtime(words.figures_formulas), window)));
}

}  // namespace soakrig::report
