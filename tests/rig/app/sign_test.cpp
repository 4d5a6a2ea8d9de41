// SPDX-License-Identifier: Apache-2.0
// Also tests: signature.cpp verify.cpp
//
// sign and verify as they are called, with keys made here by ssh-keygen.
#include <filesystem>

#include "results/store/database.hpp"
#include "results/store/writer.hpp"
#include "rig/app/ask_program.hpp"
#include "rig/app/signature.hpp"
#include "tests/rig/app/called.hpp"
#include "tests/support/fake_clock.hpp"

namespace soakrig::app {
namespace {

using test::call;
using test::Called;

store::RunHeader header_of(const std::string& id, const ProcessId& owner) {
  store::RunHeader header;
  header.id = id;
  header.name = "night";
  header.owner = owner;
  return header;
}

// An archive with one closed run, and two people's keys of whom the signers file names one.
struct Lab {
  Lab() {
    const FakeClock clock;
    auto writer = store::Writer::create(
        archive(), header_of("20260301-120000-0a1b2c3d", this_process()), clock);
    REQUIRE(writer);
    const auto board = (*writer)->add_board("edge", R"({"serial":"A-17"})");
    static_cast<void>(board);
    REQUIRE((*writer)->event({kSecond, "edge", "operator", Severity::info, "{}"}));
    REQUIRE((*writer)->finish().value() == RunState::sealed);
    path = (*writer)->path();
    for (const char* who : {"mei", "eve"}) {
      REQUIRE(ask_program({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key(who)}, "", true)
                  ->exit_code == 0);
    }
    directory.write("signers", "mei@lab " + read_file(key("mei") + ".pub").value());
  }
  [[nodiscard]] std::string archive() const { return directory.file("soaks"); }
  [[nodiscard]] std::string key(const std::string& who) const { return directory.file(who); }
  [[nodiscard]] Called verify(bool with_signers = true) const {
    std::vector<std::string> args = {"last", "--archive", archive()};
    if (with_signers) args.insert(args.end(), {"--signers", directory.file("signers")});
    return call("verify", args);
  }
  [[nodiscard]] Called sign(const std::string& who) const {
    return call("sign", {"last", "--archive", archive(), "--key", key(who)});
  }
  void change(const char* sql) const {
    auto database = store::Database::open(path, store::Database::Mode::read_write);
    REQUIRE(database);
    REQUIRE(database->execute(sql));
  }
  test::TempDir directory;
  std::string path;
};

bool says(const Called& called, const std::string& text) {
  return called.out.find(text) != std::string::npos;
}

TEST_CASE("an unsigned run is internally consistent only") {
  const Lab lab;
  const Called found = lab.verify();
  CHECK(found.code == 3);
  CHECK(says(found, "intact: every record matches"));
  CHECK(says(found, "not signed: internally consistent only"));
}

TEST_CASE("a run signed by someone trusted is intact and signed; by another it is not trusted") {
  const Lab lab;
  REQUIRE(lab.sign("mei").code == 0);
  const Called trusted = lab.verify();
  CHECK(trusted.code == 0);
  CHECK(says(trusted, "signed by mei@lab"));
  const Called nobody = lab.verify(false);
  CHECK(nobody.code == 3);
  CHECK(says(nobody, "SHA256:"));
  CHECK(says(nobody, "internally consistent only"));

  CHECK(lab.sign("eve").code == 4);  // a signature is never overwritten
  std::filesystem::remove(signature_path(lab.path));
  REQUIRE(lab.sign("eve").code == 0);
  const Called stranger = lab.verify();
  CHECK(stranger.code == 3);
  CHECK(says(stranger, "is not vouched for"));
}

TEST_CASE("a changed record of a signed run is named, and cannot be signed") {
  const Lab lab;
  REQUIRE(lab.sign("mei").code == 0);
  lab.change("UPDATE event SET body='{\"all\":\"well\"}' WHERE id=1");
  const Called found = lab.verify();
  CHECK(found.code == 1);
  CHECK(says(found, "ALTERED: event 1 was changed"));
  std::filesystem::remove(signature_path(lab.path));
  CHECK(lab.sign("mei").code == 1);
  CHECK_FALSE(std::filesystem::exists(signature_path(lab.path)));
}

TEST_CASE("a listing made anew does not fit the signature") {
  const Lab lab;
  REQUIRE(lab.sign("mei").code == 0);
  lab.change("DELETE FROM event");
  lab.change("DELETE FROM evidence WHERE record LIKE 'event %'");
  const Called found = lab.verify();
  CHECK(found.code == 1);
  CHECK(says(found, "the signature is not for this file"));
}

TEST_CASE("a signature that is none is an alteration") {
  const Lab lab;
  REQUIRE(lab.sign("mei").code == 0);
  lab.directory.write("soaks/" + std::filesystem::path(lab.path).filename().string() + ".sig",
                      "-----BEGIN SSH SIGNATURE-----\nnonsense\n");
  CHECK(lab.verify().code == 1);
}

TEST_CASE("sign and verify: 4 for usage and names, 2 for what cannot be read, 3 for a live run") {
  const Lab lab;
  CHECK(call("verify", {}).code == 4);
  CHECK(call("sign", {"last", "--archive", lab.archive()}).code == 4);
  CHECK(call("verify", {"nobody", "--archive", lab.archive()}).code == 4);
  CHECK(lab.sign("nobody").code == 2);
  lab.directory.write("broken.soak", "no database at all");
  CHECK(call("verify", {lab.directory.file("broken.soak")}).code == 2);
  CHECK(
      call("verify", {"last", "--archive", lab.archive(), "--signers", lab.directory.file("none")})
          .code == 3);  // nothing to check against signers: it is not signed
  const FakeClock clock;
  const auto live = store::Writer::create(
      lab.archive(), header_of("20270301-120000-0a1b2c3d", this_process()), clock);
  REQUIRE(live);
  const std::string path = (*live)->path();
  CHECK(call("sign", {path, "--key", lab.key("mei")}).code == 3);
  const Called found = call("verify", {path});
  CHECK(found.code == 3);
  CHECK(says(found, "the run is running"));
}

}  // namespace
}  // namespace soakrig::app
