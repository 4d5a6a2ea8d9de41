// SPDX-License-Identifier: Apache-2.0
#include "results/report/export/stored_rows.hpp"

#include <algorithm>

namespace soakrig::report {

namespace {

constexpr Nanos kPart = kHour;  // of a source at a time
constexpr std::size_t kMostName = 80;

// A hole between two rows; nothing where they follow each other.
std::optional<Gap> hole(Nanos period, Nanos last, Nanos next) {
  if (period <= 0 || next - last <= period * 5 / 2) return std::nullopt;
  return Gap{last, next, "no row was stored"};
}

}  // namespace

Result<std::vector<ExportSource>> export_sources(const store::Reader& reader) {
  const auto sources = reader.sources();
  if (!sources) return sources.error();
  const auto channels = reader.channels();
  if (!channels) return channels.error();
  std::vector<ExportSource> out;
  for (const store::SourceRow& s : *sources) {
    ExportSource one{s, {}, {}};
    for (const store::ChannelRow& c : *channels) {
      if (c.source == s.id) one.channels.push_back(c);
    }
    std::ranges::sort(one.channels, {}, &store::ChannelRow::column);
    if (!one.channels.empty()) one.board = one.channels.front().board;
    out.push_back(std::move(one));
  }
  return out;
}

Result<void> each_row(const store::Reader& reader, const ExportSource& source,
                      const std::function<void(const Batch&, std::size_t)>& row,
                      const std::function<void(const Gap&)>& gap) {
  const auto end = reader.last_time();
  if (!end) return end.error();
  const Nanos period = source.source.info.period;
  std::optional<Nanos> last;
  for (Nanos from = 0; from <= *end; from += kPart) {
    const auto rows = reader.source_rows(source.source.id, from, from + kPart - 1);
    if (!rows) return rows.error();
    for (const Event& damaged : rows->gaps) gap({damaged.t, damaged.t, "damaged: " + damaged.body});
    for (std::size_t i = 0; i < rows->batch.rows(); ++i) {
      const Nanos t = rows->batch.taken[i];
      if (last) {
        if (const auto missing = hole(period, *last, t)) gap(*missing);
      }
      row(rows->batch, i);
      last = t;
    }
  }
  return {};
}

std::string file_part(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, kMostName)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !out.empty());
    out += plain ? c : '_';
  }
  return out.empty() ? "_" : out;
}

}  // namespace soakrig::report
