// SPDX-License-Identifier: Apache-2.0
#include "tests/support/plant.hpp"

#include <algorithm>
#include <cmath>

namespace soakrig::test {

using analysis::Series;

OverTime constant(double value) {
  return [value](double) { return value; };
}

OverTime pulse(double from_s, double to_s, double high, double low) {
  return [=](double t) { return t >= from_s && t < to_s ? high : low; };
}

Plant::Plant(std::string board) : name_(std::move(board)) {}

Plant::Channel& Plant::at(const std::string& name, const std::string& unit) {
  Channel& c = channels_[name];
  c.unit = unit;
  if (!c.series) c.series = std::make_shared<Series>();
  return c;
}

Plant& Plant::channel(const std::string& name, const std::string& unit, const OverTime& value,
                      double from_s, double to_s, double period_s) {
  Channel& c = at(name, unit);
  c.period = from_seconds(period_s);
  const auto count = static_cast<long>(std::floor((to_s - from_s) / period_s + 1e-9));
  for (long i = 0; i < count; ++i) {
    const double t = from_s + static_cast<double>(i) * period_s;
    c.series->t.push_back(from_seconds(t));
    c.series->v.push_back(value(t));
  }
  return *this;
}

Plant& Plant::samples(const std::string& name, const std::string& unit, Series series,
                      double period_s) {
  Channel& c = at(name, unit);
  c.period = from_seconds(period_s);
  *c.series = std::move(series);
  return *this;
}

Plant& Plant::unreadable(const std::string& name, const std::string& unit,
                         const std::string& reason) {
  Channel& c = at(name, unit);
  c.period = kSecond;
  c.reason = reason;
  c.series = std::make_shared<Series>();
  return *this;
}

Plant& Plant::cut(const std::string& name, double from_s, double to_s) {
  Series& s = *channels_.at(name).series;
  Series kept;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s.t[i] >= from_seconds(from_s) && s.t[i] < from_seconds(to_s)) continue;
    kept.t.push_back(s.t[i]);
    kept.v.push_back(s.v[i]);
    if (!s.states.empty()) kept.states.push_back(s.states[i]);
  }
  s = std::move(kept);
  return *this;
}

void Plant::row(const std::string& work, Nanos t, const std::map<std::string, double>& values) {
  for (const auto& [key, value] : values) {
    const bool tokens = key == "tokens" || key == "prompt_tokens";
    const bool seconds = key == "busy" || key.ends_with("_busy");
    Channel& c = at("work." + work + "." + key, tokens ? "{token}" : seconds ? "s" : "1");
    c.series->t.push_back(t);
    c.series->v.push_back(value);
  }
}

namespace {

// One instance of a load, advanced token by token.
class Instance {
 public:
  Instance(const Load& load, double from_s, double to_s, const OverTime& factor)
      : load_(load), now_(from_s), to_(to_s), factor_(factor) {}

  // Calls report(t) at each report; false once the time is over.
  template <class Report>
  void run(Report report) {
    last_report_ = now_;
    while (now_ < to_) {
      const double answer =
          load_.answers.empty()
              ? load_.answer_tokens
              : load_.answers[static_cast<std::size_t>(cycle) % load_.answers.size()];
      if (!spend(load_.prompt_tokens, load_.prompt_speed, 0, prompt, prompt_busy, report)) return;
      if (!spend(answer, load_.answer_speed, load_.slowdown, tokens, tokens_busy, report)) return;
      cycle += 1;
      report(now_);
      last_report_ = now_;
      now_ += load_.pause_s;
      if (load_.burst > 0 && static_cast<int>(cycle) % load_.burst == 0) {
        now_ += load_.burst_pause_s;
      }
    }
  }

  double tokens = 0, prompt = 0, tokens_busy = 0, prompt_busy = 0, cycle = 0;

