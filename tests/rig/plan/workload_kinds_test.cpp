// SPDX-License-Identifier: Apache-2.0
// Also tests: cpu_kinds.cpp cycle_kind.cpp engine_kind.cpp frames_kind.cpp
#include "rig/plan/workload_kinds.hpp"

#include <algorithm>

#include "tests/rig/plan/support.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::plan;
using soakrig::plan::testing::workload;
using soakrig::plan::testing::workload_fault;

namespace {
using Argv = std::vector<std::string>;
}  // namespace

TEST_CASE("an llm becomes an argv with every choice spelt out") {
  const WorkloadSpec w = workload(
      "kind = \"llm\"\nshape = \"stories-15m\"\nformat = \"q4_0\"\nthreads = 3\nprompt_tokens = "
      "32\n"
      "answer_tokens = 16\nseed = 9\ncheck_every = 100\npause = \"250ms\"\n"
      "inject = [\"crash@10s\", \"exit:3@1min\"]\n");
  CHECK(w.argv == Argv{"soakrig-work",    "llm",        "--shape",         "stories-15m",
                       "--format",        "q4_0",       "--threads",       "3",
                       "--prompt-tokens", "32",         "--answer-tokens", "16",
                       "--seed",          "9",          "--check-every",   "100",
                       "--pause",         "250ms",      "--inject",        "crash@10s",
                       "--inject",        "exit:3@1min"});
  CHECK(w.kind == "llm");
  CHECK(w.unit == "{token}");
  CHECK(w.work == "tokens");
  CHECK(w.device == "cpu");
  CHECK(w.precision == "int4");
  CHECK(w.model == "stories-15m");
}

TEST_CASE("what an llm leaves out is the workload's own choice, or the run's seed") {
  const WorkloadSpec w = workload("kind = \"llm\"\n", "[soak]\nseed = 42\n");
  CHECK(w.argv == Argv{"soakrig-work", "llm", "--shape", "auto", "--format", "q8_0",
                       "--prompt-tokens", "64", "--answer-tokens", "64", "--seed", "42",
                       "--check-every", "16"});
  CHECK(w.precision == "int8");
  CHECK(w.model == "");
}

TEST_CASE("an llm may take its weights from a file beside the profile") {
  const WorkloadSpec w = workload("kind = \"llm\"\nmodel = \"models/tiny.gguf\"\n");
  CHECK(w.argv[2] == "--model");
  CHECK(w.argv[3] == "dir/models/tiny.gguf");
  CHECK(std::ranges::find(w.argv, "--shape") == w.argv.end());
  CHECK(w.model == "tiny");
  CHECK(workload_fault("kind = \"llm\"\nmodel = \"m.gguf\"\nshape = \"stories-15m\"\n") ==
        "[workload.x] has a shape and a model");
}

TEST_CASE("a shape cannot be an option in disguise") {
  CHECK(workload_fault("kind = \"llm\"\nshape = \"--help\"\n") == "[workload.x] shape '--help' is no name");
}

TEST_CASE("a gemm counts operations of its precision") {
  const WorkloadSpec w = workload(
      "kind = \"gemm\"\nprecision = \"int8\"\nsize = 512\nthreads = 2\ncheck_every = 4\n"
      "inject = [\"error@5s\"]\n",
      "[soak]\nseed = 7\n");
  CHECK(w.argv == Argv{"soakrig-work", "gemm", "--precision", "int8", "--size", "512", "--threads",
                       "2", "--seed", "7", "--check-every", "4", "--inject", "error@5s"});
  CHECK(w.work == "ops");
  CHECK(w.unit == "{ops}");
  CHECK(w.precision == "int8");
  CHECK(w.device == "cpu");
  CHECK(workload_fault("kind = \"gemm\"\ninject = [\"eror@5s\"]\n") ==
        "[workload.x] inject: no trouble is called 'eror'");
}

