// SPDX-License-Identifier: Apache-2.0
//
// Without a display; system.dashboard opens the real one.
#include "dashboard/window/window.hpp"

#include <cstdlib>

#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::dashboard;

TEST_CASE("Without a display a window is refused, with what to use instead") {
  ::unsetenv("DISPLAY");
  ::unsetenv("WAYLAND_DISPLAY");
  for (int i = 0; i < 2; ++i) {  // a second try is refused alike
    const auto window = Window::open(640, 480, "test");
    REQUIRE(window.has_error());
    CHECK(window.error().code == Errc::unsupported);
    CHECK(window.error().what.find("display") != std::string::npos);
    CHECK(window.error().remedy.find("soakrig render") != std::string::npos);
  }
}
