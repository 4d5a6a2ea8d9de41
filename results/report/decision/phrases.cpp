// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/phrases.hpp"

#include <algorithm>
#include <array>

namespace soakrig::report {

namespace {
constexpr auto kPhrases = std::to_array<Phrase>({
    // Ways and their parts
    {"edge", "edge", "边缘"},
    {"cloud", "cloud", "云端"},
    {"hybrid", "hybrid", "混合"},
    {"undecided", "undecided", "无法区分"},
    {"inconclusive", "inconclusive", "无法判定"},
    {"devices", "devices", "设备"},
    {"spares", "spares", "备件"},
    {"replacements", "replacements", "更换"},
    {"install", "installation", "安装"},
    {"energy", "energy", "电费"},
    {"connectivity", "connectivity", "联网"},
    {"field_visits", "field visits", "上门服务"},
    {"operations", "operations", "运维"},
    {"updates", "updates", "更新"},
    {"residual_value", "residual value", "残值"},
    {"tokens", "tokens", "令牌"},
    {"fixed", "fixed fee", "固定费用"},
    // Inputs that are moved
    {"tokens_per_s", "sustained speed", "持续速度"},
    {"busy_power_w", "power while busy", "工作功率"},
    {"availability", "availability", "可用率"},
    {"failures_per_year", "failures a year", "年故障率"},
    {"price", "price of a device", "设备单价"},
    {"field_visit", "price of a visit", "单次上门费"},
    {"field_visits_per_year", "planned visits a year", "年计划上门次数"},
    {"idle_power_w", "power while idle", "空闲功率"},
    {"cooling", "cooling factor", "散热系数"},
    {"utilisation", "utilisation", "利用率"},
    {"years", "lifetime", "使用年限"},
    {"requests_per_day", "requests a day", "日请求数"},
    {"depreciation", "depreciation", "折旧年限"},
    {"cloud_input", "cloud price, tokens in", "云端输入单价"},
    {"cloud_output", "cloud price, tokens out", "云端输出单价"},
    // Headings and columns
    {"cost", "Lifetime cost", "全寿命成本"},
    {"of_the_cost", "What it is made of", "成本构成"},
    {"sensitivity", "Sensitivity: one input moved at a time", "敏感性：逐项变动"},
    {"prices", "Prices and where they come from", "价格及其来源"},
    {"per_million", "per million useful tokens", "每百万有效令牌"},
    {"range", "with the measurements' intervals", "计入测量区间"},
    {"total", "total", "合计"},
    {"served", "requests a day served", "日服务请求数"},
    {"capacity", "requests a day possible", "日最大请求数"},
    {"break_even_requests", "break-even, requests a day", "盈亏平衡日请求数"},
    {"break_even_months", "break-even, months", "盈亏平衡月数"},
    {"cheaper", "cheaper", "更便宜"},
    {"missing", "missing", "缺少"},
    {"input", "input", "输入"},
    {"low", "low", "低"},
    {"high", "high", "高"},
    {"from_interval", "measured or stated interval", "测量或给定区间"},
    {"from_swing", "moved by the share asked for", "按指定比例变动"},
    {"date", "date", "日期"},
    // Which to choose
    {"choice", "Which model on which board", "选择模型与板卡"},
    {"best", "Best under these requirements", "满足要求者中的最优"},
    {"model", "model", "模型"},
    {"format", "format", "格式"},
    {"quality", "quality", "质量"},
    {"beaten_by", "beaten by", "被其超越"},
    {"unbeaten", "nothing beats it", "未被超越"},
    {"beaten", "beaten in everything", "全面落后"},
    {"choice_formula",
     "Figures of the slowest phase in which tokens were counted. A row is beaten by another that is "
     "at least as good in everything known of it, and better in something. Of the rows that meet "
     "every requirement cost decides, where it is known of all, else energy a token, else speed.",
     "取计数令牌的最慢阶段。若另一行在其所有已知项上均不逊且至少一项更优，则该行被超越。满足全部要求者中，"
     "若成本均已知则以成本定，否则以每令牌能耗，再否则以速度。"},
    // Where to serve
    {"suit", "Edge, cloud or both", "边缘、云端还是混合"},
    {"none", "none", "均不适用"},
    {"data", "data", "数据"},
    {"latency", "latency", "时延"},
    {"volume", "volume", "请求量"},
    {"changes", "What would change it", "什么会改变结论"},
    {"suit_formula",
     "Data, latency, availability and volume exclude; of what is left the cheapest is the answer. "
     "Cloud latency = its own time + the link's round trip (p95) + request ÷ speed of the link; "
     "either = 1 − (1 − edge) × (1 − link × endpoint)",
     "数据、时延、可用率与请求量用于排除；余下者取成本最低。云端时延 = 服务自身 + 链路往返 (p95) + "
     "请求 ÷ 链路速率；两者之一可用 = 1 − (1 − 边缘) × (1 − 链路 × 服务)"},
    {"cost_formula",
     "Edge = devices × (price × (1 + spares) + installation) + replacements beyond the spares + "
     "energy (busy power × duty + idle power × (1 − duty), × cooling) + connectivity + visits + "
     "operations + updates − residual value; per million = total ÷ answer tokens served × 10⁶; "
     "capacity = sustained speed × utilisation × availability",
     "边缘 = 设备 × (单价 × (1 + 备件) + 安装) + 超出备件的更换 + 电费（工作功率 × 占空 + 空闲功率 "
     "× "
     "(1 − 占空)，× 散热系数）+ 联网 + 上门 + 运维 + 更新 − 残值；每百万 = 合计 ÷ 已服务的输出令牌 "
     "× "
     "10⁶；能力 = 持续速度 × 利用率 × 可用率"},
});
}  // namespace

std::span<const Phrase> phrases() { return kPhrases; }

std::string_view phrase(Language language, std::string_view key) {
  const auto found = std::ranges::find(kPhrases, key, &Phrase::key);
  if (found == kPhrases.end()) return key;
  return language == Language::zh ? found->zh : found->en;
}

}  // namespace soakrig::report
