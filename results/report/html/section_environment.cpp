// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "results/report/html/format.hpp"
#include "results/report/html/sections.hpp"
#include "results/report/ordered_json.hpp"
#include "rig/base/rig_events.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr std::size_t kMostChannels = 400;
constexpr std::size_t kMostProfile = 64u << 10;  // bytes

// How many times the clock of that board was compared with the rig's, and how well.
Markup anchors_of(const PageInput& input, const std::string& board, const Words& words) {
  const auto row = std::ranges::find(input.boards, board, &store::BoardRow::name);
  std::size_t count = 0;
  Nanos worst = 0;
  for (const store::Anchor& anchor : input.anchors) {
    if (row == input.boards.end() || anchor.board != row->id) continue;
    ++count;
    worst = std::max(worst, anchor.clock.error_ns);
  }
  if (count == 0) return element("i", Markup(words.unknown));
  return fmt::format(fmt::runtime(words.anchors_of), count, format_duration(worst));
}

Markup boards_of(const PageInput& input, const Words& words) {
  std::set<std::string> keys;
  for (const BoardJudgement& b : input.judgement.boards) {
    for (const auto& [key, value] : b.facts) keys.insert(key);
  }
  // A board that says nothing of one of these has said nothing: that is news.
  for (const char* key :
       {"model", "serial", "firmware", "kernel", "governor", "power_mode", "soc"}) {
    keys.insert(key);
  }
  Cells head{""};
  for (const BoardJudgement& b : input.judgement.boards) head.push_back(b.name);
  std::vector<Cells> rows;
  for (const std::string& key : keys) {
    Cells row{key};
    for (const BoardJudgement& b : input.judgement.boards) {
      const auto fact = b.facts.find(key);
      row.push_back(fact == b.facts.end() || fact->second.empty()
                        ? element("i", Markup(words.unknown))
                        : Markup(fact->second));
    }
    rows.push_back(std::move(row));
  }
  Cells clocks{words.clock_anchors};
  for (const BoardJudgement& b : input.judgement.boards) {
    clocks.push_back(anchors_of(input, b.name, words));
  }
  rows.push_back(std::move(clocks));
  return element("h3", Markup(words.board)) + table(head, rows, head.size());
}

// What each workload said of itself when it was ready for the first time: shape, format, threads.
Markup workloads_of(const PageInput& input, const Words& words) {
  std::set<std::pair<std::string, std::string>> said;
  std::vector<Cells> rows;
  for (const Event& event : input.view.events) {
    if (event.kind != event_kind::kWorkReady) continue;
    const auto body = parse_ordered(event.body);
    if (!body || !body->is_object() || !body->contains("facts")) continue;
    const auto& facts = (*body)["facts"];
    const auto& name = (*body)["workload"];
    if (!facts.is_object() || !name.is_string()) continue;
    if (!said.emplace(event.board, name.get<std::string>()).second) continue;
    std::string text;
    for (const auto& [key, value] : facts.items()) {
      text += (text.empty() ? "" : ", ") + key + " ";
      text += value.is_string() ? value.get<std::string>() : dump(value);
    }
    rows.push_back({event.board, name.get<std::string>(), text});
  }
  const Markup all = table({words.board, words.workload, words.conditions}, rows, 9);
  return all.empty() ? all : element("h3", Markup(words.workload)) + all;
}

Markup rig_of(const PageInput& input, const Words& words) {
  const store::RunHeader& header = input.reader->header();
  std::vector<std::pair<Markup, Markup>> facts{
      {Markup("soakrig ") + words.version,
       header.program_version + " (" + header.commit + ") " + header.build_flags}};
  if (const auto host = parse_ordered(header.host_json); host && host->is_object()) {
    for (const auto& [key, value] : host->items()) {
      facts.emplace_back(key, value.is_string() ? value.get<std::string>() : dump(value));
    }
  }
  return element("h3", "soakrig") + fact_table(facts);
}

// Dates are ISO 8601, so that their texts sort as they do.
Markup calibration_of(const std::optional<Calibration>& calibration, const std::string& run_day,
                      const Words& words) {
  if (!calibration || calibration->date.empty()) {
    return element("i", Markup(words.calibration_unknown));
  }
  const Calibration& c = *calibration;
  Markup out(c.date);
  if (!c.certificate.empty()) out += Markup(" (" + c.certificate + ")");
  if (c.due.empty()) return out;
  out += element("small", Markup(words.calibration_due) + " " + c.due);
  if (c.due < run_day) {
    out += element("span", {{"class", "verdict fail"}}, Markup(words.calibration_overdue));
  }
  return out;
}

