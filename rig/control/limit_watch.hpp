// SPDX-License-Identifier: Apache-2.0
//
// Holds the live limits of a profile against samples as they arrive. A breach is reported once when
// it begins (after kDebounce consecutive good samples beyond the limit, so that one bad reading
// trips nothing) and once when it ends. Pure; one owner.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/batch.hpp"
#include "rig/base/run_spec.hpp"

namespace soakrig::control {

struct LimitChange {
  Limit limit;
  Nanos t = 0;
  double value = 0;
  bool broken = false;  // false = back within
};

class LimitWatch {
 public:
  explicit LimitWatch(std::vector<Limit> limits);
  [[nodiscard]] std::vector<LimitChange> feed(const SourceInfo& source, const Batch& batch);

  static constexpr int kDebounce = 3;

 private:
  struct Watched {
    Limit limit;
    int beyond = 0;
    bool broken = false;
  };
  std::vector<Watched> limits_;
};

}  // namespace soakrig::control
