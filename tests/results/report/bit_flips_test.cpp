// SPDX-License-Identifier: Apache-2.0
//
// fault.bit_flips: a run that passed, truncated at and flipped in every region of its file.
// Whatever is opened, shown and verified afterwards says that it cannot be read, or that it is
// altered and therefore inconclusive, with the reason; or it says what it said before, and then
// nothing that it stands on has changed. No crash (this process would end), no hang (the test's
// timeout), no pass.
//
// SOAKRIG_CAMPAIGN=full meets every byte; the default every page and a stride within.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "results/report/judge_run.hpp"
#include "results/store/verify.hpp"
#include "tests/support/plant.hpp"
#include "tests/support/stored_run.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::test;

namespace {

bool full_campaign() {
  const char* campaign = std::getenv("SOAKRIG_CAMPAIGN");
  return campaign != nullptr && std::string(campaign) == "full";
}

// A sealed run with the verdict pass, its bytes, and a file to put altered ones into.
struct Passed {
  Passed() {
    Plant plant;
    plant.sensors(600).work("chat", {}, 0, 600);
    const analysis::RunView run = make_run({plant.board()}, {{"soak", 600}});
    const FakeClock clock;
    auto writer = store::Writer::create(directory.file("soaks"),
                                        stored_header(run, "20260301-120000-0a1b2c3d"), clock);
    REQUIRE(writer);
    store_run(**writer, run);
    {
      const auto reader = store::Reader::open((*writer)->path());
      REQUIRE(reader);
      const auto judged = report::judge_run(*reader);
      REQUIRE(judged);
      REQUIRE(judged->verdict == Verdict::pass);
      REQUIRE((*writer)->set_judgement(judged->verdict, judged->json));
    }
    REQUIRE((*writer)->finish().value() == RunState::sealed);
    std::ifstream file((*writer)->path(), std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  void put(const std::string& altered) const {
    for (const char* beside : {"-wal", "-shm", "-journal"}) {
      std::filesystem::remove(path() + beside);
    }
    std::ofstream(path(), std::ios::binary) << altered;
  }
  [[nodiscard]] std::string path() const { return directory.file("altered.soak"); }
  TempDir directory;
  std::string bytes;
};

enum class Outcome { unreadable, inconclusive, unchanged, live, pass_of_altered };

// What a person is told of the file.
Outcome look(const std::string& path, const std::string& before) {
  const auto verified = store::verify(path);
  const auto reader = store::Reader::open(path);
  if (!reader) {
    CHECK_FALSE(reader.error().what.empty());
    return Outcome::unreadable;
  }
  // Everything that draws or exports reads through these; damage must be an error or a gap.
  for (const auto& channel :
       reader->channels() ? *reader->channels() : std::vector<store::ChannelRow>()) {
    static_cast<void>(reader->series(channel.id));
    static_cast<void>(reader->view(channel.id, 0, 600 * kSecond, 100));
  }
  static_cast<void>(reader->events());
  static_cast<void>(reader->stats());
  const auto shown = report::show_run(*reader);
  if (!shown) {
    CHECK_FALSE(shown.error().what.empty());
    return Outcome::unreadable;
  }
  if (!shown->verdict) return Outcome::live;  // its end is not told any more: no verdict at all
  if (*shown->verdict != Verdict::pass) {
    const auto document = nlohmann::json::parse(shown->json);
    CHECK_FALSE(document["run"]["reasons"].empty());
    return Outcome::inconclusive;
  }
  if (!verified || verified->altered) return Outcome::pass_of_altered;
  return verified->evidence.head == before ? Outcome::unchanged : Outcome::pass_of_altered;
}

struct Count {
  std::size_t of[5] = {};
  std::size_t& operator[](Outcome outcome) { return of[static_cast<std::size_t>(outcome)]; }
};

}  // namespace

TEST_CASE("the run itself passes: the control") {
  const Passed run;
  run.put(run.bytes);
  const auto evidence = store::read_evidence(run.path());
  REQUIRE(evidence);
  CHECK(look(run.path(), evidence->head) == Outcome::unchanged);
  CHECK(look(run.path(), "another head") == Outcome::pass_of_altered);
}

TEST_CASE("a flipped bit anywhere never leaves a pass that stands on changed records") {
  const Passed run;
  run.put(run.bytes);
  const std::string head = store::read_evidence(run.path())->head;
  const std::size_t step = full_campaign() ? 1 : 997;  // a prime: all offsets within a page
  Count count;
  for (std::size_t at = 0; at < run.bytes.size(); at += at < 128 ? 1 : step) {
    INFO("bit " << at % 8 << " of byte " << at);
    std::string altered = run.bytes;
    altered[at] = static_cast<char>(altered[at] ^ (1 << (at % 8)));
    run.put(altered);
    const Outcome outcome = look(run.path(), head);
    ++count[outcome];
    CHECK(outcome != Outcome::pass_of_altered);
  }
  CHECK(count[Outcome::inconclusive] > 0);
  CHECK(count[Outcome::unreadable] > 0);
}

TEST_CASE("a file cut off anywhere is unreadable or inconclusive") {
  const Passed run;
  const std::size_t step = full_campaign() ? 97 : 4099;
  for (std::size_t size = 0; size < run.bytes.size(); size += step) {
    INFO("cut to " << size << " bytes");
    run.put(run.bytes.substr(0, size));
    const Outcome outcome = look(run.path(), "");
    CHECK((outcome == Outcome::unreadable || outcome == Outcome::inconclusive ||
           outcome == Outcome::live));
  }
}

TEST_CASE("a page of zeros or of noise in place of any page is found") {
  const Passed run;
  run.put(run.bytes);
  const std::string head = store::read_evidence(run.path())->head;
  constexpr std::size_t kPage = 4096;
  std::uint32_t noise = 1;
  const std::size_t step = full_campaign() ? 1 : 7;
  for (std::size_t page = 0; page * kPage < run.bytes.size(); page += step) {
    for (const bool zeros : {true, false}) {
      INFO("page " << page << (zeros ? " zeros" : " noise"));
      std::string altered = run.bytes;
      for (std::size_t i = page * kPage; i < std::min((page + 1) * kPage, altered.size()); ++i) {
        noise = noise * 1664525u + 1013904223u;
        altered[i] = zeros ? '\0' : static_cast<char>(noise >> 24);
      }
      run.put(altered);
      CHECK(look(run.path(), head) != Outcome::pass_of_altered);
    }
  }
}
