// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "rig/app/command.hpp"

namespace soakrig::app {

// Each is defined in the file of its name: command_NAME in NAME.cpp. Declared here and nowhere
// else; sorted by name.
int command_check(std::span<const std::string> args);
int command_claims(std::span<const std::string> args);
int command_compare(std::span<const std::string> args);
int command_console(std::span<const std::string> args);
int command_cost(std::span<const std::string> args);
int command_doctor(std::span<const std::string> args);
int command_export(std::span<const std::string> args);
int command_guard(std::span<const std::string> args);
int command_fit(std::span<const std::string> args);
int command_hybrid(std::span<const std::string> args);
int command_init(std::span<const std::string> args);
int command_instrument(std::span<const std::string> args);
int command_list(std::span<const std::string> args);
int command_model(std::span<const std::string> args);
int command_probe(std::span<const std::string> args);
int command_prune(std::span<const std::string> args);
int command_quality(std::span<const std::string> args);
int command_render(std::span<const std::string> args);
int command_report(std::span<const std::string> args);
int command_resume(std::span<const std::string> args);
int command_show(std::span<const std::string> args);
int command_run(std::span<const std::string> args);
int command_sign(std::span<const std::string> args);
int command_status(std::span<const std::string> args);
int command_stop(std::span<const std::string> args);
int command_suit(std::span<const std::string> args);
int command_top(std::span<const std::string> args);
int command_verify(std::span<const std::string> args);
int command_virtual(std::span<const std::string> args);

namespace {
const std::vector<Command> kCommands = {
    {"check", "print the timed plan of a profile and what is missing for it", command_check},
    {"claims", "set claims against what a run measured, with what bounds it", command_claims},
    {"compare", "hold boards of stored runs against each other and against requirements",
     command_compare},
    {"console", "print what a board said on its serial console", command_console},
    {"cost", "lifetime cost of what boards sustained, beside a cloud's prices", command_cost},
    {"doctor", "say what is missing for a verdict and how to enable it", command_doctor},
    {"export", "write a copy of a run to send abroad, which still verifies", command_export},
    {"fit", "say whether a model fits a board, and how fast it can be", command_fit},
    {"guard", "how the chambers' dead man's switch stands; clear a trip", command_guard},
    {"hybrid", "what a routed load measured, and a sweep of its threshold", command_hybrid},
    {"init", "write a commented profile from what this machine has", command_init},
    {"instrument", "identify, read, watch or set one instrument by hand", command_instrument},
    {"list", "list the runs of an archive", command_list},
    {"model", "make model files with made-up weights", command_model},
    {"probe", "read every channel of this machine once", command_probe},
    {"prune", "delete old runs, never signed ones", command_prune},
    {"quality", "how far models are from a reference, by tokens and by tasks", command_quality},
    {"render", "draw a view of a run into a PNG or SVG file", command_render},
    {"report", "write a run's report: HTML, JUnit, CSV, JSON Lines", command_report},
    {"resume", "go on with an interrupted run, in the phase where it was", command_resume},
    {"run", "run a soak: profile in, verdict out", command_run},
    {"show", "print what a run says: verdict, figures, episodes, claims", command_show},
    {"sign", "vouch for a run with an SSH key", command_sign},
    {"status", "show the runs that go on now", command_status},
    {"stop", "end a running soak in order", command_stop},
    {"suit", "edge, cloud or both at this site, with the reasons", command_suit},
    {"top", "watch a running soak in the terminal", command_top},
    {"verify", "say whether a run's file is what was sealed", command_verify},
    {"virtual", "serve a virtual bench: chamber, meter and board", command_virtual},
};
}  // namespace

std::span<const Command> commands() { return kCommands; }

}  // namespace soakrig::app
