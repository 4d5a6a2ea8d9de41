// SPDX-License-Identifier: Apache-2.0
//
// A view as a picture file, without a display: `soakrig render`, and what the window saves. The
// scene is the one that the window shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "dashboard/app/screen.hpp"
#include "rig/base/result.hpp"

namespace soakrig::dashboard {

struct PictureSize {
  int width = 1920, height = 1080;
};
// "1920x1080": 160 to 8192 a side.
[[nodiscard]] Result<PictureSize> parse_size(std::string_view text);

struct PictureRequest {
  std::vector<std::string> runs;      // files; the first is the one shown by views of one run
  std::string archive;                // of the history
  std::string view = "timeline";      // one of kViewNames
  std::string board;                  // empty = the first
  std::string range;                  // as parse_range takes it; empty = the whole run
  std::vector<std::string> channels;  // plots by name; empty = the usual stack
  std::string theme = "light";
  TimeFormat format = TimeFormat::elapsed;
  AlignBy align = AlignBy::start;
  PictureSize size;
  float scale = 1;
  bool embedded_font = false;  // for comparisons between machines
};

// Writes `out`, whose name ends in .png or .svg. Errc::invalid for a request that makes no sense,
// else what reading or writing said.
[[nodiscard]] Result<void> write_picture(const PictureRequest& request, const std::string& out);

// The view as it is on the screen, as NAME-VIEW-N.png beside the run's file (or in the archive);
// never over an existing file. Its path.
[[nodiscard]] Result<std::string> save_picture(const Screen& screen, const Rect& area);

}  // namespace soakrig::dashboard
