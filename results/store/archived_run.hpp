// SPDX-License-Identifier: Apache-2.0
//
// What a listing knows of a run without opening its file again: enough to print, to choose by, and
// to see which runs of a board came before. Plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/store/model.hpp"
#include "rig/base/result.hpp"

namespace soakrig::store {

// Empty text = the board did not say.
struct ArchivedBoard {
  std::string name, model, serial, firmware;
};

// One file of the archive. A file that cannot be read is listed with its error, never hidden.
struct ArchivedRun {
  std::string path;
  std::string file;            // name without the folder
  std::optional<Error> error;  // then nothing below is known
  RunHeader header;            // without host, spec and profile: Reader has them
  RunState state = RunState::interrupted;
  std::optional<Judgement> judgement;  // its document has "run" and no boards
  std::optional<Nanos> ended;
  std::optional<Nanos> planned;
  Provenance provenance = Provenance::measured;
  std::vector<ArchivedBoard> boards;
  std::vector<std::string> models;  // of its workloads
  std::vector<double> ambients;     // of its phases, Cel
  std::string head;                 // of its evidence; empty where it has none or is not closed
  bool aborted = false;             // never ended, or ended early by its operator
  // Its place among the archive's runs of a board of its, by serial, now; nth 0: none says its
  // serial.
  std::int64_t nth = 0, of = 0, aborted_before = 0;
  bool is_signed = false;   // a signature lies beside it; who made it is not checked
  std::uint64_t bytes = 0;  // of the file
};

// Opens the file and looks.
[[nodiscard]] ArchivedRun look_at(const std::string& path);

// One line of JSON and back, without path, file, place, is_signed and bytes; nothing for what is no
// such line.
[[nodiscard]] std::string encode_archived(const ArchivedRun& run);
[[nodiscard]] std::optional<ArchivedRun> decode_archived(std::string_view line);

}  // namespace soakrig::store
