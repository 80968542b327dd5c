#include "stripe/request/value_encoder.hpp"

#include <algorithm>

#include "stripe/catalog/nearest_name.hpp"
#include "stripe/request/argument_words.hpp"
#include "stripe/request/file_bytes.hpp"
#include "stripe/request/scalar.hpp"
#include "stripe/request/time_argument.hpp"

namespace tollgate::stripe {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;
using simdjson::dom::object;

// Stripe's limits on metadata.
constexpr std::size_t metadata_keys_max = 50;
constexpr std::size_t metadata_key_max = 40;
constexpr std::size_t metadata_value_max = 500;

// At most this many absent properties are named, however many items lack them.
constexpr std::size_t missing_max = 20;

bool is_empty_string(const element& given) {
    return given.type() == element_type::STRING && given.get_string().value_unsafe().empty();
}

bool is_metadata(const argument_path& at) {
    return at.name == "metadata";
}

// The form of a union that matches a JSON value; null if none does.
const parameter* form_for(const parameter& as, const element& given) {
    const auto fits = [&](const parameter& form) {
        switch (given.type()) {
            case element_type::STRING:
                return form.type() == value_type::string;
            case element_type::BOOL:
                return form.type() == value_type::boolean;
            case element_type::ARRAY:
                return form.type() == value_type::array;
            case element_type::OBJECT:
                return form.type() == value_type::object || form.type() == value_type::map;
            case element_type::NULL_VALUE:
                return false;
            default:
                return form.type() == value_type::integer || form.type() == value_type::number;
        }
    };
    const parameter* first = nullptr;
    for (const auto& form : as.children()) {
        if (!fits(form)) continue;
        if (first == nullptr) first = &form;
        if (given.type() != element_type::OBJECT) return first;
        const object properties = given.get_object().value_unsafe();
        const bool all = std::all_of(properties.begin(), properties.end(), [&](const auto& entry) {
            return form.find_child(entry.key) != nullptr;
        });
        if (all) return &form;
    }
    return first;
}

bool lists(const parameter& as, std::string_view value) {
    return std::ranges::any_of(as.enum_values(),
                               [&](const enum_value& one) { return one.view() == value; });
}

// An enum with only the empty string just means that the field can be cleared.
bool is_enum(const parameter& as) {
    return std::ranges::any_of(as.enum_values(),
                               [](const enum_value& one) { return !one.view().empty(); });
}

}  // namespace

bool value_encoder::refuse(std::string code, const std::string& message, const argument_path& at) {
    const auto path = at.text();
    failure_ = base::invalid(std::move(code), '\'' + path + "' " + message, path);
    return false;
}

bool value_encoder::refuse_type(const parameter& as, element given, const argument_path& at) {
    return refuse("wrong_type", "must be " + expected(as) + ", not " + json_word(given), at);
}

bool value_encoder::written(bool fits, const argument_path& at) {
    if (fits) return true;
    return refuse("too_large", "makes the request larger than Stripe takes; send less", at);
}

bool value_encoder::argument(const parameter& as, element given) {
    const argument_path at{nullptr, as.name()};
    const value_writer::level name(out_, as.name());
    return value(as, given, at);
}

bool value_encoder::pair(std::string_view name, std::string_view text) {
    const argument_path at{nullptr, name};
    const value_writer::level level(out_, name);
    return written(out_.text(text), at);
}

bool value_encoder::value(const parameter& as, element given, const argument_path& at) {
    const bool plain_string = as.type() == value_type::string && as.enum_values().empty();
    if (given.is_null() || (is_empty_string(given) && !plain_string)) return clear(as, given, at);
    switch (as.type()) {
        case value_type::object:
            return object(as, given, at);
        case value_type::array:
            return array(as, given, at);
        case value_type::map:
            return map(as, given, at);
        case value_type::range:
            return range(as, given, at);
        case value_type::any_of:
            return any_of(as, given, at);
        default:
            return scalar(as, given, at);
    }
}

// Clears a field that can be cleared: null always; "" and an empty array if a form has no other way
// to express it.
bool value_encoder::clear(const parameter& as, element given, const argument_path& at) {
    const bool says_clear = given.is_null() || !out_.is_json();
    if (as.unset() && says_clear) return written(out_.clear(), at);
    if (given.is_null()) return refuse("wrong_type", "cannot be null; leave it out instead", at);
    return refuse("invalid_value",
                  "cannot be empty: it must be " + expected(as) +
                      (as.unset() ? ", or null to clear it" : ", or be left out"),
                  at);
}

bool value_encoder::scalar(const parameter& as, element given, const argument_path& at) {
    number_text room;
    std::optional<std::string_view> text;
    switch (as.type()) {
        case value_type::integer:
            if (as.format() == value_format::unix_time) return time(expected(as), given, at);
            text = integer_text(given, room);
            break;
        case value_type::number:
            text = decimal_text(given, room);
            break;
        case value_type::boolean:
            text = boolean_text(given);
            break;
        case value_type::file:
            return file(as, given, at);
        case value_type::string:
            if (given.type() == element_type::STRING)
                return string(as, given.get_string().value_unsafe(), at);
            if (as.format() == value_format::decimal && given.type() != element_type::DOUBLE)
                text = integer_text(given, room);
            if (text) return written(out_.text(*text), at);
            break;
        default:
            break;
    }
    if (!text) return refuse_type(as, given, at);
    return written(out_.bare(*text), at);
}

