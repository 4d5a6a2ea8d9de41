// SPDX-License-Identifier: Apache-2.0
//
// The campaign: every fault that a device, a gateway or an adapter is known to have, at random
// moments, on many buses at once, over every transport. No wrong value is accepted, no call is past
// its deadline, and what has passed is recovered from. SOAKRIG_CAMPAIGN=full runs it at full size.
// Last, the control: the stock library under one of these faults does take a wrong value, so the
// campaign would see one.
#include <modbus.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

#include "rig/instruments/bus_session.hpp"
#include "rig/virtual/modbus_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_dir.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using namespace soakrig::virtual_bench;

namespace {

const SystemClock kClock;

// Short, so that a fault costs little; what is measured does not depend on their length.
constexpr Nanos kTimeout = 40 * kMillisecond, kQuiet = 80 * kMillisecond;
constexpr std::uint16_t kRegisters = 60;  // read only from 0, then as many that are written
constexpr Nanos kRecovery = 2 * kSecond;

std::uint16_t content(std::uint16_t address) {
  return static_cast<std::uint16_t>(address * 7u + 3u);
}

RegisterMap campaign_map() {
  std::string text = "[map]\nname = \"m\"\ntitle = \"M\"\nkind = \"meter\"\nsource = \"s\"\n";
  const auto add = [&](const std::string& name, int address, const char* more) {
    text += "[[point]]\nname = \"" + name + "\"\naddress = " + std::to_string(address) +
            "\ntype = \"u16\"\nsource = \"s\"\n" + more;
  };
  add("power", 0, "unit = \"W\"\n");
  for (int i = 1; i < kRegisters; ++i) add("r" + std::to_string(i), i, "");
  for (int i = 0; i < kRegisters; ++i)
    add("w" + std::to_string(i), kRegisters + i, "access = \"rw\"\n");
  return parse_register_map(text, "campaign").value();
}

struct Tally {
  std::uint64_t transactions = 0, good = 0, failed = 0, exceptions = 0, wrong = 0, late = 0;
  std::uint64_t faults = 0;
  Nanos longest = 0, slowest_recovery = 0;
  void add(const Tally& other) {
    transactions += other.transactions;
    good += other.good;
    failed += other.failed;
    exceptions += other.exceptions;
    wrong += other.wrong;
    late += other.late;
    faults += other.faults;
    longest = std::max(longest, other.longest);
    slowest_recovery = std::max(slowest_recovery, other.slowest_recovery);
  }
};

// How late this machine wakes a thread that sleeps: what no deadline can be held against.
class Sleeper {
 public:
  Sleeper() {
    thread_ = std::thread([this] {
      while (!over_) {
        const Nanos before = kClock.boot_ns();
        ::poll(nullptr, 0, 5);
        worst_ = std::max(worst_.load(), kClock.boot_ns() - before - 5 * kMillisecond);
      }
    });
  }
  ~Sleeper() {
    over_ = true;
    thread_.join();
  }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  [[nodiscard]] Nanos worst() const { return worst_; }

 private:
  std::atomic<bool> over_{false};
  std::atomic<Nanos> worst_{0};
  std::thread thread_;
};

// One line with one device, in a thread of its own, and what the client tells it.
class Device {
 public:
  Device(Transport transport, const std::string& link, unsigned seed, bool line_faults)
      : bank_(campaign_map(), 1),
        server_(transport == Transport::rtu
                    ? ModbusServer::serial(link, 0).value()
                    : ModbusServer::listen(
                          "127.0.0.1", 0, transport == Transport::tcp ? Framing::tcp : Framing::rtu)
                          .value()),
        random_(seed),
        bounded_(transport != Transport::tcp) {
    server_.add(bank_);
    for (std::uint16_t i = 1; i < kRegisters; ++i) bank_.set("r" + std::to_string(i), content(i));
    bank_.set("power", content(0));
    server_.misbehave([this](std::span<const std::uint8_t> request) { return choose(request); });
    thread_ = std::thread([this, line_faults] { run(line_faults); });
  }
  ~Device() {
    over_ = true;
    thread_.join();
  }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  [[nodiscard]] ModbusServer& server() { return server_; }
  // What is asked for now, and since when: a device is never later than it says it can be, however
  // late this machine wakes it.
  std::atomic<std::uint16_t> asked{0};
  std::atomic<Nanos> since{0};
  std::atomic<WireKind> last{WireKind::none};
  std::atomic<Nanos> line_fault_ended{0};
  std::atomic<std::uint64_t> faults{0};
  std::atomic<bool> only_late{false};  // for the control: every third reply

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  WireFault choose(std::span<const std::uint8_t> request) {
    const Nanos waited = kClock.boot_ns() - since;
    const auto address = static_cast<std::uint16_t>(request[2] << 8 | request[3]);
    if (only_late) {
      return ++turn_ % 3 == 0 ? WireFault{WireKind::late, kTimeout * 2} : WireFault{};
    }
    if (bounded_ && (address != asked || waited > kTimeout + kQuiet / 2)) {
      return WireFault{WireKind::silent};
    }
    WireFault fault;
    if (below(8) == 0) {
      fault.kind = static_cast<WireKind>(1 + turn_++ % (kWireKinds - 1));
      ++faults;
    }
    const Nanos beyond = kQuiet * below(60) / 100;
    fault.delay = fault.kind == WireKind::drip ? 8 * kMillisecond : kTimeout + beyond - waited;
    fault.delay = std::max<Nanos>(fault.delay, kMillisecond);
    fault.code = static_cast<std::uint8_t>(1 + below(12));
    last = fault.kind;
    return fault;
  }

