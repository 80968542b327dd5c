// What the fuzz targets share: an input as text, and a check that ends the run.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <simdjson.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/async.hpp"

namespace tollgate::fuzz {

// Ends the process when `holds` is false: libFuzzer then keeps the input.
inline void require(bool holds, const char* rule) {
    if (holds) return;
    std::fprintf(stderr, "broken rule: %s\n", rule);
    std::abort();
}

// The input as text; lives as long as the call.
inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// The part of `rest` up to the first `end`, which is taken off; all of it when there is none.
inline std::string_view take_until(std::string_view& rest, char end) {
    const std::string_view part = rest.substr(0, rest.find(end));
    rest.remove_prefix(part.size() < rest.size() ? part.size() + 1 : part.size());
    return part;
}

// A copy with the spare bytes that simdjson reads behind the end.
inline std::string padded(std::string_view text) {
    std::string out;
    out.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    out = text;
    return out;
}

inline bool is_json(const std::string& text) {
    simdjson::dom::parser parser;
    simdjson::dom::element root;
    return parser.parse(text).get(root) == simdjson::SUCCESS;
}

// Runs a coroutine that needs nothing of the world to its end, on a loop that outlives what keeps
// timers of it.
template <typename T>
T run_on(boost::asio::io_context& loop, base::awaitable<T> task) {
    std::optional<T> value;
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown, T result) {
        require(!thrown, "a handler never throws");
        value.emplace(std::move(result));
    });
    loop.run();
    require(value.has_value(), "a handler that waits for nothing ends");
    return std::move(*value);
}

template <typename T>
T run_now(base::awaitable<T> task) {
    boost::asio::io_context loop{1};
    return run_on(loop, std::move(task));
}

}  // namespace tollgate::fuzz
