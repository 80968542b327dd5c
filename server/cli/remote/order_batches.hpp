// Splits a file of orders into parts that an import takes.
#pragma once
#include <cstdint>
#include <istream>
#include <string>

#include "base/result.hpp"

namespace tollgate::server {

enum class order_format : std::uint8_t { json_lines, csv };

struct order_batch {
    std::string body;             // with the header, if it is CSV
    std::int64_t first_line = 1;  // of the file: where the first record begins
    std::int64_t header_lines = 0;
    std::int64_t records = 0;
    std::uint64_t bytes = 0;  // of the file, with the header in the first part
};

// Reads the file once, from its beginning, and keeps one part of it in memory.
class order_batches {
public:
    static constexpr std::size_t bytes_max = 512 * 1024;  // and one record more
    static constexpr std::int64_t records_max = 5'000;

    // `in` outlives this object.
    order_batches(std::istream& in, order_format format) : in_(in), format_(format) {}

    // The next part; one without records at the end. Fails with invalid_argument "bad_record" for a
    // record that is too long, or a quoted field of CSV that does not end.
    base::result<order_batch> next();

private:
    base::result<std::string> take_record();

    std::istream& in_;
    const order_format format_;
    std::string header_;
    std::int64_t header_lines_ = 0;
    std::int64_t line_ = 1;  // the next one
};

// The line of the file for a line of the body of a part.
constexpr std::int64_t file_line(const order_batch& batch, std::int64_t body_line) {
    return batch.first_line + body_line - 1 - batch.header_lines;
}

}  // namespace tollgate::server
