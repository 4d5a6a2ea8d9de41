// SPDX-License-Identifier: Apache-2.0
#include "results/store/notes.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

namespace soakrig::store {
namespace {

constexpr Nanos kWhen = 1'772'366'400 * kSecond;

struct Place {
  Place() { directory.write("night.soak", "evidence"); }
  test::TempDir directory;
  std::string soak = directory.file("night.soak");
  Note note{kWhen, "Mei", 2 * kSecond, 5 * kSecond + 250 * kMillisecond,
            "fan rattles \"loudly\"\n"};
};

TEST_CASE("notes come back as they were written, in order, and the run is not touched") {
  Place place;
  CHECK(read_notes(place.soak)->notes.empty());
  REQUIRE(append_note(place.soak, place.note));
  const Note whole{kWhen + kSecond, "QA", {}, {}, "风扇"};
  REQUIRE(append_note(place.soak, whole));
  const auto read = read_notes(place.soak);
  REQUIRE(read);
  REQUIRE(read->notes.size() == 2);
  CHECK(read->notes[0] == place.note);
  CHECK(read->notes[1] == whole);
  CHECK(read->damaged.empty());
  CHECK(read_file(place.soak).value() == "evidence");
}

TEST_CASE("a note that was cut short swallows neither its neighbours nor itself in silence") {
  Place place;
  REQUIRE(append_note(place.soak, place.note));
  const std::string path = notes_path(place.soak);
  const std::string whole = read_file(path).value();
  place.directory.write("night.soak.notes.jsonl", whole + whole.substr(0, whole.size() / 2));
  REQUIRE(append_note(place.soak, place.note));
  const auto read = read_notes(place.soak);
  REQUIRE(read);
  CHECK(read->notes.size() == 2);
  REQUIRE(read->damaged.size() == 1);
  CHECK(read->damaged[0].line == 2);
}

TEST_CASE("what is no note is refused by name") {
  Place place;
  const auto refused = [&](Note note, const std::string& why) {
    const auto done = append_note(place.soak, note);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == Errc::invalid);
    CHECK(done.error().what.find(why) != std::string::npos);
  };
  Note note = place.note;
  note.text.clear();
  refused(note, "no text");
  note.text = std::string(kMaxNoteText + 1, 'x');
  refused(note, "longer");
  note.text = "\xff";
  refused(note, "UTF-8");
  note = place.note;
  note.author.clear();
  refused(note, "no author");
  note = place.note;
  note.to = kSecond;
  refused(note, "ends before");
  CHECK(append_note(place.directory.file("other.soak"), place.note).error().code ==
        Errc::not_found);
  CHECK(::access(notes_path(place.soak).c_str(), F_OK) != 0);
}

TEST_CASE("a hostile notes file cannot hang, fill memory or lead elsewhere") {
  Place place;
  const std::string path = notes_path(place.soak);
  place.directory.write(
      "night.soak.notes.jsonl",
      std::string(100000, '[') + "\n{\"utc\":3}\n\n{}\n\"x\"\n" +
          R"({"utc":"2026-03-01T12:00:00Z","author":"a","text":"b","from_s":1e300})" + "\n");
  const auto read = read_notes(place.soak);
  REQUIRE(read);
  CHECK(read->notes.empty());
  CHECK(read->damaged.size() == 5);
  place.directory.write("night.soak.notes.jsonl", std::string(kMaxNotesFile + 1, '\n'));
  CHECK(read_notes(place.soak).error().code == Errc::full);
  CHECK(append_note(place.soak, place.note).error().code == Errc::full);
  std::filesystem::remove(path);
  place.directory.write("victim", "kept");
  std::filesystem::create_symlink(place.directory.file("victim"), path);
  CHECK_FALSE(read_notes(place.soak));
  CHECK_FALSE(append_note(place.soak, place.note));
  CHECK(read_file(place.directory.file("victim")).value() == "kept");
  std::filesystem::remove(path);
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(read_notes(place.soak).error().code == Errc::io);
}

TEST_CASE("notes of several writers at once are all there") {
  Place place;
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 4; ++i) {
      writers.emplace_back([&] {
        for (int n = 0; n < 25; ++n) static_cast<void>(append_note(place.soak, place.note));
      });
    }
  }
  const auto read = read_notes(place.soak);
  REQUIRE(read);
  CHECK(read->notes.size() == 100);
  CHECK(read->damaged.empty());
}

}  // namespace
}  // namespace soakrig::store
