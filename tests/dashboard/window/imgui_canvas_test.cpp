// SPDX-License-Identifier: Apache-2.0
#include "dashboard/window/imgui_canvas.hpp"

#include <imgui.h>

#include <array>

#include "tests/support/catch.hpp"

using namespace soakrig::dashboard;

namespace {

// ImGui without a window: it makes vertices, nobody draws them.
struct Headless {
  FontSet fonts{{1, true, ""}};
  ImGuiContext* context = ImGui::CreateContext(fonts.atlas());
  Headless() {
    ImGui::GetIO().DisplaySize = {400, 300};
    ImGui::GetIO().IniFilename = nullptr;
    ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    ImGui::NewFrame();
    list = ImGui::GetBackgroundDrawList();
  }
  ~Headless() {
    ImGui::EndFrame();
    ImGui::DestroyContext(context);
  }
  ImDrawList* list = nullptr;
};

}  // namespace

TEST_CASE("A scene becomes vertices of one draw list") {
  Headless h;
  ImguiCanvas canvas(*h.list, h.fonts);
  const int before = h.list->VtxBuffer.Size;
  std::vector<Rect> many(20'000, Rect{1, 2, 3, 4});
  canvas.fills(many, {255, 0, 0, 255});
  CHECK(h.list->VtxBuffer.Size == before + 4 * 20'000);
  CHECK(h.list->VtxBuffer[before].pos.x == 1);
  CHECK(h.list->VtxBuffer[before + 2].pos.y == 6);
  const int after = h.list->VtxBuffer.Size;
  canvas.polygon(std::array{Point{0, 0}, Point{9, 0}, Point{0, 9}}, {0, 0, 0, 255});
  canvas.polyline(std::array{Point{0, 0}, Point{50, 9}}, {0, 0, 0, 255}, 2);
  canvas.polyline(std::array{Point{0, 0}, Point{0, 9}}, {0, 0, 0, 255}, 2);
  CHECK(h.list->VtxBuffer.Size > after);
}

TEST_CASE("Text is drawn as the others draw it: control characters and bad bytes are harmless") {
  Headless h;
  ImguiCanvas canvas(*h.list, h.fonts);
  const int before = h.list->VtxBuffer.Size;
  canvas.text({5, 5}, "ab", TextStyle::normal, {0, 0, 0, 255});
  CHECK(h.list->VtxBuffer.Size == before + 8);
  canvas.text({5, 5}, "\n\x1b\xFF", TextStyle::normal, {0, 0, 0, 255});
  CHECK(h.list->VtxBuffer.Size == before + 12);  // one question mark
  CHECK(canvas.metrics().width("ab", TextStyle::normal) > 0);
}

TEST_CASE("Clips are those of the list, cut to one another") {
  Headless h;
  ImguiCanvas canvas(*h.list, h.fonts);
  canvas.push_clip({10, 10, 50, 50});
  canvas.push_clip({40, 0, 100, 100});
  CHECK(h.list->GetClipRectMin().x == 40);
  CHECK(h.list->GetClipRectMax().x == 60);
  canvas.pop_clip();
  CHECK(h.list->GetClipRectMin().x == 10);
  canvas.pop_clip();
}
