// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/state_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <utility>

#include "probes/agent/pid_file.hpp"

namespace soakrig::agent {

namespace {

constexpr std::string_view kRemedy = "choose a folder that this user may write, with --state";

Result<void> make_folder(const std::string& path) {
  for (auto slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    if (::mkdir(path.substr(0, slash).c_str(), 0755) != 0 && errno != EEXIST) {
      return sys_error("cannot make", path.substr(0, slash), kRemedy);
    }
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return sys_error("cannot make", path, kRemedy);
  }
  return {};
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

Fd new_socket() { return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)); }

// A socket's name that is no file: whichever user binds it first has it. One of this user's own is no
// obstacle, since the lock on the file decides among those; then there is nothing to hold.
Result<Fd> take_name(const std::string& lease) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = "soakrig/" + lease;  // behind the zero that makes it no file
  const std::size_t length = std::min(name.size(), sizeof address.sun_path - 1);
  std::memcpy(address.sun_path + 1, name.data(), length);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  const auto* const where = reinterpret_cast<const sockaddr*>(&address);
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd && ::bind(fd.get(), where, size) == 0 && ::listen(fd.get(), SOMAXCONN) == 0) return fd;
  if (errno != EADDRINUSE) return sys_error("cannot take the board's name", name);
  const Fd other(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  ucred who{};
  socklen_t known = sizeof who;
  const bool told = ::connect(other.get(), where, size) == 0 &&
                    ::getsockopt(other.get(), SOL_SOCKET, SO_PEERCRED, &who, &known) == 0;
  if (told && who.uid == ::geteuid()) return Fd();
  return Error{Errc::busy,
               "the board is in use by another user's agent" +
                   (told ? ": user " + std::to_string(who.uid) + ", pid " + std::to_string(who.pid)
                         : std::string()),
               "wait for its end, or ask that user", lease};
}

}  // namespace

Result<StateDir> StateDir::open(const std::string& path) {
  if (auto made = make_folder(path); !made) return made.error();
  Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return sys_error("cannot open", path, kRemedy);
  struct stat info {};
  if (::fstat(folder.get(), &info) != 0) return sys_error("cannot look at", path);
  if (info.st_uid != ::geteuid()) {
    return Error{Errc::unsupported, "the folder belongs to another user", std::string(kRemedy), path};
  }
  if ((info.st_mode & 0077) != 0 && ::fchmod(folder.get(), 0700) != 0) {
    return sys_error("cannot make it private", path, kRemedy);
  }
  return StateDir(path, std::move(folder));
}

// By way of the descriptor: an address has room for a hundred bytes only.
std::string StateDir::socket_path() const {
  return "/proc/self/fd/" + std::to_string(folder_.get()) + "/socket";
}

Result<Fd> StateDir::lock() const {
  Fd fd(::openat(folder_.get(), "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return sys_error("cannot open the lock", path_, kRemedy);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  if (errno != EWOULDBLOCK) return sys_error("cannot lock", path_);
  return Error{Errc::busy, "an agent lives here already", "see " + pid_path(), path_};
}

Result<Fd> StateDir::listen() const {
  ::unlinkat(folder_.get(), "socket", 0);
  Fd fd = new_socket();
  const sockaddr_un address = address_of(socket_path());
  if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), 4) != 0) {
    return sys_error("cannot listen", path_ + "/socket", kRemedy);
  }
  return fd;
}

Result<Fd> StateDir::connect() const {
  Fd fd = new_socket();
  const sockaddr_un address = address_of(socket_path());
  if (fd && ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return fd;
  }
  if (errno == ENOENT || errno == ECONNREFUSED) {
    return Error{Errc::not_found, "no agent listens", {}, path_};
  }
  return sys_error("cannot reach the agent", path_ + "/socket");
}

std::optional<StateDir::Owner> StateDir::owner() const {
  auto said = read_pid_file(pid_path());
  if (!said) return std::nullopt;
  return Owner{std::move(said->process), std::move(said->setup)};
}

void StateDir::note_alone(Nanos since) const {
  ::unlinkat(folder_.get(), "alone", 0);
  if (since == 0) return;
  const Fd fd(::openat(folder_.get(), "alone", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  const std::string text = std::to_string(since);
  // On a full disk it is not noted: the agent goes on all the same.
  if (fd && ::write(fd.get(), text.data(), text.size()) < 0) errno = 0;
}

std::optional<Nanos> StateDir::alone_for(const Clock& clock) const {
  const auto text = read_file(path_ + "/alone", 64);
  if (!text) return std::nullopt;
  Nanos since = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), since);
  if (failed != std::errc()) return Nanos{0};  // since when was not noted
  return std::max<Nanos>(0, clock.boot_ns() - since);
}

void StateDir::remove() const {
  for (const char* name : {"socket", "agent.pid", "alone", "log", "lock"}) {
    ::unlinkat(folder_.get(), name, 0);
  }
  ::unlinkat(folder_.get(), "spool", AT_REMOVEDIR);
  ::rmdir(path_.c_str());
}

Result<Lease> take_lease(const std::string& path, const std::string& text) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return sys_error("cannot open the lease", path, "name another one with --lease");
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    const auto who = read_file(path, 4096);
    return Error{Errc::busy,
                 "the board is in use" + (who && !who->empty() ? " by " + *who : std::string()),
                 "wait for its end, or end it: soakrig stop, or, where its run is gone, soakrig prune "
                 "--agents", path};
  }
  auto name = take_name(path.substr(path.rfind('/') + 1));
  if (!name) return name.error();
  if (::ftruncate(fd.get(), 0) != 0 ||
      ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    return sys_error("cannot write the lease", path, "free some space");
  }
  return Lease{std::move(fd), std::move(*name)};
}

}  // namespace soakrig::agent
