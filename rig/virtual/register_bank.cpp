// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/register_bank.hpp"

#include <algorithm>
#include <utility>

namespace soakrig::virtual_bench {
namespace {

using instruments::Area;
using instruments::Point;
using instruments::PointType;

constexpr std::uint8_t kReadCoils = 1, kReadDiscrete = 2, kReadHolding = 3, kReadInput = 4,
                       kWriteCoil = 5, kWriteOne = 6, kWriteCoils = 15, kWriteMany = 16;
constexpr int kDecimals = 1;  // what a virtual device counts in, where the map lets it choose

std::uint16_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
void put(std::vector<std::uint8_t>& bytes, std::uint16_t word) {
  bytes.push_back(static_cast<std::uint8_t>(word >> 8));
  bytes.push_back(static_cast<std::uint8_t>(word));
}
std::vector<std::uint8_t> refuse(std::uint8_t function, std::uint8_t code) {
  return {static_cast<std::uint8_t>(function | 0x80), code};
}

}  // namespace

RegisterBank::RegisterBank(instruments::RegisterMap map, std::uint8_t unit)
    : map_(std::move(map)), unit_(unit) {
  const auto exists = [this](Area area, std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t address = from; address < to; ++address) {
      registers_[static_cast<std::size_t>(area)][static_cast<std::uint16_t>(address)] = 0;
    }
  };
  for (Point& point : map_.points) {
    exists(point.area, point.address, point.end());
    if (!point.decimals_point.empty()) point.decimals = kDecimals;
  }
  for (const auto& block : map_.blocks) {
    exists(block.area, block.start, std::uint32_t{block.start} + block.count);
  }
  for (const Point& point : map_.points) {
    if (!point.decimals_point.empty()) set(point.decimals_point, kDecimals);
  }
}

std::uint16_t* RegisterBank::find(Area area, std::uint32_t address) {
  return const_cast<std::uint16_t*>(std::as_const(*this).find(area, address));
}

const std::uint16_t* RegisterBank::find(Area area, std::uint32_t address) const {
  const auto& registers = registers_[static_cast<std::size_t>(area)];
  if (address > 65535) return nullptr;
  const auto found = registers.find(static_cast<std::uint16_t>(address));
  return found == registers.end() ? nullptr : &found->second;
}

// As the device shows it: a register that is read back in other words than it is told in holds
// those, and a bit is one of its register's.
void RegisterBank::store(const Point& point, std::span<const std::uint16_t> words) {
  if (point.bit >= 0) {
    const auto mask = static_cast<std::uint16_t>(1u << point.bit);
    std::uint16_t& word = *find(point.area, point.address);
    word = static_cast<std::uint16_t>(words[0] != 0 ? word | mask : word & ~mask);
    return;
  }
  if (!point.reads.empty()) {
    const auto code =
        std::ranges::find(point.codes, words[0], [](const auto& c) { return c.second; });
    if (code == point.codes.end() || !point.reads.contains(code->first)) return;
    *find(point.area, point.address) = point.reads.at(code->first);
    return;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    *find(point.area, static_cast<std::uint32_t>(point.address + i)) = words[i];
  }
}

void RegisterBank::set(std::string_view name, double value) {
  const Point* point = map_.find(name);
  RIG_ASSERT(point != nullptr);  // the bench names only points that it checked
  if (point->min) value = std::max(value, *point->min);
  if (point->max) value = std::min(value, *point->max);
  const auto words = instruments::point_words(*point, value);
  if (words) store(*point, *words);
}

void RegisterBank::set_text(std::string_view name, std::string_view text) {
  const Point* point = map_.find(name);
  RIG_ASSERT(point != nullptr);
  store(*point, instruments::encode_text(text, point->chars_per_register, point->length));
}

double RegisterBank::get(std::string_view name) const {
  const Point* point = map_.find(name);
  RIG_ASSERT(point != nullptr);
  std::vector<std::uint16_t> words;
  for (std::uint32_t a = point->address; a < point->end(); ++a) {
    words.push_back(*find(point->area, a));
  }
  const auto value = instruments::read_point(*point, words, point->address);
  return value ? *value : 0.0;
}

std::optional<std::vector<std::uint8_t>> RegisterBank::answer(
    std::span<const std::uint8_t> request) {
  if (request.size() < 2 || request[0] != unit_) return std::nullopt;
  const std::uint8_t function = request[1];
  const auto body = request.subspan(2);
  std::vector<std::uint8_t> reply;
  if (function >= kReadCoils && function <= kReadInput) {
    reply = read(function, body);
  } else if (function == kWriteOne || function == kWriteMany || function == kWriteCoil ||
             function == kWriteCoils) {
    reply = write(function, body);
  } else {
    reply = refuse(function, 1);
  }
  reply.insert(reply.begin(), unit_);
  return reply;
}