bool value_encoder::refuse_value(const parameter& as, std::string_view given,
                                 const argument_path& at) {
    constexpr std::size_t values_max = 20;
    nearest_name near(given);
    for (const auto& one : as.enum_values()) near.offer(one.view());
    std::string message = "cannot be '" + clipped(given) + "'; ";
    if (!near.found().empty()) {
        message += "did you mean '" + std::string(near.found()) + "'? ";
    }
    message += "Allowed: ";
    std::size_t listed = 0;
    for (const auto& one : as.enum_values()) {
        if (listed == values_max) break;
        message += (listed++ == 0 ? "" : ", ") + std::string(one.view());
    }
    if (as.enum_values().size() > values_max) message += ", ...";
    return refuse("invalid_value", message, at);
}

bool value_encoder::time(const std::string& allowed, element given, const argument_path& at) {
    number_text room;
    const auto text = time_text(given, room);
    if (!text) {
        const bool worded = given.type() == element_type::STRING;
        return refuse(
            worded ? "invalid_value" : "wrong_type",
            "must be " + allowed +
                (worded ? ", and '" + clipped(given.get_string().value_unsafe()) + "' is not"
                        : std::string(", not ") + json_word(given)),
            at);
    }
    if (const auto date = date_in_digits(*text))
        return refuse("invalid_value",
                      "is " + std::string(*text) + ", which as Unix seconds is a day of 1970; if " +
                          *date + " is meant, give \"" + *date + "\"",
                      at);
    return written(out_.bare(*text), at);
}

bool value_encoder::file(const parameter& as, element given, const argument_path& at) {
    if (given.type() != element_type::STRING) return refuse_type(as, given, at);
    const auto text = given.get_string().value_unsafe();
    auto bytes = decoded_base64(text);
    if (!bytes)
        return refuse("invalid_value",
                      "must be base64 alone: A-Z, a-z, 0-9, '+' and '/' (or '-' and '_'), without "
                      "blanks or a data: prefix",
                      at);
    if (bytes->empty()) return refuse("invalid_value", "is an empty file", at);
    if (bytes->size() > file_bytes_max)
        return refuse("too_large",
                      "is a file of " + std::to_string(bytes->size()) + " bytes; at most " +
                          std::to_string(file_bytes_max) + " can be sent",
                      at);
    file_ = std::move(*bytes);
    return written(out_.file(file_), at);
}

bool value_encoder::string(const parameter& as, std::string_view given, const argument_path& at) {
    if (values_ == listed_values::closed && is_enum(as) && !lists(as, given))
        return refuse_value(as, given, at);
    if (given.size() > as.length_limit() && character_count(given) > as.length_limit())
        return refuse("too_large",
                      "is longer than " + std::to_string(as.length_limit()) + " characters", at);
    return written(out_.text(given), at);
}

bool value_encoder::object(const parameter& as, element given, const argument_path& at) {
    if (given.type() != element_type::OBJECT) return refuse_type(as, given, at);
    const auto properties = given.get_object().value_unsafe();
    if (properties.begin() == properties.end() && !out_.is_json()) {
        // An object without properties is only a marker, which form encoding cannot express.
        if (as.children().empty()) return true;
        return refuse("invalid_value", "is empty; leave it out, or give at least one property", at);
    }
    note_missing(as, properties, at);
    if (!written(out_.open(container::object), at)) return false;
    for (const auto& entry : properties)
        if (!property(as, entry.key, entry.value, at)) return false;
    return written(out_.close(container::object), at);
}

bool value_encoder::property(const parameter& parent, std::string_view name, element given,
                             const argument_path& at) {
    const argument_path below{&at, name};
    const auto* child = parent.find_child(name);
    if (child == nullptr || name.empty()) {
        nearest_name nearest(name);
        std::vector<std::string_view> known;
        for (const auto& each : parent.children()) {
            nearest.offer(each.name());
            known.push_back(each.name());
        }
        const auto path = below.text();
        failure_ = base::invalid("unknown_argument",
                                 unknown_argument_message(path, nearest.found(), known), path);
        return false;
    }
    const value_writer::level level(out_, name);
    return value(*child, given, below);
}

void value_encoder::note_missing(const parameter& parent, simdjson::dom::object given,
                                 const argument_path& at) {
    for (const auto& child : parent.children()) {
        if (!child.required()) continue;
        if (given.at_key(child.name()).error() == simdjson::SUCCESS) continue;
        if (missing_.size() < missing_max)
            missing_.push_back(argument_path{&at, child.name()}.text());
    }
}

