// Receipts of the admin API as lines for people and for scripts.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tollgate::server {

// One receipt of an answer.
struct shown_receipt {
    std::string id;
    std::string state;
    std::string json;  // without white space
    std::string line;  // the cells, with two spaces between them
    // Id, state, tool, time, object, amount, error; "-" for what is absent; without control
    // characters.
    std::vector<std::string> cells;
};

struct receipt_page {
    std::vector<shown_receipt> receipts;
    std::string next_cursor;  // empty: the last page
};

// Reads one receipt, or a page of them. Fails with errc::unavailable "unreadable_answer".
base::result<shown_receipt> read_receipt(std::string_view body);
base::result<receipt_page> read_receipts(std::string_view body);

}  // namespace tollgate::server
