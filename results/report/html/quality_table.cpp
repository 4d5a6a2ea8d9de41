// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/quality_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/analysis/quality_rules.hpp"
#include "results/report/html/format.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

struct QualityWords {
  std::string_view heading, passes, unanswered, top1, kl, solved, no_meaning, flat, other_tokens,
      formula;
};

constexpr QualityWords kEnglish{"quality while it was soaked",
                                "passes",
                                "unanswered",
                                "top-1 agreement",
                                "KL, at least",
                                "tasks solved",
                                "means nothing: {}",
                                "the reference finds its tokens equally likely",
                                "the two cut text into other tokens",
                                "Each pass asks the engine the same questions as the reference. "
                                "Mean of the phase's passes [95 % "
                                "interval]: mean ∓ t(0.975, n_eff − 1) s ÷ √n_eff, n_eff = n (1 − "
                                "r₁) ÷ (1 + r₁), so it is of the "
                                "spread over time, for these questions. A fall is the difference "
                                "of two phases' means (Welch)."};
constexpr QualityWords kChinese{
    "老化期间的质量",
    "轮次",
    "未回答",
    "首选一致率",
    "KL（下界）",
    "任务正确率",
    "没有意义：{}",
    "参考模型认为各令牌同样可能",
    "两者的分词不同",
    "每一轮向引擎提出与参考模型相同的问题。该阶段各轮的平均值 [95 % 区间]：平均 ∓ t(0.975, n_eff − "
    "1) s ÷ "
    "√n_eff，n_eff = n (1 − r₁) ÷ (1 + "
    "r₁)，因此区间反映这些问题随时间的波动。下降为两个阶段平均值之差（Welch）。"};

std::string_view meaning(const QualityWords& own, const std::string& limit) {
  return limit == "flat" ? own.flat : own.other_tokens;
}

// "0.97 [0.95 … 0.99]", and under it what the bars on it found.
Markup cell(const BoardJudgement& board, const QualityLevel& level, const Words& words,
            const QualityWords& own) {
  Markup out = value_text(level.level());
  if (const auto bounds = level.bounds(); bounds && !level.passes.empty()) {
    out += " [" + interval_text(bounds->lower, bounds->upper) + "]";
  }
  if (level.passes.empty() && !level.no_meaning.empty()) {
    out +=
        element("small", fmt::format(fmt::runtime(own.no_meaning), meaning(own, level.no_meaning)));
  }
  const std::string channel = "work." + level.workload + "." + level.gauge;
  for (const Finding& f : board.rules) {
    if (f.rule != "quality" || f.phase != level.phase || f.channel != channel) continue;
    out += element("small", Markup(f.name) + " " + Markup(value_text(f.bar)) + " " +
                                verdict_mark(words, f.verdict));
  }
  return out;
}

}  // namespace

Markup quality_table(const RunView& run, const BoardJudgement& board, const Words& words) {
  const auto view = std::ranges::find(run.boards, board.name, &BoardView::name);
  if (view == run.boards.end()) return {};
  const QualityWords& own = words.code == "zh" ? kChinese : kEnglish;
  std::vector<Cells> rows;
  const QualityLevel* last = nullptr;
  const std::vector<QualityLevel> levels = quality_levels(run, *view);
  for (const QualityLevel& level : levels) {
    if (last == nullptr || last->phase != level.phase || last->workload != level.workload) {
      rows.push_back({level.phase, level.workload});
      last = &level;
    }
    rows.back().push_back(cell(board, level, words, own));
    if (level.gauge != "solved") continue;
    rows.back().emplace_back(std::to_string(level.passes.size()));
    rows.back().emplace_back(std::to_string(level.unanswered));
  }
  if (rows.empty()) return {};
  return element("h3", Markup(own.heading)) +
         table({words.phase, words.workload, own.top1, own.kl, own.solved, own.passes,
                own.unanswered},
               rows, 2) +
         formula(own.formula);
}

}  // namespace soakrig::report
