// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/quality_output.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/report/decision/phrases.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/html_page.hpp"
#include "results/report/json_values.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

Json share_object(const Share& s) {
  return {
      {"seen", s.seen}, {"of", s.of}, {"value", s.value}, {"lower", s.lower}, {"upper", s.upper}};
}

Json flips_object(const Flips& f) {
  return {{"reference", share_object(f.reference)},
          {"candidate", share_object(f.candidate)},
          {"right_to_wrong", f.right_to_wrong},
          {"wrong_to_right", f.wrong_to_right},
          {"p_value", f.p_value}};
}

Json object_of(const CandidateQuality& c, const std::string& quant) {
  const Agreement& a = c.agreement;
  const auto band = quality_band(quant);
  Json out{{"candidate", c.name},
           {"alarm", raises_alarm(c, quant)},
           {"forced_by", c.by_ids ? "ids" : "text"},
           {"top1", a.top1.of > 0 ? share_object(a.top1) : Json(nullptr)},
           {"logprob_difference", number(a.logprob_difference)},
           {"unlisted", a.unlisted},
           {"flat", a.flat},
           {"kl_lower_bound", number(a.kl_lower_bound)},
           {"usual_kl", band ? Json(band->usual_kl) : Json(nullptr)},
           {"alarm_kl", band ? Json(band->alarm_kl) : Json(nullptr)},
           {"first_divergence", Json::array()},
           {"tasks", flips_object(c.flips)},
           {"sets", Json::object()},
           {"limits", Json::array()}};
  for (const auto& d : c.divergence) {
    out["first_divergence"].push_back(d ? Json(*d) : Json(nullptr));
  }
  for (const auto& [name, flips] : c.by_set) out["sets"][name] = flips_object(flips);
  for (const QualityLimit l : c.limits) {
    out["limits"].push_back(std::string(phrase(Language::en, to_string(l))));
  }
  return out;
}

std::string percent(const Share& s) {
  return fmt::format("{:.1f} % [{:.1f}, {:.1f}]", 100 * s.value, 100 * s.lower, 100 * s.upper);
}

std::string equal_texts(const CandidateQuality& c) {
  const auto same = std::ranges::count(c.divergence, std::optional<std::size_t>{});
  return fmt::format("{}/{}", same, c.divergence.size());
}

// The candidate's tasks by set, and all of them last.
std::vector<std::vector<std::string>> task_rows(const CandidateQuality& c, Language language) {
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](const std::string& name, const Flips& f) {
    rows.push_back({name, fmt::format("{}/{}", f.reference.seen, f.reference.of),
                    fmt::format("{}/{}", f.candidate.seen, f.candidate.of),
                    std::to_string(f.right_to_wrong), std::to_string(f.wrong_to_right),
                    fmt::format("{:.3f}", f.p_value)});
  };
  for (const auto& [name, flips] : c.by_set) row(name, flips);
  row(std::string(phrase(language, "all_tasks")), c.flips);
  return rows;
}

std::vector<std::string> task_head(Language language) {
  std::vector<std::string> out;
  for (const char* key :
       {"tasks", "reference", "candidate", "right_to_wrong", "wrong_to_right", "p"}) {
    out.emplace_back(phrase(language, key));
  }
  return out;
}

std::string text_of(const CandidateQuality& c, const std::string& quant, std::size_t width) {
  const Agreement& a = c.agreement;
  std::string out = "\n" + printable(c.name) + (raises_alarm(c, quant) ? ": ALARM\n" : "\n");
  if (a.top1.of > 0) {
    out += fmt::format("  top-1 agreement {} of {} positions, asked by {}\n", percent(a.top1),
                       a.top1.of, c.by_ids ? "token ids" : "text");
    out += fmt::format("  log-probability of the reference's token {:+.4f}, KL at least {:.4f}\n",
                       a.logprob_difference.value_or(0), a.kl_lower_bound.value_or(0));
  }
  if (const auto band = quality_band(quant)) {
    out += fmt::format("  usual for {}: KL {}; alarm above {}\n", quant, band->usual_kl,
                       band->alarm_kl);
  }
  out += "  left to itself: " + equal_texts(c) + " texts equal\n";
  auto rows = task_rows(c, Language::en);
  for (auto& row : rows) row.front() = printable(row.front());
  rows.insert(rows.begin(), task_head(Language::en));
  out += table(rows, 1, "  ");
  for (const QualityLimit l : c.limits) {
    out += wrap("limit: " + std::string(phrase(Language::en, to_string(l))), width, "  ", "    ");
  }
  return out;
}

