// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/arrivals.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <random>
#include <utility>

#include "rig/base/json_guard.hpp"

namespace soakrig::workloads {

namespace {

constexpr std::size_t kMostTrace = 1'000'000;

// Uniform in (0, 1), the same on every machine (std's distributions are not).
class Uniform {
 public:
  explicit Uniform(std::uint64_t seed) : engine_(seed) {}
  double operator()() { return (static_cast<double>(engine_() >> 11) + 0.5) * 0x1p-53; }

 private:
  std::mt19937_64 engine_;
};

class Constant final : public Arrivals {
 public:
  explicit Constant(double rate) : rate_(rate) {}
  Nanos next() override { return from_seconds(static_cast<double>(count_++) / rate_); }

 private:
  double rate_;
  std::uint64_t count_ = 0;
};

// Gaps from a gamma distribution of mean 1/rate (Marsaglia and Tsang, 2000; below shape 1 boosted
// by a power of a uniform). Shape 1 is Poisson's.
class Gamma final : public Arrivals {
 public:
  Gamma(double rate, double shape, std::uint64_t seed)
      : shape_(shape), scale_(1 / (rate * shape)), uniform_(seed) {}
  Nanos next() override {
    at_ += draw() * scale_;
    return from_seconds(at_);
  }

 private:
  double normal() {
    constexpr double kTwoPi = 6.283185307179586;
    return std::sqrt(-2 * std::log(uniform_())) * std::cos(kTwoPi * uniform_());
  }
  double draw() {
    const double boosted = shape_ < 1 ? shape_ + 1 : shape_;
    const double d = boosted - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
      const double x = normal();
      const double v = std::pow(1 + c * x, 3);
      if (v <= 0) continue;
      if (std::log(uniform_()) < 0.5 * x * x + d - d * v + d * std::log(v)) {
        return shape_ < 1 ? d * v * std::pow(uniform_(), 1 / shape_) : d * v;
      }
    }
  }

  double shape_, scale_, at_ = 0;
  Uniform uniform_;
};

// The rate rises evenly: the k-th request comes when the integral of the rate has reached k.
class Ramp final : public Arrivals {
 public:
  Ramp(double from, double to, double over) : from_(from), to_(to), over_(over) {}
  Nanos next() override {
    const auto k = static_cast<double>(count_++);
    const double whole = (from_ + to_) / 2 * over_;
    if (k >= whole) return from_seconds(over_ + (k - whole) / to_);
    const double slope = (to_ - from_) / over_;
    if (std::abs(slope) < 1e-12) return from_seconds(k / from_);
    return from_seconds((std::sqrt(from_ * from_ + 2 * slope * k) - from_) / slope);
  }

 private:
  double from_, to_, over_;
  std::uint64_t count_ = 0;
};

class Trace final : public Arrivals {
 public:
  Trace(std::vector<Nanos> times, Nanos period) : times_(std::move(times)), period_(period) {}
  Nanos next() override {
    const Nanos at = round_ * period_ + times_[index_];
    if (++index_ == times_.size()) {
      index_ = 0;
      ++round_;
    }
    return at;
  }

 private:
  std::vector<Nanos> times_;
  Nanos period_, round_ = 0;
  std::size_t index_ = 0;
};

// Time stands still in the off part of each period: what would have come then comes later.
class Duty final : public Arrivals {
 public:
  Duty(std::unique_ptr<Arrivals> inner, Nanos period, double share)
      : inner_(std::move(inner)),
        period_(period),
        on_(std::max<Nanos>(1, from_seconds(to_seconds(period) * share))) {}
  Nanos next() override {
    const Nanos active = inner_->next();
    return active / on_ * period_ + active % on_;
  }

