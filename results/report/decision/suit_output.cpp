// SPDX-License-Identifier: Apache-2.0
#include "results/report/decision/suit_output.hpp"

#include "results/report/decision/cost_html.hpp"
#include "results/report/decision/phrases.hpp"
#include "results/report/decision/sentences.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/html_page.hpp"
#include "results/report/json_values.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

std::string banner_of(std::span<const SuitCase> cases, const Words& words) {
  std::string_view out;
  for (const SuitCase& c : cases) {
    if (c.provenance == "replayed" && out.empty()) out = words.replayed;
    if (c.provenance == "simulated") out = words.simulated;
  }
  return std::string(out);
}

Json case_object(const SuitCase& c) {
  Json out{{"label", c.label},
           {"run", text_or_null(c.run)},
           {"board", c.board},
           {"provenance", c.provenance},
           {"answer", std::string(to_string(c.answer.place))},
           {"verdict", std::string(to_string(verdict_of(c.answer)))},
           {"why", sentence(Language::en, c.answer.why)},
           {"edge_latency_s", number(c.inputs.edge_latency)},
           {"cloud_latency_s", number(cloud_latency(c.inputs))},
           {"reasons", Json::array()},
           {"notes", sentences(Language::en, c.notes)}};
  for (const SuitReason& r : c.answer.reasons) {
    out["reasons"].push_back({{"criterion", std::string(r.criterion)},
                              {"edge", std::string(to_string(r.edge))},
                              {"cloud", std::string(to_string(r.cloud))},
                              {"hybrid", std::string(to_string(r.hybrid))},
                              {"text", in_one_line(Language::en, r.text)},
                              {"missing", sentences(Language::en, r.missing)},
                              {"changes", sentences(Language::en, r.changes)}});
  }
  return out;
}

Markup mark(Fits fits) {
  const char* sign = fits == Fits::yes ? "✓" : fits == Fits::no ? "✗" : "?";
  const char* style = fits == Fits::yes ? "pass" : fits == Fits::no ? "fail" : "inconclusive";
  return element("span", {{"class", std::string("verdict ") + style}}, sign);
}

Markup case_markup(const SuitCase& c, Language language) {
  const auto said = [&](std::string_view key) { return std::string(phrase(language, key)); };
  const Verdict verdict = verdict_of(c.answer);
  Markup out =
      element("h3", Markup(c.label) + ": " +
                        element("span", {{"class", "verdict " + std::string(to_string(verdict))}},
                                said(to_string(c.answer.place)))) +
      element("p", sentence(language, c.answer.why));
  std::vector<Cells> rows;
  std::vector<std::string> changes;
  for (const SuitReason& r : c.answer.reasons) {
    Markup text = in_one_line(language, r.text);
    for (const std::string& m : sentences(language, r.missing)) {
      text += element("small", said("missing") + ": " + m);
    }
    rows.push_back(
        {element("b", said(r.criterion)), mark(r.edge), mark(r.cloud), mark(r.hybrid), text});
    for (std::string& change : sentences(language, r.changes)) changes.push_back(std::move(change));
  }
  out += table({"", said("edge"), said("cloud"), said("hybrid"), ""}, rows, 99);
  if (!changes.empty()) out += element("h4", said("changes")) + bullets(changes, 20);
  if (!c.notes.empty()) {
    out += element("h4", said("notes")) + bullets(sentences(language, c.notes), 20);
  }
  return out;
}

}  // namespace

std::string suit_json(const std::string& site, std::span<const SuitCase> cases) {
  Json out{{"site", site}, {"candidates", Json::array()}};
  for (const SuitCase& c : cases) out["candidates"].push_back(case_object(c));
  return dump(out);
}

std::string suit_text(const std::string& site, std::span<const SuitCase> cases, std::size_t width) {
  std::string out = banner_of(cases, english_words());
  if (!out.empty()) out += "\n";
  out += "site " + printable(site) + "\n";
  for (const SuitCase& c : cases) {
    out += "\n" + printable(c.label) + ": " + std::string(to_string(c.answer.place)) + "\n" +
           wrap(printable(sentence(Language::en, c.answer.why)), width, "  ", "  ");
    std::vector<std::vector<std::string>> rows{{"", "edge", "cloud", "hybrid"}};
    for (const SuitReason& r : c.answer.reasons) {
      rows.push_back({std::string(r.criterion), std::string(to_string(r.edge)),
                      std::string(to_string(r.cloud)), std::string(to_string(r.hybrid))});
    }
    out += table(rows, 99, "  ");
    for (const SuitReason& r : c.answer.reasons) {
      out += wrap(std::string(r.criterion) + ": " + printable(in_one_line(Language::en, r.text)),
                  width, "  ", "    ");
      for (const std::string& m : sentences(Language::en, r.missing))
        out += "    missing: " + printable(m) + "\n";
    }
    for (const SuitReason& r : c.answer.reasons) {
      for (const std::string& what : sentences(Language::en, r.changes)) {
        out += wrap("would change it: " + printable(what), width, "  ", "    ");
      }
    }
    for (const std::string& n : sentences(Language::en, c.notes)) {
      out += wrap("note: " + printable(n), width, "  ", "    ");
    }
  }
  return out;
}

Markup suit_section(std::span<const SuitCase> cases, Language language) {
  Markup content;
  for (const SuitCase& c : cases) content += case_markup(c, language);
  return section(phrase(language, "suit"), content + formula(phrase(language, "suit_formula")));
}

std::string suit_page(const std::string& site, std::span<const SuitCase> cases,
                      const CostSheet* costs, Language language) {
  const Words& words = words_of(language);
  const std::string banner = banner_of(cases, words);
  Markup content = banner.empty() ? Markup{} : element("p", {{"class", "provenance"}}, banner);
  content += element("h1", site) + suit_section(cases, language);
  if (costs != nullptr) content += cost_section(*costs, language);
  const std::string title = std::string(phrase(language, "suit")) + " · " + site;
  return html_page({title, (banner.empty() ? "" : banner + " · ") + title, !banner.empty()},
                   content, words);
}

}  // namespace soakrig::report
