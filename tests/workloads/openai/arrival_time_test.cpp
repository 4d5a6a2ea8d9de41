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

struct Waited {
  Received got;
  Nanos at_most = 0;  // from before the bytes were sent until after they were read
};

// Bytes that lie there for 40 ms before they are read, as if the reader were not given the CPU.
Waited bytes_that_waited(const std::array<Fd, 2>& ends, const Clock& clock) {
  const Nanos sent = clock.boot_ns();
  REQUIRE(::send(ends[1].get(), "token", 5, 0) == 5);
  wait_for_bytes(ends[0]);
  ::poll(nullptr, 0, 40);
  std::array<char, 64> into{};
  const Received got = receive_with_age(ends[0].get(), into.data(), into.size());
  CHECK(got.bytes == 5);
  CHECK(got.error == 0);
  return {got, clock.boot_ns() - sent};
}

}  // namespace

TEST_CASE("bytes that waited are as old as they waited, where the kernel was asked", "[real-kernel]") {
  const SystemClock clock;
  const auto ends = connected();
  ask_for_arrival_times(ends[0].get());
  // The first socket of a system to ask is noted a moment later, so its first bytes may have no age.
  Waited waited = bytes_that_waited(ends, clock);
  for (int more = 0; more < 100 && waited.got.age == 0; ++more) waited = bytes_that_waited(ends, clock);
  CHECK(waited.got.age >= 39 * kMillisecond);
  CHECK(waited.got.age <= waited.at_most + kMillisecond);
  // From then on every one has its age.
  CHECK(bytes_that_waited(ends, clock).got.age >= 39 * kMillisecond);
}

TEST_CASE("bytes that waited have no age where the kernel was not asked") {
  const auto ends = connected();
  CHECK(bytes_that_waited(ends, SystemClock()).got.age == 0);
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
