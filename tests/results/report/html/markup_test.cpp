// SPDX-License-Identifier: Apache-2.0
// Also tests: svg.cpp html_page.cpp
#include "results/report/html/markup.hpp"

#include <limits>

#include "results/report/html/html_page.hpp"
#include "results/report/html/svg.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/well_formed.hpp"

using namespace soakrig::report;
using soakrig::test::ill_formed;

TEST_CASE("text is escaped by being put anywhere, in content and in attributes") {
  const Markup p = element("p", {{"title", "a\"b'<c>&"}}, "<script>alert('x')</script> & co");
  CHECK(p.str() ==
        "<p title=\"a&quot;b&#39;&lt;c&gt;&amp;\">&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; "
        "&amp; co</p>");
  CHECK(element("br", {}, Markup{}).str() == "<br/>");
  CHECK(element("td", element("b", "x") + " y").str() == "<td><b>x</b> y</td>");
}

TEST_CASE("bytes that are no text become U+FFFD, real characters stay") {
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(Markup("℃ 通过 𝄞").str() == "℃ 通过 𝄞");
  CHECK(Markup(std::string_view("a\0b", 3)).str() == "a" + bad + "b");
  CHECK(Markup("\x1b[31m").str() == bad + "[31m");
  CHECK(Markup("\xC0\xAF").str() == bad + bad);            // overlong '/'
  CHECK(Markup("\xED\xA0\x80").str() == bad + bad + bad);  // a surrogate
  CHECK(Markup("\xF5\x80\x80\x80").str() == bad + bad + bad + bad);
  CHECK(Markup("cut \xE9\x80").str() == "cut " + bad + bad);
  CHECK(Markup("\xE2\x80\xAEtxt").str() == bad + "txt");  // would turn the text around
  CHECK(Markup("\xEF\xBF\xBE").str() == bad);             // no character in XML
  CHECK(Markup("tab\tline\n").str() == "tab\tline\n");
}

TEST_CASE("a table fills short rows, aligns numbers and is nothing without rows") {
  CHECK(table({"a", "b"}, {}, 1).empty());
  const std::string text = table({"a", "b"}, {{"x"}, {"y", "2"}}, 1).str();
  CHECK(ill_formed(text).empty());
  CHECK(text.find("<td>x</td><td class=\"n\"></td>") != std::string::npos);
  CHECK(bullets({}, 3).empty());
  CHECK(bullets({"1", "2", "3"}, 2).str() == "<ul><li>1</li><li>2</li><li>… +1</li></ul>");
  CHECK(fact_table({{"k", "v"}}).str().find("<th>k</th><td>v</td>") != std::string::npos);
}

TEST_CASE("shapes never hold a number that is none") {
  CHECK(coordinate(1.26) == "1.3");
  CHECK(coordinate(-0.01) == "0");
  CHECK(coordinate(std::numeric_limits<double>::quiet_NaN()) == "0");
  CHECK(coordinate(std::numeric_limits<double>::infinity()) == "0");
  CHECK(svg_rect(0, 1, 2, 3, "item", "a<b").str().find("<title>a&lt;b</title>") !=
        std::string::npos);
  CHECK(svg_banner(100, "").empty());
  CHECK(text_extent("通过") > text_extent("ab"));
}

TEST_CASE("a page loads and runs nothing, and is well-formed whatever it is called") {
  const std::string page = html_page({"</title><script>x</script>", "edge", true},
                                     element("p", "hi"), words_of(Language::en));
  CHECK(ill_formed(page).empty());
  CHECK(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  CHECK(page.find("<script") == std::string::npos);
  CHECK(page.find("default-src &#39;none&#39;") != std::string::npos);
  CHECK(page.find("class=\"edge marked\"") != std::string::npos);
  CHECK(page.find("prefers-color-scheme:dark") != std::string::npos);
  CHECK(page.find("@media print") != std::string::npos);
  CHECK(page.find("http://") == std::string::npos);
  CHECK(page.find("https://") == std::string::npos);
}

TEST_CASE("the check of these tests sees what is not well-formed") {
  CHECK_FALSE(ill_formed("<p>").empty());
  CHECK_FALSE(ill_formed("<p></b>").empty());
  CHECK_FALSE(ill_formed("<p>a & b</p>").empty());
  CHECK_FALSE(ill_formed("<p title=\"<\">a</p>").empty());
  CHECK(ill_formed("<!DOCTYPE html><p><br/>&amp;</p>").empty());
}
