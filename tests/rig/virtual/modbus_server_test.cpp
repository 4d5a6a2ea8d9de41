// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/modbus_server.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include "rig/instruments/map_library.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::virtual_bench;
using Bytes = std::vector<std::uint8_t>;

namespace {

struct Setup {
  RegisterBank bank{instruments::load_register_map("eastron-sdm120").value(), 1};
  ModbusServer server = ModbusServer::listen("127.0.0.1", 0, bank).value();

  Fd client() {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd.get(), static_cast<sockaddr*>(static_cast<void*>(&address)),
                      sizeof address) == 0);
    turn();
    return fd;
  }
  // Lets the server do all that is to be done now.
  void turn() {
    for (int i = 0; i < 10; ++i) {
      std::vector<pollfd> waiting;
      server.add_to(waiting);
      if (::poll(waiting.data(), waiting.size(), 20) <= 0) return;
      server.handle(waiting);
    }
  }
};

void send_to(const Fd& fd, const Bytes& bytes) {
  REQUIRE(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(bytes.size()));
}
// What has arrived now; nothing when the connection is closed or silent.
Bytes received(const Fd& fd) {
  Bytes bytes(4096);
  const ssize_t n = ::recv(fd.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return bytes;
}
// Lets the server work until `size` bytes have come, however slow the machine is today.
Bytes answer_of(Setup& setup, const Fd& fd, std::size_t size) {
  Bytes all;
  for (int tries = 0; tries < 1000 && all.size() < size; ++tries) {
    setup.turn();
    const Bytes more = received(fd);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}
bool closed(const Fd& fd) {
  char byte = 0;
  const ssize_t n = ::recv(fd.get(), &byte, 1, MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno == ECONNRESET);
}
bool closed_soon(Setup& setup, const Fd& fd) {
  for (int tries = 0; tries < 1000; ++tries) {
    if (closed(fd)) return true;
    setup.turn();
  }
  return false;
}

const Bytes kReadPower = {0, 1, 0, 0, 0, 6, 1, 4, 0, 12, 0, 2};

}  // namespace

TEST_CASE("a request is answered, whole, in parts, or two at once") {
  Setup setup;
  setup.bank.set("power", 6.0);  // 40C0 0000
  const Bytes reply = {0, 1, 0, 0, 0, 7, 1, 4, 4, 0x40, 0xC0, 0, 0};
  const Fd fd = setup.client();
  send_to(fd, kReadPower);
  CHECK(answer_of(setup, fd, reply.size()) == reply);
  send_to(fd, Bytes(kReadPower.begin(), kReadPower.begin() + 5));
  setup.turn();
  CHECK(received(fd).empty());
  send_to(fd, Bytes(kReadPower.begin() + 5, kReadPower.end()));
  CHECK(answer_of(setup, fd, reply.size()) == reply);
  Bytes twice = kReadPower;
  twice.insert(twice.end(), kReadPower.begin(), kReadPower.end());
  send_to(fd, twice);
  CHECK(answer_of(setup, fd, 2 * reply.size()).size() == 2 * reply.size());
}

TEST_CASE("what is no Modbus ends the connection; others go on") {
  Setup setup;
  const Fd good = setup.client();
  for (const Bytes& bad : {Bytes{0, 1, 0, 7, 0, 6, 1, 4, 0, 12, 0, 2}, Bytes{0, 1, 0, 0, 0, 0, 1},
                           Bytes{0, 1, 0, 0, 0xFF, 0xFF, 1}, Bytes(300, 0x41)}) {
    const Fd fd = setup.client();
    send_to(fd, bad);
    CHECK(closed_soon(setup, fd));
  }
  send_to(good, kReadPower);
  CHECK(answer_of(setup, good, 13).size() == 13);
}

TEST_CASE("a stalled device answers late, when it is no longer stalled") {
  Setup setup;
  const Fd fd = setup.client();
  setup.server.stall(true);
  send_to(fd, kReadPower);
  setup.turn();
  CHECK(received(fd).empty());
  setup.server.stall(false);
  CHECK(answer_of(setup, fd, 13).size() == 13);
}

TEST_CASE("many clients: the oldest make room") {
  Setup setup;
  std::vector<Fd> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(setup.client());
  CHECK(closed_soon(setup, clients.front()));
  send_to(clients.back(), kReadPower);
  CHECK(answer_of(setup, clients.back(), 13).size() == 13);
}

TEST_CASE("an address that is none, or a taken port, is refused") {
  Setup setup;
  CHECK_FALSE(ModbusServer::listen("localhost", 0, setup.bank));
  CHECK_FALSE(ModbusServer::listen("127.0.0.1", setup.server.port(), setup.bank));
  CHECK(ModbusServer::listen("127.0.0.1", 0, setup.bank));
}
