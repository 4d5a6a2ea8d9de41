// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "results/report/html/board_chart.hpp"
#include "results/report/html/format.hpp"
#include "results/report/html/sections.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostEpisodes = 100, kMostIncidents = 40, kMostPictures = 10;
constexpr std::size_t kMostEvidence = 5, kMostEvents = 25;
constexpr std::size_t kMostText = 600;  // bytes of one quoted text
constexpr Nanos kAround = 30 * kSecond;

std::string shortened(const std::string& text) {
  if (text.size() <= kMostText) return text;
  return text.substr(0, kMostText) + " …";  // a cut character shows as U+FFFD
}

Markup quoted(const std::vector<std::string>& evidence) {
  std::vector<std::string> lines;
  for (const std::string& e : evidence) {
    lines.push_back(shortened(e));
    if (lines.size() > kMostEvidence) break;
  }
  return bullets(lines, kMostEvidence);
}

Markup more(std::size_t all, std::size_t shown, const Words& words) {
  if (all <= shown) return {};
  return formula(fmt::format(fmt::runtime(words.more_in_json), all - shown));
}

Markup episodes_of(const PageInput& input, const BoardJudgement& board, const Words& words) {
  std::vector<Cells> rows;
  for (const Episode& e : board.episodes) {
    if (rows.size() >= kMostEpisodes) break;
    const std::string cause(to_string(e.cause));
    rows.push_back({element("b", {{"class", "cause cause-" + cause}}, Markup(cause)),
                    Markup(format_duration(e.when.from)) +
                        element("small", {{"class", "t"}}, input.clock.rfc3339(e.when.from)),
                    format_duration(e.when.length()), Markup(e.effect) + quoted(e.evidence),
                    e.lost_work ? value_text(e.lost_work) : "–"});
  }
  return table({words.cause, words.start, words.lasted, words.effect, words.lost_work}, rows, 4) +
         more(board.episodes.size(), rows.size(), words);
}

// What was stored around an instant, oldest first.
Markup events_around(const PageInput& input, const BoardJudgement& board, Nanos at,
                     const Words& words) {
  std::vector<Cells> rows;
  const auto& events = input.view.events;
  auto it = std::ranges::lower_bound(events, at - kAround, {}, &Event::t);
  for (; it != events.end() && it->t <= at + kAround && rows.size() < kMostEvents; ++it) {
    if (!it->board.empty() && it->board != board.name) continue;
    rows.push_back({fmt::format("{:+.2f} s", to_seconds(it->t - at)), it->kind,
                    std::string(to_string(it->severity)), element("code", shortened(it->body))});
  }
  return table({words.at, words.events, words.severity, words.text}, rows, 9);
}

Markup incident_of(const PageInput& input, const BoardJudgement& board, const Incident& incident,
                   bool picture, const Words& words) {
  std::vector<std::pair<Markup, Markup>> facts{
      {words.at, Markup(format_duration(incident.at)) + " · " + input.clock.rfc3339(incident.at)},
      {words.blame, std::string(to_string(incident.blame))},
      {words.recovered, seconds_text(incident.recovered_after_s)},
      {words.evidence, quoted(incident.evidence)}};
  if (!incident.workload.empty()) facts.emplace_back(words.workload, incident.workload);
  Markup out = element("h3", Markup(board.name) + " · " + std::string(to_string(incident.kind))) +
               fact_table(facts);
  if (!picture) return out;
  const Interval range{std::max<Nanos>(0, incident.at - kAround),
                       std::min(input.view.now + 1, incident.at + kAround)};
  TimeChart chart = board_chart(input, board, range, words);
  chart.shades.push_back({to_seconds(incident.at), to_seconds(incident.at), "instant", "",
                          std::string(to_string(incident.kind))});
  const Markup drawn = draw(chart);
  if (!drawn.empty()) {
    out += element("figure",
                   drawn + element("figcaption", fmt::format(fmt::runtime(words.seconds_around),
                                                             to_seconds(kAround))));
  }
  return out + events_around(input, board, incident.at, words);
}

}  // namespace

Markup happenings_section(const PageInput& input, const Words& words) {
  Markup episodes, incidents;
  for (const BoardJudgement& board : input.judgement.boards) {
    if (!board.episodes.empty()) {
      episodes += element("h3", Markup(board.name)) + episodes_of(input, board, words);
    }
    std::size_t shown = 0;
    for (const Incident& i : board.incidents) {
      if (shown >= kMostIncidents) break;
      incidents += incident_of(input, board, i, shown < kMostPictures, words);
      ++shown;
    }
    incidents += more(board.incidents.size(), shown, words);
  }
  if (episodes.empty()) episodes = element("p", Markup(words.no_episodes));
  if (incidents.empty()) incidents = element("p", Markup(words.no_incidents));
  const std::string at_least = format_duration(input.view.spec.rules.short_window);
  return section(words.episodes,
                 episodes + formula(fmt::format(fmt::runtime(words.episode_formula), at_least))) +
         section(words.incidents, incidents);
}

}  // namespace soakrig::report
