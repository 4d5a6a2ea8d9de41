// SPDX-License-Identifier: Apache-2.0
//
// The text form of a register map (docs/formats/register_map.md). Reads every key it knows, refuses
// every key it does not; what no single key can show is register_map_check.cpp's.
#include <toml++/toml.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "rig/base/quantity.hpp"
#include "rig/base/toml_guard.hpp"
#include "rig/instruments/register_map.hpp"

namespace soakrig::instruments {
namespace {

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

bool valid_point_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Reads the keys of one table. Throws Error (caught in parse_register_map): a map has many places
// to fail and one way to report it.
class Reader {
 public:
  Reader(const toml::table& table, std::string where, const std::string& file)
      : table_(table), where_(std::move(where)), file_(file) {}

  [[noreturn]] void fail(const std::string& what, const std::string& remedy = {},
                         int line = 0) const {
    throw Error{Errc::invalid, where_ + ": " + what, remedy, file_,
                line > 0 ? line : line_of(table_)};
  }

  void only(std::initializer_list<std::string_view> known) const {
    for (const auto& [key, value] : table_) {
      const std::string name(key.str());
      if (std::ranges::find(known, key.str()) != known.end()) continue;
      const std::string near = nearest_word(name, {known.begin(), known.end()});
      fail("unknown key '" + name + "'", near.empty() ? "" : "did you mean '" + near + "'?",
           static_cast<int>(key.source().begin.line));
    }
  }

  template <class T>
  [[nodiscard]] std::optional<T> get(std::string_view key, const char* kind) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return std::nullopt;
    const auto value = node->value<T>();
    if (!value) fail(std::string(key) + " must be " + kind, {}, line_of(*node));
    return value;
  }

  [[nodiscard]] std::string text(std::string_view key, bool required = false) const {
    auto value = get<std::string>(key, "a text");
    if (required && (!value || value->empty())) fail(std::string(key) + " is missing");
    return value.value_or("");
  }

  [[nodiscard]] std::optional<double> number(std::string_view key) const {
    const auto value = get<double>(key, "a number");
    if (value && !std::isfinite(*value)) fail(std::string(key) + " must be finite", {}, at(key));
    return value;
  }

  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view key, std::int64_t low,
                                                  std::int64_t high) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return std::nullopt;
    if (!node->is_integer()) fail(std::string(key) + " must be a whole number", {}, at(key));
    const std::int64_t value = *node->value<std::int64_t>();
    if (value < low || value > high) {
      fail(std::string(key) + " must be " + std::to_string(low) + " to " + std::to_string(high), {},
           at(key));
    }
    return value;
  }

  [[nodiscard]] bool flag(std::string_view key, bool fallback) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return fallback;
    if (!node->is_boolean()) fail(std::string(key) + " must be true or false", {}, at(key));
    return *node->value<bool>();
  }

  [[nodiscard]] const toml::table& table() const { return table_; }
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] int at(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node == nullptr ? line_of(table_) : line_of(*node);
  }

 private:
  const toml::table& table_;
  std::string where_;
  const std::string& file_;
};

Area read_area(const Reader& reader) {
  const std::string text = reader.text("area");
  if (text.empty() || text == "holding") return Area::holding;
  if (text == "input") return Area::input;
  if (text == "coil") return Area::coil;
  if (text == "discrete") return Area::discrete;
  reader.fail("area must be \"holding\", \"input\", \"coil\" or \"discrete\"", {},
              reader.at("area"));
}

Access read_access(const Reader& reader) {
  const std::string text = reader.text("access");
  if (text.empty() || text == "r") return Access::read;
  if (text == "w") return Access::write;
  if (text == "rw") return Access::read_write;
  reader.fail("access must be \"r\", \"w\" or \"rw\"", {}, reader.at("access"));
}

WordOrder read_order(const Reader& reader, WordOrder fallback) {
  const std::string text = reader.text("word_order");
  if (text.empty()) return fallback;
  const auto order = parse_word_order(text);
  if (!order)
    reader.fail("word_order must be abcd, cdab, badc or dcba", {}, reader.at("word_order"));
  return *order;
}

void read_codes(const Reader& reader, std::string_view key,
                std::map<std::string, std::uint16_t>& codes) {
  const toml::node* node = reader.table().get(key);
  if (node == nullptr) return;
  if (!node->is_table()) {
    reader.fail(std::string(key) + " must be a table of names", {}, line_of(*node));
  }
  for (const auto& [name, value] : *node->as_table()) {
    const auto code = value.value<std::int64_t>();
    if (!value.is_integer() || *code < 0 || *code > 65535) {
      reader.fail("code '" + std::string(name.str()) + "' must be 0 to 65535", {}, line_of(value));
    }
    codes[std::string(name.str())] = static_cast<std::uint16_t>(*code);
  }
}

