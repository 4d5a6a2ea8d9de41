// SPDX-License-Identifier: Apache-2.0
#include "workloads/model/gguf.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "rig/base/fd.hpp"

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

Error corrupt(std::string what) {
  return {Errc::corrupt, std::move(what), "the file is damaged, or no GGUF file; fetch it again"};
}

Error unsupported(std::string what, std::string remedy) {
  return {Errc::unsupported, std::move(what), std::move(remedy)};
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

using Value = std::variant<std::monostate, std::uint64_t, double, std::string>;

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

Value take_value(Cursor& in, std::uint32_t type) {
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
      return number < 0 ? Value() : Value(static_cast<std::uint64_t>(number));
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

using Values = std::map<std::string, Value, std::less<>>;

template <class T>
std::optional<T> find(const Values& values, std::string_view key) {
  const auto found = values.find(key);
  if (found == values.end()) return std::nullopt;
  const T* value = std::get_if<T>(&found->second);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

Result<Values> take_values(Cursor& in, std::uint64_t count) {
  Values values;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string key = printable(std::string(in.take_text(kMostText)));
    const auto type = in.take<std::uint32_t>();
    Value value = take_value(in, type);
    if (!in.ok()) return corrupt("its key \"" + key + "\" reaches beyond what is there");
    // Only what may be asked for is kept: a model's template can be long.
    if (key.starts_with("general.") || key.starts_with("llama.")) values[key] = std::move(value);
  }
  return values;
}

// Bytes of a tensor, or 0 where type and length do not fit.
std::uint64_t tensor_bytes(GgufType type, std::uint64_t cols, std::uint64_t rows) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
  if (cols == 0 || rows == 0 || cols > kMost / rows) return 0;
  const std::uint64_t elements = cols * rows;
  switch (type) {
    case GgufType::f32:
      return elements * 4;
    case GgufType::f16:
      return elements * 2;
    case GgufType::q4_0:
      return cols % kBlock == 0 ? elements / kBlock * 18 : 0;
    case GgufType::q8_0:
      return cols % kBlock == 0 ? elements / kBlock * 34 : 0;
  }
  return 0;
}

Result<void> take_tensors(Cursor& in, std::uint64_t count, GgufModel& model) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string name = printable(std::string(in.take_text(kMostName)));
    const auto dimensions = in.take<std::uint32_t>();
    if (!in.ok() || dimensions < 1 || dimensions > 4) {
      return corrupt("tensor " + std::to_string(i) + " \"" + name + "\" has no sane head");
    }
    std::uint64_t sizes[4] = {1, 1, 1, 1};
    for (std::uint32_t d = 0; d < dimensions; ++d) sizes[d] = in.take<std::uint64_t>();
    const auto type = in.take<std::uint32_t>();
    GgufTensor tensor;
    tensor.offset = in.take<std::uint64_t>();
    if (!in.ok()) return corrupt("tensor \"" + name + "\" reaches beyond what is there");
    if (type != 0 && type != 1 && type != 2 && type != 8) {
      return unsupported("tensor \"" + name + "\" has format " + std::to_string(type) +
                             ", and only F32, Q4_0 and Q8_0 are run",
                         "make one with llama-quantize --pure MODEL OUT Q8_0 (or Q4_0)");
    }
    tensor.type = static_cast<GgufType>(type);
    tensor.cols = sizes[0];
    tensor.rows = sizes[1];
    tensor.bytes = tensor_bytes(tensor.type, sizes[0], sizes[1]);
    if (sizes[2] != 1 || sizes[3] != 1 || tensor.bytes == 0) {
      return corrupt("tensor \"" + name + "\" has impossible dimensions");
    }
    if (!model.tensors.emplace(name, tensor).second) {
      return corrupt("tensor \"" + name + "\" is there twice");
    }
  }
  return {};
}

// Offsets count from the data section, which begins at the next whole alignment.
Result<void> place_tensors(std::uint64_t head, std::uint64_t alignment, std::uint64_t size,
                           GgufModel& model) {
  const std::uint64_t start = (head + alignment - 1) / alignment * alignment;
  for (auto& [name, tensor] : model.tensors) {
    if (tensor.offset % alignment != 0) {
      return corrupt("tensor \"" + name + "\" is not aligned to " + std::to_string(alignment));
    }
    if (start > size || tensor.offset > size - start ||
        tensor.bytes > size - start - tensor.offset) {
      return corrupt("tensor \"" + name + "\" reaches beyond the end of the file");
    }
    tensor.offset += start;
  }
  return {};
}

