// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "rig/app/command.hpp"

namespace soakrig::app {

// Each is defined in the file of its name: command_NAME in NAME.cpp. Declared here and nowhere
// else; sorted by name.

namespace {
const std::vector<Command> kCommands = {
};
}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace soakrig::app