 private:
  std::unique_ptr<Arrivals> inner_;
  Nanos period_, on_;
};

Error wrong(std::string what, std::string remedy) {
  return {Errc::invalid, std::move(what), std::move(remedy)};
}

Result<std::unique_ptr<Arrivals>> plain_arrivals(const ArrivalOptions& o) {
  using Made = std::unique_ptr<Arrivals>;
  if (o.pattern == "trace") {
    if (o.trace.empty()) return wrong("the trace has no request", "give a file with times in it");
    if (!std::ranges::is_sorted(o.trace) || o.trace.front() < 0) {
      return wrong("the times of the trace are not in order", "sort them");
    }
    // Unless told, the repetition begins one mean gap after the last request.
    const Nanos last = o.trace.back();
    const Nanos gap =
        last > 0 && o.trace.size() > 1 ? last / static_cast<Nanos>(o.trace.size() - 1) : kSecond;
    return Made(std::make_unique<Trace>(o.trace, std::max(o.trace_period, last + gap)));
  }
  if (!(o.rate > 0) || o.rate > 1e6) {
    return wrong("a rate is more than 0 and at most 1000000 requests a second", "write --rate 5");
  }
  if (o.pattern == "constant") return Made(std::make_unique<Constant>(o.rate));
  if (o.pattern == "poisson") return Made(std::make_unique<Gamma>(o.rate, 1.0, o.seed));
  if (o.pattern == "gamma") {
    if (!(o.burstiness > 0.01) || o.burstiness > 100) {
      return wrong("burstiness is from 0.01 to 100", "1 is Poisson, less comes in bursts");
    }
    return Made(std::make_unique<Gamma>(o.rate, o.burstiness, o.seed));
  }
  if (o.pattern == "ramp") {
    if (o.ramp_over <= 0 || !(o.ramp_from >= 0)) {
      return wrong("a ramp needs the time that it takes", "write --ramp-over 60s");
    }
    return Made(std::make_unique<Ramp>(o.ramp_from, o.rate, to_seconds(o.ramp_over)));
  }
  return wrong("there is no arrival pattern \"" + o.pattern + "\"",
               "use closed, constant, poisson, gamma, ramp or trace");
}

}  // namespace

Result<std::unique_ptr<Arrivals>> make_arrivals(const ArrivalOptions& options) {
  auto plain = plain_arrivals(options);
  if (!plain || options.duty_period == 0) return plain;
  if (options.duty_period < kMillisecond || !(options.duty > 0) || options.duty > 1) {
    return wrong("a duty cycle has a period and a share above 0 and up to 100 %",
                 "write --duty 60s:50%");
  }
  return std::unique_ptr<Arrivals>(
      std::make_unique<Duty>(std::move(*plain), options.duty_period, options.duty));
}

Result<std::unique_ptr<Arrivals>> make_arrivals(const std::optional<ArrivalOptions>& options) {
  if (!options) return std::unique_ptr<Arrivals>();
  return make_arrivals(*options);
}

Result<std::vector<Nanos>> parse_trace(std::string_view text, const std::string& name) {
  std::vector<Nanos> out;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (line.empty() || line[0] == '#') continue;
    double seconds = -1;
    if (line[0] == '{') {
      const auto object = parse_json(line);
      if (object) seconds = json_get<double>(*object, "timestamp").value_or(-1000) * 1e-3;
    } else {
      const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), seconds);
      const bool ends =
          stop == line.data() + line.size() || *stop == ',' || *stop == ' ' || *stop == '\t';
      if (error != std::errc{} || !ends) seconds = -1;
    }
    const bool possible = seconds >= 0 && seconds <= 1e8;
    const bool ordered = !possible || out.empty() || from_seconds(seconds) >= out.back();
    if (!possible || !ordered) {
      return Error{Errc::invalid,
                   ordered ? "this is no time in seconds" : "this time is before the one above",
                   "write one time a line, from the start and in order", name, number};
    }
    if (out.size() == kMostTrace) {
      return Error{Errc::full, "the trace has more than 1000000 requests", "shorten it", name,
                   number};
    }
    out.push_back(from_seconds(seconds));
  }
  return out;
}

}  // namespace soakrig::workloads
