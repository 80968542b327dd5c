// Reads the pages of a list one after another and adds up their rows, within a bounded number of
// requests.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "mcp/tool_provider.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/request/cursor_seal.hpp"
#include "stripe/totals/tally.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The maximum number of pages in one call, at a hundred rows each.
constexpr int walk_pages_max = 50;
// No page is started when less than this remains until the call's deadline.
constexpr std::chrono::milliseconds walk_reserve{5'000};

// Called before each page; returns a sentence if no further page may be requested.
using page_permit = std::function<base::awaitable<std::optional<std::string>>()>;

// True for a row that counts.
using row_filter = std::function<bool(const simdjson::dom::element& row)>;

struct walk_plan {
    const operation& called;
    upstream_request request;  // of the first page: its target has no cursor and no limit
    page_cursor start;         // where the first page begins
    page_permit permit;
    mcp::call_monitor* monitor = nullptr;
    row_filter shows{};  // empty: every row counts
};

// Where a walk ended.
struct walk_end {
    int pages = 0;
    std::uint64_t left_out = 0;  // rows that do not count
    bool complete = false;       // true if every row was read
    std::string next;            // the token of the next page; empty at the end, or if no page was
                                 // read
    std::string why;             // a sentence saying why it is not complete
    upstream_response last{};    // the newest answer, without its body; status 0 if there was none
    // The answer that ended the walk, if it is not a page of rows.
    std::optional<base::result<upstream_response>> failed;
};

// Adds the rows of every page to `into`. Runs on `api`'s loop; references and the plan live until
// completion. `parser` is not used across suspensions. Never throws because of input.
base::awaitable<walk_end> walk_pages(upstream& api, walk_plan plan, tally& into,
                                     simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
