// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/canary.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rig/base/json_guard.hpp"

namespace soakrig::workloads {

namespace {

using Json = nlohmann::json;

constexpr double kLeastMargin = 0.05;  // nats: what sums in another order have been seen to move
constexpr double kBeyondSeen = 2;      // times the widest tie among the cold answers
constexpr std::size_t kShown = 8;      // tokens

std::size_t first_difference(const GreedyAnswer& a, const GreedyAnswer& b) {
  const std::size_t n = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < n; ++i) {
    if (a[i].text != b[i].text) return i;
  }
  return n;
}

bool equal(const GreedyAnswer& a, const GreedyAnswer& b) {
  return a.size() == b.size() && first_difference(a, b) == a.size();
}

std::string shown_from(const GreedyAnswer& answer, std::size_t at) {
  std::string out;
  for (std::size_t i = at; i < std::min(answer.size(), at + kShown); ++i) out += answer[i].text;
  return out.empty() ? "(the end)" : out;
}

// How much likelier the token was than the best other one that is told.
std::optional<double> gap_of(const Json& token) {
  const auto chosen = json_get<double>(token, "logprob");
  const auto top = token.find("top_logprobs");
  if (!chosen || top == token.end() || !top->is_array()) return std::nullopt;
  std::optional<double> best;
  bool skipped = false;
  for (const Json& other : *top) {
    const auto logprob = json_get<double>(other, "logprob");
    if (!logprob) continue;
    if (!skipped &&
        json_get<std::string>(other, "token") == json_get<std::string>(token, "token")) {
      skipped = true;
      continue;
    }
    if (!best || *logprob > *best) best = *logprob;
  }
  if (!best || !std::isfinite(*chosen - *best)) return std::nullopt;
  return std::max(0.0, *chosen - *best);
}

}  // namespace

Result<GreedyAnswer> parse_greedy(std::string_view body) {
  const Error broken{Errc::protocol, "the canary's answer is no chat completion", ""};
  const auto json = parse_json(body);
  if (!json || !json->is_object() || !json->contains("choices")) return broken;
  const Json& choices = json->at("choices");
  if (!choices.is_array() || choices.empty() || !choices[0].is_object()) return broken;
  const Json& choice = choices[0];
  GreedyAnswer out;
  const auto logprobs = choice.find("logprobs");
  if (logprobs != choice.end() && logprobs->is_object() && logprobs->contains("content") &&
      logprobs->at("content").is_array()) {
    for (const Json& token : logprobs->at("content")) {
      if (!token.is_object()) return broken;
      const auto text = json_get<std::string>(token, "token");
      if (!text) return broken;
      out.push_back({*text, gap_of(token)});
    }
  }
  if (!out.empty()) return out;
  const auto message = choice.find("message");
  const auto text =
      message == choice.end() ? std::nullopt : json_get<std::string>(*message, "content");
  if (!text) return broken;
  out.push_back({*text, std::nullopt});
  return out;
}

std::optional<double> CanaryCounts::upper_per_million() const {
  if (tokens == 0) return std::nullopt;
  // The rate whose chance to show no more than this is 5 %; found by halving.
  const auto chance = [&](double mean) {
    double term = std::exp(-mean), sum = term;
    for (std::uint64_t k = 1; k <= suspected; ++k) sum += (term *= mean / static_cast<double>(k));
    return sum;
  };
  double low = 0, high = 1;
  while (chance(high) > 0.05 && high < 600) high *= 2;
  for (int i = 0; i < 60; ++i) (chance((low + high) / 2) > 0.05 ? low : high) = (low + high) / 2;
  return high / static_cast<double>(tokens) * 1e6;
}

Canary::Canary(const std::vector<GreedyAnswer>& cold) {
  if (cold.empty()) {
    off_because_ = "no cold answer";
    return;
  }
  const GreedyAnswer& first = cold.front();
  const bool told =
      std::ranges::all_of(first, [](const GreedyToken& t) { return t.gap.has_value(); });
  if (!told) {
    off_because_ = "the engine tells no probabilities: a tie cannot be told from corruption";
    return;
  }
  margin_ = kLeastMargin;
  for (const GreedyAnswer& answer : cold) {
    if (std::ranges::any_of(accepted_, [&](const auto& known) { return equal(known, answer); })) {
      continue;
    }
    if (!accepted_.empty()) {
      const std::size_t at = first_difference(first, answer);
      if (at < first.size()) margin_ = std::max(margin_, kBeyondSeen * *first[at].gap);
    }
    accepted_.push_back(answer);
  }
  if (cold.size() > 1 && 2 * accepted_.size() > cold.size()) {
    off_because_ = "the idle engine gave " + std::to_string(accepted_.size()) +
                   " different answers to one prompt: it is not deterministic";
  }
}

Canary::Judged Canary::judge(const GreedyAnswer& answer) {
  Judged out = compared(answer);
  if (out.finding == Finding::off) return out;
  const bool differs = out.finding == Finding::suspected;
  if (!trial_) {
    if (!differs) return out;
    ++counts_.suspected;  // once for all of its re-runs, which are no chances of their own
    out.finding = Finding::ask_again;
    trial_ = out;
    return out;
  }
  ++trial_->reruns;
  if (!differs) ++trial_->accepted;
  if (differs && out.at == trial_->at && out.got == trial_->got) ++trial_->repeated;
  if (trial_->reruns >= kCanaryReruns) return *give_up();
  out.finding = Finding::ask_again;
  return out;
}

std::optional<Canary::Judged> Canary::give_up() {
  auto out = std::exchange(trial_, std::nullopt);
  if (out) out->finding = Finding::suspected;
  return out;
}

Canary::Judged Canary::compared(const GreedyAnswer& answer) {
  Judged out;
  if (!off_because_.empty()) return out;
  ++counts_.asked;
  const GreedyAnswer* nearest = &accepted_.front();
  for (const GreedyAnswer& known : accepted_) {
    if (equal(known, answer)) {
      ++counts_.same;
      counts_.tokens += answer.size();
      out.finding = Finding::same;
      return out;
    }
    if (first_difference(known, answer) > first_difference(*nearest, answer)) nearest = &known;
  }
  out.at = first_difference(*nearest, answer);
  counts_.tokens += out.at + 1;
  out.expected = shown_from(*nearest, out.at);
  out.got = shown_from(answer, out.at);
  if (out.at < nearest->size()) out.gap = (*nearest)[out.at].gap;
  const bool tie = out.gap && *out.gap <= margin_;
  out.finding = tie ? Finding::near_tie : Finding::suspected;
  if (tie) ++counts_.near_ties;
  return out;
}

}  // namespace soakrig::workloads
