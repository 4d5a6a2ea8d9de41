// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 (FIPS 180-4) by OpenSSL, as a value.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "results/store/bytes.hpp"

struct evp_md_ctx_st;

namespace soakrig::store {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  void add(std::string_view text);
  // Of everything added; ends the object's use.
  [[nodiscard]] Digest finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

[[nodiscard]] Digest sha256(std::string_view text);

// Upper case as SQLite's hex(), lower case as sha256sum.
void append_hex(std::string& out, ByteSpan bytes);
[[nodiscard]] std::string lower_hex(ByteSpan bytes);

}  // namespace soakrig::store
