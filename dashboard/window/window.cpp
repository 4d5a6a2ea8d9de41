// SPDX-License-Identifier: Apache-2.0
#include "dashboard/window/window.hpp"

// clang-format off
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <backends/imgui_impl_opengl3.h>
// clang-format on

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "dashboard/window/imgui_canvas.hpp"

namespace soakrig::dashboard {
namespace {

constexpr double kTwice = 0.35;  // s between the clicks of a double one

std::string utf8_of(unsigned c) {
  std::string out;
  const auto add = [&](unsigned byte) {
    out += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | (c >> 6)), add(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    add(0xE0 | (c >> 12)), add(0x80 | ((c >> 6) & 0x3F)), add(0x80 | (c & 0x3F));
  } else {
    add(0xF0 | (c >> 18)), add(0x80 | ((c >> 12) & 0x3F)), add(0x80 | ((c >> 6) & 0x3F)),
        add(0x80 | (c & 0x3F));
  }
  return out;
}

// Keys that write no character.
std::optional<std::string> name_of(int key) {
  switch (key) {
    case GLFW_KEY_ESCAPE:
      return "Escape";
    case GLFW_KEY_ENTER:
    case GLFW_KEY_KP_ENTER:
      return "Enter";
    case GLFW_KEY_BACKSPACE:
      return "Backspace";
    case GLFW_KEY_TAB:
      return "Tab";
    case GLFW_KEY_UP:
      return "Up";
    case GLFW_KEY_DOWN:
      return "Down";
    case GLFW_KEY_LEFT:
      return "Left";
    case GLFW_KEY_RIGHT:
      return "Right";
    case GLFW_KEY_PAGE_UP:
      return "PageUp";
    case GLFW_KEY_PAGE_DOWN:
      return "PageDown";
    case GLFW_KEY_HOME:
      return "Home";
    case GLFW_KEY_END:
      return "End";
    case GLFW_KEY_SPACE:
      return "Space";
    case GLFW_KEY_F12:
      return "F12";
    default:
      return std::nullopt;
  }
}

}  // namespace

struct Window::Impl {
  GLFWwindow* window = nullptr;
  ImGuiContext* context = nullptr;
  std::optional<FontSet> fonts;
  WindowInput input;
  Pointer pointer;  // as it is now
  double last_press = -1;
  Point last_at;
  std::string shown_title;

  ~Impl() {
    if (context != nullptr) {
      ImGui_ImplOpenGL3_Shutdown();
      ImGui::DestroyContext(context);
    }
    if (window != nullptr) glfwDestroyWindow(window);
    glfwTerminate();
  }

  static Impl& of(GLFWwindow* w) { return *static_cast<Impl*>(glfwGetWindowUserPointer(w)); }

  void on_key(int key, int scancode, int mods) {
    const bool ctrl = (mods & GLFW_MOD_CONTROL) != 0, shift = (mods & GLFW_MOD_SHIFT) != 0;
    std::optional<std::string> name = name_of(key);
    std::string prefix = ctrl ? "Ctrl+" : "";
    if (!name && ctrl) {
      // With Ctrl no character comes: the key's own, by the layout of the keyboard.
      const char* written = glfwGetKeyName(key, scancode);
      if (written == nullptr) return;
      std::string text(written);
      std::ranges::transform(text, text.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
      });
      name = text == "=" ? "+" : text;
    } else if (name && shift) {
      prefix += "Shift+";
    }
    if (name) input.keys.push_back({prefix + *name, ""});
  }

  void on_character(unsigned c) {
    KeyPress press{"", utf8_of(c)};
    if (c > ' ' && c < 0x7F) {
      const char letter = static_cast<char>(c);
      const bool upper = letter >= 'A' && letter <= 'Z', lower = letter >= 'a' && letter <= 'z';
      press.key = upper ? std::string("Shift+") + letter
                        : std::string(1, lower ? static_cast<char>(letter - 32) : letter);
    }
    input.keys.push_back(std::move(press));
  }

  void on_button(int button, bool down) {
    Pointer& p = pointer;
    if (button == GLFW_MOUSE_BUTTON_LEFT) {
      const double now = glfwGetTime();
      p.twice = down && now - last_press < kTwice && std::abs(p.at.x - last_at.x) < 4 &&
                std::abs(p.at.y - last_at.y) < 4;
      if (down) last_press = p.twice ? -1 : now, last_at = p.at;
      p.down = down;
    } else {
      p.right_down = down;
    }
    look();
  }

  // What must not be lost when more follows before the screen is drawn.
  void look() {
    input.pointers.push_back(pointer);
    pointer.wheel = 0;
    pointer.twice = false;
  }

