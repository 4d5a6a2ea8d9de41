// SPDX-License-Identifier: Apache-2.0
#include "results/store/reader.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <functional>

#include "results/store/read_session.hpp"
#include "results/store/reader_impl.hpp"
#include "results/store/schema.hpp"

namespace soakrig::store {
namespace {

// Runs `use` on every row of a statement that is bound already.
Result<void> for_each_row(Statement& select, const std::function<void(const Statement&)>& use) {
  for (;;) {
    const auto row = select.step();
    if (!row) return row.error();
    if (!*row) return {};
    use(select);
  }
}

// The rows of one query in one look into the file.
template <class Row>
Result<std::vector<Row>> read_rows(const SessionSource& source, std::string_view sql,
                                   const std::function<Row(const Statement&)>& make) {
  auto database = source.open();
  if (!database) return database.error();
  auto select = database->prepare(sql);
  if (!select) return select.error();
  std::vector<Row> rows;
  const auto done = for_each_row(*select, [&](const Statement& row) { rows.push_back(make(row)); });
  if (!done) return done.error();
  return rows;
}

ChannelInfo channel_info(const Statement& row, int first) {
  ChannelInfo info;
  info.name = row.text(first);
  info.unit = row.text(first + 1);
  info.source = row.text(first + 2);
  info.provenance = parse_provenance(row.text(first + 3)).value_or(Provenance::replayed);
  info.reason = row.text(first + 4);
  return info;
}

std::uint64_t size_of(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Result<Reader> Reader::open(const std::string& path) {
  auto impl = std::make_unique<Impl>(path);
  auto database = impl->source.open();
  if (!database) return database.error();
  const auto version = check_schema(*database);
  if (!version) return version.error();
  auto header = read_header(*database);
  if (!header) return header.error();
  impl->header = std::move(*header);
  impl->version = *version;
  return Reader(std::move(impl));
}

const std::string& Reader::path() const { return impl_->source.path(); }
const RunHeader& Reader::header() const { return impl_->header; }
int Reader::schema_version() const { return impl_->version; }

Result<RunState> Reader::state() const {
  auto database = impl_->source.open();
  if (!database) return database.error();
  return read_state(*database, impl_->header);
}

Result<std::optional<Nanos>> Reader::ended() const {
  auto database = impl_->source.open();
  if (!database) return database.error();
  return read_ended(*database);
}

Result<Nanos> Reader::last_time() const {
  // Ids grow with time, so the newest rows are the last ones: no scan of months of rows. Sources
  // are sealed one after another, hence the last few hundred axes.
  const auto times =
      read_rows<Nanos>(impl_->source,
                       "SELECT t1 FROM (SELECT t1 FROM axis ORDER BY id DESC LIMIT 512) UNION ALL "
                       "SELECT t1 FROM (SELECT t1 FROM tail ORDER BY id DESC LIMIT 512) UNION ALL "
                       "SELECT t FROM (SELECT t FROM event ORDER BY id DESC LIMIT 64) UNION ALL "
                       "SELECT t FROM (SELECT t FROM journal ORDER BY id DESC LIMIT 1)",
                       [](const Statement& row) { return row.integer(0); });
  if (!times) return times.error();
  return times->empty() ? 0 : *std::max_element(times->begin(), times->end());
}

Result<Provenance> Reader::provenance() const {
  const auto all = read_rows<Provenance>(
      impl_->source, "SELECT DISTINCT provenance FROM channel", [](const Statement& row) {
        return parse_provenance(row.text(0)).value_or(Provenance::replayed);
      });
  if (!all) return all.error();
  Provenance worst_of_all = Provenance::measured;
  for (const Provenance one : *all) worst_of_all = worse(worst_of_all, one);
  return worst_of_all;
}

Result<std::vector<BoardRow>> Reader::boards() const {
  return read_rows<BoardRow>(
      impl_->source, "SELECT id, name, facts FROM board ORDER BY id", [](const Statement& row) {
        return BoardRow{static_cast<BoardId>(row.integer(0)), row.text(1), row.text(2)};
      });
}

Result<std::vector<SourceRow>> Reader::sources() const {
  auto database = impl_->source.open();
  if (!database) return database.error();
  const auto snapshot = Snapshot::begin(*database);
  if (!snapshot) return snapshot.error();
  auto select = database->prepare("SELECT id, board, name, period_ns FROM source ORDER BY id");
  if (!select) return select.error();
  std::vector<SourceRow> sources;
  auto done = for_each_row(*select, [&](const Statement& row) {
    SourceRow source;
    source.id = static_cast<SourceId>(row.integer(0));
    source.board = static_cast<BoardId>(row.integer(1));
    source.info.name = row.text(2);
    source.info.period = row.integer(3);
    sources.push_back(std::move(source));
  });
  if (!done) return done.error();
  auto channels = database->prepare(
      "SELECT source, name, unit, origin, provenance, reason FROM channel ORDER BY source, col");
  if (!channels) return channels.error();
  done = for_each_row(*channels, [&](const Statement& row) {
    const auto id = static_cast<SourceId>(row.integer(0));
    const auto owner = std::lower_bound(
        sources.begin(), sources.end(), id,
        [](const SourceRow& source, SourceId wanted) { return source.id < wanted; });
    if (owner == sources.end() || owner->id != id) return;
    owner->info.channels.push_back(channel_info(row, 1));
  });
  if (!done) return done.error();
  return sources;
}

Result<std::vector<ChannelRow>> Reader::channels() const {
  return read_rows<ChannelRow>(
      impl_->source,
      "SELECT c.id, c.source, c.col, coalesce(b.name, ''), s.period_ns, c.name, c.unit, c.origin, "
      "c.provenance, c.reason FROM channel c JOIN source s ON s.id=c.source "
      "LEFT JOIN board b ON b.id=s.board ORDER BY c.id",
      [](const Statement& row) {
        ChannelRow channel;
        channel.id = static_cast<ChannelId>(row.integer(0));
        channel.source = static_cast<SourceId>(row.integer(1));
        channel.column = static_cast<std::uint32_t>(row.integer(2));
        channel.board = row.text(3);
        channel.period = row.integer(4);
        channel.info = channel_info(row, 5);
        return channel;
      });
}

Result<std::vector<PhaseTimes>> Reader::phases() const {
  return read_rows<PhaseTimes>(
      impl_->source,
      "SELECT id, name, begin_ns, dwell_begin_ns, dwell_end_ns, end_ns, dwell_counted_ns "
      "FROM phase ORDER BY id",
      [](const Statement& row) {
        PhaseTimes phase;
        phase.index = static_cast<std::uint32_t>(row.integer(0));
        phase.name = row.text(1);
        phase.begin = row.integer(2);
        phase.dwell_begin = row.optional_integer(3);
        phase.dwell_end = row.optional_integer(4);
        phase.end = row.optional_integer(5);
        phase.dwell_counted = row.integer(6);
        return phase;
      });
}

Result<std::vector<JournalEntry>> Reader::journal() const {
  return read_rows<JournalEntry>(
      impl_->source, "SELECT id, t, utc_ns, state, detail FROM journal ORDER BY id",
      [](const Statement& row) {
        return JournalEntry{static_cast<std::uint64_t>(row.integer(0)), row.integer(1),
                            row.integer(2), row.text(3), row.text(4)};
      });
}

Result<std::vector<Anchor>> Reader::anchors() const {
  return read_rows<Anchor>(
      impl_->source, "SELECT board, boot_id, from_ns, to_ns, error_ns FROM anchor ORDER BY id",
      [](const Statement& row) {
        return Anchor{static_cast<BoardId>(row.integer(0)), row.text(1),
                      ClockAnchor{row.integer(2), row.integer(3), row.integer(4)}};
      });
}

Result<std::vector<Cursor>> Reader::cursors() const {
  return read_rows<Cursor>(impl_->source, "SELECT board, stream, seq FROM cursor ORDER BY id",
                           [](const Statement& row) {
                             return Cursor{static_cast<BoardId>(row.integer(0)), row.text(1),
                                           static_cast<std::uint64_t>(row.integer(2))};
                           });
}

Result<std::optional<Judgement>> Reader::judgement() const {
  const auto rows = read_rows<std::pair<std::string, std::string>>(
      impl_->source,
      "SELECT (SELECT v FROM meta WHERE k='verdict'), (SELECT v FROM meta WHERE k='judgement')",
      [](const Statement& row) { return std::pair(row.text(0), row.text(1)); });
  if (!rows) return rows.error();
  const auto verdict = parse_verdict(rows->front().first);
  if (!verdict) return std::optional<Judgement>();
  return std::optional(Judgement{*verdict, rows->front().second});
}

Result<FileStats> Reader::stats() const {
  const auto rows = read_rows<FileStats>(
      impl_->source,
      "SELECT (SELECT total(a.n) FROM axis a), (SELECT total(t.n) FROM tail t), "
      "(SELECT total(a.n * (SELECT count(*) FROM channel c WHERE c.source=a.source)) FROM axis a),"
      "(SELECT total(t.n * (SELECT count(*) FROM channel c WHERE c.source=t.source)) FROM tail t),"
      "(SELECT total(length(data)) FROM chunk), (SELECT total(length(data)) FROM axis),"
      "(SELECT count(*) FROM event)",
      [](const Statement& row) {
        const auto number = [&](int column) {
          return static_cast<std::uint64_t>(std::max<std::int64_t>(row.integer(column), 0));
        };
        FileStats stats;
        stats.rows = number(0) + number(1);
        stats.tail_samples = number(3);
        stats.samples = number(2) + number(3);
        stats.value_bytes = number(4);
        stats.axis_bytes = number(5);
        stats.events = number(6);
        return stats;
      });
  if (!rows) return rows.error();
  FileStats stats = rows->front();
  stats.file_bytes = size_of(path());
  stats.wal_bytes = size_of(path() + "-wal");
  return stats;
}

}  // namespace soakrig::store
