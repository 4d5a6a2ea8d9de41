// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/store_peers.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "rig/base/fd.hpp"
#include "tests/bench/reference_signals.hpp"

namespace soakrig::bench {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr uid_t kNobody = 65534;
constexpr Nanos kFirst = 1'772'366'400 * kSecond;  // a border of the blocks: all fits into one
constexpr int kReadyTries = 300;                   // of 100 ms

double since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

std::nullopt_t missing(const std::string& why) {
  std::fprintf(stderr, "store_bench: %s\n", why.c_str());
  return std::nullopt;
}

std::string peers() {
  const char* folder = std::getenv("SOAKRIG_PEERS");
  return folder != nullptr ? folder : "";
}

bool write_text(const char* file, const char* text) {
  const Fd out(::open(file, O_WRONLY | O_CLOEXEC));
  return out && ::write(out.get(), text, std::strlen(text)) > 0;
}

// A database server refuses to run as root. In a user namespace of its own it is somebody else and
// still reads what root may read, such as a checkout in root's home.
bool become_somebody() {
  return ::unshare(CLONE_NEWUSER) == 0 && write_text("/proc/self/setgroups", "deny") &&
         write_text("/proc/self/gid_map", "1000 0 1") &&
         write_text("/proc/self/uid_map", "1000 0 1");
}

// Where such namespaces are not allowed it is nobody.
bool namespaces_work() {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(become_somebody() ? 0 : 1);
  int status = 0;
  return ::waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool leave_root() {
  if (::geteuid() != 0 || become_somebody()) return true;
  return ::setgroups(0, nullptr) == 0 && ::setgid(kNobody) == 0 && ::setuid(kNobody) == 0;
}

// A program of a peer with what it is given on its standard input.
class Process {
 public:
  Process(std::vector<std::string> argv, const std::string& out, bool not_as_root) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    Fd from(ends[0]);
    in_ = Fd(ends[1]);
    std::vector<char*> pointers;
    for (auto& word : argv) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const std::string lib = peers() + "/usr/lib/";
    const std::string libraries = lib + "x86_64-linux-gnu:" + lib + "aarch64-linux-gnu";
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::dup2(from.get(), 0);
    const int log = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    ::dup2(log, 1);
    ::dup2(log, 2);
    ::setenv("LD_LIBRARY_PATH", libraries.c_str(), 1);
    ::setenv("LC_ALL", "C", 1);
    if (not_as_root && !leave_root()) ::_exit(126);
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  ~Process() { static_cast<void>(end(SIGKILL)); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool give(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
      const ssize_t n = ::write(in_.get(), text.data() + done, text.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      done += static_cast<std::size_t>(n);
    }
    return true;
  }
  // Its exit code, once it has ended by itself or by the signal; -1 for another end.
  int end(int with = 0) {
    in_.reset();
    if (pid_ <= 0) return -1;
    if (with != 0) ::kill(pid_, with);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  Fd in_;
};

int run(std::vector<std::string> argv, const std::string& out, bool not_as_root = false) {
  return Process(std::move(argv), out, not_as_root).end();
}

std::string read_text(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

double size_below(const std::string& folder) {
  double bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  }
  return bytes;
}

template <class Number>
void put(std::string& out, Number number) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

// Calls use(number of the channel, time, value) for every sample of the next second.
template <class Use>
void each_sample(ReferenceSignals& signals, Use use) {
  std::size_t first = 0;
  for (const Batch& batch : signals.next_second()) {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      for (std::size_t column = 0; column < batch.columns; ++column) {
        use(first + column, batch.taken[row], batch.value(row, column));
      }
    }
    first += batch.columns;
  }
}

constexpr double samples_of(std::size_t seconds) {
  return static_cast<double>(seconds) * 10 * ReferenceSignals::kChannels;
}

// The sum of "numSamples" over the blocks' descriptions.
double samples_in_blocks(const std::string& folder) {
  constexpr std::string_view kKey = "\"numSamples\":";
  double all = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().filename() != "meta.json") continue;
    const std::string text = read_text(entry.path());
    const auto at = text.find(kKey);
    if (at != std::string::npos) all += std::strtod(text.c_str() + at + kKey.size(), nullptr);
  }
  return all;
}

// A cluster of its own, stopped and removed with this object.
class Cluster {
 public:
  Cluster(std::string programs, std::string folder)
      : programs_(std::move(programs)), folder_(std::move(folder)) {}
  ~Cluster() {
    if (server_) server_->end(SIGINT);  // its "fast" end
    std::error_code ignored;
    fs::remove_all(socket_, ignored);
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  bool start() {
    if (::mkdtemp(socket_.data()) == nullptr) return false;
    fs::create_directories(folder_);
    if (::geteuid() == 0 && !namespaces_work() &&
        (::chown(socket_.c_str(), kNobody, kNobody) != 0 ||
         ::chown(folder_.c_str(), kNobody, kNobody) != 0 ||
         ::chmod(fs::path(folder_).parent_path().c_str(), 0755) != 0)) {
      return false;
    }
    const std::string data = folder_ + "/data";
    if (run({programs_ + "initdb", "-D", data, "-U", "bench", "-A", "trust", "--locale=C"},
            folder_ + ".initdb", true) != 0) {
      return false;
    }
    const std::vector<std::string> argv = {
        programs_ + "postgres", "-D", data,     "-k", socket_, "-c",
        "listen_addresses=",    "-c", "jit=off"};
    server_.emplace(argv, folder_ + ".server", true);
    for (int i = 0; i < kReadyTries; ++i) {
      if (ask("SELECT 1") == "1\n") return true;
      ::usleep(100'000);
    }
    return false;
  }
  [[nodiscard]] std::vector<std::string> client() const {
    return {programs_ + "psql", "-h", socket_, "-U", "bench", "-d", "postgres", "-qAt", "-v",
            "ON_ERROR_STOP=1"};
  }
  std::string ask(const std::string& sql) {
    auto argv = client();
    argv.insert(argv.end(), {"-c", sql});
    return run(argv, folder_ + ".answer") == 0 ? read_text(folder_ + ".answer") : "";
  }

 private:
  std::string programs_, folder_;
  std::string socket_ = "/tmp/soakrig-bench-XXXXXX";  // its path must be short
  std::optional<Process> server_;
};

}  // namespace

std::optional<PeerFigures> run_prometheus(const std::string& folder, std::size_t seconds) {
  const std::string promtool = peers() + "/usr/bin/promtool";
  if (!fs::exists(promtool)) {
    return missing("no " + promtool + "; tests/bench/fetch_peers.sh brings it");
  }
  const std::string text = folder + "/openmetrics", blocks = folder + "/blocks";
  {
    std::ofstream out(text, std::ios::binary);
    out << "# TYPE soak gauge\n";
    ReferenceSignals signals;
    for (std::size_t i = 0; i < seconds; ++i) {
      std::string lines;
      each_sample(signals, [&](std::size_t channel, Nanos t, double value) {
        const Nanos ms = (kFirst + t) / kMillisecond;
        const Nanos rest = ms % 1000;
        lines += "soak{channel=\"";
        put(lines, channel);
        lines += "\"} ";
        put(lines, value);
        lines += ' ';
        put(lines, ms / 1000);
        lines += rest < 10 ? ".00" : rest < 100 ? ".0" : ".";
        put(lines, rest);
        lines += '\n';
      });
      out << lines;
    }
    out << "# EOF\n";
  }
  const auto begin = SteadyClock::now();
  const int code = run({promtool, "tsdb", "create-blocks-from", "openmetrics", text, blocks},
                       folder + "/promtool.log");
  const double took = since(begin);
  fs::remove(text);
  if (code != 0) return missing("promtool failed: " + read_text(folder + "/promtool.log"));
  if (samples_in_blocks(blocks) != samples_of(seconds)) {
    return missing("promtool kept other samples than it was given");
  }
  const PeerFigures figures{samples_of(seconds) / took, size_below(blocks) / samples_of(seconds)};
  fs::remove_all(blocks);
  return figures;
}

std::optional<PeerFigures> run_postgresql(const std::string& folder, std::size_t seconds) {
  std::string programs;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(peers() + "/usr/lib/postgresql", failed)) {
    programs = entry.path().string() + "/bin/";
  }
  if (programs.empty() || !fs::exists(programs + "initdb")) {
    return missing("no PostgreSQL in " + peers() + "; tests/bench/fetch_peers.sh brings it");
  }
  Cluster cluster(programs, fs::absolute(folder).string() + "/postgresql");
  if (!cluster.start()) {
    return missing("PostgreSQL does not start (may everybody read " + peers() +
                   "?): " + read_text(folder + "/postgresql.initdb") +
                   read_text(folder + "/postgresql.server"));
  }
  cluster.ask("CREATE TABLE s(channel integer, t bigint, v double precision)");
  std::vector<std::string> commits;
  ReferenceSignals signals;
  for (std::size_t i = 0; i < seconds; ++i) {
    std::string& text = commits.emplace_back("COPY s FROM STDIN;\n");
    each_sample(signals, [&](std::size_t channel, Nanos t, double value) {
      put(text, channel);
      text += '\t';
      put(text, t);
      text += '\t';
      put(text, value);
      text += '\n';
    });
    text += "\\.\n";
  }
  auto argv = cluster.client();
  argv.insert(argv.end(), {"-f", "-"});
  const auto begin = SteadyClock::now();
  Process client(argv, folder + "/postgresql.client", false);
  for (const std::string& text : commits) {
    if (!client.give(text)) break;
  }
  const int code = client.end();
  const double took = since(begin);
  if (code != 0) return missing("psql failed: " + read_text(folder + "/postgresql.client"));
  const double kept = std::atof(cluster.ask("SELECT count(*) FROM s").c_str());
  const double bytes = std::atof(cluster.ask("SELECT pg_total_relation_size('s')").c_str());
  if (kept != samples_of(seconds) || bytes <= 0) return missing("PostgreSQL lost samples");
  return PeerFigures{kept / took, bytes / kept};
}

}  // namespace soakrig::bench