bool value_encoder::array(const parameter& as, element given, const argument_path& at) {
    if (given.type() != element_type::ARRAY) return refuse_type(as, given, at);
    const auto items = given.get_array().value_unsafe();
    if (items.begin() == items.end() && !out_.is_json()) return clear(as, given, at);
    if (!written(out_.open(container::array), at)) return false;
    std::size_t index = 0;
    for (const auto item : items) {
        const argument_path below{&at, {}, index};
        const value_writer::level level(out_, index);
        if (!value(as.children().front(), item, below)) return false;
        ++index;
    }
    return written(out_.close(container::array), at);
}

bool value_encoder::map(const parameter& as, element given, const argument_path& at) {
    if (given.type() != element_type::OBJECT) return refuse_type(as, given, at);
    const auto entries = given.get_object().value_unsafe();
    if (entries.begin() == entries.end() && !out_.is_json())
        return refuse("invalid_value",
                      as.unset() ? "is empty; leave it out, or give \"\" to clear all of it"
                                 : "is empty; leave it out, or give at least one entry",
                      at);
    if (is_metadata(at) && entries.size() > metadata_keys_max)
        return refuse("too_large", "has more than " + std::to_string(metadata_keys_max) + " keys",
                      at);
    if (!written(out_.open(container::object), at)) return false;
    for (const auto& entry : entries)
        if (!map_entry(as, entry.key, entry.value, at)) return false;
    return written(out_.close(container::object), at);
}

bool value_encoder::map_entry(const parameter& as, std::string_view key, element given,
                              const argument_path& at) {
    const argument_path below{&at, key};
    if (key.empty()) return refuse("invalid_value", "has an empty key", at);
    if (!out_.is_json() && key.find_first_of("[]") != std::string_view::npos)
        return refuse("invalid_value", "has a bracket in its key, which Stripe cannot take", below);
    if (is_metadata(at) && character_count(key) > metadata_key_max)
        return refuse("too_large",
                      "has a key longer than " + std::to_string(metadata_key_max) + " characters",
                      below);
    const value_writer::level level(out_, key);
    if (!as.children().empty()) return value(as.children().front(), given, below);
    if (given.is_null()) return clear_entry(below);
    number_text room;
    auto text = boolean_text(given);
    if (given.type() == element_type::STRING) text = given.get_string().value_unsafe();
    if (!text && given.type() != element_type::DOUBLE) text = integer_text(given, room);
    if (!text)
        return refuse("wrong_type", std::string("must be a string, not ") + json_word(given),
                      below);
    if (is_metadata(at) && character_count(*text) > metadata_value_max)
        return refuse("too_large",
                      "is longer than " + std::to_string(metadata_value_max) + " characters",
                      below);
    return written(out_.text(*text), below);
}

// null removes an entry of a map. In JSON, only the entries of metadata persist after a call.
bool value_encoder::clear_entry(const argument_path& at) {
    if (out_.is_json() && !is_metadata(*at.above))
        return refuse("wrong_type", "cannot be null; leave it out instead", at);
    return written(out_.clear(), at);
}

bool value_encoder::range(const parameter& as, element given, const argument_path& at) {
    number_text room;
    const bool times = is_time_range(as);
    if (given.type() != element_type::OBJECT) {
        if (times) return time(expected(as), given, at);
        const auto text = integer_text(given, room);
        return text ? written(out_.bare(*text), at) : refuse_type(as, given, at);
    }
    const auto bounds = given.get_object().value_unsafe();
    if (bounds.begin() == bounds.end())
        return refuse("invalid_value", "is empty; give gt, gte, lt or lte", at);
    if (!written(out_.open(container::object), at)) return false;
    for (const auto& [name, bound] : bounds) {
        const argument_path below{&at, name};
        if (name != "gt" && name != "gte" && name != "lt" && name != "lte") {
            const auto path = below.text();
            failure_ =
                base::invalid("unknown_argument",
                              unknown_argument_message(path, {}, {"gt", "gte", "lt", "lte"}), path);
            return false;
        }
        const value_writer::level level(out_, name);
        if (times) {
            if (!time(std::string(time_forms), bound, below)) return false;
            continue;
        }
        const auto text = integer_text(bound, room);
        if (!text)
            return refuse("wrong_type",
                          std::string("must be a whole number, not ") + json_word(bound), below);
        if (!written(out_.bare(*text), below)) return false;
    }
    return written(out_.close(container::object), at);
}

bool value_encoder::any_of(const parameter& as, element given, const argument_path& at) {
    const auto* form = form_for(as, given);
    // "2026-11-15" is the time in a union such as trial_end, whose only text is "now".
    const bool listed = form != nullptr && given.type() == element_type::STRING &&
                        lists(*form, given.get_string().value_unsafe());
    if (!listed && given.type() == element_type::STRING)
        for (const auto& other : as.children()) {
            number_text room;
            if (other.format() == value_format::unix_time && time_text(given, room)) form = &other;
        }
    if (form == nullptr) return refuse_type(as, given, at);
    return value(*form, given, at);
}

}  // namespace tollgate::stripe
