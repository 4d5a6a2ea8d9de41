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
    // Words
    {"unknown", "unknown", "未知"},
    {"never", "never", "永不"},
    {"no_row", "none", "无"},
    {"simulated", "simulated", "仿真"},
    {"replayed", "replayed", "回放"},
    {"pass", "pass", "通过"},
    {"fail", "fail", "不通过"},
    {"error", "error", "台架错误"},
    {"tokens/s", "tokens/s", "令牌速度"},
    {"ttft", "ttft", "首令牌时延"},
    {"J/token", "J/token", "每令牌能耗"},
    {"memory", "memory", "内存"},
    {"a_cost", "cost", "成本"},
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
     "Figures of the slowest phase in which tokens were counted. A row is beaten by another that "
     "is "
     "at least as good in everything known of it, and better in something. Of the rows that meet "
     "every requirement cost decides, where it is known of all, else energy a token, else speed.",
     "取计数令牌的最慢阶段。若另一行在其所有已知项上均不逊且至少一项更优，则该行被超越。满足全部要"
     "求者中，"
     "若成本均已知则以成本定，否则以每令牌能耗，再否则以速度。"},
    // How far from the reference
    {"quality_of_models", "How far from the reference", "与参考模型的差距"},
    {"reference", "reference", "参考"},
    {"candidate", "candidate", "候选"},
    {"agreement", "Token by token", "逐令牌对比"},
    {"top1", "top-1 agreement", "首选一致率"},
    {"positions", "positions", "位置数"},
    {"logprob_difference", "log-probability", "对数概率差"},
    {"kl_lower_bound", "KL, at least", "KL（下界）"},
    {"equal_texts", "texts equal when left to itself", "自由生成相同的文本"},
    {"usual", "is usual", "通常"},
    {"alarm", "alarm", "报警"},
    {"no_alarm", "no alarm", "无报警"},
    {"limited", "limited", "受限"},
    {"tasks", "tasks", "任务"},
    {"all_tasks", "all", "全部"},
    {"right_to_wrong", "right to wrong", "由对变错"},
    {"wrong_to_right", "wrong to right", "由错变对"},
    {"no_chances", "no log-probabilities: agreement is of the positions that had them",
     "没有对数概率：一致率只含给出概率的位置"},
    {"flat",
     "the reference finds its tokens equally likely, as a model without training does: agreement "
     "and "
     "KL mean nothing",
     "参考模型认为各令牌同样可能（如未经训练）：一致率与 KL 没有意义"},
    {"other_tokens",
     "the candidate cuts text into other tokens than the reference: another tokenizer? then "
     "agreement "
     "and KL mean nothing",
     "候选与参考的分词不同：若分词器不同，一致率与 KL 没有意义"},
    {"reference_changes", "the reference says something else when asked again",
     "参考模型再次提问时回答不同"},
    {"candidate_changes", "the candidate says something else when asked again",
     "候选模型再次提问时回答不同"},
    {"agreement_formula",
     "Both are asked for one token after each beginning of the reference's own text. Agreement "
     "with its "
     "95 % Clopper-Pearson interval; log-probability = mean of candidate − reference, of the "
     "reference's token; KL over the tokens that both list, all others as one bucket: a lower "
     "bound of "
     "the whole",
     "在参考自身文本的每个前缀之后，各要求一个令牌。一致率附 95 % Clopper-Pearson 区间；对数概率差 "
     "= "
     "参考所选令牌上 候选 − 参考 的平均；KL 只计双方都列出的令牌，其余合并为一类：是整体 KL "
     "的下界"},
    {"flips_formula",
     "Tasks are checked, never run as a program of this machine. p: exact two-sided McNemar test, "
     "both "
     "kinds of flips equally likely",
     "答案只被检查，绝不作为本机程序运行。p：双侧精确 McNemar 检验（两类翻转同样可能）"},
    // Routed between the edge and the cloud
    {"rule", "rule", "规则"},
    {"with_threshold", ", threshold {}", "，阈值 {}"},
    {"with_fallback", ", with fallback", "，失败时改走另一侧"},
    {"without_fallback", ", without fallback", "，失败时不改走"},
    {"emulated_link", "; the link to the cloud is EMULATED", "；通往云端的链路为模拟"},
    {"offloaded_by_rule", "offloaded by the rule", "按规则送云端"},
    {"available_to_user", "available to the user", "对用户可用"},
    {"available_cloud", "available, the cloud", "云端可用"},
    {"link_was_up", "the link was up, as emulated", "链路畅通（模拟）"},
    {"of_the_time", "{} of the time, {} outages", "{} 的时间，{} 次中断"},
    {"fell_over", "asked elsewhere after a failure", "失败后改走"},
    {"fell_places", "{} at the edge, {} in the cloud", "边缘 {} 次，云端 {} 次"},
    {"link_bytes", "bytes over the link", "经链路的字节"},
    {"bytes_both_ways", "{:.0f} out, {:.0f} in", "出 {:.0f}，入 {:.0f}"},
    {"with_sweep_requests", ", those of the sweep's requests too", "（含扫描所用请求）"},
    {"cost_of_1000", "cost of 1000 requests", "每千次请求费用"},
    {"kept_by_budget", "kept here by the budget", "因预算留在本地"},
    {"seen_of", "{} of {}", "{} / {}"},
    {"no_such_request", "unknown: no such request", "未知：没有这类请求"},
    {"no_prices", "unknown: the profile has no prices", "未知：配置中没有价格"},
    {"unpriced", "unknown: {} answers of the cloud did not say how long the prompt was",
     "未知：云端 {} 个回答未给出提示长度"},
    {"class", "class", "类别"},
    {"requests", "requests", "请求数"},
    {"too_few", " (too few)", "（样本太少）"},
    {"threshold", "threshold", "阈值"},
    {"offloaded", "share offloaded", "送云端比例"},
    {"available", "available", "可用"},
    {"bytes_of_1000", "bytes out of 1000", "每千次出站字节"},
    {"no_sweep_rule", "no sweep: the rule {} has no threshold", "无扫描：规则 {} 没有阈值"},
    {"no_sweep_few", "no sweep: fewer than {} requests were asked at both places (both = \"100%\")",
     "无扫描：两侧都问过的请求少于 {} 个（both = \"100%\"）"},
    {"threshold_sweep", "Sweep of the threshold", "阈值扫描"},
    {"sweep_computed",
     "computed from measured answers, not measured: the rule was run again over the {} requests "
     "that "
     "both places were asked by lot; with another share the queue at the edge would be another",
     "由实测回答推算，而非实测：对随机抽取、两侧都问过的 {} "
     "个请求重新应用规则；比例不同，边缘的排队也会不同"},
    {"over_offloaded", "{} over the share offloaded", "{}随送云端比例的变化"},
    {"computed_of", "{}, computed", "{}（推算）"},
    {"measured", "measured", "实测"},
    {"measured_at_threshold", "measured at the declared threshold", "在设定阈值处实测"},
    {"hybrid_shares",
     "share = seen / of, with its 95 % Clopper-Pearson interval. Requests that one outage hits "
     "fail "
     "together, so the interval holds for these requests, not for the link in general.",
     "比例 = 次数 / 总数，附 95 % Clopper-Pearson "
     "区间。同一次中断会使多个请求一起失败，因此区间只对这些请求成立，"
     "不代表链路的一般情况。"},
    // Where to serve
    {"suit", "Edge, cloud or both", "边缘、云端还是混合"},
    {"none", "none", "均不适用"},
    {"data", "data", "数据"},
    {"latency", "latency", "时延"},
    {"volume", "volume", "请求量"},
    {"changes", "What would change it", "什么会改变结论"},
    {"notes", "Notes", "说明"},
    {"suit_formula",
     "Data, latency, availability and volume exclude; of what is left the cheapest is the answer. "
     "Cloud latency = its own time + the link's round trip (p95) + request ÷ speed up + answer ÷ "
     "speed down; "
     "either = 1 − (1 − edge) × (1 − link × endpoint)",
     "数据、时延、可用率与请求量用于排除；余下者取成本最低。云端时延 = 服务自身 + 链路往返 (p95) + "
     "请求 ÷ 上行速率 + 回答 ÷ 下行速率；两者之一可用 = 1 − (1 − 边缘) × (1 − 链路 × 服务)"},
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
