// Reads members of a JSON object by name and remembers the first error. For *_codec.cpp files only.
#pragma once
#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tenancy/rules/server_config.hpp"

namespace tollgate::admin {

using json = nlohmann::ordered_json;

// A separate type: anything converts to json, so that a result<json> would be ambiguous.
struct json_object {
    json value = json::object();
};

// Parses an object after checking its depth; refuses duplicate keys, and keys that differ only in
// case.
base::result<json_object> parse_object(std::string_view text);

// Reads one object. After a failure every read returns nothing; check ok() at the end.
class json_reader {
public:
    // `path` is "" for the root, otherwise "config." and so on; `known` lists all members that the
    // object may have.
    json_reader(const json& object, std::string path,
                std::initializer_list<std::string_view> known);

    std::string required_text(const char* name);
    std::optional<std::string> text(const char* name);
    // Outer nullopt: absent; inner nullopt: null.
    std::optional<std::optional<std::string>> nullable_text(const char* name);
    std::optional<bool> truth(const char* name);
    std::optional<std::int64_t> integer(const char* name);
    // As nullable_text().
    std::optional<std::optional<std::int64_t>> nullable_integer(const char* name);
    std::optional<tenancy::words> list(const char* name);
    // The member if it is an object; null if it is absent.
    const json* object(const char* name);

    bool empty() const { return object_.empty(); }
    std::string path_of(const char* name) const { return path_ + name; }
    void fail(base::failure why);
    // Takes over the failure of a nested reader.
    void take(const json_reader& nested);
    base::result<> ok() const;

private:
    const json* find(const char* name);
    void wrong_type(const char* name, std::string_view expected);

    const json& object_;
    std::string path_;
    std::optional<base::failure> failure_;
};

}  // namespace tollgate::admin