std::vector<std::uint8_t> RegisterBank::read(std::uint8_t function,
                                             std::span<const std::uint8_t> body) {
  constexpr std::array kAreas = {Area::coil, Area::discrete, Area::holding, Area::input};
  const Area area = kAreas[function - kReadCoils];
  if (body.size() != 4) return refuse(function, 3);
  const std::uint16_t start = word_at(body, 0), count = word_at(body, 2);
  if (count < 1 || count > map_.max_registers) return refuse(function, 3);
  const std::size_t bytes = instruments::is_bits(area) ? (count + 7u) / 8u : 2u * count;
  std::vector<std::uint8_t> reply = {function, static_cast<std::uint8_t>(bytes)};
  if (instruments::is_bits(area)) reply.resize(2 + bytes);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint16_t* word = find(area, start + i);
    if (word == nullptr) return refuse(function, 2);
    if (instruments::is_bits(area)) {
      if (*word != 0) reply[2 + i / 8] |= static_cast<std::uint8_t>(1u << (i % 8));
    } else {
      put(reply, *word);
    }
  }
  return reply;
}

std::vector<std::uint8_t> RegisterBank::write(std::uint8_t function,
                                              std::span<const std::uint8_t> body) {
  const Area area = function == kWriteCoil || function == kWriteCoils ? Area::coil : Area::holding;
  if (body.size() < 4) return refuse(function, 3);
  const std::uint16_t address = word_at(body, 0);
  std::vector<std::uint16_t> words;
  if (function == kWriteOne || function == kWriteCoil) {
    if (body.size() != 4) return refuse(function, 3);
    words.push_back(word_at(body, 2));
  } else {
    const std::uint16_t count = word_at(body, 2);
    const std::size_t bytes = area == Area::coil ? (count + 7u) / 8u : 2u * count;
    if (count < 1 || count > 123 || body.size() != 5 + bytes || body[4] != bytes) {
      return refuse(function, 3);
    }
    for (std::size_t i = 0; i < count; ++i) {
      words.push_back(area == Area::coil
                          ? static_cast<std::uint16_t>((body[5 + i / 8] >> (i % 8) & 1) * 0xFF00)
                          : word_at(body, 5 + 2 * i));
    }
  }
  if (const std::uint8_t code = apply(area, address, words); code != 0)
    return refuse(function, code);
  std::vector<std::uint8_t> reply = {function};
  reply.insert(reply.end(), body.begin(), body.begin() + 4);
  return reply;
}

// The writable point that takes what stands at the front of `words`; `exists` says whether one is
// there at all.
const Point* RegisterBank::target(Area area, std::uint32_t address,
                                  std::span<const std::uint16_t> words, bool& exists) const {
  exists = false;
  for (const Point& point : map_.points) {
    if (point.area != area || point.address != address || !point.writable()) continue;
    exists = true;
    if (point.length > words.size()) continue;
    if (point.type == PointType::bit) {
      if (words[0] == 0 || words[0] == 0xFF00) return &point;
      continue;
    }
    const auto is_word = [&](const auto& code) { return code.second == words[0]; };
    if (!point.codes.empty()) {
      if (std::ranges::any_of(point.codes, is_word)) return &point;
      continue;
    }
    if (instruments::read_point(point, words.first(point.length), point.address)) return &point;
  }
  return nullptr;
}

// All or nothing: whole writable points only, each within its limits.
std::uint8_t RegisterBank::apply(Area area, std::uint16_t address,
                                 std::span<const std::uint16_t> words) {
  std::vector<std::pair<const Point*, std::span<const std::uint16_t>>> writes;
  for (std::size_t at = 0; at < words.size();) {
    bool exists = false;
    const Point* point =
        target(area, static_cast<std::uint32_t>(address + at), words.subspan(at), exists);
    if (point == nullptr) return exists ? 3 : 2;
    writes.emplace_back(point, words.subspan(at, point->length));
    at += point->length;
  }
  for (const auto& [point, written] : writes) {
    const bool order = !point->readable();  // no quantity: what it does is the device's to say
    if (!order) store(*point, written);
    if (!on_write_) continue;
    const auto value = point->type == PointType::bit || !point->reads.empty()
                           ? Result<double>(written[0] == 0xFF00 ? 1.0 : written[0])
                           : instruments::read_point(*point, written, point->address);
    if (value) on_write_(*point, *value);
  }
  return 0;
}

}  // namespace soakrig::virtual_bench
