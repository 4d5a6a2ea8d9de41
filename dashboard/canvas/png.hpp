// SPDX-License-Identifier: Apache-2.0
//
// Pictures as PNG files.
#pragma once

#include <string>

#include "dashboard/canvas/raster_canvas.hpp"
#include "rig/base/result.hpp"

namespace soakrig::dashboard {

// Replaces the file in one step: it is the whole picture or what it was. Errc::io.
[[nodiscard]] Result<void> write_png(const Image& image, const std::string& path);
// At most 16384 pixels a side. Errc::corrupt for a file that is no such picture.
[[nodiscard]] Result<Image> read_png(const std::string& path);

// The same for any text, such as an SVG document.
[[nodiscard]] Result<void> write_whole_file(const std::string& path, const std::string& bytes);

}  // namespace soakrig::dashboard
