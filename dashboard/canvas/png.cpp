// SPDX-License-Identifier: Apache-2.0
#include "dashboard/canvas/png.hpp"

#include <png.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>

namespace soakrig::dashboard {
namespace {

Error png_error(Errc code, const png_image& image, const std::string& path) {
  return Error{code, std::string("PNG: ") + image.message, "", path};
}

png_image described(const Image& image) {
  png_image out;
  std::memset(&out, 0, sizeof out);
  out.version = PNG_IMAGE_VERSION;
  out.width = static_cast<png_uint_32>(image.width);
  out.height = static_cast<png_uint_32>(image.height);
  out.format = PNG_FORMAT_RGBA;
  return out;
}

}  // namespace

Result<void> write_whole_file(const std::string& path, const std::string& bytes) {
  const std::string aside = path + ".part" + std::to_string(::getpid());
  const auto fail = [&](std::string_view what) {
    Error error = sys_error(what, path, "choose another place for the picture");
    std::remove(aside.c_str());
    return error;
  };
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(aside.c_str(), "wbx"),
                                                       &std::fclose);
  if (!file) return fail("cannot be written");
  if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size())
    return fail("cannot be written whole");
  if (std::fclose(file.release()) != 0) return fail("cannot be written whole");
  if (std::rename(aside.c_str(), path.c_str()) != 0) return fail("cannot be put in place");
  return {};
}

Result<void> write_png(const Image& image, const std::string& path) {
  // All pixels are opaque: three channels make a smaller file.
  std::string rgb;
  rgb.reserve(image.rgba.size() / 4 * 3);
  for (std::size_t i = 0; i + 3 < image.rgba.size(); i += 4) {
    for (std::size_t k = 0; k < 3; ++k) rgb.push_back(static_cast<char>(image.rgba[i + k]));
  }
  png_image out = described(image);
  out.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 0;
  if (png_image_write_to_memory(&out, nullptr, &size, 0, rgb.data(), 0, nullptr) == 0) {
    return png_error(Errc::io, out, path);
  }
  std::string bytes(size, '\0');
  if (png_image_write_to_memory(&out, bytes.data(), &size, 0, rgb.data(), 0, nullptr) == 0) {
    return png_error(Errc::io, out, path);
  }
  bytes.resize(size);
  return write_whole_file(path, bytes);
}

Result<Image> read_png(const std::string& path) {
  Image out;
  png_image in = described(out);
  if (png_image_begin_read_from_file(&in, path.c_str()) == 0)
    return png_error(Errc::corrupt, in, path);
  if (in.width > 16384 || in.height > 16384) {
    png_image_free(&in);
    return Error{Errc::corrupt, "PNG: larger than 16384 pixels a side", "", path};
  }
  in.format = PNG_FORMAT_RGBA;
  out.width = static_cast<int>(in.width);
  out.height = static_cast<int>(in.height);
  out.rgba.resize(PNG_IMAGE_SIZE(in));
  if (png_image_finish_read(&in, nullptr, out.rgba.data(), 0, nullptr) == 0) {
    return png_error(Errc::corrupt, in, path);
  }
  return out;
}

}  // namespace soakrig::dashboard