  void listen() {
    glfwSetWindowUserPointer(window, this);
    glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
      if (action != GLFW_RELEASE) of(w).on_key(key, scancode, mods);
    });
    glfwSetCharCallback(window, [](GLFWwindow* w, unsigned c) { of(w).on_character(c); });
    glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int mods) {
      of(w).modifiers(mods);
      of(w).on_button(button, action == GLFW_PRESS);
    });
    glfwSetCursorPosCallback(window, [](GLFWwindow* w, double x, double y) {
      of(w).pointer.at = {static_cast<float>(x), static_cast<float>(y)};
    });
    glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int inside) {
      if (inside == 0) of(w).pointer.at = {-1, -1};
    });
    glfwSetScrollCallback(window, [](GLFWwindow* w, double, double y) {
      of(w).pointer.wheel = static_cast<float>(y);
      of(w).look();
    });
    const auto resized = [](GLFWwindow* w, int, int) { of(w).input.resized = true; };
    glfwSetFramebufferSizeCallback(window, resized);
    glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { of(w).input.resized = true; });
  }

  void modifiers(int mods) {
    pointer.shift = (mods & GLFW_MOD_SHIFT) != 0;
    pointer.ctrl = (mods & GLFW_MOD_CONTROL) != 0;
  }
};

Window::Window(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Window::~Window() = default;
Window::Window(Window&&) noexcept = default;
Window& Window::operator=(Window&&) noexcept = default;

Result<Window> Window::open(int width, int height, const std::string& title) {
  const auto failed = [](const char* what) {
    const char* why = nullptr;
    glfwGetError(&why);
    return Error{
        Errc::unsupported, std::string(what) + (why != nullptr ? std::string(": ") + why : ""),
        "soakrig render draws pictures without one, soakrig top shows a run in the terminal"};
  };
  if (glfwInit() == GLFW_FALSE) return failed("no display");
  auto impl = std::make_unique<Impl>();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  impl->window = glfwCreateWindow(width, height, title.c_str(), nullptr, nullptr);
  if (impl->window == nullptr) return failed("no window with OpenGL 3.2");
  glfwMakeContextCurrent(impl->window);
  glfwSwapInterval(1);
  impl->listen();
  return Window(std::move(impl));
}

void Window::use(FontSet fonts) {
  // A context has one atlas for its life: another set of fonts is another context.
  if (impl_->context != nullptr) {
    ImGui_ImplOpenGL3_Shutdown();
    ImGui::DestroyContext(impl_->context);
  }
  impl_->fonts.emplace(std::move(fonts));
  impl_->context = ImGui::CreateContext(impl_->fonts->atlas());
  ImGui::GetIO().IniFilename = nullptr;  // leaves no file behind
  ImGui_ImplOpenGL3_Init("#version 150");
}

const FontSet& Window::fonts() const { return *impl_->fonts; }

WindowInput Window::wait(Nanos at_most) {
  glfwWaitEventsTimeout(std::max(0.001, to_seconds(at_most)));
  impl_->input.close = glfwWindowShouldClose(impl_->window) != GLFW_FALSE;
  const auto held = [this](int left, int right) {
    return glfwGetKey(impl_->window, left) == GLFW_PRESS ||
           glfwGetKey(impl_->window, right) == GLFW_PRESS;
  };
  impl_->pointer.shift = held(GLFW_KEY_LEFT_SHIFT, GLFW_KEY_RIGHT_SHIFT);
  impl_->pointer.ctrl = held(GLFW_KEY_LEFT_CONTROL, GLFW_KEY_RIGHT_CONTROL);
  impl_->look();
  return std::exchange(impl_->input, {});
}

void Window::wake() { glfwPostEmptyEvent(); }

Rect Window::area() const {
  int width = 0, height = 0;
  glfwGetWindowSize(impl_->window, &width, &height);
  return {0, 0, static_cast<float>(std::max(1, width)), static_cast<float>(std::max(1, height))};
}

bool Window::visible() const {
  return glfwGetWindowAttrib(impl_->window, GLFW_ICONIFIED) == GLFW_FALSE &&
         glfwGetWindowAttrib(impl_->window, GLFW_VISIBLE) != GLFW_FALSE;
}

float Window::desktop_scale() const {
  float x = 1, y = 1;
  glfwGetWindowContentScale(impl_->window, &x, &y);
  return std::clamp(std::max(x, y), 0.75f, 2.5f);
}

void Window::set_title(const std::string& title) {
  if (title == impl_->shown_title) return;
  glfwSetWindowTitle(impl_->window, title.c_str());
  impl_->shown_title = title;
}

void Window::copy(const std::string& text) { glfwSetClipboardString(impl_->window, text.c_str()); }

void Window::draw(Colour background, const std::function<void(Canvas&, const Rect&)>& paint) {
  const Rect whole = area();
  int width = 0, height = 0;
  glfwGetFramebufferSize(impl_->window, &width, &height);
  if (width <= 0 || height <= 0) return;
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {whole.w, whole.h};
  io.DisplayFramebufferScale = {static_cast<float>(width) / whole.w,
                                static_cast<float>(height) / whole.h};
  io.DeltaTime = 1.0f / 60;
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  ImDrawList& list = *ImGui::GetBackgroundDrawList();
  list.AddRectFilled({0, 0}, {whole.w, whole.h},
                     IM_COL32(background.r, background.g, background.b, 255));
  ImguiCanvas canvas(list, *impl_->fonts);
  paint(canvas, whole);
  ImGui::Render();
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glfwSwapBuffers(impl_->window);
}

}  // namespace soakrig::dashboard