Result<Shape> take_shape(const Values& values) {
  Shape shape;
  shape.name = "gguf";
  std::string missing;
  const auto count = [&](std::string_view key, std::uint64_t most, std::uint64_t step) {
    const auto number = find<std::uint64_t>(values, key);
    if (!number || *number == 0 || *number > most || *number % step != 0) {
      if (missing.empty()) missing = key;
      return std::size_t{1};
    }
    return static_cast<std::size_t>(*number);
  };
  shape.context = count("llama.context_length", std::uint64_t{1} << 32, 1);
  shape.dim = count("llama.embedding_length", 1u << 16, kBlock);
  shape.layers = count("llama.block_count", 1024, 1);
  shape.ffn = count("llama.feed_forward_length", 1u << 18, kBlock);
  shape.heads = count("llama.attention.head_count", 1024, 1);
  shape.kv_heads = shape.heads;
  if (values.contains("llama.attention.head_count_kv")) {
    shape.kv_heads = count("llama.attention.head_count_kv", 1024, 1);
  }
  if (!missing.empty()) return corrupt("its key " + missing + " is missing or impossible");
  shape.head_dim = shape.dim / shape.heads;
  const auto turned = find<std::uint64_t>(values, "llama.rope.dimension_count");
  const auto key_length = find<std::uint64_t>(values, "llama.attention.key_length");
  if (shape.dim % shape.heads != 0 || shape.heads % shape.kv_heads != 0 ||
      shape.head_dim % kTileRows != 0 || turned.value_or(shape.head_dim) != shape.head_dim ||
      key_length.value_or(shape.head_dim) != shape.head_dim) {
    return unsupported("its heads have a layout that is not run: " + std::to_string(shape.heads) +
                           " heads in " + std::to_string(shape.dim) + " dimensions",
                       "heads must divide the dimensions into multiples of 16");
  }
  const double base = find<double>(values, "llama.rope.freq_base").value_or(10000);
  const auto epsilon = find<double>(values, "llama.attention.layer_norm_rms_epsilon");
  if (!(base >= 1 && base <= 1e12) || !epsilon || !(*epsilon > 0 && *epsilon < 1)) {
    return corrupt("its rope base or norm epsilon is missing or impossible");
  }
  shape.rope_base = base;
  shape.epsilon = static_cast<float>(*epsilon);
  const auto scaling = find<std::string>(values, "llama.rope.scaling.type");
  if (scaling && *scaling != "none") {
    return unsupported("its rope is scaled (" + printable(*scaling) + "), which is not run",
                       "choose a model without");
  }
  return shape;
}

// Every tensor that the architecture has, with its dimensions, and no other.
Result<void> match_tensors(GgufModel& model) {
  Shape& s = model.shape;
  const auto embedding = model.tensors.find("token_embd.weight");
  if (embedding == model.tensors.end()) return corrupt("it has no token_embd.weight");
  s.vocabulary = embedding->second.rows;
  if (s.vocabulary % kTileRows != 0 || s.vocabulary > (1u << 22)) {
    return unsupported("its vocabulary of " + std::to_string(s.vocabulary) + " is not run",
                       "it must be a multiple of 16, up to 4 million");
  }
  if (embedding->second.type != GgufType::q4_0 && embedding->second.type != GgufType::q8_0) {
    return unsupported("its weights are neither Q4_0 nor Q8_0", "quantise it");
  }
  const GgufType format = embedding->second.type;
  model.format = format == GgufType::q4_0 ? WeightFormat::q4_0 : WeightFormat::q8_0;
  s.tied = !model.tensors.contains("output.weight");
  std::size_t matched = 0;
  std::string wrong;
  const auto expect = [&](const std::string& name, std::size_t cols, std::size_t rows, bool norm) {
    const auto found = model.tensors.find(name);
    const GgufType type = norm ? GgufType::f32 : format;
    if (found != model.tensors.end() && found->second.cols == cols && found->second.rows == rows &&
        found->second.type == type) {
      ++matched;
    } else if (wrong.empty()) {
      wrong = name + (found == model.tensors.end() ? " is missing"
                      : found->second.type != type ? " has another format than the embedding"
                                                   : " has other dimensions than the keys say");
    }
  };
  expect("token_embd.weight", s.dim, s.vocabulary, false);
  expect("output_norm.weight", s.dim, 1, true);
  if (!s.tied) expect("output.weight", s.dim, s.vocabulary, false);
  for (std::size_t i = 0; i < s.layers && wrong.empty(); ++i) {
    const std::string block = "blk." + std::to_string(i) + ".";
    expect(block + "attn_norm.weight", s.dim, 1, true);
    expect(block + "ffn_norm.weight", s.dim, 1, true);
    expect(block + "attn_q.weight", s.dim, s.query_dim(), false);
    expect(block + "attn_k.weight", s.dim, s.kv_dim(), false);
    expect(block + "attn_v.weight", s.dim, s.kv_dim(), false);
    expect(block + "attn_output.weight", s.query_dim(), s.dim, false);
    expect(block + "ffn_gate.weight", s.dim, s.ffn, false);
    expect(block + "ffn_up.weight", s.dim, s.ffn, false);
    expect(block + "ffn_down.weight", s.ffn, s.dim, false);
  }
  if (!wrong.empty()) {
    return unsupported("tensor " + wrong, "make one with llama-quantize --pure MODEL OUT Q8_0");
  }
  if (matched != model.tensors.size()) {
    return unsupported("it has tensors beyond the plain llama architecture (" +
                           std::to_string(model.tensors.size() - matched) +
                           " such as biases, experts or rope factors)",
                       "choose a model without");
  }
  return {};
}

}  // namespace

