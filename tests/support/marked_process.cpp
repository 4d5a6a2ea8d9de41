// SPDX-License-Identifier: Apache-2.0
#include "tests/support/marked_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "rig/base/fd.hpp"
#include "rig/base/process_id.hpp"

namespace soakrig::test {
namespace {

using namespace std::chrono_literals;

template <class Done>
bool poll_for(double seconds, Done done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    if (done()) return true;
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(10ms);
  }
}

}  // namespace

MarkedProcess::MarkedProcess(const std::vector<std::string>& argv, const std::string& log,
                             const std::vector<std::string>& environment) {
  static int counter = 0;
  mark_ = "SOAKRIG_TEST_MARK=" + std::to_string(::getpid()) + "-" + std::to_string(++counter);
  std::vector<std::string> variables;
  for (char** v = environ; *v != nullptr; ++v) variables.emplace_back(*v);
  variables.insert(variables.end(), environment.begin(), environment.end());
  variables.push_back(mark_);
  std::vector<char*> envp, args;
  for (auto& v : variables) envp.push_back(v.data());
  envp.push_back(nullptr);
  std::vector<std::string> words = argv;
  for (auto& w : words) args.push_back(w.data());
  args.push_back(nullptr);
  const Fd out(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(out.get(), STDOUT_FILENO);
    ::dup2(out.get(), STDERR_FILENO);
    ::execve(args[0], args.data(), envp.data());
    ::_exit(127);
  }
}

MarkedProcess::~MarkedProcess() {
  for (const pid_t pid : family()) ::kill(pid, SIGKILL);
  if (!reaped_) ::waitpid(pid_, nullptr, 0);
}

void MarkedProcess::signal(int number) const { ::kill(pid_, number); }

bool MarkedProcess::wait(double seconds, int* status) {
  int result = 0;
  reaped_ = reaped_ || poll_for(seconds, [&] { return ::waitpid(pid_, &result, WNOHANG) == pid_; });
  if (status) *status = result;
  return reaped_;
}

std::vector<pid_t> MarkedProcess::family() const { return processes_with(mark_); }

std::vector<pid_t> processes_with(const std::string& variable) {
  std::vector<pid_t> out;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto variables = read_file(entry.path().string() + "/environ");
    if (!variables || variables->find(variable + '\0') == std::string::npos) continue;
    const pid_t pid = std::stoi(name);
    if (process_start_time(pid)) out.push_back(pid);  // zombies do not count
  }
  return out;
}

bool MarkedProcess::gone_within(double seconds) const {
  return poll_for(seconds, [this] { return family().empty(); });
}

}  // namespace soakrig::test
