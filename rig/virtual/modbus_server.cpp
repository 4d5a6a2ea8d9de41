// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/modbus_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pty.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "rig/base/time.hpp"
#include "rig/instruments/modbus_frame.hpp"

namespace soakrig::virtual_bench {
namespace {

constexpr std::size_t kMaxConnections = 16;
constexpr std::size_t kMaxFrame = 260;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

Result<Address> make_address(const std::string& text, std::uint16_t port) {
  Address out;
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (::inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&out.storage, &v4, sizeof v4);
    out.size = sizeof v4;
  } else if (::inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&out.storage, &v6, sizeof v6);
    out.size = sizeof v6;
  } else {
    return Error{Errc::invalid, "'" + text + "' is no IP address", "listen on 127.0.0.1:0"};
  }
  return out;
}

// The socket interface takes every address family by this one pointer.
template <class Any>
Any* as_sockaddr(sockaddr_storage& storage) {
  return static_cast<Any*>(static_cast<void*>(&storage));
}

std::uint16_t bound_port(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(fd, as_sockaddr<sockaddr>(storage), &size) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6 ? as_sockaddr<sockaddr_in6>(storage)->sin6_port
                                             : as_sockaddr<sockaddr_in>(storage)->sin_port);
}

Result<Fd> listen_on(const std::string& text, std::uint16_t port) {
  auto address = make_address(text, port);
  if (!address) return address.error();
  Fd fd(::socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return sys_error("cannot make a socket");
  const int on = 1;
  static_cast<void>(::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
  if (::bind(fd.get(), as_sockaddr<sockaddr>(address->storage), address->size) != 0 ||
      ::listen(fd.get(), 8) != 0) {
    return sys_error("cannot listen", text + ":" + std::to_string(port),
                     "is the port taken? 0 picks a free one");
  }
  return fd;
}

// Bytes of a whole RTU request; 0 while it cannot be told yet.
std::size_t rtu_request_size(std::span<const std::uint8_t> begun) {
  constexpr std::uint8_t kWriteCoils = 15, kWriteMany = 16;
  if (begun.size() < 8) return 0;
  if (begun[1] != kWriteCoils && begun[1] != kWriteMany) return 8;
  return std::size_t{9} + begun[6];
}

std::uint16_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

}  // namespace

Result<ModbusServer> ModbusServer::listen(const std::string& address, std::uint16_t port,
                                          RegisterBank& bank) {
  auto server = listen(address, port, Framing::tcp);
  if (server) server->add(bank);
  return server;
}

Result<ModbusServer> ModbusServer::listen(const std::string& address, std::uint16_t port,
                                          Framing framing) {
  auto fd = listen_on(address, port);
  if (!fd) return fd.error();
  ModbusServer server;
  server.framing_ = framing;
  server.address_ = address;
  server.port_ = bound_port(fd->get());
  server.listener_ = std::move(*fd);
  return server;
}

Result<ModbusServer> ModbusServer::serial(const std::string& link, int baud) {
  ModbusServer server;
  server.framing_ = Framing::rtu;
  server.serial_ = true;
  server.baud_ = baud;
  server.link_ = link;
  if (auto opened = server.open_terminal(); !opened) return opened.error();
  return server;
}

ModbusServer::~ModbusServer() {
  if (slave_) ::unlink(link_.c_str());
}

Result<void> ModbusServer::open_terminal() {
  int master = -1, slave = -1;
  std::array<char, 128> name{};
  if (::openpty(&master, &slave, nullptr, nullptr, nullptr) != 0) {
    return sys_error("cannot make a pseudo-terminal");
  }
  Fd master_fd(master);
  slave_ = Fd(slave);
  termios line{};
  if (::ttyname_r(slave, name.data(), name.size()) != 0 || ::tcgetattr(slave, &line) != 0) {
    return sys_error("cannot use a pseudo-terminal");
  }
  ::cfmakeraw(&line);
  ::tcsetattr(slave, TCSANOW, &line);
  ::fcntl(master, F_SETFL, O_NONBLOCK);
  ::fcntl(master, F_SETFD, FD_CLOEXEC);
  ::fcntl(slave, F_SETFD, FD_CLOEXEC);
  ::unlink(link_.c_str());
  if (::symlink(name.data(), link_.c_str()) != 0) return sys_error("cannot make the link", link_);
  connections_.clear();
  connections_.push_back({++numbers_, std::move(master_fd), {}});
  return {};
}

Result<void> ModbusServer::vanish(bool gone) {
  if (gone == gone_) return {};
  gone_ = gone;
  if (gone) {
    if (serial_) ::unlink(link_.c_str());
    connections_.clear();
    pending_.clear();
    slave_.reset();
    listener_.reset();
    return {};
  }
  if (serial_) return open_terminal();
  auto fd = listen_on(address_, port_);
  if (!fd) return fd.error();
  listener_ = std::move(*fd);
  return {};
}

void ModbusServer::add_to(std::vector<pollfd>& waiting) const {
  if (stalled_ || gone_) return;
  if (listener_) waiting.push_back({listener_.get(), POLLIN, 0});
  for (const Connection& connection : connections_) {
    waiting.push_back({connection.fd.get(), POLLIN, 0});
  }
}

void ModbusServer::handle(const std::vector<pollfd>& ready) {
  if (stalled_ || gone_) return;
  const auto is_ready = [&ready](int fd) {
    const auto found = std::ranges::find(ready, fd, &pollfd::fd);
    return found != ready.end() && found->revents != 0;
  };
  for (Connection& connection : connections_) {
    if (is_ready(connection.fd.get())) serve(connection);
  }
  std::erase_if(connections_, [](const Connection& connection) { return connection.over; });
  if (listener_ && is_ready(listener_.get())) accept_one();
}

Nanos ModbusServer::tick(Nanos now) {
  if (stalled_) return 0;
  Nanos next = 0;
  // By index: carrying a request out adds nothing, but sending may end a connection.
  for (Pending& pending : pending_) {
    if (pending.due > now) {
      next = next == 0 ? pending.due : std::min(next, pending.due);
      continue;
    }
    pending.due = 0;
    if (!pending.execute.empty()) {
      for (RegisterBank* bank : banks_) static_cast<void>(bank->answer(pending.execute));
      continue;
    }
    const auto found = std::ranges::find(connections_, pending.connection, &Connection::number);
    if (found != connections_.end()) send(*found, pending.bytes);
  }
  std::erase_if(pending_, [](const Pending& pending) { return pending.due == 0; });
  std::erase_if(connections_, [](const Connection& connection) { return connection.over; });
  return next;
}

void ModbusServer::accept_one() {
  Fd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!fd) return;
  // The oldest goes: a client that died without closing must not lock others out.
  if (connections_.size() >= kMaxConnections) connections_.erase(connections_.begin());
  const int on = 1;
  static_cast<void>(::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
  connections_.push_back({++numbers_, std::move(fd), {}});
}

void ModbusServer::serve(Connection& connection) {
  std::array<std::uint8_t, 2048> buffer{};
  const ssize_t n = ::read(connection.fd.get(), buffer.data(), buffer.size());
  if (n <= 0) {
    connection.over = n == 0 || (errno != EAGAIN && errno != EINTR);
    return;
  }
  connection.in.insert(connection.in.end(), buffer.begin(), buffer.begin() + n);
  while (const auto size = next_request(connection)) {
    const std::vector<std::uint8_t> frame(
        connection.in.begin(), connection.in.begin() + static_cast<std::ptrdiff_t>(*size));
    connection.in.erase(connection.in.begin(),
                        connection.in.begin() + static_cast<std::ptrdiff_t>(*size));
    answer(connection, frame);
    if (connection.over) return;
  }
}

// The size of the whole request that the buffer begins with; nothing when there is none yet.
std::optional<std::size_t> ModbusServer::next_request(Connection& connection) {
  auto& in = connection.in;
  if (framing_ == Framing::rtu) {
    const std::size_t size = rtu_request_size(in);
    if (size == 0 || in.size() < size) return std::nullopt;
    const auto body = std::span(in).first(size - 2);
    const auto sent = static_cast<std::uint16_t>(in[size - 1] << 8 | in[size - 2]);
    if (sent == instruments::crc16(body)) return size;
    in.clear();  // a device waits for silence then; ours has it
    return std::nullopt;
  }
  if (in.size() < 7) return std::nullopt;
  const std::size_t length = word_at(in, 4);
  if (length < 2 || length + 6 > kMaxFrame || word_at(in, 2) != 0) {
    connection.over = true;  // not Modbus: no way to find the next frame
    return std::nullopt;
  }
  return in.size() < length + 6 ? std::nullopt : std::optional(length + 6);
}

void ModbusServer::answer(Connection& connection, std::span<const std::uint8_t> frame) {
  const bool tcp = framing_ == Framing::tcp;
  const auto request = tcp ? frame.subspan(6) : frame.first(frame.size() - 2);
  const auto bank = std::ranges::find(banks_, request[0], &RegisterBank::unit);
  if (bank == banks_.end()) return;
  const WireFault fault = choose_ ? choose_(request) : WireFault{};
  const Nanos now = SystemClock().boot_ns();
  if (fault.kind == WireKind::late_write) {
    pending_.push_back(
        {now + fault.delay, connection.number, {}, {request.begin(), request.end()}});
    return;
  }
  auto reply = (*bank)->answer(request);
  if (!reply) return;
  if (fault.kind == WireKind::close && !serial_) connection.over = true;
  for (WireOutput& output :
       spoil(fault, framing_, tcp ? word_at(frame, 0) : std::uint16_t{0}, std::move(*reply))) {
    Nanos after = output.after;
    if (baud_ > 0) {
      // Request, gap and reply, ten bits a character, as if they had been on the line.
      const auto characters = static_cast<Nanos>(frame.size() + output.bytes.size()) * 10 + 35;
      after += characters * kSecond / baud_;
    }
    if (after == 0) {
      send(connection, output.bytes);
    } else {
      pending_.push_back({now + after, connection.number, std::move(output.bytes)});
    }
  }
}

void ModbusServer::send(Connection& connection, const std::vector<std::uint8_t>& bytes) {
  // Small against any buffer: if it does not fit, the client does not read.
  const ssize_t sent = serial_
                           ? ::write(connection.fd.get(), bytes.data(), bytes.size())
                           : ::send(connection.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(bytes.size()) && !serial_) connection.over = true;
}

}  // namespace soakrig::virtual_bench