// With the table that the chamber's temperatures were corrected by.
Markup chamber_calibration(const ChamberSpec& chamber, const std::string& run_day,
                           const Words& words) {
  if (!chamber.calibration) return element("i", Markup(words.calibration_unknown));
  const ChamberCalibration& c = *chamber.calibration;
  std::string rows;
  for (const CorrectionPoint& p : c.corrections) {
    const std::string add = fmt::format("{:+g} K", p.add);
    rows += (rows.empty() ? "" : ", ") +
            (c.corrections.size() == 1 ? add : fmt::format("{:g} °C {}", p.at, add));
  }
  return calibration_of(Calibration{c.date, c.due, c.certificate}, run_day, words) +
         element("small", Markup(words.corrected_by) + " " + rows + " (" + c.source + ")");
}

// The model and the serial number that the device gave when it was identified.
Markup identity_of(const PageInput& input, const std::string& name, const Words& words) {
  for (const Event& event : input.view.events) {
    if (event.kind != event_kind::kInstrument) continue;
    const auto body = parse_ordered(event.body);
    const auto text = [&](const char* key) {
      const bool given =
          body && body->is_object() && body->contains(key) && (*body)[key].is_string();
      return given ? (*body)[key].get<std::string>() : std::string();
    };
    if (text("name") != name) continue;
    const std::string part = text("part_number"), serial = text("serial");
    if (part.empty() && serial.empty()) break;
    return Markup(part) +
           (serial.empty() ? Markup{} : element("small", Markup(words.serial) + " " + serial));
  }
  return element("i", Markup(words.unknown));
}

Markup instruments_of(const PageInput& input, const Words& words) {
  std::vector<Cells> rows;
  const RunSpec& spec = input.view.spec;
  const std::string run_day = input.judgement.run.started_utc
                                  ? format_rfc3339(*input.judgement.run.started_utc).substr(0, 10)
                                  : std::string{};
  if (spec.chamber) {
    rows.push_back({"chamber", spec.chamber->map, identity_of(input, "chamber", words),
                    spec.chamber->connect, "–",
                    chamber_calibration(*spec.chamber, run_day, words)});
  }
  for (const InstrumentSpec& i : spec.instruments) {
    rows.push_back({i.name, i.map.empty() && !i.exec.empty() ? i.exec.front() : i.map,
                    identity_of(input, i.name, words), i.connect,
                    i.accuracy ? percent_text(i.accuracy) : "–",
                    calibration_of(i.calibration, run_day, words)});
  }
  const Markup all = table({words.instrument, words.kind, words.says_it_is, words.connection,
                            words.accuracy, words.calibration},
                           rows, 9);
  return all.empty() ? all : element("h3", Markup(words.instruments)) + all;
}

Markup channels_of(const PageInput& input, const Words& words) {
  std::vector<Cells> rows;
  for (const store::ChannelRow& c : input.channels) {
    if (rows.size() >= kMostChannels) break;
    rows.push_back({c.board.empty() ? Markup(words.rig) : Markup(c.board),
                    element("span", {{"class", "t"}}, c.info.name), unit_text(c.info.unit),
                    std::string(to_string(c.info.provenance)),
                    Markup(c.info.source) + (c.info.reason.empty()
                                                 ? Markup{}
                                                 : element("small", Markup(words.absent_because) +
                                                                        ": " + c.info.reason)),
                    c.period > 0 ? format_duration(c.period) : "–"});
  }
  Markup out =
      table({words.board, words.channel, words.unit, words.provenance, words.source, words.period},
            rows, 5);
  if (out.empty()) return out;
  if (input.channels.size() > kMostChannels) {
    out += formula(
        fmt::format(fmt::runtime(words.more_in_json), input.channels.size() - kMostChannels));
  }
  return element("h3", Markup(words.channels)) + out;
}

Markup profile_of(const PageInput& input, const Words& words) {
  const std::string& text = input.reader->header().profile_text;
  if (text.empty()) return {};
  const std::string shown =
      text.size() > kMostProfile ? text.substr(0, kMostProfile) + "\n…" : text;
  return element("h3", Markup(words.profile)) + element("pre", shown);
}

}  // namespace

Markup environment_section(const PageInput& input, const Words& words) {
  return section(words.environment, boards_of(input, words) + workloads_of(input, words) +
                                        rig_of(input, words) + instruments_of(input, words) +
                                        channels_of(input, words) + profile_of(input, words));
}

}  // namespace soakrig::report
