// SPDX-License-Identifier: Apache-2.0
//
// Row store.list: `soakrig list` as a person runs it, over an archive of 3000 closed runs, from its
// start to its end; the median of eleven. The floor is the least that must be done: a stat of each
// file by a process of its own, `ls -l`. How long the first listing took, which opens every file
// and makes the index, is told on stderr.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "results/store/database.hpp"
#include "results/store/writer.hpp"
#include "tests/bench/bench_row.hpp"
#include "tests/bench/need.hpp"

namespace soakrig::bench {
namespace {

constexpr int kRuns = 3000;
constexpr int kTimes = 11;

double seconds_of(const std::vector<std::string>& argv) {
  std::vector<char*> words;
  for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    if (std::freopen("/dev/null", "w", stdout) != nullptr) ::execvp(words[0], words.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (status == 0) return took.count();
  std::fprintf(stderr, "bench: %s ended with %d\n", words[0], status);
  std::exit(2);
}

double median(const std::vector<std::string>& argv) {
  std::vector<double> times;
  for (int i = 0; i < kTimes; ++i) times.push_back(seconds_of(argv));
  std::nth_element(times.begin(), times.begin() + kTimes / 2, times.end());
  return times[kTimes / 2];
}

store::RunHeader header(int number) {
  store::RunHeader out;
  char id[32];
  std::snprintf(id, sizeof id, "20260301-120000-%08x", static_cast<unsigned>(number));
  out.id = id;
  out.name = "night";
  out.start_utc_ns = (1'772'366'400 + number) * kSecond;
  out.owner = this_process();
  return out;
}

// One run is stored; the others are copies of it with names of their own.
void fill(const std::string& archive) {
  const SystemClock clock;
  auto writer = need(store::Writer::create(archive, header(0), clock));
  writer->add_board("left", R"({"model":"Orin","serial":"A-17","firmware":"36.4"})");
  need(writer->set_judgement(Verdict::pass,
                             R"({"run":{"reasons":["every rule passed"],"coverage":1}})"));
  need(writer->finish());
  const std::string first = writer->path();
  for (int i = 1; i < kRuns; ++i) {
    const store::RunHeader next = header(i);
    const std::string path = archive + "/night-" + next.id + ".soak";
    std::filesystem::copy_file(first, path);
    auto database = need(store::Database::open(path, store::Database::Mode::read_write));
    need(database.execute(("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
                           "UPDATE meta SET v='" +
                           next.id +
                           "' WHERE k='id';"
                           "UPDATE meta SET v=" +
                           std::to_string(next.start_utc_ns) + " WHERE k='start_utc_ns'")
                              .c_str()));
  }
}

}  // namespace
}  // namespace soakrig::bench

int main() {
  using namespace soakrig::bench;
  std::string folder = "./archive-bench-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) {
    std::perror("bench: cannot make a folder here");
    return 2;
  }
  fill(folder);
  ::sleep(3);  // files that were changed just now are not kept in the index yet
  const std::vector<std::string> list = {SOAKRIG_BIN_DIR "/soakrig", "list", "--archive", folder};
  std::fprintf(stderr, "archive_bench: the first listing of %d runs took %.2f s\n", kRuns,
               seconds_of(list));
  const double value = median(list);
  print({"store.list", value, "s", "", 0, Reach{"value", "<=", 0.2}});
  print({"store.list.floor", value, "s", "ls -l", median({"ls", "-l", folder}), std::nullopt});
  std::filesystem::remove_all(folder);
  return 0;
}
