// SPDX-License-Identifier: Apache-2.0
#include "rig/instruments/modbus_receiver.hpp"

#include <modbus.h>
#include <sys/select.h>

#include <algorithm>
#include <cerrno>

namespace soakrig::instruments {
namespace {

// The library does not say how much it had received when it failed. The buffer is filled with this
// before, so all but such bytes at the very end of a broken reply are kept as evidence.
constexpr std::uint8_t kFilling = 0xA5;

std::span<const std::uint8_t> touched(std::span<const std::uint8_t> buffer) {
  std::size_t size = buffer.size();
  while (size > 0 && buffer[size - 1] == kFilling) --size;
  return buffer.first(size);
}

Error receive_error(int number) {
  Error error{Errc::io, "no valid reply"};
  if (number == ETIMEDOUT) {
    error.code = Errc::timeout;
  } else if (number >= MODBUS_ENOBASE) {  // the library's own numbers, unknown to strerror
    error.code = Errc::protocol;
    error.what += std::string(": ") + modbus_strerror(number);
    return error;
  }
  error.sys = number;
  return error;
}

}  // namespace

void ModbusReceiver::Free::operator()(_modbus* context) const {
  modbus_set_socket(context, -1);  // the descriptor is ours to close
  modbus_free(context);
}

Result<void> ModbusReceiver::attach(Fd fd, bool rtu) {
  close();
  if (fd.get() >= FD_SETSIZE) {
    return Error{Errc::full, "too many open files for a Modbus connection",
                 "run fewer boards and instruments in one rig"};
  }
  // Neither address nor device is used: the descriptor is ours.
  context_.reset(rtu ? modbus_new_rtu("/dev/null", 9600, 'N', 8, 1)
                     : modbus_new_tcp("127.0.0.1", 502));
  if (context_ == nullptr) return sys_error("cannot make a Modbus context");
  fd_ = std::move(fd);
  modbus_set_socket(context_.get(), fd_.get());
  modbus_set_byte_timeout(context_.get(), 0, 0);  // the response timeout bounds the whole reply
  modbus_set_error_recovery(context_.get(), MODBUS_ERROR_RECOVERY_NONE);
  return {};
}

void ModbusReceiver::close() {
  context_.reset();
  fd_.reset();
}

Result<std::span<const std::uint8_t>> ModbusReceiver::receive(std::uint8_t unit, Nanos deadline) {
  const Nanos left = deadline - clock_.boot_ns();
  if (left < kMillisecond) return Error{Errc::timeout, "no time left for the reply"};
  modbus_set_slave(context_.get(), unit);
  modbus_set_response_timeout(context_.get(), static_cast<std::uint32_t>(left / kSecond),
                              static_cast<std::uint32_t>(left % kSecond / kMicrosecond));
  buffer_.fill(kFilling);
  const int size = modbus_receive_confirmation(context_.get(), buffer_.data());
  const int number = errno;
  const std::span<const std::uint8_t> whole(buffer_);
  const auto got = size > 0 ? whole.first(static_cast<std::size_t>(size)) : touched(whole);
  if (!got.empty()) {
    last_heard_ = clock_.boot_ns();
    frames_.add(last_heard_, RawFrame::Kind::received, got);
  }
  if (size > 0) return got;
  // On a serial line the library passes over the frame of another unit.
  if (size == 0) return Error{Errc::protocol, "another unit answered"};
  if (number == EMBBADCRC) ++bad_checksums_;
  return receive_error(number);
}

}  // namespace soakrig::instruments