void read_absent(const Reader& reader, Point& point) {
  const toml::node* node = reader.table().get("absent");
  if (node == nullptr) return;
  if (!node->is_array()) reader.fail("absent must be a list of raw values", {}, line_of(*node));
  for (const toml::node& entry : *node->as_array()) {
    const auto value = entry.value<double>();
    if (!value) reader.fail("absent must be a list of raw values", {}, line_of(entry));
    point.absent.push_back(*value);
  }
}

void check_bits(const Reader& reader, const Point& point) {
  const bool is_bit = point.type == PointType::bit;
  if (is_bits(point.area)) {
    // A coil that is written is a bit, or takes a 16-bit argument, such as the length of a pulse.
    const bool argument =
        point.type == PointType::u16 && point.area == Area::coil && point.access == Access::write;
    if (!is_bit && !argument) {
      reader.fail("a coil or discrete input is a bit (or a write-only u16, for an argument)", {},
                  reader.at("type"));
    }
    if (point.bit >= 0) reader.fail("a coil has no further bits", {}, reader.at("bit"));
    return;
  }
  if (is_bit != (point.bit >= 0)) {
    reader.fail("type \"bit\" and bit = 0 to 15 go together", {}, reader.at("type"));
  }
  if (is_bit && point.writable()) {
    reader.fail("a bit of a register cannot be written alone",
                "describe the whole register, with codes", reader.at("access"));
  }
}

void check_point(const Reader& reader, const Point& point) {
  if (!valid_point_name(point.name)) {
    reader.fail("name '" + point.name + "' must be lower-case letters, digits and '_'", {},
                reader.at("name"));
  }
  if (point.end() > 65536) reader.fail("reaches beyond register 65535", {}, reader.at("address"));
  if (point.scale == 0.0) reader.fail("scale must not be 0", {}, reader.at("scale"));
  if (point.min && point.max && *point.min > *point.max) {
    reader.fail("min is above max", {}, reader.at("min"));
  }
  if (point.writable() && (point.area == Area::input || point.area == Area::discrete)) {
    reader.fail("inputs cannot be written", "drop access, or use area = \"holding\" or \"coil\"",
                reader.at("access"));
  }
  check_bits(reader, point);
  if (point.type == PointType::text && (point.scale != 1.0 || point.min || point.max)) {
    reader.fail("text has no scale, min or max");
  }
  if (point.source.empty()) {
    reader.fail("source is missing", "say where the register was learned, even if unverified");
  }
}

Point read_point_table(const toml::table& table, WordOrder order, const std::string& file) {
  const Reader reader(table, "point", file);
  reader.only({"name",       "area",     "address",  "length", "type",
               "word_order", "access",   "unit",     "scale",  "offset",
               "min",        "max",      "absent",   "codes",  "chars_per_register",
               "source",     "verified", "decimals", "bit",    "reads"});
  Point point;
  point.line = line_of(table);
  point.name = reader.text("name", true);
  point.area = read_area(reader);
  const auto address = reader.whole("address", 0, 65535);
  if (!address) reader.fail("address of '" + point.name + "' is missing");
  point.address = static_cast<std::uint16_t>(*address);
  const std::string type = reader.text("type", true);
  const auto known = parse_point_type(type);
  if (!known)
    reader.fail("type must be u16, s16, u32, s32, f32, f64, bit or text", {}, reader.at("type"));
  point.type = *known;
  const bool is_text = point.type == PointType::text;
  const auto length = reader.whole("length", 1, 125);
  if (is_text && !length) reader.fail("a text needs its length in registers");
  if (!is_text && length) reader.fail("only a text has a length", {}, reader.at("length"));
  point.length = static_cast<std::uint16_t>(
      is_text ? *length : static_cast<std::int64_t>(registers_of(point.type)));
  point.chars_per_register = static_cast<int>(reader.whole("chars_per_register", 1, 2).value_or(2));
  point.order = read_order(reader, order);
  point.access = read_access(reader);
  point.unit = reader.text("unit");
  point.scale = reader.number("scale").value_or(1.0);
  point.offset = reader.number("offset").value_or(0.0);
  point.decimals_point = reader.text("decimals");
  point.bit = static_cast<int>(reader.whole("bit", 0, 15).value_or(-1));
  point.min = reader.number("min");
  point.max = reader.number("max");
  point.source = reader.text("source");
  point.verified = reader.flag("verified", false);
  read_codes(reader, "codes", point.codes);
  read_codes(reader, "reads", point.reads);
  for (const auto& [name, value] : point.reads) {
    if (!point.codes.contains(name)) reader.fail("reads '" + name + "' is none of its codes");
  }
  read_absent(reader, point);
  check_point(reader, point);
  return point;
}

Block read_block_table(const toml::table& table, const RegisterMap& map) {
  const Reader reader(table, "block", map.file);
  reader.only({"name", "area", "start", "count"});
  Block block;
  block.line = line_of(table);
  block.name = reader.text("name", true);
  block.area = read_area(reader);
  const auto start = reader.whole("start", 0, 65535);
  const auto count = reader.whole("count", 1, map.max_registers);
  if (!start || !count) reader.fail("start and count are needed");
  if (*start + *count > 65536) reader.fail("reaches beyond register 65535", {}, reader.at("count"));
  block.start = static_cast<std::uint16_t>(*start);
  block.count = static_cast<std::uint16_t>(*count);
  if (std::ranges::none_of(map.points, [&](const Point& p) { return block.covers(p); })) {
    reader.fail("'" + block.name + "' covers no point");
  }
  return block;
}

