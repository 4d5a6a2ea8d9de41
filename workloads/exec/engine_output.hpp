// SPDX-License-Identifier: Apache-2.0
//
// Turns what a program prints into work, gauges, checks and remarks, by the rules of its engine
// file. Pure: lines and their times come in. Whatever the program prints, memory is bounded.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rig/base/time.hpp"
#include "workloads/exec/engine_file.hpp"
#include "workloads/workload.hpp"

namespace soakrig::workloads {

// What was found since the last take().
struct Found {
  struct Work {
    std::string name;
    double amount = 0;
    double seconds = 0;
  };
  std::vector<Work> work;
  std::map<std::string, double> gauges;
  std::vector<Verification> checks;
  std::vector<std::string> notes;  // event objects: {"refused":{…}}, {"fallback":{…}}
};

// Used by one thread. The file is borrowed.
class EngineOutput {
 public:
  static constexpr std::size_t kMaxDocument = 8u << 20;
  static constexpr std::size_t kMaxFound = 256;   // of each kind between two take()
  static constexpr std::size_t kMaxRemarks = 64;  // told once each, over all runs

  EngineOutput(const EngineFile& file, std::map<std::string, std::string> options);

  // A run begins: what the last one left unfinished is forgotten.
  void begin();
  // A line that came `age` after the run's start; on standard output or standard error.
  void line(std::string_view text, bool standard_output, Nanos age);
  // The run ended: a document that it printed is complete now.
  void end(Nanos age);
  [[nodiscard]] Found take();

  [[nodiscard]] bool refused() const { return refused_; }  // in this run
  [[nodiscard]] bool worked() const { return worked_; }    // found work in this run
  // Why a document could not be used, in this run; empty = it could, or there was none.
  [[nodiscard]] const std::string& unread() const { return unread_; }

 private:
  using Values = std::map<std::string, std::string>;

  void read_json(std::string_view text, Nanos age);
  void apply(const Rule& rule, const Values& values, std::string_view said, Nanos age);
  void add_work(const Rule& rule, const Values& values, Nanos age);
  void add_check(const Rule& rule, const Values& values, std::string_view said);
  void remark(const Rule& rule, const Values& values, std::string_view said);

  const EngineFile& file_;
  std::map<std::string, std::string> options_;
  std::vector<std::optional<Values>> armed_;  // by rule: what its `after` found
  std::map<std::string, Nanos> since_;        // by work: when its last amount came
  std::string document_;
  bool in_document_ = false, too_long_ = false, refused_ = false, worked_ = false;
  std::string unread_;
  std::set<std::string> told_;
  Found found_;
};

}  // namespace soakrig::workloads
