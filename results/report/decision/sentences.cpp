// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/sentences.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr auto kPatterns = std::to_array<Phrase>({
    // Edge, cloud or both: data
    {"data_unstated", "whether the data may leave the site is not stated",
     "未说明数据能否离开现场"},
    {"data_may_leave", "the data may leave the site", "数据可以离开现场"},
    {"data_stay", "the data may not leave the site", "数据不得离开现场"},
    {"turn_data_rule", "a rule that data stay at the site: then only the edge is left",
     "若规定数据留在现场：则只剩边缘"},
    {"turn_data_leave", "leave to send data away, or to send it without what is sensitive",
     "允许外发数据，或去除敏感内容后外发"},
    // … latency
    {"latency_any", "the site needs no particular latency", "现场对时延没有特别要求"},
    {"latency_unstated", "how soon the first token must come is not stated",
     "未说明首个令牌须在多久内到达"},
    {"latency_figures", "first token needed within {0}: edge {1} (p90, measured), cloud {2}",
     "首个令牌须在 {0} 内到达：边缘 {1}（p90，实测），云端 {2}"},
    {"latency_of_cloud", "the cloud's is its own time + round trip + sending and fetching",
     "云端时延 = 服务自身 + 往返 + 收发数据"},
    {"turn_sooner_edge", "an edge that is {0} times as soon, or a need of {1}",
     "边缘快 {0} 倍，或要求放宽到 {1}"},
    {"turn_sooner_cloud", "a cloud and link that answer within {0}", "云端与链路在 {0} 内应答"},
    {"turn_stricter", "a need below {0}: then the cloud is too slow", "要求低于 {0}：则云端太慢"},
    // … availability
    {"availability_any", "the site states no availability that it needs", "现场未提出可用率要求"},
    {"availability_figures",
     "{0} needed: edge {1} (in the run), cloud {2} (link x endpoint), either {3}",
     "要求 {0}：边缘 {1}（测试中），云端 {2}（链路 × 服务），两者之一 {3}"},
    {"turn_link_up", "a link that is up for {0}", "链路可用率达到 {0}"},
    {"turn_second_device", "a second device that stands in", "增设一台备用设备"},
    // … volume
    {"volume_unstated", "how many requests come is not stated, or the run has no speed for it",
     "未说明请求数量，或测试中没有相应的速度"},
    {"volume_figures", "{0} requests a day, the devices can serve {1}",
     "每日 {0} 个请求，设备可服务 {1} 个"},
    {"turn_devices", "{0} times as many devices", "设备数量增至 {0} 倍"},
    // … cost
    {"cost_unknown", "no cost is known", "成本未知"},
    {"cost_figures", "a million tokens cost {0} at the edge [{1}, {2}], {3} in the cloud",
     "每百万令牌：边缘 {0} [{1}, {2}]，云端 {3}"},
    {"cost_split", "{0} split between both", "混合 {0}"},
    {"cost_open", "the intervals leave it open", "区间使其无法区分"},
    {"turn_requests", "the edge is cheaper from {0} requests a day on",
     "每日请求达到 {0} 个起，边缘更便宜"},
    {"turn_input", "{0} at {1}: then {2} is cheaper", "{0}为 {1} 时：{2}更便宜"},
    // … what is missing of it
    {"missing_ttft", "the run's ttft", "测试中的 ttft"},
    {"missing_round_trip", "link.round_trip_ms or link.trace", "link.round_trip_ms 或 link.trace"},
    {"missing_edge_availability", "the run's availability", "测试中的可用率"},
    {"missing_link_availability", "link.availability or link.trace",
     "link.availability 或 link.trace"},
    {"missing_cost", "site.cost with all that it needs", "site.cost 及其所需的全部输入"},
    {"missing_down", "link.down_kbit_s, or link.probe_fetch to measure it",
     "link.down_kbit_s，或用 link.probe_fetch 测量"},
    {"missing_share", "hybrid.edge_share in the cost file", "成本文件中的 hybrid.edge_share"},
    // … why
    {"why_none", "every way is excluded", "所有方式都被排除"},
    {"why_no_cost", "more than one way is left and no cost decides; missing: {0}",
     "剩下不止一种方式，且没有成本可作决定；缺少：{0}"},
    {"why_open", "edge and cloud are left, and the intervals do not say which is cheaper",
     "剩下边缘与云端，区间无法说明哪个更便宜"},
    {"why_unknown", "{0} would be it, but it is not known whether it fits; missing: {1}",
     "本应为{0}，但不知其是否满足；缺少：{1}"},
    {"why_only", "it is the only way that is not excluded", "它是唯一未被排除的方式"},
    {"why_cheapest", "it is the cheapest of what is not excluded", "它是未被排除者中最便宜的"},
    // … notes
    {"link_measured",
     "the link, measured just now: {0}, outages {1}, the longest {2}, round trip p50 {3}",
     "链路（刚刚测得）：{0}，中断 {1} 次，最长 {2}，往返 p50 {3}"},
    {"link_traced", "the link's trace: {0}, outages {1}, the longest {2}, round trip p50 {3}",
     "链路记录：{0}，中断 {1} 次，最长 {2}，往返 p50 {3}"},
    {"link_up_speed", "it took {0} kbit/s upwards in its slowest twentieth",
     "最慢的 5 % 时间内上行为 {0} kbit/s"},
    {"link_down_speed", "it brought {0} kbit/s downwards in its slowest twentieth",
     "最慢的 5 % 时间内下行为 {0} kbit/s"},
    {"link_down_unknown",
     "its speed downwards was not measured: that needs an address with something to fetch "
     "(link.probe_fetch), 64 kB at least",
     "未测下行速率：需要一个可供下载的地址（link.probe_fetch），至少 64 kB"},
    {"link_short",
     "what is rarer than the measurement was long is not in it: record a trace of a week",
     "比测量时长更罕见的情况不在其中：请记录一周"},
    {"link_loss", "{0} of packets were lost: what that adds is in no figure",
     "丢包 {0}：其影响未计入任何数据"},
    {"run_not_measured", "the run is {0}: this decides for no real board",
     "本次测试为{0}：不能为真实板卡作决定"},
    {"no_cost", "no cost: missing {0}", "没有成本：缺少 {0}"},
    // Lifetime cost: what is missing
    {"missing_speed",
     "a sustained speed in tokens: no phase asked for has a workload that counts them",
     "以令牌计的持续速度：所要求的阶段中没有计数令牌的负载"},
    {"missing_power", "power: the run has no board.power; state edge.power_w",
     "功率：测试中没有 board.power；请给出 edge.power_w"},
    {"missing_availability", "availability: the run has none; state edge.availability",
     "可用率：测试中没有；请给出 edge.availability"},
    {"never_up", "availability: the board was never up in the run", "可用率：板卡在测试中从未可用"},
    // … notes
    {"speed_no_interval", "the sustained speed has no interval: the phase was too short for one",
     "持续速度没有区间：阶段太短"},
    {"other_lengths",
     "the soak's prompts and answers were not as long as those of the cost file: the speed is of "
     "the soak's",
     "测试的提示与回答长度与成本文件不同：速度以测试为准"},
    {"power_not_at_wall",
     "power was measured at '{0}', not at the wall: the supply's losses are not in it",
     "功率测于“{0}”而非插座：不含电源损耗"},
    {"power_stated", "power is as stated in the cost file, not measured",
     "功率取自成本文件，并非实测"},
    {"availability_stated", "availability is as stated in the cost file, not measured",
     "可用率取自成本文件，并非实测"},
    {"cost_not_measured", "the run is {0}: this is no board's cost",
     "本次测试为{0}：不是真实板卡的成本"},
    {"verdict_not_pass", "the board's verdict is {0}: a cost assumes that it works",
     "板卡判定为“{0}”：成本以其正常工作为前提"},
    {"too_few_devices", "the devices can serve {0} of the {1} requests a day",
     "设备每日只能服务 {1} 个请求中的 {0} 个"},
    // … break-even
    {"even_at_once", "the edge's fixed costs are below the cloud's", "边缘的固定成本低于云端"},
    {"even_never", "a request costs more energy at the edge than it costs in the cloud",
     "一个请求在边缘的电费高于其云端费用"},
    {"even_too_many", "more than these devices can serve, which is {0} requests a day",
     "超出这些设备的能力：每日 {0} 个请求"},
    {"even_running", "running the devices costs at least as much a month as the cloud",
     "设备的月运行费用不低于云端"},
    {"even_too_late", "after the end of the lifetime", "晚于使用年限"},
    // Which model on which board
    {"choice_none", "none meets every requirement", "没有一个满足全部要求"},
    {"choice_no_figure", "no figure is known of all that are left: give prices with --cost",
     "剩下者没有共同已知的数据：请用 --cost 给出价格"},
    {"choice_decides", "{0} decides: {1}", "由{0}决定：{1}"},
    {"choice_against", "against {0}", "其他：{0}"},
    {"choice_other", "{0} of {1}", "{1} 为 {0}"},
    {"choice_no_tokens", "{0}: no sustained tokens", "{0}：没有持续令牌速度"},
    {"choice_unmet", "{0}: {1}", "{0}：{1}"},
    {"requirement_failed", "{0} is not met", "{0} 不满足"},
    {"requirement_open", "{0} is not decided", "{0} 无法判定"},
});

