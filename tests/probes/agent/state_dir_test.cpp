// SPDX-License-Identifier: Apache-2.0
// Also tests: door.cpp
#include "probes/agent/state_dir.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <filesystem>

#include "probes/agent/door.hpp"
#include "probes/agent/pid_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::agent;
namespace fs = std::filesystem;

namespace {

StateDir opened(const std::string& path) {
  auto state = StateDir::open(path);
  REQUIRE(state);
  return std::move(*state);
}

void say(const Fd& link, const std::string& text) {
  REQUIRE(::send(link.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(text.size()));
}

// What is there to read; "" also when the other end closed.
std::string hear(const Fd& link) {
  std::array<char, 4096> buffer{};
  const ssize_t n = ::read(link.get(), buffer.data(), buffer.size());
  return n > 0 ? std::string(buffer.data(), static_cast<std::size_t>(n)) : "";
}

const std::string kAttach = encode(Down{Attach{kProtocolVersion, "run-1", "me"}});

}  // namespace

TEST_CASE("A state folder is made, private, however long its path is") {
  const test::TempDir dir;
  const std::string path = dir.file(std::string(150, 'p') + "/" + std::string(150, 'q'));
  const StateDir state = opened(path);
  CHECK((fs::status(path).permissions() & fs::perms(0077)) == fs::perms::none);
  const auto none = state.connect();
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::not_found);
  const auto listener = state.listen();
  REQUIRE(listener);
  CHECK(state.connect());
  state.remove();
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("One agent lives in a folder, and one has a lease") {
  const test::TempDir dir;
  const StateDir state = opened(dir.file("state"));
  {
    const auto first = state.lock();
    REQUIRE(first);
    const auto second = state.lock();
    REQUIRE_FALSE(second);
    CHECK(second.error().code == Errc::busy);
  }
  CHECK(state.lock());
  const auto lease = take_lease(dir.file("lease"), "run 7");
  REQUIRE(lease);
  const auto other = take_lease(dir.file("lease"), "run 8");
  REQUIRE_FALSE(other);
  CHECK(other.error().message().find("in use by run 7") != std::string::npos);
  CHECK_FALSE(take_lease(dir.file("missing/lease"), "run 9"));
}

TEST_CASE("Another user's agent on the board is told from one's own") {
  if (::geteuid() != 0) return;  // only root can be two users
  const test::TempDir dir;
  const std::string name = "lease-of-two-users-" + std::to_string(::getpid());
  fs::create_directory(dir.file("theirs"));
  REQUIRE(::chown(dir.file("theirs").c_str(), 65534, 65534) == 0);
  fs::permissions(dir.path(), fs::perms(0755));
  int ready[2], end[2];
  REQUIRE(::pipe(ready) == 0);
  REQUIRE(::pipe(end) == 0);
  const pid_t other = ::fork();
  if (other == 0) {
    const bool alike = ::setgid(65534) == 0 && ::setuid(65534) == 0;
    const auto lease = take_lease(dir.file("theirs/" + name), "run 1");
    char said = alike && lease ? 'y' : 'n';
    if (::write(ready[1], &said, 1) == 1) said = static_cast<char>(::read(end[0], &said, 1));
    ::_exit(0);
  }
  char said = 0;
  REQUIRE(::read(ready[0], &said, 1) == 1);
  REQUIRE(said == 'y');
  const auto refused = take_lease(dir.file(name), "run 2");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::busy);
  CHECK(refused.error().message().find("another user's agent: user 65534, pid " + std::to_string(other)) !=
        std::string::npos);
  CHECK(take_lease(dir.file(name + "-of-another-board"), "run 2"));
  REQUIRE(::write(end[1], "x", 1) == 1);
  ::waitpid(other, nullptr, 0);
  CHECK(take_lease(dir.file(name), "run 2"));
  for (const int fd : {ready[0], ready[1], end[0], end[1]}) ::close(fd);
}

TEST_CASE("A folder says whose it is and what it was set up for") {
  const test::TempDir dir;
  const StateDir state = opened(dir.file("state"));
  CHECK_FALSE(state.owner());
  {
    const PidFile named(state.pid_path(), "run 7, sysroot /");
    REQUIRE(state.owner());
    CHECK(state.owner()->process == this_process());
    CHECK(state.owner()->setup == "run 7, sysroot /");
  }
  CHECK_FALSE(state.owner());
  fs::permissions(dir.file("state"), fs::perms(0755));
  const StateDir again = opened(dir.file("state"));
  CHECK((fs::status(again.path()).permissions() & fs::perms(0077)) == fs::perms::none);
  dir.write("file", "");
  CHECK_FALSE(StateDir::open(dir.file("file")));
}

TEST_CASE("The door lets in who says attach, whole or in pieces, with what came behind") {
  const test::TempDir dir;
  FakeClock clock;
  const StateDir state = opened(dir.file("state"));
  Door door(state.listen().value(), clock);
  CHECK_FALSE(door.answer());
  const auto link = state.connect();
  REQUIRE(link);
  say(*link, kAttach.substr(0, 10));
  CHECK_FALSE(door.answer());
  say(*link, kAttach.substr(10) + "{\"ping\":{\"n\":1}}\n{");
  const auto visitor = door.answer();
  REQUIRE(visitor);
  CHECK(visitor->wish.run == "run-1");
  CHECK(visitor->wish.controller == "me");
  CHECK(visitor->more == "{\"ping\":{\"n\":1}}\n{");
  CHECK_FALSE(door.answer());
}

TEST_CASE("Whoever says something else, nothing, or too much is sent away") {
  const test::TempDir dir;
  FakeClock clock;
  const StateDir state = opened(dir.file("state"));
  Door door(state.listen().value(), clock);
  const auto rude = state.connect(), silent = state.connect(), endless = state.connect();
  say(*rude, "GET / HTTP/1.1\r\n");
  CHECK_FALSE(door.answer());
  CHECK(hear(*rude).find("\"refused\"") != std::string::npos);
  for (int i = 0; i < 40; ++i) {
    const std::string flood(4096, 'x');
    if (::send(endless->get(), flood.data(), flood.size(), MSG_NOSIGNAL) < 0) break;
    CHECK_FALSE(door.answer());
  }
  CHECK(::send(endless->get(), "x", 1, MSG_NOSIGNAL) < 0);
  clock.advance(Door::kPatience + 1);
  CHECK_FALSE(door.answer());
  CHECK(::send(silent->get(), "x", 1, MSG_NOSIGNAL) < 0);
}

TEST_CASE("A crowd at the door keeps nobody out for long") {
  const test::TempDir dir;
  FakeClock clock;
  const StateDir state = opened(dir.file("state"));
  Door door(state.listen().value(), clock);
  std::vector<Fd> crowd;
  for (int i = 0; i < 30; ++i) {
    if (auto one = state.connect()) crowd.push_back(std::move(*one));
    CHECK_FALSE(door.answer());
  }
  std::vector<pollfd> polled;
  door.add_to(polled);
  CHECK(polled.size() <= Door::kMaxWaiting + 1);
  clock.advance(Door::kPatience + 1);
  CHECK_FALSE(door.answer());
  const auto link = state.connect();
  say(*link, kAttach);
  CHECK(door.answer());
}
