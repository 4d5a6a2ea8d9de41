// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/log_histogram.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "tests/support/catch.hpp"

using soakrig::workloads::LogHistogram;

TEST_CASE("quantiles are right to 1 %, from microseconds to a day") {
  std::mt19937_64 engine(7);
  std::lognormal_distribution<double> draw(-3, 4);
  std::vector<double> values;
  LogHistogram histogram;
  for (int i = 0; i < 20000; ++i) {
    values.push_back(std::clamp(draw(engine), 1e-6, 86400.0));
    histogram.add(values.back());
  }
  std::ranges::sort(values);
  for (const double q : {0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999}) {
    const double exact = values[static_cast<std::size_t>(std::ceil(q * 20000)) - 1];
    INFO(q << " " << exact);
    CHECK(std::abs(histogram.quantile(q) / exact - 1) <= 0.01);
  }
  CHECK(histogram.quantile(1) <= values.back());
  CHECK(histogram.max() == values.back());
}

TEST_CASE("two histograms add up to the histogram of both") {
  LogHistogram a, b, both;
  for (int i = 1; i <= 100; ++i) {
    (i % 3 == 0 ? a : b).add(i * 0.01);
    both.add(i * 0.01);
  }
  a.merge(b);
  CHECK(a.json() == both.json());
  CHECK(a.count() == 100);
}

TEST_CASE("values beyond the range, and none, are kept in bounds") {
  LogHistogram histogram;
  CHECK(histogram.quantile(0.5) == 0);
  for (const double value : {0.0, -1.0, 1e-12, 1e30}) histogram.add(value);
  histogram.add(std::numeric_limits<double>::quiet_NaN());
  histogram.add(std::numeric_limits<double>::infinity());
  CHECK(histogram.count() == 4);
  const auto json = nlohmann::json::parse(histogram.json());
  CHECK(json["count"] == 4);
  CHECK(json["buckets"].size() == 2);
  CHECK(json["buckets"][0] == nlohmann::json({0, 3}));
}
