// SPDX-License-Identifier: Apache-2.0
#include "rig/app/program_facts.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "results/store/sha256.hpp"
#include "rig/base/client_place.hpp"
#include "rig/base/container_run.hpp"
#include "rig/base/fd.hpp"
#include "rig/base/spawn.hpp"
#include "workloads/exec/engine_library.hpp"

namespace soakrig::app {
namespace {

std::string describe(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) {
    return name + ", not read: " + std::strerror(errno);
  }
  if (!S_ISREG(status.st_mode)) return name + ", not read: it is no file";
  std::string out = name + ", " + std::to_string(status.st_size) + " bytes";
  if (static_cast<std::uint64_t>(status.st_size) > kMostToHash) return out + ", not hashed: large";
  store::Sha256 hash;
  std::string block(1u << 20, '\0');
  for (;;) {
    const ssize_t n = ::read(file.get(), block.data(), block.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return out + ", not hashed: " + std::strerror(errno);
    if (n == 0) break;
    hash.add(std::string_view(block).substr(0, static_cast<std::size_t>(n)));
  }
  return out + ", sha256 " + store::lower_hex(hash.finish());
}

// What `soakrig-work exec` runs: the program that the engine file names, and the file itself.
template <class Add>
void add_engine(const WorkloadSpec& workload, const Add& add) {
  if (workload.kind != "engine" || workload.argv.size() < 3) return;
  const auto path = workloads::engine_path(workload.argv[2]);
  if (!path) return;  // the workload says so itself
  add("engine_file." + workload.name, *path);
  const auto engine = workloads::load_engine(*path);
  if (engine && workloads::words_in(engine->argv.front()).empty()) {
    add("engine." + workload.name, find_program(engine->argv.front()));
  }
}

// The engine that an `openai` workload starts. Of a container the workload tells the image once it runs:
// the runtime's tool is not the engine.
template <class Add>
void add_server(const WorkloadSpec& workload, const Add& add) {
  constexpr std::string_view kStart = "--start=";
  const auto first = std::ranges::find_if(
      workload.argv, [&](const std::string& word) { return word.starts_with(kStart); });
  if (workload.kind != "openai" || first == workload.argv.end()) return;
  const std::string program = first->substr(kStart.size());
  const auto run = container_run({program, "run"});
  if (!run || !*run) add("engine." + workload.name, find_program(program));
}

}  // namespace

std::map<std::string, std::string> program_facts(const RunSpec& spec, const std::string& programs) {
  std::map<std::string, std::string> out, known;  // known: what was said of a path already
  const auto add = [&](const std::string& key, const std::string& path) {
    const auto [at, fresh] = known.try_emplace(path);
    if (fresh) at->second = describe(path);
    out[key] = at->second;
  };
  for (const WorkloadSpec& workload : spec.workloads) {
    if (workload.argv.empty()) continue;
    add("program." + workload.name, resolve_program(workload.argv[0], programs));
    // What an engine behind an address calls its model is no file.
    const auto model =
        std::ranges::find(workload.argv, asks_engine(workload) ? "--model-file" : "--model");
    if (model != workload.argv.end() && model + 1 != workload.argv.end()) {
      add("model." + workload.name, *(model + 1));
    }
    add_engine(workload, add);
    add_server(workload, add);
  }
  return out;
}

}  // namespace soakrig::app
