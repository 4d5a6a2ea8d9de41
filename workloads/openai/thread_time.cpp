// SPDX-License-Identifier: Apache-2.0
#include "workloads/openai/thread_time.hpp"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <charconv>

#include "rig/base/fd.hpp"

namespace soakrig::workloads {

std::optional<Nanos> parse_waited(std::string_view schedstat) {
  const std::size_t blank = schedstat.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const char* const end = schedstat.data() + schedstat.size();
  Nanos out = 0;
  const auto read = std::from_chars(schedstat.data() + blank + 1, end, out);
  if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ' ' || out < 0) return std::nullopt;
  return out;
}

ThreadTime thread_time() {
  ThreadTime out;
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  out.cpu = static_cast<Nanos>(now.tv_sec) * kSecond + now.tv_nsec;
  char text[96];
  const Fd file(::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC));
  const ssize_t n = file ? ::read(file.get(), text, sizeof text) : -1;
  if (n > 0) out.waited = parse_waited({text, static_cast<std::size_t>(n)});
  return out;
}

}  // namespace soakrig::workloads
