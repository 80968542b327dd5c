// Reads members of a JSON object by name and remembers the first error. Include this header only in
// files that read JSON written by people, because the JSON library's header is large.
#pragma once
#include <nlohmann/json.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::base {

using json = nlohmann::ordered_json;

// Reads one object, which must outlive this. A read returns nullopt or null if the member is
// absent; for a member of another type it records invalid_argument "wrong_type". After a failure
// every read returns nothing; check ok() at the end.
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
    std::optional<std::vector<std::string>> list(const char* name);
    // The member if it is an object; null if it is absent.
    const json* object(const char* name);
    // The member if it is a list; null if it is absent.
    const json* array(const char* name);
    bool has(const char* name) const { return object_.contains(name); }

    bool empty() const { return object_.empty(); }
    std::string path_of(const char* name) const { return path_ + name; }
    void fail(failure why);
    // Takes over the failure of a nested reader.
    void take(const json_reader& nested);
    result<> ok() const;

private:
    const json* find(const char* name);
    void wrong_type(const char* name, std::string_view expected);

    const json& object_;
    std::string path_;
    std::optional<failure> failure_;
};

}  // namespace tollgate::base
