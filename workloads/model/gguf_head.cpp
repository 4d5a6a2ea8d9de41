// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/gguf_head.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace soakrig::workloads {
namespace {

constexpr std::uint64_t kMostKeys = 4096;
constexpr std::uint64_t kMostTensors = 16384;  // the largest models have a few thousand
constexpr std::size_t kMostName = 128;
constexpr std::size_t kMostText = 256;  // of a value that we keep
constexpr std::uint64_t kMostAlignment = 1u << 16;

enum ValueType : std::uint32_t {
  u8,
  i8,
  u16,
  i16,
  u32,
  i32,
  f32,
  boolean,
  text,
  array,
  u64,
  i64,
  f64
};

// 0 for a type that has no fixed size, or that nobody knows.
constexpr std::uint64_t size_of(std::uint32_t type) {
  constexpr std::uint64_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return type < std::size(kSizes) ? kSizes[type] : 0;
}

// Reads little-endian values; after the first that is not there everything is zero and ok() false.
class Cursor {
 public:
  explicit Cursor(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::uint64_t left() const { return ok_ ? bytes_.size() - at_ : 0; }
  [[nodiscard]] std::uint64_t at() const { return at_; }

  template <class T>
  T take() {
    T value{};
    if (!have(sizeof value)) return value;
    std::memcpy(&value, bytes_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  // A view of the file's own bytes.
  std::string_view take_text(std::size_t most) {
    const auto length = take<std::uint64_t>();
    if (length > most) ok_ = false;
    if (!have(length)) return {};
    const std::string_view out(reinterpret_cast<const char*>(bytes_.data()) + at_, length);
    at_ += length;
    return out;
  }
  void skip(std::uint64_t bytes) {
    if (have(bytes)) at_ += bytes;
  }

 private:
  bool have(std::uint64_t bytes) { return ok_ = ok_ && bytes <= bytes_.size() - at_; }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

void skip_array(Cursor& in) {
  const auto type = in.take<std::uint32_t>();
  const auto count = in.take<std::uint64_t>();
  if (type == text) {
    // Each has a length of eight bytes: more than fit cannot be there.
    if (count > in.left() / sizeof(std::uint64_t)) return in.skip(UINT64_MAX);
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) in.take_text(SIZE_MAX);
    return;
  }
  const std::uint64_t each = size_of(type);  // arrays of arrays: nobody writes them
  if (each == 0 || count > in.left() / each) return in.skip(UINT64_MAX);
  in.skip(count * each);
}

GgufValue take_value(Cursor& in, std::uint32_t type) {
  switch (type) {
    case u8:
    case boolean:
      return std::uint64_t{in.take<std::uint8_t>()};
    case u16:
      return std::uint64_t{in.take<std::uint16_t>()};
    case u32:
      return std::uint64_t{in.take<std::uint32_t>()};
    case u64:
      return in.take<std::uint64_t>();
    case i32: {  // some writers store counts so
      const auto number = in.take<std::int32_t>();
      return number < 0 ? GgufValue() : GgufValue(static_cast<std::uint64_t>(number));
    }
    case f32:
      return static_cast<double>(in.take<float>());
    case f64:
      return in.take<double>();
    case text: {
      const std::string_view view = in.take_text(SIZE_MAX);
      return std::string(view.substr(0, kMostText));
    }
    case array:
      skip_array(in);
      return {};
    default:
      in.skip(size_of(type) == 0 ? UINT64_MAX : size_of(type));
      return {};
  }
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

Result<void> take_values(Cursor& in, std::uint64_t count, GgufHead& head) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string key = printable(std::string(in.take_text(kMostText)));
    const auto type = in.take<std::uint32_t>();
    GgufValue value = take_value(in, type);
    if (!in.ok()) return gguf_corrupt("its key \"" + key + "\" reaches beyond what is there");
    if (auto* text = std::get_if<std::string>(&value)) *text = printable(std::move(*text));
    // Nobody asks for the vocabulary, and a model's template can be long.
    if (!key.starts_with("tokenizer.")) head.values[key] = std::move(value);
  }
  return {};
}

// ggml's formats, by their number: ggml.h and the block structures of ggml-common.h.
struct NumberedFormat {
  std::uint32_t number;
  GgufFormat format;
};
constexpr std::array<NumberedFormat, 32> kFormats{{
    {0, {"f32", 1, 4}},         {1, {"f16", 1, 2}},         {2, {"q4_0", 32, 18}},
    {3, {"q4_1", 32, 20}},      {6, {"q5_0", 32, 22}},      {7, {"q5_1", 32, 24}},
    {8, {"q8_0", 32, 34}},      {10, {"q2_k", 256, 84}},    {11, {"q3_k", 256, 110}},
    {12, {"q4_k", 256, 144}},   {13, {"q5_k", 256, 176}},   {14, {"q6_k", 256, 210}},
    {15, {"q8_k", 256, 292}},   {16, {"iq2_xxs", 256, 66}}, {17, {"iq2_xs", 256, 74}},
    {18, {"iq3_xxs", 256, 98}}, {19, {"iq1_s", 256, 50}},   {20, {"iq4_nl", 32, 18}},
    {21, {"iq3_s", 256, 110}},  {22, {"iq2_s", 256, 82}},   {23, {"iq4_xs", 256, 136}},
    {24, {"i8", 1, 1}},         {25, {"i16", 1, 2}},        {26, {"i32", 1, 4}},
    {27, {"i64", 1, 8}},        {28, {"f64", 1, 8}},        {29, {"iq1_m", 256, 56}},
    {30, {"bf16", 1, 2}},       {34, {"tq1_0", 256, 54}},   {35, {"tq2_0", 256, 66}},
    {39, {"mxfp4", 32, 17}},    {40, {"nvfp4", 64, 36}},
}};

// The product of four sizes, or 0 where one is 0 or it is beyond what a file can hold.
std::uint64_t product(const std::uint64_t (&sizes)[4]) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
  std::uint64_t out = 1;
  for (const std::uint64_t size : sizes) {
    if (size == 0 || size > kMost / out) return 0;
    out *= size;
  }
  return out;
}

Result<void> take_tensors(Cursor& in, std::uint64_t count, GgufHead& head) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string name = printable(std::string(in.take_text(kMostName)));
    const auto dimensions = in.take<std::uint32_t>();
    if (!in.ok() || dimensions < 1 || dimensions > 4) {
      return gguf_corrupt("tensor " + std::to_string(i) + " \"" + name + "\" has no sane head");
    }
    std::uint64_t sizes[4] = {1, 1, 1, 1};
    for (std::uint32_t d = 0; d < dimensions; ++d) sizes[d] = in.take<std::uint64_t>();
    GgufTensor tensor;
    tensor.type = static_cast<GgufType>(in.take<std::uint32_t>());
    tensor.offset = in.take<std::uint64_t>();
    if (!in.ok()) return gguf_corrupt("tensor \"" + name + "\" reaches beyond what is there");
    const GgufFormat* format = gguf_format(tensor.type);
    if (format == nullptr) {
      return gguf_unsupported("tensor \"" + name + "\" has format " +
                                  std::to_string(static_cast<std::uint32_t>(tensor.type)) +
                                  ", which nobody knows",
                              "is there a newer soakrig?");
    }
    const std::uint64_t elements = product(sizes);
    if (elements == 0 || sizes[0] % format->elements != 0) {
      return gguf_corrupt("tensor \"" + name + "\" has impossible dimensions");
    }
    tensor.cols = sizes[0];
    tensor.rows = sizes[1];
    tensor.depth = sizes[2] * sizes[3];
    tensor.bytes = elements / format->elements * format->bytes;
    if (!head.tensors.emplace(name, tensor).second) {
      return gguf_corrupt("tensor \"" + name + "\" is there twice");
    }
  }
  return {};
}

