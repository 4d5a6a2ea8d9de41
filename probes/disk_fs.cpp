// SPDX-License-Identifier: Apache-2.0
//
// HostFs on the real file system. Below the real "/" paths are opened as they are; below any other
// root each path is resolved by the kernel inside that root (openat2 RESOLVE_IN_ROOT), or, on
// kernels before 5.6, walked part by part with every link refused. In a foreign tree only regular
// files and directories are opened: a captured device node or pipe must not be touched.
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "probes/host_fs.hpp"
#include "probes/parse.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::probes {
namespace {

struct Opened {
  Fd fd;
  int sys = 0;
};

// One tree: "/" (unrestricted) or a folder that nothing leads out of.
class Tree {
 public:
  explicit Tree(const std::string& path) : foreign_(path != "/") {
    fd_ = Fd(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd_ || ::access(path.c_str(), R_OK | X_OK) != 0) {
      throw Fatal(sys_error("cannot read the board's tree", path,
                            "name a readable folder that holds proc and sys"));
    }
  }

  [[nodiscard]] bool foreign() const { return foreign_; }

  // Opens for reading. `directory` chooses which kind is wanted; another kind is refused.
  [[nodiscard]] Opened open(const std::string& path, bool directory) const {
    const int kind = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (directory ? O_DIRECTORY : 0);
    if (!foreign_) return result(::open(path.c_str(), kind));
    Opened handle = resolve(path);
    if (handle.sys != 0) return handle;
    struct stat info {};
    if (::fstat(handle.fd.get(), &info) != 0) return {Fd(), errno};
    if (directory ? !S_ISDIR(info.st_mode) : !S_ISREG(info.st_mode)) return {Fd(), ENOENT};
    std::array<char, 40> again{};
    std::snprintf(again.data(), again.size(), "/proc/self/fd/%d", handle.fd.get());
    return result(::open(again.data(), kind));
  }

  [[nodiscard]] bool exists(const std::string& path) const {
    if (!foreign_) return ::access(path.c_str(), F_OK) == 0;
    return resolve(path).sys == 0;
  }

 private:
  static Opened result(int fd) { return fd >= 0 ? Opened{Fd(fd), 0} : Opened{Fd(), errno}; }

  // An O_PATH handle of what `path` means inside this tree.
  [[nodiscard]] Opened resolve(const std::string& path) const {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_IN_ROOT;
    const long fd = ::syscall(SYS_openat2, fd_.get(), path.c_str(), &how, sizeof how);
    if (fd >= 0) return {Fd(static_cast<int>(fd)), 0};
    if (errno != ENOSYS && errno != EPERM) return {Fd(), errno};
    return walk(path);
  }

