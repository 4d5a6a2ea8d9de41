// SPDX-License-Identifier: Apache-2.0
#include "rig/base/link_trace.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace soakrig {

namespace {

constexpr std::array<std::string_view, 5> kColumns{"t_s", "rtt_ms", "kbit_s", "loss",
                                                   "down_kbit_s"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t comma = line.find(',');
    out.push_back(trimmed(line.substr(0, comma)));
    if (comma == std::string_view::npos || out.size() > kColumns.size()) return out;
    line.remove_prefix(comma + 1);
  }
}

std::optional<double> number(std::string_view text) {
  double out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  return whole && std::isfinite(out) && out >= 0 ? std::optional(out) : std::nullopt;
}

class Parser {
 public:
  explicit Parser(const std::string& file) : file_(file) {}

  Result<std::vector<LinkRow>> read(std::string_view csv) {
    std::vector<LinkRow> rows;
    for (int line = 1; !csv.empty(); ++line) {
      const std::size_t end = std::min(csv.find('\n'), csv.size());
      const std::string_view text = trimmed(csv.substr(0, end));
      csv.remove_prefix(std::min(end + 1, csv.size()));
      if (text.empty() || text.front() == '#') continue;
      const auto cells = cells_of(text);
      if (columns_.empty()) {
        if (auto named = name_columns(cells, line); !named) return named.error();
        continue;
      }
      auto row = read_row(cells, line);
      if (!row) return row.error();
      if (!rows.empty() && row->t_s <= rows.back().t_s) {
        return wrong(line, "its time is not after that of the row before", "sort the rows by t_s");
      }
      if (rows.size() == kMostLinkRows) return wrong(line, "too many rows", "thin the trace");
      rows.push_back(*row);
    }
    if (rows.size() < 2) return wrong(0, "fewer than two rows", "record the link for longer");
    return rows;
  }

 private:
  Error wrong(int line, std::string what, std::string remedy) const {
    return {Errc::invalid, std::move(what), std::move(remedy), file_, line};
  }

  Result<void> name_columns(const std::vector<std::string_view>& cells, int line) {
    for (const std::string_view cell : cells) {
      const auto at = std::ranges::find(kColumns, cell);
      const auto which = static_cast<std::size_t>(at - kColumns.begin());
      if (at == kColumns.end() || std::ranges::find(columns_, which) != columns_.end()) {
        return wrong(line, "no column '" + std::string(cell.substr(0, 40)) + "', or there twice",
                     "name t_s, rtt_ms, kbit_s, loss, down_kbit_s");
      }
      columns_.push_back(which);
    }
    for (const std::size_t needed : {std::size_t{0}, std::size_t{1}}) {
      if (std::ranges::find(columns_, needed) == columns_.end()) {
        return wrong(line, "no column " + std::string(kColumns[needed]), "add it");
      }
    }
    return {};
  }

  Result<LinkRow> read_row(const std::vector<std::string_view>& cells, int line) const {
    if (cells.size() != columns_.size()) {
      return wrong(line, "it has not as many values as the first line has names", "correct it");
    }
    LinkRow row;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string name(kColumns[columns_[i]]);
      const auto value = number(cells[i]);
      if (!cells[i].empty() && (!value || (name == "loss" && *value > 1))) {
        return wrong(line, name + " is '" + std::string(cells[i].substr(0, 40)) + "'",
                     "give a number that is not negative (loss: at most 1), or leave it empty");
      }
      if (name == "t_s") {
        if (!value) return wrong(line, "it has no t_s", "add it");
        row.t_s = *value;
      } else {
        (name == "rtt_ms"   ? row.rtt_ms
         : name == "kbit_s" ? row.kbit_s
         : name == "loss"   ? row.loss
                            : row.down_kbit_s) = value;
      }
    }
    return row;
  }

  const std::string& file_;
  std::vector<std::size_t> columns_;  // index into kColumns, by place
};

}  // namespace

Result<std::vector<LinkRow>> parse_link_trace(std::string_view csv, const std::string& file) {
  return Parser(file).read(csv);
}

std::string link_trace_csv(const std::vector<LinkRow>& rows) {
  std::string out = "t_s,rtt_ms,kbit_s,loss,down_kbit_s\n";
  // The shortest digits that read back as the same number.
  const auto add = [&out](const std::optional<double>& value, char after) {
    std::array<char, 32> digits;
    if (value) {
      const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *value);
      out.append(digits.data(), end.ptr);
    }
    out += after;
  };
  for (const LinkRow& row : rows) {
    add(row.t_s, ',');
    add(row.rtt_ms, ',');
    add(row.kbit_s, ',');
    add(row.loss, ',');
    add(row.down_kbit_s, '\n');
  }
  return out;
}

}  // namespace soakrig
