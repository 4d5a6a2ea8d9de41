// SPDX-License-Identifier: Apache-2.0
#include "tests/support/modbus_fake.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace soakrig::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

bool send_all(int fd, const Bytes& bytes) {
  return ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
}
std::uint16_t word_at(const Bytes& bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
void put(Bytes& bytes, std::uint16_t word) {
  bytes.push_back(static_cast<std::uint8_t>(word >> 8));
  bytes.push_back(static_cast<std::uint8_t>(word));
}

}  // namespace

ModbusFake::ModbusFake(std::function<Misdeed(std::size_t)> choose, int late_ms, int drip_ms)
    : choose_(std::move(choose)), late_ms_(late_ms), drip_ms_(drip_ms) {
  listener_ = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = static_cast<sockaddr*>(static_cast<void*>(&address));
  socklen_t size = sizeof address;
  std::array<int, 2> ends{};
  if (::bind(listener_.get(), any, size) != 0 || ::listen(listener_.get(), 16) != 0 ||
      ::getsockname(listener_.get(), any, &size) != 0 || ::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("the fake cannot listen");
  }
  port_ = ntohs(address.sin_port);
  stop_read_ = Fd(ends[0]);
  stop_write_ = Fd(ends[1]);
  thread_ = std::thread([this] { run(); });
}

ModbusFake::~ModbusFake() {
  stop_write_.reset();
  thread_.join();
}

std::string ModbusFake::connect(const std::string& options) const {
  return "tcp://127.0.0.1:" + std::to_string(port_) + "?" + options;
}

std::vector<std::uint16_t> ModbusFake::transactions() const {
  const std::lock_guard lock(mutex_);
  return transactions_;
}

bool ModbusFake::wait_ms(int ms) {
  pollfd stop{stop_read_.get(), POLLIN, 0};
  return ::poll(&stop, 1, ms) == 0;
}

void ModbusFake::run() {
  std::vector<Fd> clients;
  for (;;) {
    std::vector<pollfd> waiting = {{stop_read_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    for (const Fd& client : clients) waiting.push_back({client.get(), POLLIN, 0});
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    if (waiting[0].revents != 0) return;
    std::vector<Fd> kept;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      if (waiting[i + 2].revents == 0 || serve(clients[i].get())) {
        kept.push_back(std::move(clients[i]));
      }
    }
    clients = std::move(kept);
    if (waiting[1].revents != 0) {
      clients.emplace_back(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      ++accepted_;
    }
  }
}

// One request; false when the connection is over.
bool ModbusFake::serve(int fd) {
  Bytes request(7);
  if (::recv(fd, request.data(), 7, MSG_WAITALL) != 7) return false;
  const std::size_t rest = word_at(request, 4) - 1u;
  request.resize(7 + rest);
  if (::recv(fd, request.data() + 7, rest, MSG_WAITALL) != static_cast<ssize_t>(rest)) return false;
  {
    const std::lock_guard lock(mutex_);
    transactions_.push_back(word_at(request, 0));
  }
  return misbehave(fd, choose_(requests_++), answer(request));
}

Bytes ModbusFake::answer(const Bytes& request) {
  const std::uint16_t address = word_at(request, 8), count = word_at(request, 10);
  Bytes reply(request.begin(), request.begin() + 4);
  if (request[7] == 3 || request[7] == 4) {
    put(reply, static_cast<std::uint16_t>(3 + 2 * count));
    reply.push_back(request[6]);
    reply.push_back(request[7]);
    reply.push_back(static_cast<std::uint8_t>(2 * count));
    for (std::uint16_t i = 0; i < count; ++i) {
      const auto at = static_cast<std::uint16_t>(address + i);
      const auto found = written_.find(at);
      put(reply, found == written_.end() ? content(at) : found->second);
    }
  } else {
    put(reply, 6);
    reply.insert(reply.end(), request.begin() + 6, request.begin() + 12);
    if (request[7] == 6) written_[address] = count;
    for (std::size_t i = 0; request[7] == 16 && i < count; ++i) {
      written_[static_cast<std::uint16_t>(address + i)] = word_at(request, 13 + 2 * i);
    }
  }
  return reply;
}

bool ModbusFake::misbehave(int fd, Misdeed misdeed, Bytes reply) {
  const Bytes noise = {0xDE, 0xAD, 0xBE, 0xEF, 0x01};
  switch (misdeed) {
    case Misdeed::none:
      break;
    case Misdeed::silent:
      return true;
    case Misdeed::late:
      if (!wait_ms(late_ms_)) return false;
      break;
    case Misdeed::wrong_transaction:
      reply[1] ^= 1;
      break;
    case Misdeed::wrong_protocol:
      reply[3] = 7;
      break;
    case Misdeed::wrong_length:
      reply[5] = static_cast<std::uint8_t>(reply[5] + 2);
      break;
    case Misdeed::wrong_unit:
      reply[6] = 9;
      break;
    case Misdeed::wrong_function:
      reply[7] = reply[7] == 3 ? 4 : 3;
      break;
    case Misdeed::short_payload:  // a whole frame about fewer registers
      reply.resize(reply.size() - 2);
      reply[5] = static_cast<std::uint8_t>(reply[5] - 2);
      reply[8] = static_cast<std::uint8_t>(reply[8] - 2);
      break;
    case Misdeed::truncated:
      reply.resize(reply.size() - 3);
      break;
    case Misdeed::truncated_close:
      reply.resize(reply.size() - 3);
      send_all(fd, reply);
      return false;
    case Misdeed::drip:
      for (const std::uint8_t byte : reply) {
        if (!send_all(fd, {byte})) return false;
        if (!wait_ms(drip_ms_)) return false;
      }
      return true;
    case Misdeed::stray_before:
      if (!send_all(fd, noise)) return false;
      break;
    case Misdeed::stray_after:
      reply.insert(reply.end(), noise.begin(), noise.end());
      break;
    case Misdeed::duplicate: {
      const Bytes once = reply;
      reply.insert(reply.end(), once.begin(), once.end());
      break;
    }
    case Misdeed::wrong_echo:
      reply[9] ^= 1;
      break;  // for writes: a read has its values there
    case Misdeed::random:
      reply.clear();
      for (unsigned i = 0; i < 40; ++i) reply.push_back(static_cast<std::uint8_t>(i * 167u + 13u));
      break;
    case Misdeed::close:
      return false;
    case Misdeed::exception:
      reply = {reply[0], reply[1], 0, 0, 0, 3, reply[6], static_cast<std::uint8_t>(reply[7] | 0x80),
               6};
      break;
  }
  return send_all(fd, reply);
}

}  // namespace soakrig::test
