// SPDX-License-Identifier: Apache-2.0
//
// Signatures over a run's manifest, by OpenSSH's ssh-keygen: nothing here is cryptography of ours.
// They lie beside the file as FILE.sig.
#pragma once

#include <string>

#include "rig/base/result.hpp"

namespace soakrig::app {

enum class SignatureState {
  none,            // there is no FILE.sig
  trusted,         // it fits, and the signers file vouches for who made it
  unknown_signer,  // it fits, made by a key that nobody vouched for
  wrong,           // it does not fit what the file says now, or is no signature
};

struct Signature {
  SignatureState state = SignatureState::none;
  std::string signer;  // the signers file's name for it, or the key's fingerprint; may be empty
};

[[nodiscard]] std::string signature_path(const std::string& run_path);

// `signers` as ssh-keygen's ALLOWED SIGNERS file; empty = nobody is vouched for. Errors: no
// ssh-keygen, a signers file that cannot be read.
[[nodiscard]] Result<Signature> check_signature(const std::string& run_path,
                                                const std::string& manifest,
                                                const std::string& signers);

// Writes FILE.sig, never over another (Errc::busy). `key`: a private key's file, or a public one
// whose private half ssh-agent holds. ssh-keygen asks for a passphrase on the terminal.
[[nodiscard]] Result<void> make_signature(const std::string& run_path, const std::string& manifest,
                                          const std::string& key);

}  // namespace soakrig::app
