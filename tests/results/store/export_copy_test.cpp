// SPDX-License-Identifier: Apache-2.0
// Also tests: redact.cpp
#include "results/store/export_copy.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/results/store/evidence_fixture.hpp"

namespace soakrig::store {
namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A closed run of a board with a serial, driven over ssh, with a host's name in its log.
struct PrivateRun : TestRun {
  PrivateRun() : TestRun(long_chunks(), header()) {
    const BoardId board = writer->add_board("edge", R"({"model":"Orin","serial":"SN-0042"})");
    const SourceId source = writer->add_source(board, test_source());
    for (std::size_t i = 0; i < 40; ++i) REQUIRE(writer->submit(source, test_rows(i * 100, 100)));
    REQUIRE(
        writer->event({kSecond, "edge", "board.facts", Severity::info, R"({"serial":"SN-0042"})"}));
    REQUIRE(writer->event({2 * kSecond, "edge", "link", Severity::warning,
                           R"({"reason":"ssh: connect to bench-7.lab: timed out"})"}));
    REQUIRE(
        writer->event({3 * kSecond, "edge", "operator", Severity::info, R"({"text":"all well"})"}));
    REQUIRE(writer->set_judgement(
        Verdict::pass,
        R"({"run":{"file":"/srv/mei/x.soak"},"boards":[{"facts":{"serial":"SN-0042"}}]})"));
    REQUIRE(writer->finish().value() == RunState::sealed);
  }
  static WriterOptions long_chunks() { return test_options(); }
  static RunHeader header() {
    RunHeader header = test_header();
    header.host_json = R"({"host":"rig-3","kernel":"6.1"})";
    header.spec_json = R"({"name":"night","boards":[{"connect":"ssh://mei@bench-7.lab:22"}]})";
    header.profile_text = "# for Project Falcon\n";
    return header;
  }
  [[nodiscard]] std::string to() const { return directory.file("out.soak"); }
};

TEST_CASE("a thin copy has no samples, verifies with the same head and still draws") {
  const PrivateRun run;
  const auto done = export_copy(run.path, run.to(), {true, false, {}});
  REQUIRE(done);
  CHECK(done->rows_withheld == 3);  // an axis and two chunks
  CHECK(done->values_withheld == 0);
  CHECK(done->bytes == std::filesystem::file_size(run.to()));
  const auto found = verify(run.to());
  REQUIRE(found);
  CHECK_FALSE(found->altered);
  CHECK(found->withheld == 3);
  CHECK(found->evidence.head == read_evidence(run.path)->head);
  const auto reader = Reader::open(run.to());
  REQUIRE(reader);
  CHECK(reader->judgement().value()->verdict == Verdict::pass);
  CHECK(reader->series(0).value().size() == 0);
  const auto view = reader->view(0, kFromStart, kToEnd, 50);
  const auto full = run.reader().view(0, kFromStart, kToEnd, 50);
  REQUIRE(view);
  REQUIRE(full);
  double least = 1e9, most = -1e9;
  for (const ViewBin& bin : view->bins) {
    if (bin.good == 0) continue;
    least = std::min(least, bin.min);
    most = std::max(most, bin.max);
  }
  CHECK(least == test_value(0, 0));
  CHECK(most == test_value(3999, 0));
  CHECK(reader->view(0, 10 * kSecond, 11 * kSecond, 50));  // finer than anything that is there
}

TEST_CASE("a redacted copy says no serial, host, path or profile, and verifies") {
  const PrivateRun run;
  const std::string secret[] = {"SN-0042", "rig-3", "bench-7", "mei@", "/srv/mei", "Falcon"};
  for (const std::string& word : secret) CHECK(bytes_of(run.path).find(word) != std::string::npos);
  const auto done = export_copy(run.path, run.to(), {false, true, {}});
  REQUIRE(done);
  const std::string copy = bytes_of(run.to());
  for (const std::string& word : secret) {
    INFO(word);
    CHECK(copy.find(word) == std::string::npos);
  }
  CHECK(copy.find("all well") != std::string::npos);
  CHECK(copy.find("Orin") != std::string::npos);
  CHECK(done->rows_withheld == 3);  // the profile, the salt and the event that names the host
  CHECK(done->values_withheld == 6);
  CHECK_FALSE(done->judgement_withheld);
  const auto found = verify(run.to());
  REQUIRE(found);
  CHECK_FALSE(found->altered);
  CHECK(found->evidence.head == read_evidence(run.path)->head);
  CHECK(Reader::open(run.to())->series(0).value().size() == 4000);

  // Nobody can put another value, verdict or record in their place.
  change(run.to(), "UPDATE meta SET v='fail' WHERE k='verdict'");
  CHECK(first_altered(run.to()) == "meta verdict");
  change(run.to(), "UPDATE meta SET v='pass' WHERE k='verdict'");
  CHECK(first_altered(run.to()).empty());
  change(run.to(), R"(UPDATE board SET facts='{"model":"Orin","serial":"SN-0043"}')");
  CHECK(first_altered(run.to()) == "board 1");
}

TEST_CASE("a console's log, which is packed, goes with the names that it may say") {
  TestRun run;
  run.writer->add_board("edge", "{}");
  for (const char* kind : {"console.log", "console.link"}) {
    const bool log = std::string_view(kind) == "console.log";
    REQUIRE(run.writer->event({kSecond, "edge", kind, Severity::info,
                               log ? R"({"lines":1,"zstd":"KLUv/SAA"})" : R"({"up":true})"}));
  }
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  const std::string to = run.directory.file("out.soak"), thin = run.directory.file("thin.soak");
  REQUIRE(export_copy(run.path, to, {false, true, {}}));
  CHECK(bytes_of(to).find("KLUv/SAA") == std::string::npos);
  CHECK(bytes_of(to).find("console.link") != std::string::npos);
  CHECK_FALSE(verify(to)->altered);
  REQUIRE(export_copy(run.path, thin, {true, false, {}}));
  CHECK(bytes_of(thin).find("KLUv/SAA") != std::string::npos);
}

// What such a board is called may be in every channel's name.
TEST_CASE("a virtual board's serial is withheld, and names that say virtual stay") {
  TestRun run;
  const BoardId board = run.writer->add_board("virtual-board", R"({"serial":"virtual"})");
  const SourceId source = run.writer->add_source(board, test_source());
  REQUIRE(run.writer->submit(source, test_rows(0, 100)));
  REQUIRE(run.writer->set_judgement(Verdict::pass, R"({"run":{},"boards":[]})"));
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  const std::string to = run.directory.file("out.soak");
  REQUIRE(export_copy(run.path, to, {false, true, {}}));
  const auto found = verify(to);
  REQUIRE(found);
  CHECK_FALSE(found->altered);
  const auto boards = Reader::open(to).value().boards().value();
  REQUIRE(boards.size() == 1);
  CHECK(boards[0].name == "virtual-board");
  CHECK(boards[0].facts_json.find("\"virtual\"") == std::string::npos);
}

TEST_CASE("a word that is withheld takes its rows with it, or the copy is refused") {
  const PrivateRun run;
  const auto done = export_copy(run.path, run.to(), {false, false, {"well"}});
  REQUIRE(done);
  CHECK(bytes_of(run.to()).find("all well") == std::string::npos);
  CHECK(bytes_of(run.to()).find("SN-0042") == std::string::npos);  // implies redact
  const std::string other = run.directory.file("other.soak");
  const auto refused = export_copy(run.path, other, {false, true, {"edge"}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::invalid);
  CHECK(refused.error().what.find("board 1 says \"edge\"") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(other));
}

TEST_CASE("an altered, unfinished or existing file is refused, and nothing is left behind") {
  const PrivateRun run;
  run.directory.write("out.soak", "mine");
  CHECK(export_copy(run.path, run.to(), {}).error().code == Errc::busy);
  CHECK(bytes_of(run.to()) == "mine");
  std::filesystem::remove(run.to());
  change(run.path, "UPDATE event SET t=t+1 WHERE id=1");
  CHECK(export_copy(run.path, run.to(), {}).error().code == Errc::corrupt);
  TestRun live;
  CHECK(export_copy(live.path, run.to(), {}).error().code == Errc::unsupported);
  CHECK_FALSE(std::filesystem::exists(run.to()));
  for (const auto& entry : std::filesystem::directory_iterator(run.directory.path())) {
    CHECK(entry.path().string().find(".new-") == std::string::npos);
  }
}

TEST_CASE("the signature goes with the copy") {
  const PrivateRun run;
  CHECK_FALSE(export_copy(run.path, run.to(), {})->signed_too);
  std::filesystem::remove(run.to());
  std::ofstream(run.path + ".sig") << "a signature";
  CHECK(export_copy(run.path, run.to(), {true, true, {}})->signed_too);
  CHECK(bytes_of(run.to() + ".sig") == "a signature");
}

}  // namespace
}  // namespace soakrig::store
