// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/arrival_time.hpp"

#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace soakrig::workloads {

namespace {

constexpr Nanos kOldest = 10 * kSecond;  // beyond it the clock was set, not the byte old

Nanos nanos(const timespec& at) { return static_cast<Nanos>(at.tv_sec) * kSecond + at.tv_nsec; }

// The kernel's note is of the wall clock.
Nanos age_of(const timespec& came) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const Nanos age = nanos(now) - nanos(came);
  return age <= kOldest ? std::max<Nanos>(age, 0) : 0;
}

}  // namespace

void ask_for_arrival_times(int socket) {
  const int on = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
}

Received receive_with_age(int socket, char* into, std::size_t room) {
  alignas(cmsghdr) char notes[CMSG_SPACE(sizeof(timespec))];
  iovec piece{into, room};
  msghdr message{};
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = notes;
  message.msg_controllen = sizeof notes;
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return {0, errno == EWOULDBLOCK ? EAGAIN : errno, 0};
  Received out{static_cast<std::size_t>(got), 0, 0};
  for (cmsghdr* note = CMSG_FIRSTHDR(&message); got > 0 && note != nullptr;
       note = CMSG_NXTHDR(&message, note)) {
    if (note->cmsg_level != SOL_SOCKET || note->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec came{};
    std::memcpy(&came, CMSG_DATA(note), sizeof came);
    out.age = age_of(came);
  }
  return out;
}

}  // namespace soakrig::workloads