template <class Each>
void each_table(const toml::table& root, std::string_view key, const std::string& file,
                const Each& each) {
  const toml::node* node = root.get(key);
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  if (list == nullptr || !list->is_array_of_tables()) {
    throw Error{Errc::invalid, "write [[" + std::string(key) + "]]", "", file, line_of(*node)};
  }
  if (list->size() > kMaxPoints) {
    throw Error{Errc::full, "more than " + std::to_string(kMaxPoints) + " tables", "", file,
                line_of(*node)};
  }
  for (const toml::node& entry : *list) each(*entry.as_table());
}

constexpr std::array kMapKinds = {MapKind::chamber, MapKind::meter, MapKind::relay,
                                  MapKind::ambient};

std::vector<std::string> read_texts(const Reader& reader, std::string_view key) {
  std::vector<std::string> texts;
  const toml::node* node = reader.table().get(key);
  if (node == nullptr) return texts;
  const std::string wrong = std::string(key) + " must be a list of texts";
  if (!node->is_array()) reader.fail(wrong, {}, line_of(*node));
  for (const toml::node& entry : *node->as_array()) {
    const auto text = entry.value<std::string>();
    if (!text || text->empty()) reader.fail(wrong, {}, line_of(entry));
    texts.push_back(*text);
  }
  return texts;
}

void read_header(const toml::table& root, RegisterMap& map, WordOrder& order) {
  const toml::table* table = root["map"].as_table();
  if (table == nullptr) throw Error{Errc::invalid, "no [map] table", "", map.file, 1};
  const Reader reader(*table, "map", map.file);
  reader.only({"name", "title", "kind", "word_order", "max_registers", "single_writes", "accuracy",
               "source"});
  map.name = reader.text("name", true);
  map.title = reader.text("title", true);
  map.source = reader.text("source", true);
  const std::string kind = reader.text("kind", true);
  const auto known = std::ranges::find(kMapKinds, kind, [](MapKind k) { return to_string(k); });
  if (known == kMapKinds.end()) {
    reader.fail("kind must be \"chamber\", \"meter\", \"relay\" or \"ambient\"", {},
                reader.at("kind"));
  }
  map.kind = *known;
  map.single_writes = reader.flag("single_writes", true);
  order = read_order(reader, WordOrder::abcd);
  map.max_registers =
      static_cast<std::uint16_t>(reader.whole("max_registers", 1, 125).value_or(125));
  map.accuracy = reader.number("accuracy");
  if (map.accuracy && (*map.accuracy < 0 || *map.accuracy > 1)) {
    reader.fail("accuracy is a ratio of the reading, 0 to 1", {}, reader.at("accuracy"));
  }
}

void read_identify(const toml::table& root, RegisterMap& map) {
  const toml::table* table = root["identify"].as_table();
  if (table == nullptr) return;
  const Reader reader(*table, "identify", map.file);
  reader.only({"point", "accept", "virtual", "required", "serial", "units", "order_probe", "prove",
               "same"});
  Identify& id = map.identify;
  id.line = line_of(*table);
  id.point = reader.text("point");
  id.virtual_part = reader.text("virtual");
  id.required = reader.flag("required", true);
  id.serial_point = reader.text("serial");
  id.units_point = reader.text("units");
  id.order_probe = reader.text("order_probe");
  id.accept = read_texts(reader, "accept");
  id.prove = read_texts(reader, "prove");
  id.same = read_texts(reader, "same");
}

RegisterMap read_map(const toml::table& root, const std::string& file) {
  RegisterMap map;
  map.file = file;
  const Reader reader(root, "register map", file);
  reader.only({"map", "identify", "point", "block"});
  WordOrder order = WordOrder::abcd;
  read_header(root, map, order);
  each_table(root, "point", file, [&](const toml::table& table) {
    map.points.push_back(read_point_table(table, order, file));
  });
  std::ranges::sort(map.points, [](const Point& a, const Point& b) {
    return std::pair(a.area, a.address) < std::pair(b.area, b.address);
  });
  each_table(root, "block", file,
             [&](const toml::table& table) { map.blocks.push_back(read_block_table(table, map)); });
  read_identify(root, map);
  if (auto checked = check_register_map(map); !checked) throw Error(checked.error());
  return map;
}

}  // namespace

Result<RegisterMap> parse_register_map(std::string_view text, const std::string& file) {
  if (const auto sound = check_toml(text, file); !sound) return sound.error();
  try {
    return read_map(toml::parse(text, file), file);
  } catch (const toml::parse_error& error) {
    return Error{Errc::invalid, std::string(error.description()), "", file,
                 static_cast<int>(error.source().begin.line)};
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace soakrig::instruments
