// SPDX-License-Identifier: Apache-2.0
//
// docs/formats/evidence.md says how a run is checked with sqlite3, sha256sum and ssh-keygen alone:
// its commands are run here on a real file, signed and altered.
#include "tests/results/store/evidence_fixture.hpp"
#include "tests/results/store/page_commands.hpp"

namespace soakrig::store {
namespace {

// Signed by qa@lab, as `soakrig sign` does it.
struct SignedRun : ClosedRun {
  SignedRun() {
    const auto evidence = read_evidence(path);
    REQUIRE(evidence);
    const std::string key = directory.file("key");
    directory.write("manifest", manifest(reader().header().id, *evidence));
    output_of("ssh-keygen -q -t ed25519 -N '' -f " + key);
    output_of("ssh-keygen -Y sign -f " + key + " -n soakrig " + directory.file("manifest"));
    output_of("mv " + directory.file("manifest.sig") + " " + path + ".sig");
    directory.write("signers", "qa@lab " + read_file(key + ".pub").value());
  }
};

TEST_CASE("a run can be checked by hand, as the page says") {
  for (const char* program : {"sqlite3", "sha256sum", "ssh-keygen"}) {
    if (has_program(program)) continue;
    WARN("not run: no " << program);
    return;
  }
  const SignedRun run;
  const auto commands = commands_of_page("evidence.md", run.path);
  REQUIRE(commands.size() == 7);
  const auto evidence = read_evidence(run.path);
  REQUIRE(evidence);

  const std::string head = output_of(commands[0]).substr(0, 64);
  CHECK(head == evidence->head);
  const std::string records = replaced(output_of(commands[1]), "\n", "");
  CHECK(records == std::to_string(evidence->records));

  const auto check = [&](const std::string& of) {
    std::string command = replaced(commands[2], " ID ", " " + run.reader().header().id + " ");
    command = replaced(command, "RECORDS", records);
    command = replaced(command, "HEAD", of);
    command = replaced(command, "SIGNERS", run.directory.file("signers"));
    return output_of(replaced(command, "WHO", "qa@lab"));
  };
  CHECK(check(head).starts_with("Good \"soakrig\" signature for qa@lab"));
  CHECK_FALSE(check(std::string(64, '0')).starts_with("Good"));

  // Rows against the list: the same, until a row is changed.
  for (const std::size_t table : {3u, 5u}) {
    const std::string listed = output_of(commands[table]);
    CHECK(listed.size() > 64);
    if (table == 3) CHECK(output_of(commands[table + 1]) == listed);
  }
  change(run.path, "UPDATE chunk SET vmax=vmax+1 WHERE id=2");
  CHECK(output_of(commands[4]) != output_of(commands[3]));
}

TEST_CASE("events without a value to withhold match by hand too") {
  if (!has_program("sqlite3") || !has_program("sha256sum")) {
    WARN("not run: no sqlite3 or no sha256sum");
    return;
  }
  TestRun run;
  REQUIRE(run.writer->event({kSecond, "", "operator", Severity::info, R"({"text":"a|b=ü"})"}));
  REQUIRE(run.writer->event({2 * kSecond, "", "gap", Severity::warning, "{}"}));
  REQUIRE(run.writer->finish().value() == RunState::sealed);
  const auto commands = commands_of_page("evidence.md", run.path);
  REQUIRE(commands.size() == 7);
  const std::string listed = output_of(commands[5]);
  CHECK(listed.starts_with("event 1 "));
  CHECK(output_of(commands[6]) == listed);
}

}  // namespace
}  // namespace soakrig::store
