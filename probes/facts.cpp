// SPDX-License-Identifier: Apache-2.0
#include "probes/facts.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "probes/parse.hpp"

namespace soakrig::probes {
namespace {

constexpr std::size_t kMaxValue = 200;
constexpr std::size_t kMostZones = 16, kMostKey = 40;
constexpr int kMostTrips = 16;

// Firmware fills its fields with such words when nobody filled them in.
bool says_nothing(std::string_view text) {
  for (const char* word : {"to be filled", "default string", "system serial", "not specified",
                           "system product name", "o.e.m.", "none"}) {
    if (contains_word(text, word)) return true;
  }
  return std::ranges::all_of(text, [](char c) { return c == '0' || c == ' ' || c == '.'; });
}

class Facts {
 public:
  explicit Facts(HostFs& fs) : fs_(fs) {}

  void put(const std::string& key, std::string_view text) {
    text = trim(text);
    if (text.empty() || says_nothing(text) || facts_.count(key) != 0) return;
    std::string value(text.substr(0, kMaxValue));
    for (char& c : value) {
      if (c == '\0') c = ' ';  // between the strings of a device-tree property
      if (std::iscntrl(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x7f) {
        c = '?';
      }
    }
    facts_[key] = value;
  }
  // The first file that says something.
  void read(const std::string& key, std::initializer_list<const char*> paths) {
    for (const char* path : paths) {
      if (const auto text = fs_.read_once(path)) put(key, *text);
    }
  }

  void read_soc() {
    // "vendor,board\0vendor,soc": the last compatible string is the most general, the SoC.
    const auto compatible = fs_.read_once("/proc/device-tree/compatible");
    if (!compatible) return;
    std::string_view list = trim(*compatible);
    put("soc", list.substr(list.rfind('\0') == std::string_view::npos ? 0 : list.rfind('\0') + 1));
  }

  void read_cpu() {
    const auto text = fs_.read_once("/proc/cpuinfo");
    if (!text) return;
    for (std::string_view rest = *text; !rest.empty();) {
      const std::string_view line = take_line(rest);
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos) continue;
      const std::string_view key = trim(line.substr(0, colon));
      const std::string_view value = line.substr(colon + 1);
      if (key == "model name") put("cpu", value);
      if (key == "microcode") put("microcode", value);
      if (key == "Serial") put("serial", value);
      if (key == "Model") put("model", value);  // Raspberry Pi's kernel says it here too
    }
  }

  void read_os() {
    for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
      const auto text = fs_.read_once(path);
      if (!text) continue;
      for (std::string_view rest = *text; !rest.empty();) {
        std::string_view line = take_line(rest);
        constexpr std::string_view kKey = "PRETTY_NAME=";
        if (!line.starts_with(kKey)) continue;
        line.remove_prefix(kKey.size());
        if (line.starts_with('"') || line.starts_with('\'')) line.remove_prefix(1);
        if (line.ends_with('"') || line.ends_with('\'')) line.remove_suffix(1);
        put("os", line);
      }
    }
  }

  void read_memory() {
    const auto text = fs_.read_once("/proc/meminfo");
    const auto word = text ? find_value(*text, "MemTotal:") : std::nullopt;
    const auto kib = word ? parse_uint(*word) : std::nullopt;
    if (kib && *kib < (std::uint64_t{1} << 50)) put("memory_bytes", std::to_string(*kib * 1024));
  }

  // "performance", or "schedutil, performance" where policies differ.
  void read_governor() {
    std::set<std::string> governors;
    for (const auto& path : fs_.glob("/sys/devices/system/cpu/cpufreq/policy*/scaling_governor")) {
      if (const auto text = fs_.read_once(path); text && !text->empty()) governors.insert(*text);
    }
    std::string all;
    for (const std::string& governor : governors) all += (all.empty() ? "" : ", ") + governor;
    put("governor", all);
  }

  // Jetson: nvpmodel keeps the number of its mode in "pmode:0003", and the names in its table.
  void read_power_mode() {
    const auto status = fs_.read_once("/var/lib/nvpmodel/status");
    const auto number = status && status->starts_with("pmode:")
                            ? parse_uint(std::string_view(*status).substr(6))
                            : std::nullopt;
    if (number) {
      const auto table = fs_.read_once("/etc/nvpmodel.conf");
      const auto name = table ? nvpmodel_name(*table, *number) : std::nullopt;
      put("power_mode", name ? *name : "nvpmodel " + std::to_string(*number));
    }
    read("power_mode", {"/sys/firmware/acpi/platform_profile"});
  }

