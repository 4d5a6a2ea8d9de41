// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/word_lengths.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

std::vector<double> drawn(const WordLengths& lengths, int count) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> unit;
  std::vector<double> out;
  for (int i = 0; i < count; ++i) {
    const double one = unit(random), other = unit(random);
    out.push_back(static_cast<double>(lengths.at(one, other)));
  }
  std::ranges::sort(out);
  return out;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

}  // namespace

TEST_CASE("lengths follow the distribution that was asked for") {
  constexpr int kDraws = 20'000;
  const auto fixed = drawn(parse_word_lengths("200").value(), 100);
  CHECK(fixed.front() == 200);
  CHECK(fixed.back() == 200);
  const auto uniform = drawn(parse_word_lengths("100..400").value(), kDraws);
  CHECK(uniform.front() == 100);
  CHECK(uniform.back() == 400);
  CHECK(mean(uniform) == Approx(250).epsilon(0.02));
  const auto normal = drawn(parse_word_lengths("normal:200,50").value(), kDraws);
  CHECK(mean(normal) == Approx(200).epsilon(0.02));
  CHECK(normal[kDraws * 841 / 1000] == Approx(250).epsilon(0.03));  // one deviation above
  const auto log_normal = drawn(parse_word_lengths("lognormal:200,0.6").value(), kDraws);
  CHECK(log_normal[kDraws / 2] == Approx(200).epsilon(0.03));
  CHECK(mean(log_normal) == Approx(200 * std::exp(0.18)).epsilon(0.03));
  CHECK(drawn(parse_word_lengths("normal:2,100").value(), 1000).front() == 1);
  CHECK(drawn(parse_word_lengths("lognormal:200000,5").value(), 1000).back() ==
        WordLengths::kMost);
}

TEST_CASE("a list of lengths is drawn from evenly, and its faults have a line") {
  const auto list = parse_length_list("10\n\n30\r\n20\n", "l").value();
  CHECK(list.list == std::vector<std::int64_t>{10, 30, 20});
  CHECK(list.at(0, 0) == 10);
  CHECK(list.at(0.5, 0) == 30);
  CHECK(list.at(0.999, 0) == 20);
  for (const char* text : {"10\nx\n", "10\n0\n", "10\n200001\n", "10\n-3\n"}) {
    INFO(text);
    const auto wrong = parse_length_list(text, "l");
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().line == 2);
  }
  CHECK_FALSE(parse_length_list("\n\n", "l"));
}

TEST_CASE("what is no length is refused") {
  for (const char* text :
       {"", "0", "many", "5..2", "..", "5..", "200001", "1.5", "normal", "normal:", "normal:200",
        "normal:0,5", "normal:200,-1", "normal:nan,1", "lognormal:200,9", "lognormal:200,inf",
        "zipf:200,1", "normal:200,5,6"}) {
    INFO(text);
    CHECK_FALSE(parse_word_lengths(text));
  }
}
