// SPDX-License-Identifier: Apache-2.0
//
// A HostFs made of strings, for tests: set a file's text, make it fail with an errno, take it away,
// and let what is already open notice. Nothing touches the disk. One thread; outlives its Files.
#pragma once

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probes/host_fs.hpp"

namespace soakrig::probes {

class FakeFs final : public HostFs {
 public:
  explicit FakeFs(Provenance provenance = Provenance::replayed) : provenance_(provenance) {}
  FakeFs(std::initializer_list<std::pair<const std::string, std::string>> files,
         Provenance provenance = Provenance::replayed)
      : provenance_(provenance) {
    for (const auto& [path, text] : files) set(path, text);
  }

  void set(const std::string& path, std::string text) { entries_[path] = {std::move(text), 0}; }
  // Opens still succeed; reads give this errno.
  void fail(const std::string& path, int sys) { entries_[path].sys = sys; }
  void remove(const std::string& path) { entries_.erase(path); }
  // What open_kernel_log delivers, record by record; without it there is no kernel log.
  void log(std::string record) {
    has_log_ = true;
    log_->push_back(std::move(record));
  }
  void enable_log() { has_log_ = true; }
  // Every path read so far: shows that a probe leaves alone what it should.
  [[nodiscard]] const std::set<std::string>& touched() const { return touched_; }

  File open(std::string_view path, ReadMode = ReadMode::attribute, Scope = Scope::board) override {
    return {std::make_unique<Source>(*this, std::string(path)), std::string(path)};
  }

  std::vector<std::string> list(std::string_view directory, Scope = Scope::board) override {
    std::string prefix(directory);
    if (!prefix.ends_with('/')) prefix += '/';
    std::vector<std::string> names;
    for (const auto& [path, entry] : entries_) {
      if (!path.starts_with(prefix)) continue;
      names.push_back(path.substr(prefix.size(), path.find('/', prefix.size()) - prefix.size()));
    }
    std::sort(names.begin(), names.end(), natural_less);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  }

  bool exists(std::string_view path, Scope = Scope::board) override {
    return std::any_of(entries_.begin(), entries_.end(), [&](const auto& entry) {
      return entry.first == path || entry.first.starts_with(std::string(path) + "/");
    });
  }

  Provenance provenance(Scope = Scope::board) const override { return provenance_; }
  const std::string& root() const override { return root_; }

  std::unique_ptr<LogSource> open_kernel_log() override {
    if (!has_log_) return nullptr;
    return std::make_unique<Log>(log_);
  }

 private:
  struct Entry {
    std::string text;
    int sys = 0;
  };
  class Source final : public FileSource {
   public:
    Source(FakeFs& fs, std::string path) : fs_(fs), path_(std::move(path)) {}
    Text read() override {
      fs_.touched_.insert(path_);
      const auto found = fs_.entries_.find(path_);
      if (found == fs_.entries_.end()) return {state_of_errno(ENOENT), ENOENT, {}};
      const Entry& entry = found->second;
      if (entry.sys != 0) return {state_of_errno(entry.sys), entry.sys, {}};
      return {State::good, 0, entry.text};
    }

   private:
    FakeFs& fs_;
    std::string path_;
  };
  class Log final : public LogSource {
   public:
    explicit Log(std::shared_ptr<std::deque<std::string>> records) : records_(std::move(records)) {}
    Text next() override {
      if (records_->empty()) return {};
      current_ = std::move(records_->front());
      records_->pop_front();
      // The record "EPIPE" stands for records that were overwritten unread.
      if (current_ == "EPIPE") return {State::no_data, EPIPE, {}};
      return {State::good, 0, current_};
    }

   private:
    std::shared_ptr<std::deque<std::string>> records_;
    std::string current_;
  };

  std::map<std::string, Entry> entries_;
  std::set<std::string> touched_;
  std::shared_ptr<std::deque<std::string>> log_ = std::make_shared<std::deque<std::string>>();
  bool has_log_ = false;
  Provenance provenance_;
  std::string root_ = "(memory)";
};

}  // namespace soakrig::probes
