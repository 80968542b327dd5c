#include "base/json_reader.hpp"

#include <algorithm>

#include "base/nearest.hpp"

namespace tollgate::base {

namespace {

constexpr std::size_t quoted_characters_max = 64;

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
        const std::string_view near = nearest_word(member.key(), names);
        std::string message = "unknown field '" + shown + "'";
        if (!near.empty()) message += "; did you mean '" + path_ + std::string{near} + "'?";
        if (near.empty() && !names.empty()) message += "; known here: " + joined(names);
        fail(invalid("unknown_field", std::move(message), shown));
        return;
    }
}

void json_reader::fail(failure why) {
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

std::optional<std::vector<std::string>> json_reader::list(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_array()) {
        wrong_type(name, "a list of strings");
        return {};
    }
    std::vector<std::string> out;
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

const json* json_reader::array(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return nullptr;
    if (value->is_array()) return value;
    wrong_type(name, "a list");
    return nullptr;
}

}  // namespace tollgate::base
