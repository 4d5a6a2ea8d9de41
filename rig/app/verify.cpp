// SPDX-License-Identifier: Apache-2.0
//
// `soakrig verify RUN`: is the file what was sealed, and who vouches for it? Opens it read-only.
#include "results/store/verify.hpp"

#include <fmt/format.h>

#include "results/store/archive.hpp"
#include "results/store/reader.hpp"
#include "results/store/sequence.hpp"
#include "rig/app/command.hpp"
#include "rig/app/command_line.hpp"
#include "rig/app/complain.hpp"
#include "rig/app/open_run.hpp"
#include "rig/app/signature.hpp"

namespace soakrig::app {
namespace {

constexpr int kIntactAndSigned = 0, kAltered = 1, kUnreadable = 2, kNobodyVouches = 3;

// Of the records; nothing when all of them match.
std::optional<int> print_records(const store::Verification& found) {
  if (found.altered) {
    const auto& what = *found.altered;
    fmt::print("ALTERED: {}{}{} {}\n", what.table, what.row.empty() ? "" : " ", what.row,
               what.what);
    return kAltered;
  }
  if (found.evidence.head.empty()) {
    fmt::print("nothing to compare with: the file has format version 1, which has no hashes\n");
    return kNobodyVouches;
  }
  fmt::print("head {} over {} records\n", found.evidence.head, found.evidence.records);
  if (!found.evidence.complete) {
    fmt::print("the run is {}: what is hashed so far matches, its newest rows are not hashed yet\n",
               to_string(found.state));
    return kNobodyVouches;
  }
  if (found.withheld == 0) {
    fmt::print("intact: every record matches its hash\n");
  } else {
    fmt::print("intact, {} withheld: every record that is here matches its hash\n", found.withheld);
  }
  return std::nullopt;
}

// Nothing where it was not recorded.
void print_places(const std::string& path) {
  const auto reader = store::Reader::open(path);
  if (!reader) return;
  const auto places = store::read_places(*reader);
  if (!places) return;
  for (const store::BoardPlace& place : *places) {
    fmt::print("board {}: its run {} of {}, {} aborted before", place.board, place.nth, place.of,
               place.aborted);
    if (!place.previous_id.empty()) {
      fmt::print("; before it {}, head {}", place.previous_id,
                 place.previous_head.empty() ? "unknown (not closed)" : place.previous_head);
    }
    fmt::print("\n");
  }
}

int print_signature(const Signature& signature, const std::string& signers) {
  switch (signature.state) {
    case SignatureState::trusted:
      fmt::print("signed by {}, whom {} vouches for\n", signature.signer, signers);
      return kIntactAndSigned;
    case SignatureState::unknown_signer:
      fmt::print("signed by the key {}, which {}: internally consistent only\n", signature.signer,
                 signers.empty() ? "nobody vouches for (name a file of signers with --signers)"
                                 : "is not vouched for in " + signers);
      return kNobodyVouches;
    case SignatureState::wrong:
      fmt::print(
          "ALTERED: the signature is not for this file: its records and their listing were "
          "made anew, or it is another run's\n");
      return kAltered;
    case SignatureState::none:
      break;
  }
  fmt::print("not signed: internally consistent only\n");
  return kNobodyVouches;
}

}  // namespace

int command_verify(std::span<const std::string> args) {
  CLI::App parser(
      "Says whether a run's file is what was sealed, and names the first altered record", "verify");
  std::string run, archive, signers;
  parser.add_option("RUN", run, "last, an id or its beginning, a name or a path")->required();
  parser.add_option("--signers", signers,
                    "who is trusted: one a line, NAME KEYTYPE KEY (ssh-keygen, ALLOWED SIGNERS)");
  parser.add_option("--archive", archive, "folder of runs; default $SOAKRIG_ARCHIVE, else ./soaks");
  parser.footer(
      "Exit codes: 0 intact and signed by someone trusted, 1 altered, 2 unreadable, 3 intact "
      "but nobody trusted signed it, 4 usage");
  if (const auto code = parse_command_line(parser, args)) return *code;

  const auto path = store::Archive(store::archive_dir(archive)).resolve(run);
  if (!path) return complain(path.error(), exit_code_of(path.error()));
  const auto found = store::verify(*path);
  if (!found) return complain(found.error(), kUnreadable);
  fmt::print("{}\n", *path);
  if (const auto code = print_records(*found)) return *code;
  print_places(*path);
  const auto signature =
      check_signature(*path, store::manifest(found->header.id, found->evidence), signers);
  if (!signature) return complain(signature.error(), kUnreadable);
  return print_signature(*signature, signers);
}

}  // namespace soakrig::app