  // "passive 85 Cel (hysteresis 2 K), critical 105 Cel": where this zone throttles and ends.
  void read_trip_points() {
    std::size_t zones = 0;
    for (const auto& zone : fs_.glob("/sys/class/thermal/thermal_zone*")) {
      const auto type = fs_.read_once(zone + "/type");
      if (!type || trim(*type).empty() || ++zones > kMostZones) continue;
      std::string all;
      for (int i = 0; i < kMostTrips; ++i) {
        const std::string point = zone + "/trip_point_" + std::to_string(i) + "_";
        const auto kind = fs_.read_once(point + "type");
        const auto at = celsius(point + "temp");
        if (!kind || !at) continue;
        all += (all.empty() ? "" : ", ") + std::string(trim(*kind)) + " " + plain(*at) + " Cel";
        const auto hysteresis = celsius(point + "hyst");
        if (hysteresis && *hysteresis > 0) all += " (hysteresis " + plain(*hysteresis) + " K)";
      }
      put("trip_points." + key_of(trim(*type)), all);
    }
  }

  // "408-2256 MHz" where the governor may go as far as the hardware, else with "of 408-2400 MHz";
  // several policies that differ are listed, each once.
  void read_clocks() {
    std::set<std::string> ranges;
    for (const auto& policy : fs_.glob("/sys/devices/system/cpu/cpufreq/policy*")) {
      const std::string allowed = range(policy + "/scaling_min_freq", policy + "/scaling_max_freq");
      const std::string able = range(policy + "/cpuinfo_min_freq", policy + "/cpuinfo_max_freq");
      if (allowed.empty()) continue;
      const bool capped = !able.empty() && able != allowed;
      ranges.insert(allowed + (capped ? " of " + able : "") + " MHz");
    }
    std::string all;
    for (const std::string& each : ranges) all += (all.empty() ? "" : ", ") + each;
    put("cpu_clock", all);
  }

  [[nodiscard]] std::map<std::string, std::string> take() { return std::move(facts_); }

 private:
  std::optional<double> celsius(const std::string& path) {
    const auto text = fs_.read_once(path);
    const auto milli = text ? parse_int(trim(*text)) : std::nullopt;
    if (!milli || *milli < -300'000 || *milli > 300'000) return std::nullopt;
    return static_cast<double>(*milli) / 1000;
  }
  static std::string plain(double value) {
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text;
  }
  static std::string key_of(std::string_view type) {
    std::string out(type.substr(0, kMostKey));
    for (char& c : out) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '-') c = '_';
    }
    return out;
  }
  // Kilohertz in two files as "408-2256"; with the greater one alone "2256".
  std::string range(const std::string& least, const std::string& most) {
    const auto megahertz = [this](const std::string& path) -> std::string {
      const auto text = fs_.read_once(path);
      const auto khz = text ? parse_uint(trim(*text)) : std::nullopt;
      return khz && *khz < (std::uint64_t{1} << 40) ? std::to_string(*khz / 1000) : "";
    };
    const std::string low = megahertz(least), high = megahertz(most);
    return high.empty() || low.empty() ? high : low + "-" + high;
  }

  HostFs& fs_;
  std::map<std::string, std::string> facts_;
};

}  // namespace

std::optional<std::string> nvpmodel_name(std::string_view table, std::uint64_t mode) {
  constexpr std::string_view kHead = "< POWER_MODEL ID=";
  while (!table.empty()) {
    std::string_view line = trim(take_line(table));
    if (!line.starts_with(kHead)) continue;
    line.remove_prefix(kHead.size());
    if (parse_uint(take_word(line)) != mode) continue;
    constexpr std::string_view kName = "NAME=";
    const std::size_t at = line.find(kName);
    if (at == std::string_view::npos) return std::nullopt;
    line.remove_prefix(at + kName.size());
    const std::string_view name = take_word(line);
    if (name.empty()) return std::nullopt;
    return std::string(name);
  }
  return std::nullopt;
}

std::map<std::string, std::string> read_facts(HostFs& fs) {
  Facts facts(fs);
  facts.read("model", {"/proc/device-tree/model", "/sys/class/dmi/id/product_name"});
  facts.read("serial", {"/proc/device-tree/serial-number", "/sys/class/dmi/id/product_serial"});
  facts.read("firmware",
             {"/sys/class/dmi/id/bios_version", "/proc/device-tree/chosen/u-boot,version"});
  facts.read("kernel", {"/proc/sys/kernel/osrelease"});
  facts.read("machine", {"/proc/sys/kernel/arch"});
  facts.read("boot_id", {"/proc/sys/kernel/random/boot_id"});
  facts.read("cores_online", {"/sys/devices/system/cpu/online"});
  facts.read_soc();
  facts.read_cpu();
  facts.read_os();
  facts.read_memory();
  facts.read_governor();
  facts.read_power_mode();
  facts.read_trip_points();
  facts.read_clocks();
  return facts.take();
}

}  // namespace soakrig::probes