  void run(bool line_faults) {
    Nanos next_fault = kClock.boot_ns() + (300 + below(700)) * kMillisecond, until = 0;
    bool gone = false;
    while (!over_) {
      const Nanos now = kClock.boot_ns();
      if (line_faults && until == 0 && now >= next_fault) {
        until = now + (60 + below(240)) * kMillisecond;
        gone = below(2) == 0;
        ++faults;
        set(gone, true);
      } else if (until > 0 && now >= until) {
        set(gone, false);
        line_fault_ended = kClock.boot_ns();
        until = 0;
        next_fault = now + (500 + below(1500)) * kMillisecond;
      }
      server_.tick(now);
      std::vector<pollfd> waiting;
      server_.add_to(waiting);
      if (::poll(waiting.data(), waiting.size(), 2) > 0) server_.handle(waiting);
    }
  }
  void set(bool gone, bool active) {
    if (!gone) {
      server_.stall(active);
    } else if (!server_.vanish(active)) {
      std::abort();  // the campaign itself is broken
    }
  }

  RegisterBank bank_;
  ModbusServer server_;
  std::minstd_rand random_;
  const bool bounded_;
  unsigned turn_ = 0;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

std::string connect_of(Transport transport, const ModbusServer& server) {
  const std::string options = "?unit=1&timeout=40ms";
  if (transport == Transport::tcp) {
    return "tcp://127.0.0.1:" + std::to_string(server.port()) + options;
  }
  if (transport == Transport::rtu)
    return "rtu://" + server.link() + options + "&quiet=80ms&baud=115200";
  return "rtu+tcp://127.0.0.1:" + std::to_string(server.port()) + options + "&quiet=80ms";
}

// Alternates between quantities of equal length, so that a stale reply would be another's value.
Tally hammer(Device& device, Transport transport, std::uint64_t calls, unsigned seed,
             const Sleeper& sleeper) {
  Tally tally;
  std::minstd_rand random(seed);
  BusSession session(parse_connect(connect_of(transport, device.server())).value(), kClock);
  Nanos recovered_from = 0;
  while (session.counters().transactions < calls) {
    const bool writes = random() % 6 == 0;
    const auto address =
        static_cast<std::uint16_t>((writes ? kRegisters : 0) + random() % (kRegisters - 2));
    const Nanos start = kClock.boot_ns();
    device.asked = address;
    device.since = start;
    device.last = WireKind::none;
    const auto reply =
        writes ? session.write({1, address, {static_cast<std::uint16_t>(random())}, true},
                               start + kTimeout)
               : session.read({1, Area::holding, address, 2}, start + kTimeout);
    const Nanos took = kClock.boot_ns() - start;
    tally.longest = std::max(tally.longest, took);
    // What the machine itself is late by is measured beside it; a hang is far beyond.
    if (took > kTimeout + 250 * kMillisecond + 3 * sleeper.worst()) ++tally.late;
    if (!reply) {
      ++tally.failed;
      continue;
    }
    if (reply->exception != 0) {
      ++tally.exceptions;
      continue;
    }
    const WireKind kind = device.last;
    const bool wrong = writes
                           ? kind == WireKind::wrong_echo || kind == WireKind::wrong_value_echo ||
                                 kind == WireKind::wrong_unit || kind == WireKind::late_write
                           : reply->words != std::vector<std::uint16_t>{
                                                 content(address),
                                                 content(static_cast<std::uint16_t>(address + 1))};
    ++(wrong ? tally.wrong : tally.good);
    const Nanos ended = device.line_fault_ended;
    if (ended > 0 && ended != recovered_from && start > ended) {
      recovered_from = ended;
      tally.slowest_recovery = std::max(tally.slowest_recovery, kClock.boot_ns() - ended);
    }
  }
  tally.transactions = session.counters().transactions;
  tally.faults = device.faults;
  return tally;
}

const char* name_of(Transport transport) {
  return transport == Transport::tcp ? "tcp" : transport == Transport::rtu ? "rtu" : "rtu+tcp";
}

bool full_campaign() {
  const char* size = std::getenv("SOAKRIG_CAMPAIGN");
  return size != nullptr && std::string(size) == "full";
}

}  // namespace

TEST_CASE("all faults, all transports: no wrong value, no call past its deadline, and recovery") {
  const bool full = full_campaign();
  const unsigned buses = full ? 10 : 6;
  const std::uint64_t calls = full ? 10'000 : 300;
  const test::TempDir folder;
  const Sleeper sleeper;
  std::array<std::vector<Tally>, 3> tallies;
  for (auto& each : tallies) each.resize(buses);
  // One transport after the other: 36 threads at once would starve the devices of a small machine.
  for (int t = 0; t < 3; ++t) {
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < buses; ++i) {
      threads.emplace_back([&, t, i] {
        const auto transport = static_cast<Transport>(t);
        const unsigned seed = 1000u * static_cast<unsigned>(t) + i + 1;
        Device device(transport, folder.file("tty" + std::to_string(seed)), seed, true);
        tallies.at(static_cast<std::size_t>(t)).at(i) =
            hammer(device, transport, calls, seed, sleeper);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  std::uint64_t transactions = 0;
  for (int t = 0; t < 3; ++t) {
    Tally sum;
    for (const Tally& tally : tallies.at(static_cast<std::size_t>(t))) sum.add(tally);
    std::printf(
        "%-7s %llu transactions, %llu faults: %llu good, %llu failed, %llu exceptions; wrong "
        "values "
        "accepted %llu; calls past their deadline %llu (longest %.0f ms of 40, a sleeper up to "
        "%.0f ms "
        "late); slowest recovery %.2f s\n",
        name_of(static_cast<Transport>(t)), static_cast<unsigned long long>(sum.transactions),
        static_cast<unsigned long long>(sum.faults), static_cast<unsigned long long>(sum.good),
        static_cast<unsigned long long>(sum.failed),
        static_cast<unsigned long long>(sum.exceptions), static_cast<unsigned long long>(sum.wrong),
        static_cast<unsigned long long>(sum.late), to_seconds(sum.longest) * 1e3,
        to_seconds(sleeper.worst()) * 1e3, to_seconds(sum.slowest_recovery));
    CHECK(sum.wrong == 0);
    CHECK(sum.late == 0);
    // How many of the rest are good depends on how late the machine's threads are; that the line
    // comes back after every fault does not.
    CHECK(sum.good > sum.faults);
    CHECK(sum.faults > sum.transactions / 20);
    CHECK(sum.slowest_recovery < kRecovery + kSecond + 20 * sleeper.worst());
    transactions += sum.transactions;
  }
  CHECK(transactions >= (full ? 300'000u : 5'000u));
}

TEST_CASE("control: the stock library takes a late reply for the answer to the next question") {
  const test::TempDir folder;
  Device device(Transport::rtu, folder.file("tty"), 1, false);
  device.only_late = true;
  int wrong = 0;
  // A busy machine may be too late for the library at all; a wrong value, once there, is one.
  for (int tries = 0; tries < 20 && wrong == 0; ++tries) {
    modbus_t* stock = modbus_new_rtu(device.server().link().c_str(), 115200, 'N', 8, 1);
    REQUIRE(stock != nullptr);
    modbus_set_slave(stock, 1);
    modbus_set_response_timeout(stock, 0, 40'000);
    REQUIRE(modbus_connect(stock) == 0);
    for (int i = 0; i < 30; ++i) {
      const std::uint16_t address = i % 2 == 0 ? 10 : 20;
      std::array<std::uint16_t, 2> words{};
      if (modbus_read_registers(stock, address, 2, words.data()) == 2 &&
          words[0] != content(address)) {
        ++wrong;
      }
    }
    modbus_close(stock);
    modbus_free(stock);
  }
  std::printf("control: stock libmodbus accepted %d wrong values\n", wrong);
  CHECK(wrong > 0);
}
