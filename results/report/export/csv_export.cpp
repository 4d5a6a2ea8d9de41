// SPDX-License-Identifier: Apache-2.0
#include "results/report/export/csv_export.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "results/report/export/output_file.hpp"
#include "results/report/export/stored_rows.hpp"

namespace soakrig::report {

namespace {

std::string time_cells(const RunClock& clock, Nanos t) {
  return fmt::format("{},{:.9f}", clock.rfc3339(t), to_seconds(t));
}

std::string heading(const ExportSource& source) {
  std::string out = "utc,elapsed_s,gap_s";
  for (const store::ChannelRow& c : source.channels) {
    out += "," + csv_text(c.info.name + " [" + c.info.unit + "]");
  }
  return out + ",states\r\n";
}

std::string row_line(const ExportSource& source, const Batch& batch, std::size_t row,
                     const RunClock& clock) {
  std::string out = time_cells(clock, batch.taken[row]) + ",";
  std::string states;
  for (std::size_t c = 0; c < source.channels.size(); ++c) {
    out += ',';
    if (c >= batch.columns) continue;
    const State state = batch.state(row, c);
    if (state == State::good) {
      fmt::format_to(std::back_inserter(out), "{}", batch.value(row, c));
    } else {
      states += (states.empty() ? "" : " ") + source.channels[c].info.name + "=" +
                std::string(to_string(state));
    }
  }
  return out + "," + csv_text(states) + "\r\n";
}

std::string gap_line(const ExportSource& source, const Gap& gap, const RunClock& clock) {
  return time_cells(clock, gap.from) + fmt::format(",{:.9f}", to_seconds(gap.to - gap.from)) +
         std::string(source.channels.size() + 1, ',') + csv_text("gap: " + gap.reason) + "\r\n";
}

// A name that no other file of this export has.
std::string free_name(const ExportSource& source, std::set<std::string>& taken) {
  const std::string base = file_part(source.board.empty() ? "rig" : source.board) + "." +
                           file_part(source.source.info.name);
  std::string name = base + ".csv";
  for (int n = 2; !taken.insert(name).second; ++n) name = base + "." + std::to_string(n) + ".csv";
  return name;
}

Result<void> write_source(const store::Reader& reader, const ExportSource& source,
                          const RunClock& clock, const std::string& path) {
  auto file = OutputFile::create(path);
  if (!file) return file.error();
  file->write(heading(source));
  const auto done = each_row(
      reader, source,
      [&](const Batch& batch, std::size_t row) {
        file->write(row_line(source, batch, row, clock));
      },
      [&](const Gap& gap) { file->write(gap_line(source, gap, clock)); });
  if (!done) return done.error();
  return file->commit();
}

Result<void> write_events(const store::Reader& reader, const RunClock& clock,
                          const std::string& path) {
  auto file = OutputFile::create(path);
  if (!file) return file.error();
  file->write("utc,elapsed_s,board,kind,severity,body\r\n");
  const auto events = reader.each_event({}, [&](const store::StoredEvent& stored) {
    const Event& e = stored.event;
    file->write(time_cells(clock, e.t) + "," + csv_text(e.board) + "," + csv_text(e.kind) + "," +
                std::string(to_string(e.severity)) + "," + csv_text(e.body) + "\r\n");
  });
  if (!events) return events.error();
  return file->commit();
}

}  // namespace

std::string csv_text(std::string_view text) {
  std::string out;
  bool quote = false;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos) {
    out = "'";
  }
  for (const char c : text) {
    if (c == '"') out += '"';
    quote = quote || c == '"' || c == ',' || c == '\n' || c == '\r';
    out += c;
  }
  return quote ? "\"" + out + "\"" : out;
}

Result<std::vector<std::string>> export_csv(const store::Reader& reader, const RunClock& clock,
                                            const std::string& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) {
    return Error{Errc::io, "cannot make the folder: " + failed.message(), "name another with --csv",
                 folder};
  }
  const auto sources = export_sources(reader);
  if (!sources) return sources.error();
  std::vector<std::string> out;
  std::set<std::string> taken{"events.csv"};
  for (const ExportSource& source : *sources) {
    out.push_back((std::filesystem::path(folder) / free_name(source, taken)).string());
    if (auto done = write_source(reader, source, clock, out.back()); !done) return done.error();
  }
  out.push_back((std::filesystem::path(folder) / "events.csv").string());
  if (auto done = write_events(reader, clock, out.back()); !done) return done.error();
  return out;
}

}  // namespace soakrig::report
