#include "server/cli/remote/order_batches.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::server {

// One line of JSON, or a row of CSV, which may have line ends in quotes; with the line end. Empty
// at the end of the file.
base::result<std::string> order_batches::take_record() {
    std::string out;
    std::string line;
    std::int64_t quotes = 0;
    const std::int64_t began = line_;
    while (std::getline(in_, line)) {
        ++line_;
        out += line;
        out += '\n';
        if (out.size() > bytes_max)
            return base::invalid("bad_record",
                                 "the record at line " + std::to_string(began) + " is too long");
        if (format_ == order_format::json_lines) return out;
        quotes += std::ranges::count(line, '"');
        if (quotes % 2 == 0) return out;
    }
    if (quotes % 2 != 0)
        return base::invalid("bad_record",
                             "a quoted field at line " + std::to_string(began) + " does not end");
    return out;
}

base::result<order_batch> order_batches::next() {
    order_batch out;
    if (format_ == order_format::csv && header_.empty()) {
        auto header = take_record();
        if (!header) return header.error();
        header_ = std::move(*header);
        header_lines_ = line_ - 1;
        out.bytes = header_.size();
    }
    out.first_line = line_;
    out.header_lines = header_lines_;
    out.body = header_;
    while (out.body.size() < bytes_max && out.records < records_max) {
        const auto record = take_record();
        if (!record) return record.error();
        if (record->empty()) break;
        out.body += *record;
        out.bytes += record->size();
        ++out.records;
    }
    return out;
}

}  // namespace tollgate::server
