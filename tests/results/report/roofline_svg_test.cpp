// SPDX-License-Identifier: Apache-2.0
#include "results/report/roofline_svg.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;
using soakrig::report::roofline_svg;

TEST_CASE("roofline_svg: a roof with its loads, names escaped") {
  const std::string svg =
      roofline_svg({30.2e9, 388e9}, {{"chat <hot>", 3.6, 90e9}, {"gone", 0, 1e9}});
  CHECK(svg.starts_with("<svg"));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.find("chat &lt;hot&gt;") != std::string::npos);
  CHECK(svg.find("gone") == std::string::npos);
  CHECK(svg.find("30.2 GB/s and 388 GOPS") != std::string::npos);
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg.find("inf") == std::string::npos);
}

TEST_CASE("roofline_svg: without both ceilings there is no roof to draw") {
  CHECK(roofline_svg({}, {}).empty());
  CHECK(roofline_svg({30e9, {}}, {}).empty());
  CHECK(roofline_svg({30e9, 0.0}, {}).empty());
  CHECK_FALSE(roofline_svg({30e9, 388e9}, {}).empty());
}
