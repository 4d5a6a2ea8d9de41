// SPDX-License-Identifier: Apache-2.0
#include "results/store/notes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <string_view>

#include "results/store/fault.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/json_guard.hpp"

namespace soakrig::store {
namespace {

constexpr std::size_t kMaxDamaged = 100;
constexpr double kFarthestSeconds = 3e9;  // a century: beyond it nothing is a run time

// Neither a link, which could lead anywhere, nor a pipe, which could block.
Result<Fd> open_notes(const std::string& path, int flags) {
  Fd fd(::open(path.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) {
    Error error = sys_error("cannot open the notes", path, "check the file and its permissions");
    if (errno == ENOENT) error.code = Errc::not_found;
    return error;
  }
  if (!S_ISREG(status.st_mode)) {
    return fault(Errc::io, path, "the notes are no regular file", "move it away");
  }
  return fd;
}

bool finite_time(const std::optional<double>& seconds) {
  return !seconds || (std::isfinite(*seconds) && std::abs(*seconds) < kFarthestSeconds);
}

std::optional<Nanos> nanos(const std::optional<double>& seconds) {
  return seconds ? std::optional(from_seconds(*seconds)) : std::nullopt;
}

std::optional<Note> parse_note(std::string_view line) {
  const auto value = parse_json(line);
  if (!value) return std::nullopt;
  const auto utc = json_get<std::string>(*value, "utc");
  const auto author = json_get<std::string>(*value, "author");
  const auto text = json_get<std::string>(*value, "text");
  const auto from = json_get<double>(*value, "from_s"), to = json_get<double>(*value, "to_s");
  const auto when = utc ? parse_rfc3339(*utc) : std::nullopt;
  if (!when || !author || !text || !finite_time(from) || !finite_time(to)) return std::nullopt;
  if (text->empty() || text->size() > kMaxNoteText || author->size() > kMaxNoteAuthor) {
    return std::nullopt;
  }
  return Note{*when, *author, nanos(from), nanos(to), *text};
}

std::string encode_note(const Note& note) {
  nlohmann::json line = {{"utc", format_rfc3339(note.utc_ns)},
                         {"author", note.author},
                         {"text", note.text},
                         {"from_s", nullptr},
                         {"to_s", nullptr}};
  if (note.from) line["from_s"] = to_seconds(*note.from);
  if (note.to) line["to_s"] = to_seconds(*note.to);
  return dump_json(line) + "\n";
}

bool utf8(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

std::optional<std::string> what_is_wrong(const Note& note) {
  if (note.text.empty()) return "a note has no text";
  if (note.text.size() > kMaxNoteText) {
    return "a note's text is longer than " + std::to_string(kMaxNoteText) + " bytes";
  }
  if (note.author.empty()) return "a note has no author";
  if (note.author.size() > kMaxNoteAuthor) {
    return "a note's author is longer than " + std::to_string(kMaxNoteAuthor) + " bytes";
  }
  if (!utf8(note.text) || !utf8(note.author)) return "a note is not UTF-8";
  if (note.from && note.to && *note.to < *note.from) return "a note's range ends before it begins";
  return std::nullopt;
}

}  // namespace

std::string notes_path(const std::string& soak) { return soak + ".notes.jsonl"; }

Result<Notes> read_notes(const std::string& soak) {
  const std::string path = notes_path(soak);
  const auto fd = open_notes(path, O_RDONLY);
  if (!fd && fd.error().code == Errc::not_found) return Notes{};
  if (!fd) return fd.error();
  std::string text(kMaxNotesFile + 1, '\0');
  std::size_t held = 0;
  while (held < text.size()) {
    const ssize_t n = ::read(fd->get(), text.data() + held, text.size() - held);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return sys_error("cannot read the notes", path);
    if (n == 0) break;
    held += static_cast<std::size_t>(n);
  }
  if (held > kMaxNotesFile) {
    return fault(Errc::full, path, "the notes are larger than 4 MiB", "is this the right file?");
  }
  Notes out;
  std::string_view rest(text.data(), held);
  for (int line = 1; !rest.empty(); ++line) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view one = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (one.empty()) continue;
    if (auto note = parse_note(one)) {
      out.notes.push_back(std::move(*note));
    } else if (out.damaged.size() < kMaxDamaged) {
      out.damaged.push_back(fault(Errc::corrupt, path, "the line is no note", "delete the line"));
      out.damaged.back().line = line;
    }
  }
  return out;
}

Result<void> append_note(const std::string& soak, const Note& note) {
  const std::string path = notes_path(soak);
  if (const auto wrong = what_is_wrong(note)) {
    return fault(Errc::invalid, path, *wrong, "write it again");
  }
  if (::access(soak.c_str(), F_OK) != 0) {
    return fault(Errc::not_found, soak, "there is no such run to write a note on",
                 "soakrig list shows the runs");
  }
  const auto fd = open_notes(path, O_RDWR | O_APPEND | O_CREAT);
  if (!fd) return fd.error();
  const off_t size = ::lseek(fd->get(), 0, SEEK_END);
  std::string line = encode_note(note);
  // A note that was cut short by a full disk or a power cut must not swallow this one.
  char last = '\n';
  if (size > 0 && ::pread(fd->get(), &last, 1, size - 1) == 1 && last != '\n') {
    line.insert(line.begin(), '\n');
  }
  if (size < 0 || static_cast<std::size_t>(size) + line.size() > kMaxNotesFile) {
    return fault(Errc::full, path, "the run's notes have reached 4 MiB", "move the file away");
  }
  ssize_t written = 0;
  do {
    written = ::write(fd->get(), line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written != static_cast<ssize_t>(line.size())) {
    return sys_error("cannot write the note", path, "check free space and permissions");
  }
  if (::fsync(fd->get()) != 0 && errno != EINVAL && errno != EROFS) {
    return sys_error("cannot sync the notes", path, "check the disk");
  }
  return {};
}

}  // namespace soakrig::store