// Offsets count from the data section, which begins at the next whole alignment.
Result<void> place_tensors(std::uint64_t at, std::uint64_t alignment, std::uint64_t size,
                           GgufHead& head) {
  const std::uint64_t start = (at + alignment - 1) / alignment * alignment;
  for (auto& [name, tensor] : head.tensors) {
    if (tensor.offset % alignment != 0) {
      return gguf_corrupt("tensor \"" + name + "\" is not aligned to " + std::to_string(alignment));
    }
    if (start > size || tensor.offset > size - start ||
        tensor.bytes > size - start - tensor.offset) {
      return gguf_corrupt("tensor \"" + name + "\" reaches beyond the end of the file");
    }
    tensor.offset += start;
  }
  return {};
}

}  // namespace

Error gguf_corrupt(std::string what) {
  return {Errc::corrupt, std::move(what), "the file is damaged, or no GGUF file; fetch it again"};
}

Error gguf_unsupported(std::string what, std::string remedy) {
  return {Errc::unsupported, std::move(what), std::move(remedy)};
}

const GgufFormat* gguf_format(GgufType type) {
  const auto found =
      std::ranges::find(kFormats, static_cast<std::uint32_t>(type), &NumberedFormat::number);
  return found == kFormats.end() ? nullptr : &found->format;
}

