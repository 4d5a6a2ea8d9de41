// SPDX-License-Identifier: Apache-2.0
//
// `soakrig sign RUN --key K`: vouches for a run as it is now, in a file beside it.
#include <fmt/format.h>

#include "results/store/archive.hpp"
#include "results/store/seal.hpp"
#include "results/store/verify.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/open_run.hpp"
#include "rig/app/signature.hpp"

namespace soakrig::app {

int command_sign(std::span<const std::string> args) {
  CLI::App parser("Signs a run with an SSH key, into FILE.soak.sig beside it", "sign");
  std::string run, archive, key;
  parser.add_option("RUN", run, "last, an id or its beginning, a name or a path")->required();
  parser
      .add_option("--key", key,
                  "a private key made by ssh-keygen, or a public one that ssh-agent holds")
      ->required();
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.footer(
      "Exit codes: 0 signed, 1 altered, 2 unreadable or no signature could be made, 3 the run "
      "is not closed, 4 usage");
  if (const auto code = parse_command_line(parser, args)) return *code;

  const auto path = store::Archive(store::archive_dir(archive)).resolve(run);
  if (!path) return complain(path.error(), exit_code_of(path.error()));
  const auto state = store::seal(*path);
  if (!state) return complain(state.error(), state.error().code == Errc::busy ? 3 : 2);
  const auto found = store::verify(*path);
  if (!found) return complain(found.error(), 2);
  if (found->altered) {
    const auto& what = *found->altered;
    return complain({Errc::corrupt, what.table + " " + what.row + " " + what.what,
                     "nothing was signed: it is not what was sealed", *path},
                    1);
  }
  if (!found->evidence.complete) {
    return complain({Errc::unsupported, "the file has no hashes of its records",
                     "only runs of this version can be signed", *path},
                    3);
  }
  const auto done = make_signature(*path, store::manifest(found->header.id, found->evidence), key);
  if (!done) return complain(done.error(), done.error().code == Errc::busy ? 4 : 2);
  fmt::print("{}: head {} signed\n", signature_path(*path), found->evidence.head);
  return 0;
}

}  // namespace soakrig::app