TEST_CASE("memory counts bytes of a level or a size, a latency chain hops") {
  const WorkloadSpec all = workload("kind = \"memory\"\n");
  CHECK(all.argv ==
        Argv{"soakrig-work", "memory", "--op", "all", "--level", "dram", "--pages", "huge"});
  CHECK(all.work == "bytes");
  CHECK(all.unit == "By");
  const WorkloadSpec sized = workload(
      "kind = \"memory\"\nop = \"triad\"\nsize = \"600MiB\"\npages = \"small\"\nper_core = true\n");
  CHECK(sized.argv == Argv{"soakrig-work", "memory", "--op", "triad", "--size", "600MiB", "--pages",
                           "small", "--per-core"});
  CHECK(workload("kind = \"memory\"\nop = \"latency\"\n").work == "hops");
  CHECK(workload_fault("kind = \"memory\"\nsize = \"600\"\n") == "[workload.x] size '600' is no size");
}

TEST_CASE("an update cycle names its steps, and its faults what makes them") {
  const std::string steps =
      "kind = \"cycle\"\nupdate = [\"./up.sh\", \"-f\", \"{target}\"]\nhealth = "
      "[\"true\"]\nversion = "
      "[\"ver\"]\n";
  const WorkloadSpec w = workload(steps + "faults = [\"kill=30%\", \"none=70%\"]\n");
  CHECK(w.work == "cycles");
  REQUIRE(w.argv.size() > 6);
  CHECK(w.argv[2].starts_with("--update="));
  CHECK(w.argv[2].ends_with("/up.sh"));
  CHECK(w.argv[3] == "--update=-f");
  CHECK(w.argv[5] == "--health=true");
  CHECK(w.argv[6] == "--version-of=ver");
  CHECK(workload_fault(steps + "faults = [\"kill=30%\"]\n").find("not 100 %") != std::string::npos);
  CHECK(workload_fault(steps + "faults = [\"kil=100%\"]\n").find("'kil=100%' is none") != std::string::npos);
  CHECK(workload_fault(steps + "faults = [\"disk-full=100%\"]\n")
            .find("disk-full has nothing that makes it") != std::string::npos);
  CHECK(workload_fault("kind = \"cycle\"\nhealth = [\"h\"]\nversion = [\"v\"]\n").find("'update'") !=
        std::string::npos);
}

TEST_CASE("a mix names its parts and is judged by the first") {
  const WorkloadSpec plain = workload("kind = \"mix\"\n");
  CHECK(plain.argv == Argv{"soakrig-work", "mix", "--share", "gemm:fp32=50%", "--share",
                           "memory:triad=50%", "--seed", "1"});
  CHECK(plain.work == "ops");
  CHECK(workload("kind = \"mix\"\nshares = [\"memory=30%\", \"gemm:int8=70%\"]\n").work == "bytes");
  for (const char* wrong :
       {"gemm", "gemm=50", "gemm:fp8=50%", "llm=50%", "gemm=0%", "gemm=101%", "--share=50%"}) {
    INFO(wrong);
    CHECK(workload_fault("kind = \"mix\"\nshares = [\"" + std::string(wrong) + "\"]\n") ==
          "[workload.x] shares: '" + std::string(wrong) + "' is none");
  }
}

TEST_CASE("a program is what its argv says, with what it counts") {
  const WorkloadSpec w =
      workload("kind = \"program\"\nargv = [\"./run.sh\", \"--fast\"]\nwork = \"frames\"\n");
  CHECK(w.argv == Argv{"dir/run.sh", "--fast"});
  CHECK(w.work == "frames");
  CHECK(w.unit == "{frames}");
  CHECK(w.device == "cpu");
  const WorkloadSpec gpu = workload(
      "kind = \"program\"\nargv = [\"bench\"]\nwork = \"tokens\"\nunit = \"{token}\"\ndevice = "
      "\"gpu\"\n"
      "precision = \"fp16\"\nmodel = \"resnet\"\n");
  CHECK(gpu.argv == Argv{"bench"});
  CHECK(gpu.unit == "{token}");
  CHECK(gpu.device == "gpu");
  CHECK(gpu.precision == "fp16");
  CHECK(gpu.model == "resnet");
  CHECK(workload_fault("kind = \"program\"\nwork = \"frames\"\n") == "[workload.x] has no 'argv'");
  CHECK(workload_fault("kind = \"program\"\nargv = [\"p\"]\n") == "[workload.x] has no 'work'");
}

