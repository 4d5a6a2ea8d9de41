// SPDX-License-Identifier: Apache-2.0
#include "tests/support/boxed_board.hpp"

#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "rig/base/fd.hpp"
#include "rig/base/spawn.hpp"

namespace soakrig::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string read(const std::string& path) {
  auto text = read_file(path);
  return text ? std::move(*text) : std::string();
}

bool ends_well(const std::vector<std::string>& argv) {
  MarkedProcess run(argv, "/dev/null");
  int status = -1;
  return run.wait(20, &status) && status == 0;
}

std::string server_program() {
  const std::string found = find_program("sshd");
  return found == "sshd" ? "/usr/sbin/sshd" : found;
}

std::vector<std::string> in_a_box(const std::string& script) {
  return {find_program("unshare"), "--mount", "--pid", "--fork", "--kill-child",
          "--mount-proc",          "/bin/sh", "-c",    script};
}

const std::string kBootId = "/proc/sys/kernel/random/boot_id";

}  // namespace

BoxedBoard::BoxedBoard(const std::string& folder)
    : folder_(folder), mark_("SOAKRIG_TEST_BOARD=" + folder), port_(free_port()), cable_(port_) {
  fs::create_directories(home());
  fs::create_directories(sent());
  if (::geteuid() == 0) fs::create_directories("/run/sshd");
  for (const char* key : {"host", "key"}) {
    ends_well(
        {find_program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", folder + "/" + key});
  }
  // Whatever goes up a link is the truth that a stored run is held to.
  write(folder + "/session",
        "#!/bin/sh\nunset XDG_CACHE_HOME\nHOME='" + home() + "'\n" + "SOAKRIG_TEST_BOARD='" +
            folder +
            "'\nexport HOME SOAKRIG_TEST_BOARD\ncase $SSH_ORIGINAL_COMMAND in\n"
            "  *'soakrig-agent attach '*) /bin/sh -c \"$SSH_ORIGINAL_COMMAND\" | "
            "tee \"$(mktemp '" +
            sent() +
            "/XXXXXXXX')\" ;;\n"
            "  *) exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\" ;;\nesac\n");
  ::chmod((folder + "/session").c_str(), 0755);
  write(folder + "/authorized",
        "command=\"" + folder + "/session\",restrict " + read(folder + "/key.pub"));
  // Its own home from the first process on: else the shell in which sshd starts a session reads the files
  // of this user's home first, and what they run is killed with the board, whatever it had locked there.
  write(folder + "/sshd_config",
        "Port " + std::to_string(port_) + "\nListenAddress 127.0.0.1\nHostKey " + folder +
            "/host\nAuthorizedKeysFile " + folder +
            "/authorized\nPidFile none\nStrictModes no\n"
            "UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
            "MaxStartups 100\nPermitRootLogin yes\nPrintMotd no\nLogLevel ERROR\nSetEnv HOME=" +
            home() + "\n");
  write(folder + "/known",
        "[127.0.0.1]:" + std::to_string(cable_.port()) + " " + read(folder + "/host.pub"));
  const passwd* const user = ::getpwuid(::geteuid());
  write(config(), "Host board\n  HostName 127.0.0.1\n  Port " + std::to_string(cable_.port()) +
                      "\n  User " + (user == nullptr ? "root" : user->pw_name) +
                      "\n  IdentityFile " + folder +
                      "/key\n  IdentitiesOnly yes\n  IdentityAgent none\n"
                      "  StrictHostKeyChecking yes\n  UserKnownHostsFile " +
                      folder + "/known\n  GlobalKnownHostsFile /dev/null\n  UpdateHostKeys no\n");
  write(folder + "/boot_id", "trial\n");
  boxed_ =
      ::geteuid() == 0 && ends_well(in_a_box("mount --bind '" + folder + "/boot_id' " + kBootId));
}

BoxedBoard::~BoxedBoard() { off(); }

bool BoxedBoard::on() {
  char id[40];
  std::snprintf(id, sizeof id, "b0a7d000-0000-4000-8000-%012d\n", ++boots_);
  write(folder_ + "/boot_id", id);
  const std::string serve = server_program() + " -D -e -f '" + folder_ + "/sshd_config'";
  const auto argv =
      boxed_ ? in_a_box("mount --bind '" + folder_ + "/boot_id' " + kBootId + " && exec " + serve)
             : std::vector<std::string>{"/bin/sh", "-c", "exec " + serve};
  server_ = std::make_unique<MarkedProcess>(argv, folder_ + "/sshd.log");
  for (int i = 0; i < 200; ++i) {
    // Its own banner, not the cable's patience.
    if (ends_well({"/bin/bash", "-c",
                   "exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(port_) +
                       " && read -r -t 5 line <&3"})) {
      return true;
    }
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

void BoxedBoard::off() {
  server_.reset();  // killed, and what is in its box with it
  for (const pid_t pid : processes()) {
    if (!boxed_) ::kill(pid, SIGKILL);
  }
  for (int i = 0; i < 250 && !processes().empty(); ++i) std::this_thread::sleep_for(20ms);
}

std::vector<pid_t> BoxedBoard::processes() const { return processes_with(mark_); }

}  // namespace soakrig::test
