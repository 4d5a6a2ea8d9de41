// SPDX-License-Identifier: Apache-2.0
#include "results/store/export_copy.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "results/store/fault.hpp"
#include "results/store/redact.hpp"
#include "results/store/verify.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::store {
namespace {

Result<void> make_copy(const std::string& file, const ExportOptions& options, Exported& out) {
  auto copy = Database::open(file, Database::Mode::read_write);
  if (!copy) return copy.error();
  // Nobody else knows the file and a crash leaves nothing of value: it needs no journal.
  auto done = copy->execute(
      "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA secure_delete=ON;"
      "BEGIN IMMEDIATE");
  if (!done) return done;
  if (done = redact(*copy, options, out); !done) return done;
  // VACUUM writes every page anew: nothing of what was deleted stays in the file.
  return copy->execute("COMMIT; VACUUM; PRAGMA journal_mode=DELETE");
}

Result<Evidence> evidence_of(const std::string& from) {
  const auto found = verify(from);
  if (!found) return found.error();
  if (found->altered) {
    return fault(Errc::corrupt, from,
                 found->altered->table + " " + found->altered->row + " " + found->altered->what,
                 "only what was sealed can be exported");
  }
  if (!found->evidence.complete) {
    return fault(Errc::unsupported, from, "the run is not closed, or has no hashes of its records",
                 "only closed runs of this version can be exported");
  }
  return found->evidence;
}

struct RemoveAtEnd {
  std::string path;
  ~RemoveAtEnd() { ::unlink(path.c_str()); }
};

}  // namespace

Result<Exported> export_copy(const std::string& from, const std::string& to,
                             const ExportOptions& options) {
  const auto before = evidence_of(from);
  if (!before) return before.error();
  const RemoveAtEnd unfinished{to + ".new-" + std::to_string(::getpid())};
  const std::string& copy = unfinished.path;
  std::error_code failed;
  std::filesystem::copy_file(from, copy, failed);
  if (failed) {
    errno = failed.value();
    return sys_error("cannot write the copy", to, "choose another place with -o");
  }
  std::filesystem::permissions(copy, std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add, failed);
  Exported out;
  if (auto done = make_copy(copy, options, out); !done) {
    Error error = done.error();
    error.file = to;
    return error;
  }
  // What leaves the house is looked at as its reader will.
  const auto after = verify(copy);
  if (!after) return after.error();
  if (after->altered || after->evidence.head != before->head) {
    return fault(Errc::io, to, "the copy does not match the run's hashes", "check the disk");
  }
  out.values_withheld = after->withheld - std::min(after->withheld, out.rows_withheld);
  const Fd file(::open(copy.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.get()) != 0) return sys_error("cannot write the copy", to);
  // A hard link never replaces what is there.
  if (::link(copy.c_str(), to.c_str()) != 0) {
    Error error = sys_error("cannot write the copy", to, "choose another name with -o");
    if (errno == EEXIST) error.code = Errc::busy;
    return error;
  }
  out.signed_too = std::filesystem::copy_file(from + ".sig", to + ".sig", failed);
  out.bytes = std::filesystem::file_size(to, failed);
  return out;
}

}  // namespace soakrig::store