TEST_CASE("an engine is what its file says, with options and arguments as they stand") {
  const WorkloadSpec plain =
      workload("kind = \"engine\"\nengine = \"stress-ng\"\nwork = \"bogo_ops\"\n");
  CHECK(plain.argv == Argv{"soakrig-work", "exec", "stress-ng"});
  CHECK(plain.unit == "{bogo_ops}");
  CHECK(plain.hang_after == 10 * kMinute);
  const WorkloadSpec full = workload(
      "kind = \"engine\"\nengine = \"./mine.toml\"\nmodel = \"m/net.onnx\"\nset = [\"a=-1\"]\n"
      "args = [\"--fast\"]\nops_per_work = 8.2e9\nwork = \"bytes\"\ndevice = \"npu\"\n"
      "precision = \"int8\"\npause = \"2s\"\ncores = \"0-1\"\nhang_after = \"30s\"\n");
  CHECK(full.argv == Argv{"soakrig-work", "exec", "dir/mine.toml", "--model", "dir/m/net.onnx",
                          "--set=a=-1", "--arg=--fast", "--ops-per-work", "8200000000", "--pause",
                          "2s", "--cores", "0-1"});
  CHECK(full.model == "net");
  CHECK(full.unit == "By");
  CHECK(full.device == "npu");
  CHECK(full.precision == "int8");
  CHECK(full.hang_after == 30 * kSecond);
  CHECK(workload("kind = \"engine\"\nengine = \"ollama\"\nwork = \"tokens\"\n"
                 "set = [\"model=llama3\"]\n")
            .model == "llama3");
  const std::string head = "kind = \"engine\"\nengine = \"e\"\nwork = \"n\"\n";
  CHECK(workload_fault(head + "set = [\"a\"]\n") == "[workload.x] set: 'a' is none");
  CHECK(workload_fault(head + "model = \"m\"\nset = [\"model=n\"]\n") == "[workload.x] has a model twice");
  CHECK(workload_fault("kind = \"engine\"\nwork = \"n\"\n") == "[workload.x] has no 'engine'");
  CHECK(workload_fault("kind = \"engine\"\nengine = \"-e\"\nwork = \"n\"\n") ==
        "[workload.x] engine '-e' is no name");
}

TEST_CASE("frames are streams with a rate, a size and a deadline") {
  const WorkloadSpec plain = workload("kind = \"frames\"\n");
  CHECK(plain.argv == Argv{"soakrig-work", "frames", "--streams", "4", "--fps", "30", "--size",
                           "512", "--precision", "int8", "--seed", "1", "--check-every", "30"});
  CHECK(plain.work == "frames");
  CHECK(plain.unit == "{frames}");
  const WorkloadSpec full = workload(
      "kind = \"frames\"\nstreams = 2\nfps = 12.5\nsize = 64\nprecision = \"fp32\"\n"
      "deadline = \"20ms\"\nnice = [\"0\", \"5\"]\nstall = [\"2@3s\"]\nseed = 9\ncheck_every = "
      "0\n");
  CHECK(full.argv == Argv{"soakrig-work", "frames", "--streams",     "2",    "--fps",      "12.5",
                          "--size",       "64",     "--precision",   "fp32", "--deadline", "20ms",
                          "--nice",       "0",      "--nice",        "5",    "--stall",    "2@3s",
                          "--seed",       "9",      "--check-every", "0"});
  CHECK(workload_fault("kind = \"frames\"\nnice = [\"20\"]\n") == "[workload.x] nice: '20' is none");
  CHECK(workload_fault("kind = \"frames\"\nstreams = 1\nnice = [\"0\", \"1\"]\n") ==
        "[workload.x] nice has more entries than streams");
  CHECK(workload_fault("kind = \"frames\"\nstall = [\"2\"]\n") == "[workload.x] stall: '2' is none");
}

TEST_CASE("the kinds are sorted, and have keys") {
  const auto kinds = workload_kinds();
  CHECK(std::ranges::is_sorted(kinds, {}, &WorkloadKind::name));
  for (const WorkloadKind& kind : kinds) {
    CHECK(!keys_of(kind.keys).empty());
    CHECK(find_workload_kind(kind.name) == &kind);
  }
}
