// SPDX-License-Identifier: Apache-2.0
#include "results/store/sha256.hpp"

#include <openssl/evp.h>

#include "rig/base/result.hpp"

namespace soakrig::store {
namespace {

void append_digits(std::string& out, ByteSpan bytes, const char* digits) {
  const std::size_t at = out.size();
  out.resize(at + 2 * bytes.size());
  char* to = out.data() + at;
  for (const std::uint8_t byte : bytes) {
    *to++ = digits[byte >> 4];
    *to++ = digits[byte & 0xf];
  }
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

// OpenSSL fails here only without memory or without its own SHA-256.
Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  RIG_ASSERT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256::add(std::string_view text) {
  RIG_ASSERT(EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1);
}

Digest Sha256::finish() {
  Digest digest{};
  unsigned size = 0;
  RIG_ASSERT(EVP_DigestFinal_ex(context_.get(), digest.data(), &size) == 1 &&
             size == digest.size());
  return digest;
}

Digest sha256(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.finish();
}

void append_hex(std::string& out, ByteSpan bytes) { append_digits(out, bytes, "0123456789ABCDEF"); }

std::string lower_hex(ByteSpan bytes) {
  std::string out;
  append_digits(out, bytes, "0123456789abcdef");
  return out;
}

}  // namespace soakrig::store