Markup agreement_table(const QualityResult& result, Language language) {
  std::vector<Cells> rows;
  for (const CandidateQuality& c : result.candidates) {
    const Agreement& a = c.agreement;
    const bool alarm = raises_alarm(c, result.quant);
    const char* style = alarm              ? "verdict fail"
                        : c.limits.empty() ? "verdict pass"
                                           : "verdict inconclusive";
    const char* key = alarm ? "alarm" : c.limits.empty() ? "no_alarm" : "limited";
    const bool told = a.top1.of > 0;
    rows.push_back(
        {element("b", c.name),
         element("span", {{"class", style}}, std::string(phrase(language, key))),
         told ? percent(a.top1) : std::string("–"), std::to_string(a.top1.of),
         told && a.logprob_difference ? fmt::format("{:+.4f}", *a.logprob_difference)
                                      : std::string("–"),
         told && a.kl_lower_bound ? fmt::format("≥ {:.4f}", *a.kl_lower_bound) : std::string("–"),
         equal_texts(c)});
  }
  Cells head;
  for (const char* key : {"candidate", "", "top1", "positions", "logprob_difference",
                          "kl_lower_bound", "equal_texts"}) {
    head.push_back(std::string(phrase(language, key)));
  }
  return table(head, rows, 2);
}

Markup tasks_of(const CandidateQuality& c, Language language) {
  const auto cells = [](const std::vector<std::string>& texts) {
    return Cells(texts.begin(), texts.end());
  };
  std::vector<Cells> rows;
  for (const auto& row : task_rows(c, language)) rows.push_back(cells(row));
  std::vector<std::string> limits;
  for (const QualityLimit l : c.limits) limits.emplace_back(phrase(language, to_string(l)));
  return element("h3", c.name) + table(cells(task_head(language)), rows, 1) +
         bullets(limits, limits.size());
}

}  // namespace

std::string quality_json(const QualityResult& result) {
  Json out{{"reference", result.reference}, {"seed", result.seed}, {"candidates", Json::array()}};
  for (const CandidateQuality& c : result.candidates) {
    out["candidates"].push_back(object_of(c, result.quant));
  }
  return dump(out);
}

std::string quality_text(const QualityResult& result, std::size_t width) {
  std::string out = "reference " + printable(result.reference) + "\n";
  for (const CandidateQuality& c : result.candidates) out += text_of(c, result.quant, width);
  return out;
}

std::string quality_page(const QualityResult& result, Language language) {
  const std::string title(phrase(language, "quality_of_models"));
  Markup band;
  if (const auto found = quality_band(result.quant)) {
    band =
        element("p", fmt::format("{}: KL {} {}, {} > {}", result.quant, phrase(language, "usual"),
                                 found->usual_kl, phrase(language, "alarm"), found->alarm_kl));
  }
  Markup content =
      element("h1", title) +
      element("p", std::string(phrase(language, "reference")) + ": " + result.reference) +
      section(phrase(language, "agreement"), agreement_table(result, language) + band +
                                                 formula(phrase(language, "agreement_formula")));
  Markup tasks;
  for (const CandidateQuality& c : result.candidates) tasks += tasks_of(c, language);
  content += section(phrase(language, "tasks"), tasks + formula(phrase(language, "flips_formula")));
  return html_page({title, title, false}, content, words_of(language));
}

}  // namespace soakrig::report
