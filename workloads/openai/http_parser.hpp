// SPDX-License-Identifier: Apache-2.0
//
// The answer's HTTP, taken apart by Boost.Beast without a copy of the body. Only for
// http_connection's implementation: Beast's headers are heavy.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <string>
#include <string_view>

#include "workloads/openai/http_connection.hpp"

namespace soakrig::workloads {

class HttpParser final : public boost::beast::http::basic_parser<false> {
 public:
  HttpParser(HttpSink& sink, Nanos at) : at_(at), sink_(sink) {
    eager(true);
    header_limit(32 * 1024);
    body_limit(boost::none);  // the sink bounds what is kept of it
  }
  void set_time(Nanos at) { at_ = at; }
  [[nodiscard]] bool unwanted() const { return unwanted_; }  // the sink wants no more

 private:
  using Code = boost::beast::error_code;
  using Text = boost::beast::string_view;
  using Field = boost::beast::http::field;

  static std::string_view plain(Text text) { return {text.data(), text.size()}; }

  void on_request_impl(boost::beast::http::verb, Text, Text, int, Code&) override {}
  void on_response_impl(int status, Text, int, Code&) override { status_ = status; }
  void on_field_impl(Field field, Text, Text value, Code&) override {
    if (field == Field::content_type) type_ = plain(value);
  }
  void on_header_impl(Code&) override { sink_.on_headers(status_, type_, at_); }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, Code&) override {}
  std::size_t on_body_impl(Text body, Code& error) override { return take(body, error); }
  void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Code& error) override {
    return take(body, error);
  }
  void on_finish_impl(Code&) override {}

  std::size_t take(Text body, Code& error) {
    if (!sink_.on_body(plain(body), at_)) {
      unwanted_ = true;
      error = boost::beast::http::error::end_of_stream;
    }
    return body.size();
  }

  Nanos at_;
  HttpSink& sink_;
  int status_ = 0;
  std::string type_;
  bool unwanted_ = false;
};

}  // namespace soakrig::workloads