std::string written(Language language, const Figure& figure) {
  if (!figure.value) return std::string(phrase(language, "unknown"));
  const double v = *figure.value;
  switch (figure.as) {
    case As::general:
      return fmt::format("{:.4g}", v);
    case As::whole:
      return fmt::format("{:.0f}", v);
    case As::money:
      return fmt::format("{:.2f}", v);
    case As::factor:
      return fmt::format("{:.1f}", v);
    case As::seconds:
      return fmt::format("{:.2f} s", v);
    case As::milliseconds:
      return fmt::format("{:.3g} ms", v);
    case As::percent:
      return fmt::format("{:.4g} %", 100 * v);
    case As::duration:
      break;
  }
  return v < 3600 ? fmt::format("{:.0f} s", v) : fmt::format("{:.1f} h", v / 3600);
}

std::string joined(Language language, std::span<const Said> said, std::string_view en,
                   std::string_view zh) {
  std::string out;
  for (const Said& s : said) {
    if (!out.empty()) out += language == Language::zh ? zh : en;
    out += sentence(language, s);
  }
  return out;
}

std::string text_of(Language language, const SaidValue& value) {
  if (const auto* figure = std::get_if<Figure>(&value)) return written(language, *figure);
  if (const auto* name = std::get_if<Named>(&value)) return name->text;
  if (const auto* word = std::get_if<Word>(&value)) {
    return std::string(phrase(language, word->key));
  }
  return joined(language, std::get<std::vector<Said>>(value), ", ", "、");
}

}  // namespace

std::span<const Phrase> sentence_patterns() { return kPatterns; }

std::string sentence(Language language, const Said& said) {
  const auto found = std::ranges::find(kPatterns, said.code, &Phrase::key);
  if (found == kPatterns.end()) return said.code;
  fmt::dynamic_format_arg_store<fmt::format_context> values;
  for (const SaidValue& value : said.values) values.push_back(text_of(language, value));
  const std::string_view pattern = language == Language::zh ? found->zh : found->en;
  return fmt::vformat({pattern.data(), pattern.size()}, values);
}

std::vector<std::string> sentences(Language language, std::span<const Said> said) {
  std::vector<std::string> out;
  for (const Said& s : said) out.push_back(sentence(language, s));
  return out;
}

std::string in_one_line(Language language, std::span<const Said> said) {
  return joined(language, said, "; ", "；");
}

}  // namespace soakrig::report
