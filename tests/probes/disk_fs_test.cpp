// SPDX-License-Identifier: Apache-2.0
//
// The reader on a real disk: what a foreign tree may try, and what a file that changes does.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "probes/host_fs.hpp"
#include "tests/support/catch.hpp"

using namespace soakrig;
using namespace soakrig::probes;
namespace stdfs = std::filesystem;

namespace {

// A folder of its own, gone at the end.
class Tree {
 public:
  Tree() {
    std::string name = (stdfs::temp_directory_path() / "soakrig-fs-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    top_ = name;
    root_ = top_ / "root";
    stdfs::create_directory(root_);
  }
  ~Tree() {
    std::error_code ignored;
    stdfs::remove_all(top_, ignored);
  }
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;
  void write(const std::string& name, const std::string& text) const {
    const stdfs::path path = root_ / name;
    stdfs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  [[nodiscard]] stdfs::path top() const { return top_; }
  [[nodiscard]] stdfs::path root() const { return root_; }

 private:
  stdfs::path top_, root_;
};

}  // namespace

TEST_CASE("a file is opened once and read again in place") {
  const Tree tree;
  tree.write("sys/temp", "45000\n");
  const auto fs = open_host_fs(tree.root().string());
  File file = fs->open("/sys/temp");
  CHECK(file.read().text == "45000\n");
  tree.write("sys/temp", "51000\n");
  CHECK(file.read().text == "51000\n");
}

TEST_CASE("a file that is replaced or comes later is found again") {
  const Tree tree;
  tree.write("sys/temp", "1\n");
  const auto fs = open_host_fs(tree.root().string());
  File file = fs->open("/sys/temp");
  File late = fs->open("/sys/late");
  CHECK(late.read().state == State::no_data);
  CHECK(late.read().sys == ENOENT);
  tree.write("sys/late", "7\n");
  CHECK(late.read().text == "7\n");

  tree.write("sys/new", "2\n");
  stdfs::rename(tree.root() / "sys/new", tree.root() / "sys/temp");
  std::string seen;
  for (int i = 0; i < 8; ++i) seen = file.read().text;
  CHECK(seen == "2\n");
  stdfs::remove(tree.root() / "sys/temp");
  Text text;
  for (int i = 0; i < 8; ++i) text = file.read();
  CHECK(text.state == State::no_data);
}

TEST_CASE("nothing in a foreign tree leads outside it") {
  const Tree tree;
  std::ofstream(tree.top() / "secret") << "outside";
  tree.write("sys/inside", "inside");
  tree.write("etc/secret", "the tree's own");
  stdfs::create_symlink("../../secret", tree.root() / "sys/relative");
  stdfs::create_symlink(tree.top() / "secret", tree.root() / "sys/absolute");
  stdfs::create_symlink("/etc/secret", tree.root() / "sys/own");
  stdfs::create_symlink("loop", tree.root() / "sys/loop");
  stdfs::create_directory_symlink(tree.top(), tree.root() / "sys/folder");
  const auto fs = open_host_fs(tree.root().string());
  CHECK(fs->read_once("/sys/inside") == "inside");
  CHECK_FALSE(fs->read_once("/sys/relative"));
  CHECK_FALSE(fs->read_once("/sys/absolute"));
  CHECK_FALSE(fs->read_once("/../secret"));
  CHECK_FALSE(fs->read_once("/sys/loop"));
  CHECK_FALSE(fs->read_once("/sys/folder/secret"));
  CHECK(fs->list("/sys/folder").empty());
  // The root is its own parent, or has none on a kernel without openat2.
  const auto above = fs->list("/../..");
  CHECK((above.empty() || above == fs->list("/")));
  // An absolute link means the tree's own path, or nothing on a kernel without openat2.
  const auto own = fs->read_once("/sys/own");
  CHECK((!own || *own == "the tree's own"));
}

TEST_CASE("pipes and folders of a foreign tree are not opened as files") {
  const Tree tree;
  tree.write("sys/file", "x");
  REQUIRE(::mkfifo((tree.root() / "sys/pipe").c_str(), 0600) == 0);
  const auto fs = open_host_fs(tree.root().string());
  CHECK(fs->open("/sys/pipe").read().state == State::no_data);
  CHECK(fs->open("/sys").read().state == State::no_data);
  CHECK(fs->list("/sys/file").empty());
  CHECK(fs->list("/sys") == std::vector<std::string>{"file", "pipe"});
}

TEST_CASE("a large file is read whole, a huge one is refused") {
  const Tree tree;
  tree.write("large", std::string(100'000, 'x'));
  tree.write("huge", std::string(HostFs::kMaxFile + 1, 'x'));
  const auto fs = open_host_fs(tree.root().string());
  CHECK(fs->open("/large").read().text.size() == 100'000);
  CHECK(fs->open("/large", ReadMode::stream).read().text.size() == 100'000);
  const Text huge = fs->open("/huge").read();
  CHECK(huge.state == State::error);
  CHECK(huge.sys == EFBIG);
}

TEST_CASE("provenance: real, simulated or replayed") {
  const Tree tree;
  tree.write("proc/stat", "cpu");
  const std::string root = tree.root().string();
  CHECK(open_host_fs(root)->provenance() == Provenance::replayed);
  CHECK(open_host_fs(root)->provenance(Scope::host) == Provenance::measured);
  // A capture's own /proc is the only one that belongs to it.
  CHECK(open_host_fs(root)->provenance(Scope::load) == Provenance::replayed);
  tree.write("soakrig-virtual", "");
  CHECK(open_host_fs(root)->provenance() == Provenance::simulated);
  // The workloads of a virtual board are real processes here.
  CHECK(open_host_fs(root)->provenance(Scope::load) == Provenance::measured);
  CHECK(open_host_fs("/")->provenance() == Provenance::measured);
  CHECK(open_host_fs("//.")->provenance() == Provenance::measured);
}

TEST_CASE("scopes read their own trees") {
  const Tree tree, host;
  tree.write("proc/x", "board");
  host.write("proc/x", "host");
  const auto fs = open_host_fs(tree.root().string(), host.root().string());
  CHECK(fs->read_once("/proc/x") == "board");
  CHECK(fs->read_once("/proc/x", Scope::host) == "host");
  CHECK(fs->read_once("/proc/x", Scope::load) == "board");
  tree.write("soakrig-virtual", "");
  const auto simulated = open_host_fs(tree.root().string(), host.root().string());
  CHECK(simulated->read_once("/proc/x", Scope::load) == "host");
  CHECK(simulated->open_kernel_log() == nullptr);
}

TEST_CASE("a root that is not a folder is a clear fault") {
  CHECK_THROWS_AS(open_host_fs("/no/such/tree"), Fatal);
  try {
    static_cast<void>(open_host_fs("/no/such/tree"));
  } catch (const Fatal& fatal) {
    CHECK(std::string(fatal.what()).find("/no/such/tree") != std::string::npos);
  }
}
