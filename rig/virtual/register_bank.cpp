// SPDX-License-Identifier: Apache-2.0
#include "rig/virtual/register_bank.hpp"

#include <algorithm>

namespace soakrig::virtual_bench {
namespace {

using instruments::Area;
using instruments::Point;

constexpr std::uint8_t kReadHolding = 3, kReadInput = 4, kWriteOne = 6, kWriteMany = 16;
constexpr std::size_t kHeader = 7;

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
      (area == Area::holding ? holding_ : input_)[static_cast<std::uint16_t>(address)] = 0;
    }
  };
  for (const Point& point : map_.points) exists(point.area, point.address, point.end());
  for (const auto& block : map_.blocks) {
    exists(block.area, block.start, std::uint32_t{block.start} + block.count);
  }
}

std::uint16_t* RegisterBank::find(Area area, std::uint32_t address) {
  auto& registers = area == Area::holding ? holding_ : input_;
  if (address > 65535) return nullptr;
  const auto found = registers.find(static_cast<std::uint16_t>(address));
  return found == registers.end() ? nullptr : &found->second;
}

void RegisterBank::set(std::string_view name, double value) {
  const Point* point = map_.find(name);
  RIG_ASSERT(point != nullptr);  // the bench names only points that it checked
  if (point->min) value = std::max(value, *point->min);
  if (point->max) value = std::min(value, *point->max);
  const auto words = instruments::point_words(*point, value);
  if (!words) return;
  for (std::size_t i = 0; i < words->size(); ++i) {
    *find(point->area, static_cast<std::uint32_t>(point->address + i)) = (*words)[i];
  }
}

void RegisterBank::set_text(std::string_view name, std::string_view text) {
  const Point* point = map_.find(name);
  RIG_ASSERT(point != nullptr);
  const auto words = instruments::encode_text(text, point->chars_per_register, point->length);
  for (std::size_t i = 0; i < words.size(); ++i) {
    *find(point->area, static_cast<std::uint32_t>(point->address + i)) = words[i];
  }
}

double RegisterBank::get(std::string_view name) const {
  const Point* point = map_.find(name);
  RIG_ASSERT(point != nullptr);
  const auto& registers = point->area == Area::holding ? holding_ : input_;
  std::vector<std::uint16_t> words;
  for (std::uint32_t a = point->address; a < point->end(); ++a) {
    words.push_back(registers.at(static_cast<std::uint16_t>(a)));
  }
  const auto value = instruments::read_point(*point, words, point->address);
  return value ? *value : 0.0;
}

std::optional<std::vector<std::uint8_t>> RegisterBank::answer(std::span<const std::uint8_t> frame) {
  if (frame.size() < kHeader + 1 || word_at(frame, 2) != 0 || frame[6] != unit_)
    return std::nullopt;
  const std::uint8_t function = frame[7];
  const auto body = frame.subspan(kHeader + 1);
  std::vector<std::uint8_t> reply;
  if (function == kReadHolding || function == kReadInput) {
    reply = read(function, body);
  } else if (function == kWriteOne || function == kWriteMany) {
    reply = write(function, body);
  } else {
    reply = refuse(function, 1);
  }
  std::vector<std::uint8_t> out(frame.begin(), frame.begin() + 4);  // transaction, protocol
  put(out, static_cast<std::uint16_t>(reply.size() + 1));
  out.push_back(unit_);
  out.insert(out.end(), reply.begin(), reply.end());
  return out;
}

std::vector<std::uint8_t> RegisterBank::read(std::uint8_t function,
                                             std::span<const std::uint8_t> body) {
  if (body.size() != 4) return refuse(function, 3);
  const std::uint16_t start = word_at(body, 0), count = word_at(body, 2);
  if (count < 1 || count > map_.max_registers) return refuse(function, 3);
  std::vector<std::uint8_t> reply = {function, static_cast<std::uint8_t>(2 * count)};
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint16_t* word =
        find(function == kReadHolding ? Area::holding : Area::input, start + i);
    if (word == nullptr) return refuse(function, 2);
    put(reply, *word);
  }
  return reply;
}

std::vector<std::uint8_t> RegisterBank::write(std::uint8_t function,
                                              std::span<const std::uint8_t> body) {
  if (body.size() < 4) return refuse(function, 3);
  const std::uint16_t address = word_at(body, 0);
  std::vector<std::uint16_t> words;
  if (function == kWriteOne) {
    if (body.size() != 4) return refuse(function, 3);
    words.push_back(word_at(body, 2));
  } else {
    const std::uint16_t count = word_at(body, 2);
    if (count < 1 || count > 123 || body.size() != 5u + 2u * count || body[4] != 2 * count) {
      return refuse(function, 3);
    }
    for (std::size_t i = 0; i < count; ++i) words.push_back(word_at(body, 5 + 2 * i));
  }
  if (const std::uint8_t code = apply(address, words); code != 0) return refuse(function, code);
  std::vector<std::uint8_t> reply = {function};
  reply.insert(reply.end(), body.begin(), body.begin() + 4);
  return reply;
}

// All or nothing: whole writable points only, each within its limits.
std::uint8_t RegisterBank::apply(std::uint16_t address, std::span<const std::uint16_t> words) {
  std::size_t at = 0;
  std::vector<const Point*> points;
  while (at < words.size()) {
    const auto point = std::ranges::find_if(map_.points, [&](const Point& p) {
      return p.area == Area::holding && p.address == address + at;
    });
    if (point == map_.points.end() || !point->writable()) return 2;
    if (at + point->length > words.size()) return 3;
    if (!instruments::read_point(*point, words.subspan(at, point->length), point->address))
      return 3;
    points.push_back(&*point);
    at += point->length;
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    *find(Area::holding, static_cast<std::uint32_t>(address + i)) = words[i];
  }
  return 0;
}

}  // namespace soakrig::virtual_bench
