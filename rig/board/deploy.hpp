// SPDX-License-Identifier: Apache-2.0
//
// Brings files to a board over ssh, by content: what is already there with the same SHA-256 is not
// sent again, and what arrives gets its name only once its sum is right. Programs lie together in a
// folder named by all of them, so that one version's never meet another's.
//
// One thread, that of the io_context; `done` is called once, from there. Several run side by side:
// a board that is slow or sick holds up no other. Destruction gives up.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rig/base/board_address.hpp"
#include "rig/base/result.hpp"

namespace boost::asio {
class io_context;
}

namespace soakrig::board {

struct Cargo {
  std::string name;    // of the file on the board; letters, digits, '.', '_', '-'
  std::string file;    // here
  std::string sha256;  // lower-case hex
  std::uint64_t bytes = 0;
  bool program = false;  // else it is data, kept by its sum alone
};

struct Deployed {
  std::string machine;                        // as uname -m says
  std::string folder;                         // absolute; with a folder run in it
  std::map<std::string, std::string> places;  // path there, by Cargo::name
  std::uint64_t sent = 0;                     // bytes
};

class Deploy {
 public:
  // What a board of that machine gets. An error refuses the board.
  using Pack = std::function<Result<std::vector<Cargo>>(const std::string& machine)>;
  using Done = std::function<void(Result<Deployed>)>;

  Deploy(boost::asio::io_context& io, const BoardAddress& address, Pack pack, Done done);
  ~Deploy();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace soakrig::board
