// SPDX-License-Identifier: Apache-2.0
#include "probes/agent/work_rows.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace soakrig::agent {

namespace {

constexpr std::string_view kReserved[] = {"busy", "cpu", "cycle", "instance", "memory"};

std::string work_unit(const std::string& key) {
  if (key == "tokens" || key == "prompt_tokens") return "{token}";
  if (key == "bytes") return "By";
  return "{" + key + "}";
}

std::vector<std::string> keys_of(const std::map<std::string, double>& values) {
  std::vector<std::string> keys;
  keys.reserve(values.size());
  for (const auto& entry : values) keys.push_back(entry.first);
  return keys;
}

// Compares without building anything: this runs for every line.
bool same_keys(const std::vector<std::string>& keys, const std::map<std::string, double>& values) {
  return keys.size() == values.size() &&
         std::equal(keys.begin(), keys.end(), values.begin(),
                    [](const std::string& key, const auto& entry) { return key == entry.first; });
}

ChannelInfo channel(const std::string& workload, const std::string& part, std::string unit,
                    std::string source) {
  ChannelInfo info;
  info.name = "work." + workload + "." + part;
  info.unit = std::move(unit);
  info.source = std::move(source);
  return info;
}

Error taken(const std::string& name) {
  Error error;
  error.code = Errc::protocol;
  error.what = "the channel " + name + " would exist twice";
  return error;
}

}  // namespace

bool is_reserved_key(std::string_view key) {
  return std::find(std::begin(kReserved), std::end(kReserved), key) != std::end(kReserved);
}

bool TotalsRows::fits(const work::Totals& totals) const {
  return adopted_ && same_keys(work_keys_, totals.work) && same_keys(busy_keys_, totals.busy);
}

Result<SourceInfo> TotalsRows::adopt(const work::Totals& totals) {
  SourceInfo source;
  source.name = "work." + workload_;
  const std::string line = "workload " + workload_ + " stdout";
  for (const auto& entry : totals.work) {
    if (is_reserved_key(entry.first)) return taken("work." + workload_ + "." + entry.first);
    source.channels.push_back(channel(workload_, entry.first, work_unit(entry.first), line));
  }
  for (const auto& entry : totals.busy) {
    source.channels.push_back(channel(workload_, entry.first + "_busy", "s", line));
  }
  source.channels.push_back(channel(workload_, "busy", "s", line));
  source.channels.push_back(channel(workload_, "cycle", "1", line));
  source.channels.push_back(channel(workload_, "instance", "1", line));
  std::set<std::string_view> names;
  for (const auto& info : source.channels) {
    if (!names.insert(info.name).second) return taken(info.name);
  }
  work_keys_ = keys_of(totals.work);
  busy_keys_ = keys_of(totals.busy);
  adopted_ = true;
  return source;
}

const std::vector<double>& TotalsRows::row(const work::Totals& totals, std::uint64_t instance) {
  values_.clear();
  for (const auto& entry : totals.work) values_.push_back(entry.second);
  for (const auto& entry : totals.busy) values_.push_back(entry.second);
  values_.push_back(totals.busy_s);
  values_.push_back(static_cast<double>(totals.cycle));
  values_.push_back(static_cast<double>(instance));
  return values_;
}

GaugeRows::Column GaugeRows::column_of(const std::string& key) {
  const auto ends_with = [&](std::string_view suffix) {
    return key.size() > suffix.size() && key.ends_with(suffix);
  };
  if (ends_with("_ms")) return {key.substr(0, key.size() - 3), "s", 1e-3};
  if (ends_with("_us")) return {key.substr(0, key.size() - 3), "s", 1e-6};
  return {key, "1", 1};
}

bool GaugeRows::fits(const work::Gauges& gauges) const {
  return std::all_of(gauges.values.begin(), gauges.values.end(),
                     [&](const auto& entry) { return index_.contains(entry.first); });
}

Result<SourceInfo> GaugeRows::adopt(const work::Gauges& gauges) {
  auto index = index_;
  auto columns = columns_;
  for (const auto& entry : gauges.values) {
    if (index.contains(entry.first)) continue;
    Column column = column_of(entry.first);
    const bool exists = std::any_of(columns.begin(), columns.end(), [&](const Column& other) {
      return other.channel == column.channel;
    });
    if (exists || is_reserved_key(column.channel)) {
      return taken("work." + workload_ + "." + column.channel);
    }
    index.emplace(entry.first, columns.size());
    columns.push_back(std::move(column));
  }
  if (columns.size() > kMaxGauges) {
    Error error;
    error.code = Errc::protocol;
    error.what = "more than " + std::to_string(kMaxGauges) + " gauges";
    return error;
  }
  index_ = std::move(index);
  columns_ = std::move(columns);
  SourceInfo source;
  source.name = "work." + workload_ + ".gauges";
  for (const Column& column : columns_) {
    source.channels.push_back(
        channel(workload_, column.channel, column.unit, "workload " + workload_ + " stdout"));
  }
  return source;
}

const GaugeRows::Row& GaugeRows::row(const work::Gauges& gauges) {
  row_.values.assign(columns_.size(), 0);
  row_.states.assign(columns_.size(), State::no_data);
  for (const auto& [key, value] : gauges.values) {
    const std::size_t column = index_.at(key);
    row_.values[column] = value * columns_[column].factor;
    row_.states[column] = State::good;
  }
  return row_;
}

SourceInfo process_source(const std::string& workload) {
  SourceInfo source;
  source.name = "work." + workload + ".process";
  source.period = kSecond;
  source.channels.push_back(channel(workload, "memory", "By", "/proc/PID/status of its tree"));
  source.channels.push_back(channel(workload, "cpu", "%", "/proc/PID/stat of its tree"));
  return source;
}

}  // namespace soakrig::agent
