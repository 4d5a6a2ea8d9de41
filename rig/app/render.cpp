// SPDX-License-Identifier: Apache-2.0
//
// `soakrig render RUN[:BOARD]… -o FILE.png|FILE.svg`: a view of the dashboard as a picture, without
// a display.
#include "dashboard/app/picture.hpp"
#include "results/store/archive.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/open_run.hpp"

namespace soakrig::app {

int command_render(std::span<const std::string> args) {
  CLI::App parser("Draws a view of a run into a picture file, without a display", "render");
  dashboard::PictureRequest request;
  std::vector<std::string> runs;
  std::string archive, out, size = "1920x1080", format = "elapsed", align = "start";
  parser.add_option("RUN", runs,
                    "last, an id or its beginning, a name or a path; RUN:BOARD for one board; "
                    "several for fleet and compare, none for history");
  parser.add_option("-o,--out", out, "the picture: FILE.png or FILE.svg")->required();
  parser.add_option("--view", request.view, "fleet, timeline, incident, compare, history or rig")
      ->capture_default_str();
  parser.add_option("--align", align, "of compare: start, dwell or event")->capture_default_str();
  parser.add_option("--range", request.range,
                    "1h..2h, 30min.., ..45s or 'last 10min'; default all");
  parser.add_option("--channel", request.channels,
                    "draw this instead of the usual plots; may be repeated");
  parser.add_option("--theme", request.theme, "light, dark or contrast")->capture_default_str();
  parser.add_option("--size", size, "WIDTHxHEIGHT in pixels")->capture_default_str();
  parser.add_option("--scale", request.scale, "size of text and lines")
      ->check(CLI::Range(0.75, 2.5))
      ->capture_default_str();
  parser.add_option("--time", format, "elapsed, utc or local")->capture_default_str();
  parser.add_flag("--embedded-font", request.embedded_font,
                  "a built-in font, the same on every machine");
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  if (const auto code = parse_command_line(parser, args)) return *code;

  const auto usage = [](const Error& error) { return complain(error, exit_code_of(error)); };
  const auto parsed = dashboard::parse_size(size);
  if (!parsed) return usage(parsed.error());
  request.size = *parsed;
  const auto time = dashboard::parse_time_format(format);
  if (!time) return usage({Errc::invalid, "time '" + format + "'", "elapsed, utc or local"});
  request.format = *time;
  const auto by = dashboard::parse_align(align);
  if (!by) return usage({Errc::invalid, "align '" + align + "'", "start, dwell or event"});
  request.align = *by;
  request.archive = store::archive_dir(archive);
  const store::Archive folder(request.archive);
  for (const std::string& run : runs) {
    const store::RunName name = store::split_run_name(run);
    const auto path = folder.resolve(name.run);
    if (!path) return usage(path.error());
    request.runs.push_back(*path);
    if (request.board.empty()) request.board = name.board;
  }
  if (const auto written = dashboard::write_picture(request, out); !written)
    return usage(written.error());
  return 0;
}

}  // namespace soakrig::app
