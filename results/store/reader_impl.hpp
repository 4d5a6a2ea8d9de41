// SPDX-License-Identifier: Apache-2.0
//
// What Reader holds, for its .cpp files: reader.cpp (what a run is), reader_events.cpp (what
// happened in it) and reader_series.cpp (what its channels read). Internal to results/store.
#pragma once

#include <mutex>
#include <string>
#include <utility>

#include "results/store/read_session.hpp"
#include "results/store/reader.hpp"
#include "results/store/tail_directory.hpp"

namespace soakrig::store {

class Reader::Impl {
 public:
  explicit Impl(std::string path) : source(std::move(path)) {}
  SessionSource source;
  RunHeader header;
  int version = 0;
  // What one call learned of the tail serves the next. Held from before a transaction begins until
  // it has asked, so that the directory sees states of the file in their order.
  std::mutex tail_mutex;
  TailDirectory tail;
};

}  // namespace soakrig::store
