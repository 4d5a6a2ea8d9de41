// SPDX-License-Identifier: Apache-2.0
//
// soakrig resume [RUN]: goes on with a run whose controller died, in the same phase, with the dwell
// it had; the gap is stored.
#include <fmt/format.h>

#include <span>

#include "results/store/archive.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/resume_point.hpp"
#include "rig/app/run_soak.hpp"
#include "rig/base/secrets.hpp"

namespace soakrig::app {

int command_resume(std::span<const std::string> args) {
  CLI::App parser("Goes on with an interrupted run, in the phase where it was", "resume");
  std::string run = "last", archive;
  parser.add_option("RUN", run, "last (the default), an id or its beginning, a name or a path");
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  if (const auto code = parse_command_line(parser, args)) return *code;
  const SystemClock clock;
  const std::string folder = store::archive_dir(archive);
  const auto path = store::Archive(folder).resolve(run);
  if (!path) return complain(path.error(), 4);
  SoakOrder order;
  {
    const auto reader = store::Reader::open(*path);
    if (!reader) return complain(reader.error(), 2);
    const auto point = resume_point(*reader);
    if (!point) return complain(point.error(), 4);
    if (reader->header().spec_json.find(kMasked) != std::string::npos) {
      return complain(
          {Errc::unsupported,
           "its profile had a secret in clear, which the run's file does not keep: the "
           "programs that need it cannot be started again",
           "start a new run, with the secret in a file or in the environment", *path, 0, 0},
          4);
    }
    auto spec = decode_run_spec(reader->header().spec_json);
    if (!spec) return complain(spec.error(), 2);
    order.spec = std::move(*spec);
    order.archive = folder;
    order.profile_text = reader->header().profile_text;
    order.resume = {*path, reader->header(), *point};
  }
  if (order.spec.chamber) {
    const auto files = guard::Files::open();
    if (!files) return complain(files.error(), 2);
    const auto taken = take_from_guard(*files, order.resume->header.id, clock);
    if (!taken) return complain(taken.error(), 2);
  }
  return run_soak(std::move(order));
}

}  // namespace soakrig::app
