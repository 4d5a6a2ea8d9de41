// SPDX-License-Identifier: Apache-2.0
#include "results/store/archive_filter.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string_view>

namespace soakrig::store {
namespace {

constexpr double kSameAmbient = 0.5;  // K

bool contains(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return !std::ranges::search(text, part, {}, lower, lower).empty();
}

}  // namespace

bool matches(const ArchivedRun& run, const ArchiveFilter& filter) {
  if (run.error) return true;
  const auto board = [&](const ArchivedBoard& b) {
    return contains(b.name, filter.board) || contains(b.serial, filter.board) ||
           contains(b.model, filter.board);
  };
  const auto firmware = [&](const ArchivedBoard& b) {
    return contains(b.firmware, filter.firmware);
  };
  const auto model = [&](const std::string& m) { return contains(m, filter.model); };
  const auto ambient = [&](double a) { return std::abs(a - *filter.ambient) <= kSameAmbient; };
  if (!filter.board.empty() && !std::ranges::any_of(run.boards, board)) return false;
  if (!filter.firmware.empty() && !std::ranges::any_of(run.boards, firmware)) return false;
  if (!filter.model.empty() && !std::ranges::any_of(run.models, model)) return false;
  if (filter.ambient && !std::ranges::any_of(run.ambients, ambient)) return false;
  if (filter.verdict && (!run.judgement || run.judgement->verdict != *filter.verdict)) return false;
  if (filter.since && run.header.start_utc_ns < *filter.since) return false;
  return !filter.before || run.header.start_utc_ns < *filter.before;
}

}  // namespace soakrig::store