  // The same without openat2: every link and every ".." is refused.
  [[nodiscard]] Opened walk(const std::string& path) const {
    Opened at = result(::openat(fd_.get(), ".", O_PATH | O_CLOEXEC));
    for (std::size_t begin = 0; at.sys == 0 && begin < path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      const std::string part = path.substr(begin, end - begin);
      begin = end + 1;
      if (part.empty() || part == ".") continue;
      if (part == "..") return {Fd(), EXDEV};
      at = result(::openat(at.fd.get(), part.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
      struct stat info {};
      if (at.sys == 0 && ::fstat(at.fd.get(), &info) == 0 && S_ISLNK(info.st_mode)) {
        return {Fd(), ELOOP};
      }
    }
    return at;
  }

  Fd fd_;
  bool foreign_;
};

// The buffer that all Files of one file system read into.
class Buffer {
 public:
  Text read(int fd, ReadMode mode) {
    std::size_t have = 0;
    for (;;) {
      if (have == bytes_.size()) {
        if (bytes_.size() >= HostFs::kMaxFile) return {State::error, EFBIG, {}};
        bytes_.resize(bytes_.size() * 2);  // once per run: the buffer keeps its size
      }
      const ssize_t n = pread_once(fd, have);
      if (n < 0) return {state_of_errno(errno), errno, {}};
      have += static_cast<std::size_t>(n);
      const bool more = have == bytes_.size() || (mode == ReadMode::stream && n > 0);
      if (!more) return {State::good, 0, std::string_view(bytes_.data(), have)};
    }
  }

 private:
  // EINTR is retried for as long as it comes; EAGAIN once, since a sensor that is off stays off.
  ssize_t pread_once(int fd, std::size_t offset) {
    for (bool retried = false;;) {
      const ssize_t n =
          ::pread(fd, bytes_.data() + offset, bytes_.size() - offset, static_cast<off_t>(offset));
      if (n >= 0 || (errno != EINTR && errno != EAGAIN)) return n;
      if (errno == EAGAIN) {
        if (retried) return n;
        retried = true;
      }
    }
  }

  std::vector<char> bytes_ = std::vector<char>(16 * 1024);
};

class DiskFile final : public FileSource {
 public:
  DiskFile(const Tree& tree, Buffer& buffer, std::string path, ReadMode mode)
      : tree_(tree), buffer_(buffer), path_(std::move(path)), mode_(mode) {
    reopen();
  }

  Text read() override {
    // A file replaced or deleted in a plain tree leaves our handle on the old one for ever. sysfs
    // answers ENODEV instead, so only foreign trees pay for the look, on every eighth read.
    if (tree_.foreign() && file_.fd && ++reads_ % 8 == 0 && deleted()) file_.fd.reset();
    if (!file_.fd) {
      reopen();
      if (!file_.fd) return {state_of_errno(file_.sys), file_.sys, {}};
    }
    const Text text = buffer_.read(file_.fd.get(), mode_);
    if (text.sys == ENODEV || text.sys == ENXIO || text.sys == ESTALE) file_.fd.reset();
    return text;
  }

 private:
  void reopen() { file_ = tree_.open(path_, false); }
  [[nodiscard]] bool deleted() const {
    struct stat info {};
    return ::fstat(file_.fd.get(), &info) != 0 || info.st_nlink == 0;
  }

  const Tree& tree_;
  Buffer& buffer_;
  std::string path_;
  ReadMode mode_;
  Opened file_;
  unsigned reads_ = 0;
};

// /dev/kmsg gives one record per read, and EPIPE once where records were overwritten unread.
class KernelLog final : public LogSource {
 public:
  explicit KernelLog(Fd fd) : fd_(std::move(fd)) {}
  Text next() override {
    const ssize_t n = ::read(fd_.get(), record_.data(), record_.size());
    if (n > 0) return {State::good, 0, {record_.data(), static_cast<std::size_t>(n)}};
    if (n == 0 || errno == EAGAIN || errno == EINTR) return {State::no_data, 0, {}};
    return {errno == EPIPE ? State::no_data : State::error, errno, {}};
  }

 private:
  Fd fd_;
  std::array<char, 8192> record_{};
};

class DiskFs final : public HostFs {
 public:
  DiskFs(const std::string& root, const std::string& process_root)
      : root_(root), board_(root), host_(process_root) {
    if (board_.foreign()) {
      board_is_ = board_.exists("/soakrig-virtual") ? Provenance::simulated : Provenance::replayed;
    }
    if (host_.foreign()) host_is_ = Provenance::replayed;
  }

  File open(std::string_view path, ReadMode mode, Scope scope) override {
    std::string name(path);
    return {std::make_unique<DiskFile>(tree(scope), buffer_, name, mode), name};
  }

  std::vector<std::string> list(std::string_view directory, Scope scope) override {
    std::vector<std::string> names;
    Opened opened = tree(scope).open(std::string(directory), true);
    if (!opened.fd) return names;
    struct Closer {
      void operator()(DIR* dir) const { ::closedir(dir); }
    };
    const std::unique_ptr<DIR, Closer> dir(::fdopendir(opened.fd.get()));
    if (!dir) return names;
    static_cast<void>(opened.fd.release());  // the stream owns it now
    while (const dirent* entry = ::readdir(dir.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (names.size() >= kMaxEntries) break;
      names.emplace_back(name);
    }
    std::sort(names.begin(), names.end(), natural_less);
    return names;
  }

  bool exists(std::string_view path, Scope scope) override {
    return tree(scope).exists(std::string(path));
  }

  Provenance provenance(Scope scope) const override {
    return &tree(scope) == &board_ ? board_is_ : host_is_;
  }

  std::unique_ptr<LogSource> open_kernel_log() override {
    if (board_.foreign()) return nullptr;
    Opened log = board_.open("/dev/kmsg", false);
    if (!log.fd || ::lseek(log.fd.get(), 0, SEEK_END) < 0) return nullptr;
    return std::make_unique<KernelLog>(std::move(log.fd));
  }

  const std::string& root() const override { return root_; }

 private:
  [[nodiscard]] const Tree& tree(Scope scope) const {
    if (scope == Scope::board) return board_;
    return scope == Scope::load && board_is_ == Provenance::replayed ? board_ : host_;
  }

  std::string root_;
  Tree board_, host_;
  Provenance board_is_ = Provenance::measured;
  Provenance host_is_ = Provenance::measured;
  Buffer buffer_;
};

}  // namespace

std::unique_ptr<HostFs> open_host_fs(const std::string& root, const std::string& process_root) {
  // "/" in any spelling is the real one; whoever writes "//" or "/./" must not get a restricted
  // "/".
  const auto plain = [](const std::string& path) {
    const bool is_root =
        !path.empty() && path[0] == '/' && path.find_first_not_of("/.") == std::string::npos;
    return is_root ? std::string("/") : path;
  };
  return std::make_unique<DiskFs>(plain(root), plain(process_root));
}

}  // namespace soakrig::probes
