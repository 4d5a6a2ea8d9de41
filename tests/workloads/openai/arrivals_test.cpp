// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/arrivals.hpp"

#include <cmath>
#include <vector>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

std::vector<double> times(const ArrivalOptions& options, int count) {
  const auto arrivals = make_arrivals(options).value();
  std::vector<double> out;
  for (int i = 0; i < count; ++i) out.push_back(to_seconds(arrivals->next()));
  return out;
}

struct Moments {
  double mean, cv;
};

Moments gaps(const std::vector<double>& at) {
  double sum = 0, squares = 0;
  for (std::size_t i = 1; i < at.size(); ++i) {
    const double gap = at[i] - at[i - 1];
    sum += gap;
    squares += gap * gap;
  }
  const double n = static_cast<double>(at.size() - 1), mean = sum / n;
  return {mean, std::sqrt(squares / n - mean * mean) / mean};
}

ArrivalOptions pattern(const char* name, double rate) {
  ArrivalOptions options;
  options.pattern = name;
  options.rate = rate;
  return options;
}

}  // namespace

TEST_CASE("a constant rate is even to the nanosecond, also after a day") {
  const auto at = times(pattern("constant", 3), 4);
  CHECK(at[0] == 0);
  CHECK(at[3] == Approx(1).epsilon(1e-12));
}

TEST_CASE("gaps have the mean and the spread of their distribution") {
  const Moments poisson = gaps(times(pattern("poisson", 50), 40000));
  CHECK(poisson.mean == Approx(0.02).epsilon(0.02));
  CHECK(poisson.cv == Approx(1).epsilon(0.03));
  for (const double shape : {0.25, 4.0}) {
    ArrivalOptions options = pattern("gamma", 50);
    options.burstiness = shape;
    const Moments gamma = gaps(times(options, 80000));
    INFO(shape);
    CHECK(gamma.mean == Approx(0.02).epsilon(0.03));
    CHECK(gamma.cv == Approx(1 / std::sqrt(shape)).epsilon(0.04));
  }
}

TEST_CASE("the same seed gives the same times, another one others") {
  ArrivalOptions options = pattern("poisson", 5);
  const auto first = times(options, 100);
  CHECK(times(options, 100) == first);
  options.seed = 2;
  CHECK(times(options, 100) != first);
}

TEST_CASE("a ramp's rate grows evenly and then holds") {
  ArrivalOptions options = pattern("ramp", 10);
  options.ramp_over = 10 * kSecond;
  const auto at = times(options, 101);
  // 50 requests in the ramp (its integral), half of them after 7.07 s.
  CHECK(at[25] == Approx(std::sqrt(50.0)));
  CHECK(at[50] == Approx(10));
  CHECK(at[100] == Approx(15));
  options.ramp_from = 10;
  CHECK(times(options, 11)[10] == Approx(1));
}

TEST_CASE("a trace is repeated a mean gap after its end") {
  ArrivalOptions options;
  options.pattern = "trace";
  options.trace = {0, kSecond, 4 * kSecond};
  CHECK(times(options, 5) == std::vector<double>{0, 1, 4, 6, 7});
  options.trace = {0};
  CHECK(times(options, 3) == std::vector<double>{0, 1, 2});
}

TEST_CASE("a duty cycle stops the time in its off part") {
  ArrivalOptions options = pattern("constant", 1);
  options.duty_period = 10 * kSecond;
  options.duty = 0.3;
  CHECK(times(options, 7) == std::vector<double>{0, 1, 2, 10, 11, 12, 20});
}

TEST_CASE("what cannot be is refused") {
  CHECK(make_arrivals(std::nullopt).value() == nullptr);  // a closed loop needs none
  CHECK_FALSE(make_arrivals(pattern("constant", 0)));
  CHECK_FALSE(make_arrivals(pattern("constant", std::nan(""))));
  CHECK_FALSE(make_arrivals(pattern("nonsense", 1)));
  CHECK_FALSE(make_arrivals(pattern("ramp", 1)));
  CHECK_FALSE(make_arrivals(pattern("trace", 1)));
  ArrivalOptions options = pattern("constant", 1);
  options.duty_period = kSecond;
  options.duty = 0;
  CHECK_FALSE(make_arrivals(options));
}

TEST_CASE("a trace file is read, and its faults have a line") {
  const auto plain = parse_trace("# start\n0\n0.5,12\n\n2.25 x\r\n", "t").value();
  CHECK(plain == std::vector<Nanos>{0, kSecond / 2, 9 * kSecond / 4});
  const auto lines =
      parse_trace("{\"timestamp\":0,\"input_length\":5}\n{\"timestamp\":1500}\n", "t");
  CHECK(lines.value() == std::vector<Nanos>{0, 3 * kSecond / 2});
  for (const char* text :
       {"1\nx\n", "1\n-2\n", "1\n0.5\n", "1\n1e300\n", "1\nnan\n", "1\n{\"t\":1}\n", "1\n2x"}) {
    INFO(text);
    const auto wrong = parse_trace(text, "t");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().file == "t");
    CHECK(wrong.error().line == 2);
  }
}
