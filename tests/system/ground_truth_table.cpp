// SPDX-License-Identifier: Apache-2.0
#include "tests/system/ground_truth_table.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace soakrig::test {

namespace {

template <class Word>
std::vector<std::string> words(const std::vector<Word>& values) {
  std::vector<std::string> out;
  for (const Word w : values) out.emplace_back(to_string(w));
  return out;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& p : parts) out += (out.empty() ? "" : ", ") + p;
  return out.empty() ? "–" : out;
}

using Pair = std::pair<std::string, std::string>;  // true, said

// Pairs what is true with what was said; what only one of them has is paired with "none".
void pair_up(const std::vector<std::string>& truth, const std::vector<std::string>& said,
             std::map<Pair, int>& counts) {
  std::vector<std::string> spare = said, missed;
  for (const std::string& t : truth) {
    const auto same = std::ranges::find(spare, t);
    if (same == spare.end()) {
      missed.push_back(t);
    } else {
      ++counts[{t, t}];
      spare.erase(same);
    }
  }
  for (std::size_t i = 0; i < std::max(missed.size(), spare.size()); ++i) {
    ++counts[{i < missed.size() ? missed[i] : "none", i < spare.size() ? spare[i] : "none"}];
  }
  if (truth.empty() && said.empty()) ++counts[{"none", "none"}];
}

std::string confusion(const std::string& what, const std::map<Pair, int>& counts) {
  std::set<std::string> names;
  for (const auto& entry : counts) {
    names.insert(entry.first.first);
    names.insert(entry.first.second);
  }
  std::string head = "| true " + what + " ↓ said → |", rule = "|---|", body;
  for (const std::string& column : names) {
    head += " " + column + " |";
    rule += "---|";
  }
  for (const std::string& row : names) {
    body += "| " + row + " |";
    for (const std::string& column : names) {
      const auto found = counts.find({row, column});
      body += " " + (found == counts.end() ? "·" : std::to_string(found->second)) + " |";
    }
    body += "\n";
  }
  return head + "\n" + rule + "\n" + body + "\n";
}

}  // namespace

bool Outcome::right() const {
  const Truth& t = truth.truth;
  return said.verdict == to_string(t.verdict) && said.causes == words(t.causes) &&
         said.classes == words(t.classes) && said.reason.find(t.reason) != std::string::npos;
}

std::string ground_truth_page(const std::vector<Outcome>& outcomes) {
  std::map<Pair, int> verdicts, causes, classes;
  std::string cases;
  int right = 0;
  for (const Outcome& o : outcomes) {
    const Truth& t = o.truth.truth;
    ++verdicts[{std::string(to_string(t.verdict)), o.said.verdict}];
    pair_up(words(t.causes), o.said.causes, causes);
    pair_up(words(t.classes), o.said.classes, classes);
    right += o.right() ? 1 : 0;
    cases += "| `" + o.truth.name + "` | " + o.truth.what + " | " +
             std::string(to_string(t.verdict)) + " | " + joined(words(t.causes)) + " | " +
             joined(words(t.classes)) + " | " + (o.right() ? "right" : "**wrong**") + " |\n";
  }
  return "# Ground truth: what the judge says where the truth is known\n\n"
         "SIMULATED: every case is a plant made up for the purpose (a board, its load and what "
         "befalls it), written\nthrough the real store and judged from its sealed file as `soakrig "
         "show --json` does. `system.ground_truth` computes\nthis page and fails where it differs "
         "from the one kept here; its cases are in `tests/system/ground_truth_*.cpp`.\n\n" +
         std::to_string(right) + " of " + std::to_string(outcomes.size()) +
         " cases: right verdict, causes, classes and first reason.\n\n"
         "## Verdicts\n\n" +
         confusion("verdict", verdicts) +
         "## Causes of episodes\n\nCounted once a case and cause; `none`: a case without "
         "episodes.\n\n" +
         confusion("cause", causes) +
         "## Classes of incidents\n\nEach incident counts; `none`: a case without incidents.\n\n" +
         confusion("class", classes) +
         "## Cases\n\n| case | what is true | verdict | causes | classes | said |\n"
         "|---|---|---|---|---|---|\n" +
         cases;
}

}  // namespace soakrig::test
