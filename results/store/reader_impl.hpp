// SPDX-License-Identifier: Apache-2.0
//
// What Reader holds, for its two .cpp files: reader.cpp (what a run is) and reader_series.cpp
// (what its channels read). Internal to results/store.
#pragma once

#include <string>
#include <utility>

#include "results/store/read_session.hpp"
#include "results/store/reader.hpp"

namespace soakrig::store {

class Reader::Impl {
 public:
  explicit Impl(std::string path) : source(std::move(path)) {}
  SessionSource source;
  RunHeader header;
  int version = 0;
};

}  // namespace soakrig::store
