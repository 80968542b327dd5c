// What a client's configuration says about one MCP server.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace tollgate::server::clients {

struct entry_member;

// A string, a list of strings, or an object; which one says `kind`.
struct entry_value {
    enum class shape : unsigned char { string, list, object };
    shape kind = shape::string;
    std::string string;
    std::vector<std::string> list;
    std::vector<entry_member> members;

    static entry_value text(std::string value);
    static entry_value words(std::vector<std::string> values);
    static entry_value object(std::vector<entry_member> values);
};

struct entry_member {
    std::string key;
    entry_value value;
};

inline entry_value entry_value::text(std::string value) {
    entry_value out;
    out.string = std::move(value);
    return out;
}

inline entry_value entry_value::words(std::vector<std::string> values) {
    entry_value out;
    out.kind = shape::list;
    out.list = std::move(values);
    return out;
}

inline entry_value entry_value::object(std::vector<entry_member> values) {
    entry_value out;
    out.kind = shape::object;
    out.members = std::move(values);
    return out;
}

}  // namespace tollgate::server::clients