Result<GgufHead> parse_gguf_head(std::span<const std::uint8_t> bytes, std::uint64_t size) {
  static_assert(std::endian::native == std::endian::little);
  Cursor in(bytes);
  const auto magic = in.take<std::uint32_t>();
  const auto version = in.take<std::uint32_t>();
  if (magic != 0x46554747u) return gguf_corrupt("it does not begin with GGUF");
  if (version != 2 && version != 3) {
    return gguf_unsupported("its version is " + std::to_string(version),
                            "versions 2 and 3 are read");
  }
  const auto tensors = in.take<std::uint64_t>();
  const auto keys = in.take<std::uint64_t>();
  if (!in.ok() || tensors > kMostTensors || keys > kMostKeys) {
    return gguf_corrupt("it claims " + std::to_string(tensors) + " tensors and " +
                        std::to_string(keys) + " keys");
  }
  GgufHead head;
  if (const auto done = take_values(in, keys, head); !done) return done.error();
  const auto architecture = head.get<std::string>("general.architecture");
  if (!architecture) return gguf_corrupt("its key general.architecture is missing");
  head.architecture = *architecture;
  const auto alignment = head.get<std::uint64_t>("general.alignment").value_or(32);
  if (alignment < 8 || alignment > kMostAlignment || !std::has_single_bit(alignment)) {
    return gguf_corrupt("its alignment is " + std::to_string(alignment));
  }
  if (const auto done = take_tensors(in, tensors, head); !done) return done.error();
  if (const auto done = place_tensors(in.at(), alignment, size, head); !done) return done.error();
  return head;
}

Result<Shape> gguf_shape(const GgufHead& head) {
  Shape shape;
  shape.name = "gguf";
  std::string missing;
  const auto count = [&](std::string_view key, std::uint64_t most, std::uint64_t step,
                         std::size_t otherwise = 0) {
    const std::string full = head.architecture + "." + std::string(key);
    if (otherwise != 0 && !head.values.contains(full)) return otherwise;
    const auto number = head.get<std::uint64_t>(full);
    if (!number || *number == 0 || *number > most || *number % step != 0) {
      if (missing.empty()) missing = full;
      return std::size_t{1};
    }
    return static_cast<std::size_t>(*number);
  };
  shape.context = count("context_length", std::uint64_t{1} << 32, 1);
  shape.dim = count("embedding_length", 1u << 16, kBlock);
  shape.layers = count("block_count", 1024, 1);
  shape.ffn = count("feed_forward_length", 1u << 18, kBlock);
  shape.heads = count("attention.head_count", 1024, 1);
  shape.kv_heads = count("attention.head_count_kv", 1024, 1, shape.heads);
  shape.head_dim = count("attention.key_length", 1u << 16, 1, shape.dim / shape.heads);
  if (!missing.empty()) return gguf_corrupt("its key " + missing + " is missing or impossible");
  const auto embedding = head.tensors.find("token_embd.weight");
  if (embedding == head.tensors.end()) return gguf_corrupt("it has no token_embd.weight");
  shape.vocabulary = embedding->second.rows;
  shape.tied = !head.tensors.contains("output.weight");
  return shape;
}

}  // namespace soakrig::workloads
