// SPDX-License-Identifier: Apache-2.0
//
// `soakrig export RUN -o F.soak`: a copy of a closed run to send abroad, which still verifies.
#include <fmt/format.h>

#include "results/store/archive.hpp"
#include "results/store/export_copy.hpp"
#include "results/store/seal.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/open_run.hpp"

namespace soakrig::app {
namespace {

int exit_code_of_export(Errc code) {
  if (code == Errc::corrupt) return 1;
  return code == Errc::busy || code == Errc::invalid ? 4 : 2;
}

}  // namespace

int command_export(std::span<const std::string> args) {
  CLI::App parser("Writes a copy of a closed run to send abroad; it verifies as the run does",
                  "export");
  std::string run, archive, to;
  store::ExportOptions options;
  parser.add_option("RUN", run, "last, an id or its beginning, a name or a path")->required();
  parser.add_option("-o", to, "the file to write; never over another")->required();
  parser.add_flag("--thin", options.thin,
                  "without raw samples: summaries, events and the verdict stay");
  parser.add_flag("--redact", options.redact,
                  "without serials, hosts, addresses and the profile's text");
  parser.add_option("--withhold", options.words,
                    "a name that must not be in the copy either; implies --redact");
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.footer("Exit codes: 0 written, 1 the run is altered, 2 unreadable or not written, 4 usage");
  if (const auto code = parse_command_line(parser, args)) return *code;

  const auto path = store::Archive(store::archive_dir(archive)).resolve(run);
  if (!path) return complain(path.error(), exit_code_of(path.error()));
  if (const auto state = store::seal(*path); !state) return complain(state.error(), 2);
  const auto done = store::export_copy(*path, to, options);
  if (!done) return complain(done.error(), exit_code_of_export(done.error().code));
  fmt::print("{}: {} bytes, {} rows and {} values withheld\n", to, done->bytes, done->rows_withheld,
             done->values_withheld);
  if (done->judgement_withheld) {
    fmt::print("its judgement says what is withheld and is left out: the copy has the verdict only\n");
  }
  fmt::print("{}\n", done->signed_too ? "its signature lies beside it" : "it is not signed");
  return 0;
}

}  // namespace soakrig::app
