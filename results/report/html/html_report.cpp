// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/html_report.hpp"

#include "results/report/html/html_page.hpp"
#include "results/report/html/sections.hpp"

namespace soakrig::report {

std::string html_report(const PageInput& input, Language language, const Markup& more) {
  const Words& words = words_of(language);
  const std::string banner = banner_of(input, words);
  const analysis::RunFacts& run = input.judgement.run;
  const PageFrame frame{
      run.name + " · " + std::string(word(words, input.judgement.verdict, run.state)),
      (banner.empty() ? "" : banner + " · ") + run.name + " · " + run.id, !banner.empty()};
  const Markup content = summary_section(input, words) + claims_evidence(input, words) +
                         bounds_section(input, words) + happenings_section(input, words) +
                         behaviour_section(input, words) + figures_section(input, words) + more +
                         closing_section(input, words) + environment_section(input, words);
  return html_page(frame, content, words);
}

}  // namespace soakrig::report
