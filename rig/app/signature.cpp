// SPDX-License-Identifier: Apache-2.0
#include "rig/app/signature.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "rig/app/ask_program.hpp"
#include "rig/base/fd.hpp"

namespace soakrig::app {
namespace {

constexpr const char* kNamespace = "soakrig";
constexpr off_t kMostSignature = 64 << 10;
constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----";

Result<Answer> keygen(std::vector<std::string> words, std::string_view input, bool quiet = true) {
  words.insert(words.begin(), {"ssh-keygen", "-Y"});
  auto answer = ask_program(words, input, quiet);
  if (answer || answer.error().code != Errc::not_found) return answer;
  Error error = answer.error();
  error.what = "signatures need OpenSSH's ssh-keygen, which is not installed";
  error.remedy = "install the package openssh-client";
  return error;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// "Good "soakrig" signature with ED25519 key SHA256:…"
std::string fingerprint(const std::string& output) {
  const std::size_t at = output.find("SHA256:");
  return at == std::string::npos ? "" : first_line(output.substr(at));
}

}  // namespace

std::string signature_path(const std::string& run_path) { return run_path + ".sig"; }

Result<Signature> check_signature(const std::string& run_path, const std::string& manifest,
                                  const std::string& signers) {
  const std::string path = signature_path(run_path);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return Signature();
    return sys_error("cannot read the signature", path, "check its permissions");
  }
  if (!S_ISREG(status.st_mode) || status.st_size > kMostSignature) {
    return Signature{SignatureState::wrong, ""};
  }
  if (!signers.empty()) {
    const auto readable = read_file(signers);
    if (!readable) return readable.error();
    const auto found = keygen({"find-principals", "-s", path, "-f", signers}, "");
    if (!found) return found.error();
    const std::string who = first_line(found->output);
    if (found->exit_code == 0 && !who.empty()) {
      const auto checked =
          keygen({"verify", "-f", signers, "-I", who, "-n", kNamespace, "-s", path}, manifest);
      if (!checked) return checked.error();
      if (checked->exit_code == 0) return Signature{SignatureState::trusted, who};
    }
  }
  // Nobody vouches for it, or not for this: does it fit at all?
  const auto fits = keygen({"check-novalidate", "-n", kNamespace, "-s", path}, manifest);
  if (!fits) return fits.error();
  if (fits->exit_code != 0) return Signature{SignatureState::wrong, ""};
  return Signature{SignatureState::unknown_signer, fingerprint(fits->output)};
}

Result<void> make_signature(const std::string& run_path, const std::string& manifest,
                            const std::string& key) {
  const std::string path = signature_path(run_path);
  const auto readable = read_file(key);
  if (!readable) return readable.error();
  const auto made = keygen({"sign", "-f", key, "-n", kNamespace, "-"}, manifest, /*quiet=*/false);
  if (!made) return made.error();
  if (made->exit_code != 0 || !made->output.starts_with(kBegin)) {
    Error error;
    error.file = key;
    error.what = "ssh-keygen could not sign with this key";
    error.remedy = "make one with: ssh-keygen -t ed25519 -f KEY";
    return error;
  }
  const Fd file(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644));
  if (!file) {
    Error error = sys_error("cannot write the signature", path, "check the folder's permissions");
    if (errno != EEXIST) return error;
    error.code = Errc::busy;
    error.what = "the run is signed already";
    error.remedy = "move that signature away to sign again";
    return error;
  }
  const auto size = static_cast<ssize_t>(made->output.size());
  if (::write(file.get(), made->output.data(), made->output.size()) != size ||
      ::fsync(file.get()) != 0) {
    const Error error = sys_error("cannot write the signature", path, "free space on its disk");
    ::unlink(path.c_str());
    return error;
  }
  return {};
}

}  // namespace soakrig::app
