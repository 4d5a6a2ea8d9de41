// SPDX-License-Identifier: Apache-2.0
//
// Also tests: board_shell.cpp
#include "rig/board/deploy.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "rig/base/fd.hpp"
#include "rig/board/board_shell.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_ssh.hpp"

using namespace soakrig;
using namespace soakrig::board;

namespace {

// The sums of the two files below, as sha256sum says them.
constexpr const char* kProgram = "#!/bin/sh\necho agent 1\n";
constexpr const char* kProgramSum =
    "3b85dba0bb6cdc41d8b0bcf1b2dcbcb0f27fef1d9ad23fd3e9f4a9c7d5a5a3f5";

struct Bench {
  test::TempDir here;
  std::vector<Cargo> cargo;
  std::optional<Result<Deployed>> result;

  Cargo add(const std::string& name, const std::string& text, bool program) {
    here.write(name, text);
    boost::asio::io_context io;
    cargo.push_back({name, here.file(name), sum(name), text.size(), program});
    return cargo.back();
  }
  std::string sum(const std::string& name) const {
    const std::string out = here.file("sum");
    REQUIRE(std::system(("sha256sum < " + here.file(name) + " > " + out).c_str()) == 0);
    return read_file(out).value().substr(0, 64);
  }
  const Result<Deployed>& run(const std::string& address = "ssh://board") {
    boost::asio::io_context io;
    result.reset();
    Deploy deploy(
        io, parse_board_address(address).value(),
        [this](const std::string&) -> Result<std::vector<Cargo>> { return cargo; },
        [this](Result<Deployed> done) { result.emplace(std::move(done)); });
    io.run();
    REQUIRE(result);
    return *result;
  }
};

bool has(const std::string& text, const std::vector<std::string>& parts) {
  CAPTURE(text);
  for (const std::string& part : parts) {
    CHECK(text.find(part) != std::string::npos);
  }
  return true;
}

std::size_t files_below(const std::string& folder) {
  std::size_t n = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    n += entry.is_regular_file();
  }
  return n;
}

}  // namespace

