// SPDX-License-Identifier: Apache-2.0
#include "rig/base/container_run.hpp"

#include "tests/support/catch.hpp"

using namespace soakrig;

namespace {
using Argv = std::vector<std::string>;
std::string refused(const Argv& argv) {
  const auto run = container_run(argv);
  return run ? "" : run.error().what;
}
}  // namespace

TEST_CASE("an argv that runs a container is known by its program's name and verb") {
  CHECK_FALSE(container_run({})->has_value());
  CHECK_FALSE(container_run({"llama-server", "run"})->has_value());
  CHECK_FALSE(container_run({"./docker-engine", "run"})->has_value());
  const auto podman = container_run({"/usr/bin/podman", "run", "--net=host", "image"});
  REQUIRE(podman);
  REQUIRE(podman->has_value());
  CHECK((*podman)->runtime == "/usr/bin/podman");
  CHECK((*podman)->options == 2);
  CHECK((*container_run({"docker", "container", "run", "image"}))->options == 3);
}

TEST_CASE("a container that would not be seen is refused") {
  CHECK(refused({"docker", "compose", "up"}).find("not followed by 'run'") != std::string::npos);
  CHECK_FALSE(refused({"docker"}).empty());
  for (const char* word : {"-d", "-itd", "--detach", "--detach=true"}) {
    INFO(word);
    CHECK(refused({"podman", "run", "--rm", word, "image"}).find("background") !=
          std::string::npos);
  }
  CHECK(refused({"docker", "run", "--cidfile=x", "image"}).find("--cidfile") != std::string::npos);
  // Behind the image every word is the engine's.
  CHECK(refused({"docker", "run", "image", "-d", "--detach"}).empty());
  CHECK(refused({"docker", "run", "-e", "A=1", "--net=host", "image"}).empty());
}

TEST_CASE("its id goes into a file, and it is removed at its end") {
  const Argv argv{"podman", "run", "--net=host", "image", "serve"};
  const auto run = container_run(argv);
  REQUIRE(run);
  CHECK(with_id_file(argv, **run, "/tmp/id") == Argv{"podman", "run", "--rm", "--cidfile", "/tmp/id",
                                                     "--net=host", "image", "serve"});
}

TEST_CASE("an id is 64 hexadecimal digits") {
  CHECK(is_container_id(std::string(64, 'a')));
  CHECK_FALSE(is_container_id(std::string(63, 'a')));
  CHECK_FALSE(is_container_id(std::string(63, 'a') + "g"));
  CHECK_FALSE(is_container_id("../../" + std::string(58, 'a')));
}
