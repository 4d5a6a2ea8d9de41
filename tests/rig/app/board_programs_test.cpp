// SPDX-License-Identifier: Apache-2.0
#include "rig/app/board_programs.hpp"

#include <elf.h>

#include <cstdlib>
#include <cstring>

#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::app;

namespace {

std::string elf(std::uint16_t machine, bool dynamic, std::size_t size = 4096) {
  Elf64_Ehdr head{};
  std::memcpy(head.e_ident, ELFMAG, SELFMAG);
  head.e_ident[EI_CLASS] = ELFCLASS64;
  head.e_ident[EI_DATA] = ELFDATA2LSB;
  head.e_machine = machine;
  head.e_phoff = sizeof head;
  head.e_phnum = 1;
  Elf64_Phdr part{};
  part.p_type = dynamic ? PT_INTERP : PT_LOAD;
  std::string out(size, '\0');
  std::memcpy(out.data(), &head, sizeof head);
  std::memcpy(out.data() + sizeof head, &part, sizeof part);
  return out;
}

// A build tree: build/release/bin is this program's folder.
struct Tree {
  test::TempDir dir;
  std::string bin = dir.file("build/release/bin");
  void put(const std::string& folder, const std::string& content) const {
    for (const char* name : {"soakrig-agent", "soakrig-work"}) {
      dir.write(folder + "/" + name, content);
    }
  }
  Tree() { put("build/release/bin", elf(EM_X86_64, false)); }
};

}  // namespace

TEST_CASE("An architecture has several names, and most have no agent") {
  CHECK(architecture("x86_64") == "x86_64");
  CHECK(architecture("amd64") == "x86_64");
  CHECK(architecture("aarch64") == "aarch64");
  CHECK(architecture("arm64") == "aarch64");
  for (const char* other : {"", "armv7l", "riscv64", "i686", "ppc64le", "x86_64; reboot"}) {
    CHECK(architecture(other).empty());
    const auto none = board_programs(other, "/nowhere");
    REQUIRE_FALSE(none);
    CHECK(none.error().code == Errc::unsupported);
  }
}

TEST_CASE("Each architecture has its place") {
  const Tree tree;
  const auto missing = board_programs("aarch64", tree.bin);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().remedy == "build them: ./bootstrap.sh build --arm64");
  tree.put("build/arm64/bin", elf(EM_AARCH64, false));
  const auto built = board_programs("arm64", tree.bin);
  REQUIRE(built);
  REQUIRE(built->size() == 2);
  CHECK((*built)[0].name == "soakrig-agent");
  CHECK((*built)[0].program);
  CHECK((*built)[0].bytes == 4096);
  CHECK((*built)[0].sha256.size() == 64);
  // Installed programs come before a build tree's, and what is named before both.
  tree.put("build/release/lib/soakrig/boards/aarch64", elf(EM_AARCH64, false, 5000));
  CHECK(board_programs("aarch64", tree.bin).value()[0].bytes == 5000);
  tree.put("named/aarch64", elf(EM_AARCH64, false, 6000));
  ::setenv("SOAKRIG_BOARD_PROGRAMS", tree.dir.file("named").c_str(), 1);
  CHECK(board_programs("aarch64", tree.bin).value()[0].bytes == 6000);
  ::unsetenv("SOAKRIG_BOARD_PROGRAMS");
}

TEST_CASE("What would not run on the board is not sent to it") {
  const Tree tree;
  const auto refused = [&](const std::string& content) {
    tree.put("build/arm64/bin", content);
    const auto programs = board_programs("aarch64", tree.bin);
    return programs ? std::string() : programs.error().message();
  };
  CHECK(refused(elf(EM_AARCH64, false)).empty());
  CHECK(refused(elf(EM_AARCH64, true)).find("no static program") != std::string::npos);
  CHECK(refused(elf(EM_X86_64, false)).find("no static program") != std::string::npos);
  CHECK(refused("#!/bin/sh\n").find("no static program") != std::string::npos);
  CHECK(refused("").find("no static program") != std::string::npos);
  CHECK(refused(elf(EM_AARCH64, false, 6u << 20)).find("more than 10") != std::string::npos);
}

TEST_CASE("A model goes by its sum") {
  const test::TempDir dir;
  dir.write("a b.gguf", "abc");
  const auto weighed = weigh(dir.file("a b.gguf"));
  REQUIRE(weighed);
  CHECK(weighed->sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(weighed->name == weighed->sha256 + ".gguf");
  CHECK(weighed->bytes == 3);
  CHECK_FALSE(weighed->program);
  CHECK_FALSE(weigh(dir.file("none")));
  CHECK_FALSE(weigh(dir.path().string()));
}
