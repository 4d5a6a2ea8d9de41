// SPDX-License-Identifier: Apache-2.0
#include "results/report/html/roofline_chart.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig;
using namespace soakrig::analysis;
using namespace soakrig::report;

namespace {

BoardBounds bounds(std::optional<double> bandwidth, std::optional<double> peak, double tokens) {
  BoardBounds out;
  out.ceilings = {bandwidth, peak};
  const Load load{tokens, 582e6, 2.07e9};
  out.loads.push_back({"<hot>", "chat", load, out.ceilings, "", explain_bound(load, out.ceilings)});
  return out;
}

using soakrig::test::has;

}  // namespace

TEST_CASE("roofline_chart: a roof with its loads, names escaped, and what it is not said across") {
  const Words& words = words_of(Language::en);
  const std::string svg = roofline_file(bounds(30.2e9, 388e9, 45), "SIMULATED", words);
  CHECK(svg.starts_with("<svg"));
  CHECK(test::ill_formed(svg).empty());
  CHECK(has(svg, "chat &lt;hot&gt;"));
  CHECK(has(svg, "30.2 GB/s, 388 GOPS"));
  CHECK(has(svg, ">SIMULATED<"));
  CHECK(has(svg, "<style>"));
  CHECK_FALSE(has(svg, "nan"));
  CHECK_FALSE(has(svg, "inf"));
  const std::string inside = roofline_chart(bounds(30.2e9, 388e9, 45), "", words).str();
  CHECK_FALSE(has(inside, "<style>"));  // it would be the whole page's
  CHECK_FALSE(has(inside, "banner"));
}

TEST_CASE("roofline_chart: a load above the roof is no point, and half a roof is none") {
  const Words& words = words_of(Language::en);
  CHECK_FALSE(has(roofline_file(bounds(30.2e9, 388e9, 70), "", words), "chat"));
  CHECK(roofline_file(bounds({}, {}, 45), "", words).empty());
  CHECK(roofline_file(bounds(30e9, {}, 45), "", words).empty());
  CHECK(roofline_file(bounds(30e9, 0.0, 45), "", words).empty());
}
