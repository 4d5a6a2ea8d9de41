// SPDX-License-Identifier: Apache-2.0
//
// A window on the desktop: the only file pair that knows GLFW and OpenGL. It sleeps until there is
// input, a wake-up or a time to wake, draws what it is told, and hands over what was typed and
// pointed at. Belongs to the main thread, but for wake().
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dashboard/app/pointer.hpp"
#include "dashboard/canvas/fonts.hpp"
#include "dashboard/canvas/theme.hpp"

namespace soakrig::dashboard {

// A key by its name ("Ctrl+P", "Shift+A", "[", "Enter"), what it writes, or both; the other is
// empty.
struct KeyPress {
  std::string key, text;
};

struct WindowInput {
  std::vector<Pointer> pointers;  // one look a press, release or turn of the wheel, and the last
  std::vector<KeyPress> keys;     // in order
  bool resized = false;
  bool close = false;
};

class Window {
 public:
  // Errc::unsupported where there is no display or no OpenGL 3; the message says which.
  [[nodiscard]] static Result<Window> open(int width, int height, const std::string& title);
  ~Window();
  Window(Window&&) noexcept;
  Window& operator=(Window&&) noexcept;

  // Sleeps at most so long; less when something happens.
  [[nodiscard]] WindowInput wait(Nanos at_most);
  // Thread-safe: ends a wait().
  static void wake();
  // `paint` draws the whole area.
  void draw(Colour background, const std::function<void(Canvas&, const Rect&)>& paint);
  // The fonts of all drawing from now on.
  void use(FontSet fonts);
  [[nodiscard]] const FontSet& fonts() const;
  [[nodiscard]] Rect area() const;
  [[nodiscard]] bool visible() const;         // not minimised
  [[nodiscard]] float desktop_scale() const;  // what the desktop asks for
  void set_title(const std::string& title);
  void copy(const std::string& text);  // to the clipboard

 private:
  struct Impl;
  explicit Window(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace soakrig::dashboard
