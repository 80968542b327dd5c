// The body of an import of orders: JSON Lines or CSV, as records.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tenancy/orders/order_record.hpp"

namespace tollgate::admin {

struct record_line {
    std::int64_t line = 0;  // of the body where the record begins, from 1
    base::result<std::vector<tenancy::record_field>> fields;  // or why it is not a record
};

enum class lines_format : std::uint8_t { json, csv };

// Reads a body from its beginning, a few records at a time, so that a long body does not block the
// loop. The body lives as long as this object.
class record_lines {
public:
    record_lines(std::string_view body, lines_format format) : left_(body), format_(format) {}

    // Returns the next records, at most `most`; empty at the end. Empty lines are skipped. The
    // first line of CSV names the columns; quoting follows RFC 4180.
    std::vector<record_line> next(std::size_t most);

private:
    record_line next_json();
    record_line next_csv();
    std::string_view take_line();
    base::result<std::vector<std::string>> take_row();

    std::string_view left_;
    lines_format format_;
    std::int64_t line_ = 1;  // of the first character of `left_`
    std::vector<std::string> columns_;
    bool headed_ = false;
};

}  // namespace tollgate::admin
