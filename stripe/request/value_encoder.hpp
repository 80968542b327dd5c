// Encodes one argument, to any depth, according to the catalogue. The rules are the same for every
// wire format; JSON accepts more because it can express more than a form.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/request/argument_path.hpp"
#include "stripe/request/value_writer.hpp"

namespace tollgate::stripe {

// Whether an enum accepts only listed values, or any: Stripe may know values that the facts do not
// list.
enum class listed_values : std::uint8_t { open, closed };

// Writes values to `out` until an error. Every function then returns false, and failure() tells
// why. Absent required properties are collected in missing() instead, so that one message can name
// them all.
class value_encoder {
public:
    explicit value_encoder(value_writer& out, listed_values values = listed_values::open)
        : out_(out), values_(values) {}

    // The value of a top-level argument, under its name.
    bool argument(const parameter& as, simdjson::dom::element value);

    // Writes a pair under a name that the caller has checked.
    bool pair(std::string_view name, std::string_view value);

    const base::failure& failure() const { return failure_; }
    const std::vector<std::string>& missing() const { return missing_; }

private:
    using element = simdjson::dom::element;

    bool value(const parameter& as, element given, const argument_path& at);
    bool clear(const parameter& as, element given, const argument_path& at);
    bool scalar(const parameter& as, element given, const argument_path& at);
    bool string(const parameter& as, std::string_view given, const argument_path& at);
    // `allowed` describes the allowed values in words.
    bool time(const std::string& allowed, element given, const argument_path& at);
    bool file(const parameter& as, element given, const argument_path& at);
    bool object(const parameter& as, element given, const argument_path& at);
    bool array(const parameter& as, element given, const argument_path& at);
    bool map(const parameter& as, element given, const argument_path& at);
    bool map_entry(const parameter& as, std::string_view key, element given,
                   const argument_path& at);
    bool range(const parameter& as, element given, const argument_path& at);
    bool any_of(const parameter& as, element given, const argument_path& at);
    bool property(const parameter& parent, std::string_view name, element given,
                  const argument_path& at);
    void note_missing(const parameter& parent, simdjson::dom::object given,
                      const argument_path& at);

    bool written(bool fits, const argument_path& at);
    bool clear_entry(const argument_path& at);
    bool refuse(std::string code, const std::string& message, const argument_path& at);
    bool refuse_value(const parameter& as, std::string_view given, const argument_path& at);
    bool refuse_type(const parameter& as, element given, const argument_path& at);

    value_writer& out_;
    listed_values values_;
    std::string file_;  // decoded; the writer keeps a view of it
    base::failure failure_;
    std::vector<std::string> missing_;
};

}  // namespace tollgate::stripe
