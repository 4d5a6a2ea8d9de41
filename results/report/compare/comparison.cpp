// SPDX-License-Identifier: Apache-2.0
#include "results/report/compare/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace soakrig::report {

namespace {

using namespace analysis;

constexpr double kAmbientTolerance = 2.0;  // K, as for claims
constexpr double kSoakTolerance = 0.1;     // of the dwell

struct Place {
  const PhaseFigures* phase = nullptr;
  const WorkFigures* work = nullptr;
};

const PhaseFigures* phase_of(const Candidate& c, const std::string& name) {
  const auto found = std::ranges::find(c.board->phases, name, &PhaseFigures::name);
  return found == c.board->phases.end() ? nullptr : &*found;
}

Place place_of(const Candidate& c, const std::string& phase, const std::string& workload) {
  Place out{phase_of(c, phase), nullptr};
  if (out.phase == nullptr) return out;
  const auto found = std::ranges::find(out.phase->work, workload, &WorkFigures::name);
  if (found != out.phase->work.end()) out.work = &*found;
  return out;
}

// Every (phase, workload) that two candidates or more have, in the order of the first that has it.
std::vector<std::pair<std::string, std::string>> common_places(std::span<const Candidate> all) {
  std::vector<std::pair<std::string, std::string>> order;
  std::map<std::pair<std::string, std::string>, int> count;
  for (const Candidate& c : all) {
    for (const PhaseFigures& p : c.board->phases) {
      for (const WorkFigures& w : p.work) {
        if (++count[{p.name, w.name}] == 1) order.emplace_back(p.name, w.name);
      }
    }
  }
  std::erase_if(order, [&](const auto& place) { return count[place] < 2; });
  return order;
}

struct Quantity {
  const char* name;
  bool more_is_better;
  std::string (*unit)(const Place&);
  std::optional<double> (*value)(const Place&);
  std::optional<double> (*lower)(const Place&);
  std::optional<double> (*upper)(const Place&);
};

std::optional<double> none(const Place&) { return std::nullopt; }
std::string ratio(const Place&) { return "1"; }

template <std::optional<double> WorkFigures::*Field>
std::optional<double> of_work(const Place& p) {
  return p.work->*Field;
}
template <std::optional<double> PowerFigures::*Field>
std::optional<double> of_power(const Place& p) {
  return p.phase->power ? (*p.phase->power).*Field : std::nullopt;
}
std::optional<double> ttft(const Place& p) {
  const auto found = p.work->latency.find("ttft");
  return found == p.work->latency.end() ? std::nullopt : std::optional(found->second.p50);
}

const Quantity kQuantities[] = {
    {"sustained", true, [](const Place& p) { return p.work->unit; },
     of_work<&WorkFigures::sustained>, of_work<&WorkFigures::lower>, of_work<&WorkFigures::upper>},
    {"peak", true, [](const Place& p) { return p.work->unit; }, of_work<&WorkFigures::peak>, none,
     none},
    {"p5", true, [](const Place& p) { return p.work->unit; }, of_work<&WorkFigures::p5>, none,
     none},
    {"stability", true, ratio, of_work<&WorkFigures::stability>, none, none},
    {"retention", true, ratio, of_work<&WorkFigures::retention>, none, none},
    {"ttft p50", false, [](const Place&) { return std::string("s"); }, ttft, none, none},
    {"power", false, [](const Place&) { return std::string("W"); }, of_power<&PowerFigures::mean_w>,
     of_power<&PowerFigures::lower_w>, of_power<&PowerFigures::upper_w>},
    {"energy per work", false, [](const Place&) { return std::string("J"); },
     of_work<&WorkFigures::j_per_work>, of_work<&WorkFigures::j_per_work_lower>,
     of_work<&WorkFigures::j_per_work_upper>},
};

void add_delta(const ComparedCell& first, bool more_is_better, ComparedCell& cell) {
  const auto share = [](const std::optional<double>& a, const std::optional<double>& b) {
    return a && b && *b > 0 ? std::optional(*a / *b - 1) : std::nullopt;
  };
  cell.delta = share(cell.value, first.value);
  cell.delta_lower = share(cell.lower, first.upper);
  cell.delta_upper = share(cell.upper, first.lower);
  if (!cell.delta_lower || !cell.delta_upper) cell.delta_lower = cell.delta_upper = std::nullopt;
  if (!cell.delta || !cell.delta_lower) return;
  const bool worse = more_is_better ? *cell.delta_upper < 0 : *cell.delta_lower > 0;
  cell.regressed = worse && std::abs(*cell.delta) >= kLeastRegression;
}

const WorkloadSpec* workload_of(const Candidate& c, const std::string& name) {
  return c.spec == nullptr ? nullptr : c.spec->find_workload(name);
}

// Why two workloads of one name are not one load; empty where nothing says so.
std::string other_load(const WorkloadSpec& a, const WorkloadSpec& b) {
  const auto differs = [](const char* what, const std::string& x, const std::string& y) {
    return x == y ? std::string{}
                  : fmt::format("{} {} against {}", what, x.empty() ? "unknown" : x,
                                y.empty() ? "unknown" : y);
  };
  for (const std::string& found :
       {differs("kind", a.kind, b.kind), differs("model", a.model, b.model),
        differs("precision", a.precision, b.precision), differs("work", a.work, b.work),
        differs("unit", a.unit, b.unit)}) {
    if (!found.empty()) return found;
  }
  return a.argv == b.argv ? "" : "it was started with other arguments";
}

// Why the row of a quantity has no deltas.
std::string refusal(std::span<const Candidate> all, const std::string& phase,
                    const std::string& workload, const std::string& quantity) {
  const Candidate* first = nullptr;
  for (const Candidate& c : all) {
    const Place place = place_of(c, phase, workload);
    if (place.work == nullptr) continue;
    if (first == nullptr) {
      first = &c;
      continue;
    }
    const WorkloadSpec* a = workload_of(*first, workload);
    const WorkloadSpec* b = workload_of(c, workload);
    if (a != nullptr && b != nullptr) {
      if (const std::string why = other_load(*a, *b); !why.empty()) {
        return fmt::format("{} runs another {}: {}", c.label, workload, why);
      }
    }
    const Place there = place_of(*first, phase, workload);
    if (quantity != "power" && quantity != "energy per work") continue;
    const auto point = [](const Place& p) {
      return p.phase->power ? p.phase->power->measuring_point : std::string{};
    };
    if (point(place) != point(there)) {
      return fmt::format("{} was measured at another point ({} against {})", c.label,
                         point(there).empty() ? "unknown" : point(there),
                         point(place).empty() ? "unknown" : point(place));
    }
  }
  return {};
}

void add_rows(std::span<const Candidate> all, Comparison& out) {
  for (const auto& [phase, workload] : common_places(all)) {
    out.comparable = true;
    for (const Quantity& q : kQuantities) {
      ComparedRow row{phase, workload, q.name, {}, q.more_is_better, {}, {}};
      for (const Candidate& c : all) {
        ComparedCell cell;
        if (const Place place = place_of(c, phase, workload); place.work != nullptr) {
          cell = {q.value(place), q.lower(place), q.upper(place), {}, {}, {}, false};
          if (cell.value && row.unit.empty()) row.unit = q.unit(place);
        }
        row.cells.push_back(cell);
      }
      if (std::ranges::none_of(row.cells,
                               [](const ComparedCell& c) { return c.value.has_value(); }))
        continue;
      row.refused = refusal(all, phase, workload, q.name);
      for (std::size_t i = 1; i < row.cells.size() && row.refused.empty(); ++i) {
        add_delta(row.cells[0], q.more_is_better, row.cells[i]);
        if (!row.cells[i].regressed) continue;
        out.regressions.push_back(fmt::format("{}: {} of {} in {} is {:+.1f} % against {}",
                                              all[i].label, q.name, workload, phase,
                                              *row.cells[i].delta * 100, all[0].label));
      }
      out.rows.push_back(std::move(row));
    }
  }
}

std::string text_of(const std::optional<Verdict>& verdict) {
  return verdict ? std::string(to_string(*verdict)) : "none";
}

void warn_of_each(const Candidate& c, std::vector<std::string>& out) {
  const RunFacts& run = c.run->run;
  if (!is_over(run.state)) {
    out.push_back(c.label + " has no verdict: the run is " + std::string(to_string(run.state)));
  }
  if (run.provenance != Provenance::measured) {
    out.push_back(fmt::format("{} is {}: it proves nothing about a real board", c.label,
                              to_string(run.provenance)));
  }
  const double wanted =
      c.spec != nullptr ? c.spec->rules.coverage_min : VerdictRules{}.coverage_min;
  if (!c.board->coverage || *c.board->coverage < wanted) {
    out.push_back(fmt::format(
        "{} saw {} of what its verdict needs, less than {:.4g} %", c.label,
        c.board->coverage ? fmt::format("{:.4g} %", *c.board->coverage * 100) : "an unknown part",
        wanted * 100));
  }
  if (run.sequence.aborted && *run.sequence.aborted > 0) {
    out.push_back(fmt::format("{}: {} earlier runs of this board were aborted", c.label,
                              *run.sequence.aborted));
  }
}

void warn_of_pairs(const Candidate& first, const Candidate& c, std::vector<std::string>& out) {
  for (const PhaseFigures& p : first.board->phases) {
    const PhaseFigures* other = phase_of(c, p.name);
    if (other == nullptr) {
      out.push_back(fmt::format("{} has no phase {}", c.label, p.name));
      continue;
    }
    if (p.ambient.has_value() != other->ambient.has_value() ||
        (p.ambient && std::abs(*p.ambient - *other->ambient) > kAmbientTolerance)) {
      const auto text = [](const std::optional<double>& t) {
        return t ? fmt::format("{:.1f} Cel", *t) : std::string("unknown");
      };
      out.push_back(fmt::format("phase {}: ambient {} for {}, {} for {}", p.name, text(p.ambient),
                                first.label, text(other->ambient), c.label));
    }
    if (p.dwell && other->dwell) {
      const double a = to_seconds(p.dwell->length()), b = to_seconds(other->dwell->length());
      if (std::abs(a - b) > kSoakTolerance * std::max(a, b)) {
        out.push_back(fmt::format("phase {}: soaked {} for {}, {} for {}", p.name,
                                  format_duration(p.dwell->length()), first.label,
                                  format_duration(other->dwell->length()), c.label));
      }
    }
  }
  if (first.spec != nullptr && c.spec != nullptr &&
      first.spec->rules.window != c.spec->rules.window) {
    out.push_back(fmt::format("{} was judged with windows of {}, {} with {}", first.label,
                              format_duration(first.spec->rules.window), c.label,
                              format_duration(c.spec->rules.window)));
  }
}

void add_environment(std::span<const Candidate> all, Comparison& out) {
  std::set<std::string> keys;
  for (const Candidate& c : all) {
    for (const auto& [key, value] : c.board->facts) keys.insert(key);
  }
  keys.erase("boot_id");  // never the same twice, and never a reason
  const auto add = [&](const std::string& key, auto value_of) {
    FactRow row{key, {}};
    for (const Candidate& c : all) row.values.push_back(value_of(c));
    const bool same =
        std::ranges::all_of(row.values, [&](const auto& v) { return v == row.values[0]; });
    if (!same) out.environment.push_back(std::move(row));
  };
  for (const std::string& key : keys) {
    add(key, [&](const Candidate& c) {
      const auto fact = c.board->facts.find(key);
      return fact == c.board->facts.end() ? std::string{} : fact->second;
    });
  }
  add("soakrig", [](const Candidate& c) { return c.version; });
}

std::string count_specimens(std::span<const Candidate> all) {
  std::set<std::string> serials;
  std::size_t unknown = 0;
  for (const Candidate& c : all) {
    const auto serial = c.board->facts.find("serial");
    if (serial == c.board->facts.end() || serial->second.empty())
      ++unknown;
    else
      serials.insert(serial->second);
  }
  std::string out = fmt::format("{} candidates, {} known specimens", all.size(), serials.size());
  if (unknown > 0) out += fmt::format(", {} without a serial", unknown);
  return out + ": a specimen says nothing of the spread among others of its kind";
}

}  // namespace

Comparison compare(std::span<const Candidate> all) {
  RIG_ASSERT(all.size() >= 2 && all.size() <= kMostCandidates);
  Comparison out;
  add_rows(all, out);
  for (const Candidate& c : all) warn_of_each(c, out.warnings);
  for (std::size_t i = 1; i < all.size(); ++i) {
    warn_of_pairs(all[0], all[i], out.warnings);
    if (all[0].board->verdict && all[i].board->verdict &&
        *all[i].board->verdict > *all[0].board->verdict) {
      out.regressions.push_back(fmt::format("{}: verdict {} against {} of {}", all[i].label,
                                            text_of(all[i].board->verdict),
                                            text_of(all[0].board->verdict), all[0].label));
    }
  }
  add_environment(all, out);
  out.specimens = count_specimens(all);
  return out;
}

}  // namespace soakrig::report
