// SPDX-License-Identifier: Apache-2.0
#include "results/report/export/junit.hpp"

#include <fmt/format.h>

#include "results/report/html/markup.hpp"
#include "results/report/text_layout.hpp"

namespace soakrig::report {

namespace {

using namespace analysis;

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0;
  void add(const std::optional<Verdict>& verdict) {
    ++tests;
    if (verdict == Verdict::fail)
      ++failures;
    else if (verdict != Verdict::pass)
      ++errors;
  }
  void add(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
  }
};

// "value 12.3 {token}/s, interval 11 to 13, held against 19".
std::string numbers_of(const Finding& f) {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  const std::string unit = f.unit.empty() ? "" : " " + f.unit;
  if (f.value) add("value " + figure(*f.value) + unit);
  if (f.lo && f.hi) add("interval " + figure(*f.lo) + " to " + figure(*f.hi) + unit);
  if (f.bar) add("held against " + figure(*f.bar) + unit);
  if (f.over) {
    add(fmt::format("seen from {:.3f} s to {:.3f} s", to_seconds(f.over->from),
                    to_seconds(f.over->to)));
  }
  if (!f.channel.empty()) add("in " + f.channel);
  return out;
}

// What a case that did not pass holds; nothing for one that did.
Markup trouble(const std::optional<Verdict>& verdict, const std::string& reason,
               const std::string& numbers) {
  if (verdict == Verdict::pass) return {};
  const std::string type = verdict ? std::string(to_string(*verdict)) : "no-verdict";
  const std::string text = reason + (numbers.empty() ? "" : "\n" + numbers);
  return element(verdict == Verdict::fail ? "failure" : "error",
                 {{"message", reason}, {"type", type}}, text);
}

std::string class_of(const Judgement& j, const BoardJudgement& b, const std::string& phase) {
  return j.run.name + "." + b.name + (phase.empty() ? "" : "." + phase);
}

std::string name_of(const Finding& f) {
  std::string out = f.rule.empty() ? "rule" : f.rule;
  for (const std::string& part : {f.name, f.workload}) {
    if (!part.empty()) out += " " + part;
  }
  return out;
}

Markup case_of(const std::string& name, const std::string& class_name, double seconds,
               const Markup& content) {
  return element(
             "testcase",
             {{"name", name}, {"classname", class_name}, {"time", fmt::format("{:.3f}", seconds)}},
             content) +
         Markup::trusted("\n");
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "\n") + line;
  return out;
}

Markup property(std::string_view name, const std::string& value) {
  return element("property", {{"name", std::string(name)}, {"value", value}});
}

Markup properties_of(const Judgement& j, const BoardJudgement& b) {
  Markup out = property("run.id", j.run.id) +
               property("run.provenance", std::string(to_string(j.run.provenance))) +
               property("run.state", std::string(to_string(j.run.state)));
  if (b.coverage) out += property("coverage", fmt::format("{:.6g}", *b.coverage));
  if (b.availability) out += property("availability", fmt::format("{:.6g}", *b.availability));
  for (const auto& [key, value] : b.facts) out += property("board." + key, value);
  return element("properties", out);
}

double seconds_of(const Judgement& j) {
  return j.run.started_utc && j.run.ended_utc ? to_seconds(*j.run.ended_utc - *j.run.started_utc)
                                              : 0;
}

Markup suite_of(const Judgement& j, const BoardJudgement& b, Counts& counts) {
  const bool over = is_over(j.run.state);
  const std::string why = joined(b.reasons.empty() ? j.reasons : b.reasons);
  const auto verdict = over ? b.verdict : std::nullopt;
  // The board's own verdict is always a case: a suite without rules must not look green.
  Markup cases = case_of(
      "verdict", class_of(j, b, ""), seconds_of(j),
      trouble(verdict,
              verdict ? fmt::format("the board's verdict is {}", to_string(*verdict))
                      : fmt::format("the run is {}: there is no verdict", to_string(j.run.state)),
              why));
  counts.add(verdict);
  for (const Finding& f : b.rules) {
    const double seconds = f.over ? to_seconds(f.over->length()) : 0;
    const std::string numbers = numbers_of(f);
    Markup content = trouble(f.verdict, f.reason, numbers);
    if (content.empty() && !numbers.empty()) content = element("system-out", numbers);
    cases += case_of(name_of(f), class_of(j, b, f.phase), seconds, content);
    counts.add(f.verdict);
  }
  const std::string started = j.run.started_utc ? format_rfc3339(*j.run.started_utc) : "";
  // Readers want it without the zone, in UTC.
  const std::string timestamp = started.substr(0, std::min<std::size_t>(19, started.size()));
  return element("testsuite",
                 {{"name", j.run.name + " " + b.name},
                  {"tests", std::to_string(counts.tests)},
                  {"failures", std::to_string(counts.failures)},
                  {"errors", std::to_string(counts.errors)},
                  {"time", fmt::format("{:.3f}", seconds_of(j))},
                  {"timestamp", timestamp.empty() ? "1970-01-01T00:00:00" : timestamp},
                  {"hostname", b.name}},
                 Markup::trusted("\n") + properties_of(j, b) + Markup::trusted("\n") + cases +
                     element("system-out", why)) +
         Markup::trusted("\n");
}

}  // namespace

std::string junit_xml(const Judgement& j) {
  Markup suites;
  Counts all;
  for (const BoardJudgement& b : j.boards) {
    Counts counts;
    suites += suite_of(j, b, counts);
    all.add(counts);
  }
  const Markup root = element("testsuites",
                              {{"name", "soakrig"},
                               {"tests", std::to_string(all.tests)},
                               {"failures", std::to_string(all.failures)},
                               {"errors", std::to_string(all.errors)},
                               {"time", fmt::format("{:.3f}", seconds_of(j))}},
                              Markup::trusted("\n") + suites);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + root.str() + "\n";
}

}  // namespace soakrig::report