TEST_CASE("Files come to the board once, and are whole and private there") {
  const test::FakeSsh ssh;
  Bench bench;
  const Cargo agent = bench.add("soakrig-agent", kProgram, true);
  const Cargo model = bench.add("big.gguf", std::string(3000000, 'm'), false);
  const auto first = bench.run();
  REQUIRE(first);
  CHECK(first->sent == agent.bytes + model.bytes);
  CHECK(first->folder == ssh.home() + "/.cache/soakrig");
  CHECK_FALSE(first->machine.empty());
  const std::string there = first->places.at("soakrig-agent");
  CHECK(there == first->folder + "/programs/" + agent.sha256.substr(0, 16) + "/soakrig-agent");
  CHECK(read_file(there).value() == kProgram);
  struct stat status {};
  REQUIRE(::stat(there.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  CHECK(std::filesystem::file_size(first->places.at("big.gguf")) == 3000000);
  CHECK(bench.run()->sent == 0);
  CHECK(files_below(ssh.home()) == 2);

  SECTION("what was changed there is sent again") {
    REQUIRE(::truncate(first->places.at("big.gguf").c_str(), 1000) == 0);
    CHECK(bench.run()->sent == model.bytes);
    CHECK(std::filesystem::file_size(first->places.at("big.gguf")) == 3000000);
  }
  SECTION("another version has a folder of its own") {
    bench.cargo.clear();
    bench.add("soakrig-agent", "#!/bin/sh\necho agent 2\n", true);
    CHECK(bench.run()->places.at("soakrig-agent") != there);
    CHECK(read_file(there).value() == kProgram);
  }
}

TEST_CASE("A banner of the login shell is no answer") {
  const test::FakeSsh ssh("echo 'Welcome, folder of all'; echo no mail; echo machine 6502");
  Bench bench;
  bench.add("soakrig-agent", kProgram, true);
  const auto done = bench.run();
  // "no mail" came before the shell's own greeting.
  CHECK(done);
}

TEST_CASE("A board that cannot make sums is told so") {
  test::FakeSsh ssh;
  Bench bench;
  bench.add("soakrig-agent", kProgram, true);
  ssh.program("sha256sum", "exit 1");
  const auto broken = bench.run();  // it is there, and fails
  REQUIRE_FALSE(broken);
  CHECK(has(broken.error().message(), {"to check with"}));
}

TEST_CASE("What arrives damaged gets no name") {
  test::FakeSsh ssh;
  Bench bench;
  bench.add("soakrig-agent", kProgram, true);
  bench.cargo[0].sha256 = kProgramSum;
  const auto done = bench.run();
  REQUIRE_FALSE(done);
  CHECK(has(done.error().message(), {"is not what was sent"}));
  CHECK(files_below(ssh.home()) == 0);
}

TEST_CASE("Each way to refuse a file names the place and a remedy") {
  test::FakeSsh ssh;
  Bench bench;
  bench.add("soakrig-agent", kProgram, true);
  const auto message = [&](const std::string& address = "ssh://board") {
    const auto& done = bench.run(address);
    REQUIRE_FALSE(done);
    return done.error().message();
  };
  SECTION("no space") {
    ssh.program("head", "echo 'head: write error: No space left on device' >&2; exit 1");
    CHECK(has(message(), {ssh.home() + "/.cache/soakrig", "No space left", "free some space"}));
  }
  SECTION("read-only") {
    ssh.program("mkdir", "echo 'mkdir: cannot create directory: Read-only file system' >&2; exit 1");
    CHECK(has(message(), {"Read-only file system", "another folder"}));
  }
  SECTION("noexec") {
    bench.cargo.clear();
    bench.add("soakrig-agent", "#!/no/such/interpreter\n", true);
    CHECK(has(message(), {"cannot run programs from", "noexec"}));
  }
  SECTION("a folder that cannot be made") {
    CHECK(has(message("ssh://board/proc/soakrig"), {"/proc/soakrig"}));
  }
}

TEST_CASE("A command in place of a shell, and a shell that ends, are errors and no wait") {
  Bench bench;
  bench.add("soakrig-agent", kProgram, true);
  SECTION("ssh itself fails") {
    const test::FakeSsh ssh("echo 'Host key verification failed.' >&2; exit 255");
    CHECK(has(bench.run().error().message(), {"by hand: ssh board"}));
  }
  SECTION("no shell") {
    const test::FakeSsh ssh("echo This service allows sftp connections only.; exit 1");
    CHECK(has(bench.run().error().message(), {"does not run a shell"}));
  }
  SECTION("it ends between two questions") {
    const test::FakeSsh ssh("echo soakrig-board 1; echo machine x86_64; echo folder /tmp/x; exit 3");
    CHECK(has(bench.run().error().message(), {"ended early: exit code 3"}));
  }
  SECTION("it floods") {
    const test::FakeSsh ssh("while :; do echo y; done");
    CHECK(has(bench.run().error().message(), {"floods"}));
  }
  SECTION("no ssh at all") {
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", "/nowhere", 1);
    const auto& done = bench.run();
    ::setenv("PATH", path.c_str(), 1);
    CHECK(has(done.error().message(), {"no program 'ssh'"}));
  }
}

TEST_CASE("A board that is refused by its architecture is told so") {
  const test::FakeSsh ssh;
  boost::asio::io_context io;
  std::optional<Result<Deployed>> result;
  Deploy deploy(
      io, parse_board_address("ssh://board").value(),
      [](const std::string&) -> Result<std::vector<Cargo>> {
        return Error{Errc::unsupported, "no agent for it"};
      },
      [&](Result<Deployed> done) { result.emplace(std::move(done)); });
  io.run();
  REQUIRE(result);
  CHECK(result->error().what == "no agent for it");
}

TEST_CASE("The script holds nothing that would end its quotes") {
  const std::string command = shell_command("/var/tmp/x");
  CHECK(std::ranges::count(command, '\'') == 4);
  CHECK(command.find('\n') == std::string::npos);
}
