#include <algorithm>
#include <set>
#include <vector>

#include "base/nearest.hpp"
#include "base/text.hpp"
#include "server/admin/json_reader.hpp"
#include "server/admin/request_codec.hpp"

namespace tollgate::admin {

namespace {

using base::invalid;
using base::result;

constexpr std::size_t quoted_characters_max = 64;

// The maximum nesting of brackets outside strings. Parsing deep input is harmless, but copying it
// overflows the stack.
std::size_t depth_of(std::string_view text) {
    std::size_t depth = 0;
    std::size_t deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\') ++i;
            if (c == '"') in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return deepest;
}

// Ignores everything except the place where the text stops being JSON.
struct fault_finder : nlohmann::json_sax<json> {
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception&) override {
        read = position;
        return false;
    }
    std::size_t read = 0;  // bytes, including the one that caused the error
};

// Where the text stops being JSON, e.g. "line 3, column 14"; both count from 1, columns in
// characters.
std::string place_of_fault(std::string_view text) {
    fault_finder finder;
    json::sax_parse(text, &finder);
    const std::string_view before = text.substr(0, finder.read > 0 ? finder.read - 1 : 0);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::string_view row = before.substr(before.rfind('\n') + 1);
    const auto column = std::count_if(row.begin(), row.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    return "line " + std::to_string(line) + ", column " + std::to_string(column + 1);
}

}  // namespace

result<json_object> parse_object(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json_object{};
    if (depth_of(text) > json_depth_max)
        return invalid("json_too_deep", "the JSON body is nested more than 32 levels deep");
    std::vector<std::set<std::string>> open;  // the keys of each open object
    std::string twice;
    const auto watch = [&](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start) open.emplace_back();
        if (event == json::parse_event_t::object_end && !open.empty()) open.pop_back();
        if (event == json::parse_event_t::key && !open.empty()) {
            const auto& name = parsed.get_ref<const std::string&>();
            if (!open.back().insert(base::to_lower(name)).second && twice.empty()) twice = name;
        }
        return true;
    };
    json object = json::parse(text, watch, false);
    if (object.is_discarded())
        return invalid("malformed_json",
                       "the body is not JSON, at " + place_of_fault(text) +
                           ": send one JSON object, with Content-Type: application/json");
    if (!twice.empty())
        return invalid("duplicate_key", "a key is given twice (upper and lower case count as one)",
                       twice.substr(0, quoted_characters_max));
    if (!object.is_object()) return invalid("malformed_json", "the body must be a JSON object");
    return json_object{std::move(object)};
}

namespace {

std::string joined(const std::vector<std::string_view>& names) {
    std::string out;
    for (const auto name : names) {
        if (!out.empty()) out += ", ";
        out += name;
    }
    return out;
}

}  // namespace

json_reader::json_reader(const json& object, std::string path,
                         std::initializer_list<std::string_view> known)
    : object_(object), path_(std::move(path)) {
    const std::vector<std::string_view> names{known};
    for (const auto& member : object_.items()) {
        if (std::find(names.begin(), names.end(), member.key()) != names.end()) continue;
        const std::string shown = path_ + member.key().substr(0, quoted_characters_max);
        const std::string_view near = base::nearest_word(member.key(), names);
        std::string message = "unknown field '" + shown + "'";
        if (!near.empty()) message += "; did you mean '" + path_ + std::string{near} + "'?";
        if (near.empty() && !names.empty()) message += "; known here: " + joined(names);
        fail(invalid("unknown_field", std::move(message), shown));
        return;
    }
}

void json_reader::fail(base::failure why) {
    if (!failure_) failure_ = std::move(why);
}

void json_reader::take(const json_reader& nested) {
    if (nested.failure_) fail(*nested.failure_);
}

result<> json_reader::ok() const {
    if (failure_) return *failure_;
    return {};
}

const json* json_reader::find(const char* name) {
    if (failure_) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
}

void json_reader::wrong_type(const char* name, std::string_view expected) {
    fail(invalid("wrong_type", path_of(name) + " must be " + std::string{expected}, path_of(name)));
}

std::string json_reader::required_text(const char* name) {
    auto value = text(name);
    if (!value)
        fail(invalid("missing_field", path_of(name) + " is required and must be a string",
                     path_of(name)));
    return value.value_or(std::string{});
}

std::optional<std::string> json_reader::text(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    wrong_type(name, "a string");
    return {};
}

std::optional<std::optional<std::string>> json_reader::nullable_text(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return {};
    if (value->is_null()) return std::optional<std::string>{};
    if (value->is_string()) return std::optional<std::string>{value->get<std::string>()};
    wrong_type(name, "a string or null");
    return {};
}

std::optional<bool> json_reader::truth(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return {};
    if (value->is_boolean()) return value->get<bool>();
    wrong_type(name, "true or false");
    return {};
}

std::optional<std::int64_t> json_reader::integer(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return {};
    // A number above the signed range is unsigned here, and outside every range we accept.
    if (value->is_number_integer() &&
        (!value->is_number_unsigned() || value->get<std::uint64_t>() <= INT64_MAX))
        return value->get<std::int64_t>();
    wrong_type(name, "a whole number");
    return {};
}

std::optional<std::optional<std::int64_t>> json_reader::nullable_integer(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return {};
    if (value->is_null()) return std::optional<std::int64_t>{};
    if (value->is_number_integer()) return integer(name);
    wrong_type(name, "a whole number or null");
    return {};
}

std::optional<tenancy::words> json_reader::list(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_array()) {
        wrong_type(name, "a list of strings");
        return {};
    }
    tenancy::words out;
    for (std::size_t i = 0; i < value->size(); ++i) {
        const json& item = (*value)[i];
        if (!item.is_string()) {
            wrong_type((std::string{name} + "[" + std::to_string(i) + "]").c_str(), "a string");
            return {};
        }
        out.push_back(item.get<std::string>());
    }
    return out;
}

const json* json_reader::object(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return nullptr;
    if (value->is_object()) return value;
    wrong_type(name, "an object");
    return nullptr;
}

}  // namespace tollgate::admin
