// SPDX-License-Identifier: Apache-2.0
#include "rig/app/board_programs.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "results/store/sha256.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {
namespace {

constexpr std::array<const char*, 2> kPrograms = {"soakrig-agent", "soakrig-work"};
constexpr std::size_t kMostHeaders = 64;

std::vector<std::string> folders_for(const std::string& machine, const std::string& programs) {
  std::vector<std::string> out;
  if (const char* named = std::getenv("SOAKRIG_BOARD_PROGRAMS"); named && *named) {
    out.push_back(std::string(named) + "/" + machine);
  }
  out.push_back(programs + "/../lib/soakrig/boards/" + machine);
  if (machine == "aarch64") out.push_back(programs + "/../../arm64/bin");
  utsname own{};
  if (::uname(&own) == 0 && architecture(own.machine) == machine) out.push_back(programs);
  return out;
}

// Empty: it is nowhere.
std::string find_in(const std::vector<std::string>& folders, const char* name) {
  for (const std::string& folder : folders) {
    std::string path = folder + "/" + name;
    if (::access(path.c_str(), R_OK) == 0) return path;
  }
  return {};
}

// ".gguf", ".onnx": many programs go by it. Empty where it is none, or an odd one.
std::string plain_ending(const std::string& path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || path.find('/', dot) != std::string::npos) return {};
  const std::string ending = path.substr(dot);
  constexpr std::size_t kLongest = 16;
  const bool plain = ending.size() > 1 && ending.size() <= kLongest &&
                     std::ranges::all_of(ending.substr(1), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                     });
  return plain ? ending : std::string();
}

Error missing(const std::string& machine) {
  return {Errc::not_found, "soakrig's programs for " + machine + " boards are not here",
          machine == "aarch64" ? "build them: ./bootstrap.sh build --arm64"
                               : "build them there and name their folder's parent in "
                                 "$SOAKRIG_BOARD_PROGRAMS"};
}

}  // namespace

std::string architecture(const std::string& machine) {
  if (machine == "x86_64" || machine == "amd64") return "x86_64";
  if (machine == "aarch64" || machine == "arm64") return "aarch64";
  return "";
}

Result<ProgramKind> program_kind(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return sys_error("cannot read", path);
  Elf64_Ehdr head{};
  ProgramKind out;
  const bool whole = ::pread(file.get(), &head, sizeof head, 0) == ssize_t{sizeof head};
  if (!whole || std::memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
      head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_ident[EI_DATA] != ELFDATA2LSB) {
    return out;
  }
  if (head.e_machine == EM_X86_64) out.architecture = "x86_64";
  if (head.e_machine == EM_AARCH64) out.architecture = "aarch64";
  for (std::size_t i = 0; i < head.e_phnum && i < kMostHeaders; ++i) {
    Elf64_Phdr part{};
    const auto at = static_cast<off_t>(head.e_phoff + i * sizeof part);
    if (::pread(file.get(), &part, sizeof part, at) != ssize_t{sizeof part}) break;
    out.dynamic = out.dynamic || part.p_type == PT_INTERP;
  }
  return out;
}

Result<board::Cargo> weigh(const std::string& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return sys_error("cannot read", path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Error{Errc::invalid, "it is no file", "name a file", path};
  }
  store::Sha256 hash;
  board::Cargo out{.name = {}, .file = path, .sha256 = {}};
  std::string block(1u << 20, '\0');
  for (;;) {
    const ssize_t n = ::read(file.get(), block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return sys_error("cannot read", path);
    if (n == 0) break;
    hash.add(std::string_view(block).substr(0, static_cast<std::size_t>(n)));
    out.bytes += static_cast<std::uint64_t>(n);
  }
  out.sha256 = store::lower_hex(hash.finish());
  out.name = out.sha256 + plain_ending(path);
  return out;
}

Result<std::vector<board::Cargo>> board_programs(const std::string& machine,
                                                 const std::string& programs) {
  const std::string wanted = architecture(machine);
  if (wanted.empty()) {
    return Error{Errc::unsupported, "no agent for a board whose architecture is '" + machine + "'",
                 "soakrig drives boards that are x86_64 or aarch64"};
  }
  const auto folders = folders_for(wanted, programs);
  std::vector<board::Cargo> out;
  std::uint64_t together = 0;
  for (const char* name : kPrograms) {
    const std::string path = find_in(folders, name);
    if (path.empty()) return missing(wanted);
    const auto kind = program_kind(path);
    if (!kind) return kind.error();
    if (kind->architecture != wanted || kind->dynamic) {
      return Error{Errc::invalid, "it is no static program for " + wanted, "build it again", path};
    }
    auto cargo = weigh(path);
    if (!cargo) return cargo.error();
    cargo->name = name;
    cargo->program = true;
    together += cargo->bytes;
    out.push_back(std::move(*cargo));
  }
  if (together > kMostOnBoard) {
    return Error{Errc::full,
                 "the programs for a board are " + std::to_string(together / 1'000'000) +
                     " MB together, more than 10",
                 "build them as a release", out.back().file};
  }
  return out;
}

}  // namespace soakrig::app
