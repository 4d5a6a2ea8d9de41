// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/arrival_time.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "rig/base/fd.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::workloads;

namespace {

// Two ends of a TCP connection on the loopback.
std::array<Fd, 2> connected() {
  const Fd listening(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof place;
  auto* address = reinterpret_cast<sockaddr*>(&place);
  REQUIRE(::bind(listening.get(), address, size) == 0);
  REQUIRE(::listen(listening.get(), 1) == 0);
  REQUIRE(::getsockname(listening.get(), address, &size) == 0);
  Fd near(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(::connect(near.get(), address, size) == 0);
  Fd far(::accept(listening.get(), nullptr, nullptr));
  REQUIRE(far);
  return {std::move(near), std::move(far)};
}

void wait_for_bytes(const Fd& socket) {
  pollfd watched{socket.get(), POLLIN, 0};
  REQUIRE(::poll(&watched, 1, 5000) == 1);
}

}  // namespace

TEST_CASE("bytes that waited are as old as they waited, where the kernel was asked", "[real-kernel]") {
  const SystemClock clock;
  for (const bool asked : {true, false}) {
    INFO(asked);
    const auto ends = connected();
    if (asked) ask_for_arrival_times(ends[0].get());
    const Nanos sent = clock.boot_ns();
    REQUIRE(::send(ends[1].get(), "token", 5, 0) == 5);
    wait_for_bytes(ends[0]);
    ::poll(nullptr, 0, 40);  // as a process that is not given the CPU
    std::array<char, 64> into{};
    const Received got = receive_with_age(ends[0].get(), into.data(), into.size());
    const Nanos now = clock.boot_ns();
    CHECK(got.bytes == 5);
    CHECK(got.error == 0);
    if (asked) {
      CHECK(got.age >= 39 * kMillisecond);
      CHECK(got.age <= now - sent + kMillisecond);
    } else {
      CHECK(got.age == 0);
    }
  }
}

TEST_CASE("nothing there, an end and a broken descriptor are told apart") {
  auto ends = connected();
  ask_for_arrival_times(ends[0].get());
  std::array<char, 64> into{};
  CHECK(receive_with_age(ends[0].get(), into.data(), into.size()).error == EAGAIN);
  ends[1] = Fd();
  wait_for_bytes(ends[0]);
  const Received end = receive_with_age(ends[0].get(), into.data(), into.size());
  CHECK(end.error == 0);
  CHECK(end.bytes == 0);
  CHECK(receive_with_age(-1, into.data(), into.size()).error == EBADF);
  ask_for_arrival_times(-1);  // says nothing, and the ages stay 0
}
