// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "results/report/html/format.hpp"
#include "results/report/html/sections.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostNotes = 200;

Markup limitations(const PageInput& input, const Words& words) {
  std::vector<std::string> lines;
  if (input.judgement.run.provenance != Provenance::measured)
    lines.emplace_back(words.limits_simulated);
  lines.emplace_back(words.limits_one_item);
  lines.emplace_back(words.limits_software);
  lines.push_back(
      fmt::format(fmt::runtime(words.limits_steal), input.view.spec.rules.steal_max * 100));
  lines.emplace_back(words.limits_reliability);
  if (!words.quoted.empty()) lines.emplace_back(words.quoted);
  return section(words.limitations, bullets(lines, lines.size()));
}

std::string place(const Sequence& s, const Words& words) {
  if (!s.nth || !s.of) return std::string(words.unknown);
  std::string out = fmt::format("{} / {}", *s.nth, *s.of);
  if (s.aborted) out += fmt::format(" ({}: {})", words.interrupted, *s.aborted);
  return out;
}

Markup integrity(const PageInput& input, const Words& words) {
  const RunFacts& run = input.judgement.run;
  std::vector<std::pair<Markup, Markup>> facts{
      {words.run_id, run.id},
      {words.file, run.file},
      {words.size, value_text(static_cast<double>(input.stats.file_bytes), "By")},
      {words.state, std::string(to_string(run.state))},
      {words.provenance, std::string(to_string(run.provenance))},
      {words.place_in_series, place(run.sequence, words)}};
  const store::Evidence& evidence = input.evidence;
  if (evidence.head.empty()) {
    return section(words.integrity, fact_table(facts) + formula(words.no_chain));
  }
  facts.emplace_back(words.records, std::to_string(evidence.records));
  facts.emplace_back(words.chain_head, element("code", evidence.head));
  return section(words.integrity, fact_table(facts) + formula(words.chain_says));
}

Markup notes(const PageInput& input, const Words& words) {
  std::vector<Cells> rows;
  for (const store::Note& n : input.notes.notes) {
    if (rows.size() >= kMostNotes) break;
    std::string range = n.from ? format_duration(*n.from) : "";
    if (n.to) range += " – " + format_duration(*n.to);
    rows.push_back({format_rfc3339(n.utc_ns), n.author, range, n.text});
  }
  return section(words.notes, table({words.at, words.author, words.elapsed, words.text}, rows, 9));
}

}  // namespace

Markup closing_section(const PageInput& input, const Words& words) {
  return limitations(input, words) + integrity(input, words) + notes(input, words);
}

}  // namespace soakrig::report
