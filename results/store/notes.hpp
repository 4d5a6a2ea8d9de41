// SPDX-License-Identifier: Apache-2.0
//
// Annotations of a run: NAME-ID.soak.notes.jsonl beside its file, one JSON object a line, only ever
// appended to (docs/formats/evidence.md). They are what people say about a run, never part of its
// evidence: no hash covers them and nothing here touches the .soak file.
//
// Several programs may append at once: a note is one write() with O_APPEND. What is read may have
// been written by anybody: bounded, and a line that is no note is reported beside those that are.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rig/base/result.hpp"
#include "rig/base/time.hpp"

namespace soakrig::store {

inline constexpr std::size_t kMaxNoteText = 4096;      // bytes of UTF-8
inline constexpr std::size_t kMaxNoteAuthor = 128;     // likewise
inline constexpr std::size_t kMaxNotesFile = 4 << 20;  // bytes: a run's notes, all together

struct Note {
  Nanos utc_ns = 0;               // when it was written
  std::string author;             // as the person named himself: not proven
  std::optional<Nanos> from, to;  // run time it speaks of; absent = the whole run
  std::string text;
  friend bool operator==(const Note&, const Note&) = default;
};

struct Notes {
  std::vector<Note> notes;     // in the order of the file
  std::vector<Error> damaged;  // lines that are no notes, with their numbers (the first 100)
};

// The notes' file of the run's file `soak`.
[[nodiscard]] std::string notes_path(const std::string& soak);

// None where there is no such file. Errc::io where it cannot be read or is no regular file,
// Errc::full beyond kMaxNotesFile.
[[nodiscard]] Result<Notes> read_notes(const std::string& soak);

// On the disk once it answers. Errc::invalid for an empty or too long text or author, for bytes
// that are not UTF-8 and for a range that ends before it begins; Errc::not_found where there is no
// run; Errc::full when the file would grow beyond kMaxNotesFile.
[[nodiscard]] Result<void> append_note(const std::string& soak, const Note& note);

}  // namespace soakrig::store