Result<GgufModel> parse_gguf(std::span<const std::uint8_t> head, std::uint64_t size) {
  static_assert(std::endian::native == std::endian::little);
  Cursor in(head);
  const auto magic = in.take<std::uint32_t>();
  const auto version = in.take<std::uint32_t>();
  if (magic != 0x46554747u) return corrupt("it does not begin with GGUF");
  if (version != 2 && version != 3) {
    return unsupported("its version is " + std::to_string(version), "versions 2 and 3 are read");
  }
  const auto tensors = in.take<std::uint64_t>();
  const auto keys = in.take<std::uint64_t>();
  if (!in.ok() || tensors > kMostTensors || keys > kMostKeys) {
    return corrupt("it claims " + std::to_string(tensors) + " tensors and " + std::to_string(keys) +
                   " keys");
  }
  auto values = take_values(in, keys);
  if (!values) return values.error();
  const auto architecture = find<std::string>(*values, "general.architecture");
  if (!architecture) return corrupt("its key general.architecture is missing");
  if (*architecture != "llama") {
    return unsupported("its architecture is " + printable(*architecture), "only llama is run");
  }
  const auto alignment = find<std::uint64_t>(*values, "general.alignment").value_or(32);
  if (alignment < 8 || alignment > kMostAlignment || !std::has_single_bit(alignment)) {
    return corrupt("its alignment is " + std::to_string(alignment));
  }
  GgufModel model;
  model.name = printable(find<std::string>(*values, "general.name").value_or(""));
  auto shape = take_shape(*values);
  if (!shape) return shape.error();
  model.shape = *shape;
  if (const auto done = take_tensors(in, tensors, model); !done) return done.error();
  if (const auto done = place_tensors(in.at(), alignment, size, model); !done) return done.error();
  if (const auto done = match_tensors(model); !done) return done.error();
  return model;
}

Result<GgufFile> GgufFile::open(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about {};
  if (!fd || ::fstat(fd.get(), &about) != 0) return sys_error("cannot open the model", path);
  if (!S_ISREG(about.st_mode) || about.st_size < 24) {
    Error error = corrupt("it is no model");
    error.file = path;
    return error;
  }
  GgufFile file;
  file.size_ = static_cast<std::size_t>(about.st_size);
  void* mapped = ::mmap(nullptr, file.size_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (mapped == MAP_FAILED) {
    file.size_ = 0;
    return sys_error("cannot read the model", path);
  }
  file.bytes_ = static_cast<const std::uint8_t*>(mapped);
  auto model = parse_gguf({file.bytes_, file.size_}, file.size_);
  if (!model) {
    Error error = model.error();
    error.file = path;
    return error;
  }
  file.model_ = std::move(*model);
  return file;
}

GgufFile::GgufFile(GgufFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      model_(std::move(other.model_)) {}

GgufFile& GgufFile::operator=(GgufFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_, other.size_);
  std::swap(model_, other.model_);
  return *this;
}

GgufFile::~GgufFile() {
  if (bytes_ != nullptr) ::munmap(const_cast<std::uint8_t*>(bytes_), size_);
}

}  // namespace soakrig::workloads
