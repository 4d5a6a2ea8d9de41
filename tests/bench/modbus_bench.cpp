// SPDX-License-Identifier: Apache-2.0
//
// modbus.read: one read over TCP on loopback, ours against the bare library's, in turns in one run.
// modbus.bus16: sixteen meters on one serial line at 9600 baud, one row a second each, no tick of
// the grid skipped; the bench's end of the line takes the time that the characters would.
#include <modbus.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "rig/instruments/bus_session.hpp"
#include "rig/instruments/map_library.hpp"
#include "rig/instruments/meter.hpp"
#include "rig/virtual/modbus_server.hpp"
#include "rig/virtual/virtual_meter.hpp"
#include "tests/bench/bench_row.hpp"

using namespace soakrig;
using namespace soakrig::instruments;
using namespace soakrig::virtual_bench;

namespace {

const SystemClock kClock;

class Served {
 public:
  explicit Served(ModbusServer server) : server_(std::move(server)) {
    thread_ = std::thread([this] {
      while (!over_) {
        const Nanos now = kClock.boot_ns();
        const Nanos due = server_.tick(now);
        std::vector<pollfd> waiting;
        server_.add_to(waiting);
        const Nanos left =
            due > 0 ? std::clamp<Nanos>(due - now, 0, 50 * kMillisecond) : 50 * kMillisecond;
        const timespec wait{0, left};
        if (::ppoll(waiting.data(), waiting.size(), &wait, nullptr) > 0) server_.handle(waiting);
      }
    });
  }
  ~Served() {
    over_ = true;
    thread_.join();
  }
  Served(const Served&) = delete;
  Served& operator=(const Served&) = delete;
  [[nodiscard]] const ModbusServer& server() const { return server_; }

 private:
  ModbusServer server_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

double median_us(std::vector<Nanos>& took) {
  std::ranges::nth_element(took, took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2));
  return to_seconds(took[took.size() / 2]) * 1e6;
}

void read_row() {
  constexpr int kRounds = 20, kReads = 250;
  VirtualMeter meter(load_register_map("eastron-sdm120").value(), 1);
  const Served served(ModbusServer::listen("127.0.0.1", 0, meter.bank()).value());
  BusSession ours(
      parse_connect("tcp://127.0.0.1:" + std::to_string(served.server().port()) + "?unit=1")
          .value(),
      kClock);
  const std::unique_ptr<modbus_t, void (*)(modbus_t*)> bare(
      modbus_new_tcp("127.0.0.1", served.server().port()), &modbus_free);
  modbus_set_slave(bare.get(), 1);
  if (modbus_connect(bare.get()) != 0) std::abort();
  std::vector<Nanos> by_us, by_it;
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i < kReads; ++i) {
      const Nanos start = kClock.boot_ns();
      if (!ours.read({1, Area::input, 12, 2}, start + kSecond)) std::abort();
      by_us.push_back(kClock.boot_ns() - start);
    }
    for (int i = 0; i < kReads; ++i) {
      std::uint16_t words[2];
      const Nanos start = kClock.boot_ns();
      if (modbus_read_input_registers(bare.get(), 12, 2, words) != 2) std::abort();
      by_it.push_back(kClock.boot_ns() - start);
    }
  }
  modbus_close(bare.get());
  bench::print({.name = "modbus.read",
                .value = median_us(by_us),
                .unit = "us",
                .against = "libmodbus",
                .against_value = median_us(by_it),
                .reach = bench::Reach{"ratio", "<=", 2.0}});
}

void bus16_row() {
  constexpr int kMeters = 16, kSeconds = 12;
  const std::string link =
      (std::filesystem::temp_directory_path() / ("soakrig-bus16-" + std::to_string(::getpid())))
          .string();
  std::vector<std::unique_ptr<VirtualMeter>> devices;
  ModbusServer line = ModbusServer::serial(link, 9600).value();
  for (int i = 1; i <= kMeters; ++i) {
    devices.push_back(std::make_unique<VirtualMeter>(load_register_map("pzem-016").value(),
                                                     static_cast<std::uint8_t>(i)));
    line.add(devices.back()->bank());
  }
  const Served served(std::move(line));
  const std::string where = "rtu://" + link + "?baud=9600&unit=";
  const auto bus = std::make_shared<ModbusBus>(parse_connect(where + "1").value(), kClock);
  std::vector<std::unique_ptr<Instrument>> meters;
  for (int i = 1; i <= kMeters; ++i) {
    InstrumentSpec spec;
    spec.name = "m" + std::to_string(i);
    spec.map = "pzem-016";
    spec.connect = where + std::to_string(i);
    meters.push_back(make_meter(spec, bus, kClock).value());
    if (!meters.back()->identify(20 * kSecond)) std::abort();
  }
  std::mutex mutex;
  std::vector<double> overruns(kMeters);
  int rows = 0;
  for (std::size_t i = 0; i < meters.size(); ++i) {
    const std::size_t column = meters[i]->source().channels.size() - 1;  // NAME.overruns
    meters[i]->start(0, {[&, i, column](const Batch& batch) {
                           const std::lock_guard lock(mutex);
                           overruns[i] = batch.value(0, column);
                           rows += batch.state(0, 0) == State::good ? 1 : 0;
                         },
                         {}});
  }
  ::poll(nullptr, 0, kSeconds * 1000);
  for (const auto& meter : meters) meter->stop();
  double skipped = 0;
  for (const double each : overruns) skipped += each;
  bench::print({.name = "modbus.bus16",
                .value = skipped,
                .unit = "{overrun}",
                .reach = bench::Reach{"value", "<=", 0.0}});
  bench::print({.name = "modbus.bus16.rows",
                .value = static_cast<double>(rows),
                .unit = "{row}",
                .reach = bench::Reach{"value", ">=", kMeters * (kSeconds - 1.0)}});
}

}  // namespace

int main() {
  read_row();
  bus16_row();
}