 private:
  // Works off `amount`, one token at a time, each at the speed of its moment.
  template <class Report>
  bool spend(double amount, double speed, double slowdown, double& done, double& busy,
             Report& report) {
    for (double i = 0; i < amount; i += 1) {
      const double v = speed * factor_(now_) * (1 - slowdown * i / amount);
      now_ += 1 / v;
      busy += 1 / v;
      done += 1;
      if (now_ > to_) return false;
      if (now_ - last_report_ >= load_.report_s && i + 1 < amount) {
        report(now_);
        last_report_ = now_;
      }
    }
    return true;
  }

  const Load& load_;
  double now_, to_;
  const OverTime& factor_;
  double last_report_ = 0;
};

}  // namespace

Plant& Plant::work(const std::string& name, const Load& load, double from_s, double to_s,
                   const OverTime& factor) {
  const double number = instances_[name]++;
  Instance instance(load, from_s, to_s, factor);
  instance.run([&](double t) {
    std::map<std::string, double> values{{"tokens", instance.tokens},
                                         {"prompt_tokens", instance.prompt},
                                         {"busy", instance.tokens_busy + instance.prompt_busy},
                                         {"cycle", instance.cycle},
                                         {"instance", number}};
    if (load.own_busy) {
      values["tokens_busy"] = instance.tokens_busy;
      values["prompt_tokens_busy"] = instance.prompt_busy;
    }
    row(name, from_seconds(t), values);
  });
  return *this;
}

Plant& Plant::sensors(double to_s) {
  return channel("soc.temperature", "Cel", constant(60), 0, to_s)
      .channel("cpu.frequency", "Hz", constant(2.4e9), 0, to_s)
      .channel("cpu.steal", "%", constant(0), 0, to_s)
      .channel("limiter.thermal.cpu_state", "{state}", constant(0), 0, to_s)
      .channel("board.power", "W", constant(5), 0, to_s);
}

analysis::BoardView Plant::board() const {
  analysis::BoardView out;
  out.name = name_;
  for (const auto& [name, channel] : channels_) {
    analysis::ChannelView view;
    view.info = {name, channel.unit, "plant", Provenance::measured, channel.reason};
    view.period = channel.period;
    view.load = [series = channel.series](Nanos from, Nanos to) {
      const auto begin = std::ranges::lower_bound(series->t, from) - series->t.begin();
      const auto end = std::ranges::lower_bound(series->t, to) - series->t.begin();
      Series part;
      part.t.assign(series->t.begin() + begin, series->t.begin() + end);
      part.v.assign(series->v.begin() + begin, series->v.begin() + end);
      if (!series->states.empty()) {
        part.states.assign(series->states.begin() + begin, series->states.begin() + end);
      }
      return part;
    };
    out.channels.push_back(std::move(view));
  }
  return out;
}

analysis::RunView make_run(const std::vector<analysis::BoardView>& boards,
                           const std::vector<std::pair<std::string, double>>& phases,
                           const std::vector<std::string>& work) {
  analysis::RunView out;
  out.facts.id = "20260301-120000-00000001";
  out.facts.name = "plant";
  out.facts.state = RunState::sealed;
  out.ended = true;
  out.boards = boards;
  for (const auto& board : boards) {
    BoardSpec spec;
    spec.name = board.name;
    out.spec.boards.push_back(spec);
  }
  for (const std::string& name : work) {
    WorkloadSpec spec;
    spec.name = name;
    spec.kind = "llm";
    spec.precision = "int8";
    spec.model = "tiny";
    out.spec.workloads.push_back(spec);
  }
  Nanos t = 0;
  for (const auto& [name, seconds] : phases) {
    PhaseSpec spec;
    spec.name = name;
    spec.soak = from_seconds(seconds);
    spec.work = work;
    out.spec.phases.push_back(spec);
    analysis::PhaseView view;
    view.spec = out.phases.size();
    view.begin = view.dwell_begin = t;
    t += spec.soak;
    view.dwell_end = view.end = t;
    out.phases.push_back(view);
  }
  out.facts.planned = t;
  out.now = t;
  return out;
}

Event make_event(double t_s, const std::string& board, std::string_view kind,
                 const std::string& body) {
  Event out;
  out.t = from_seconds(t_s);
  out.board = board;
  out.kind = std::string(kind);
  out.body = body;
  return out;
}

}  // namespace soakrig::test
