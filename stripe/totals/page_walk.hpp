// Walks the pages of a list and adds their rows up: a bounded number of requests, one after
// another.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "mcp/tool_provider.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/request/cursor_seal.hpp"
#include "stripe/totals/tally.hpp"
#include "stripe/upstream/upstream.hpp"

namespace tollgate::stripe {

// The most pages of one call, at a hundred rows each.
constexpr int walk_pages_max = 50;
// A walk starts no page that is nearer to the call's deadline.
constexpr std::chrono::milliseconds walk_reserve{5'000};

// Asked before each page; a sentence when no further one may be asked for.
using page_permit = std::function<base::awaitable<std::optional<std::string>>()>;

struct walk_plan {
    const operation& called;
    upstream_request request;  // of the first page: its target has no cursor and no limit
    page_cursor start;         // where the first page begins
    page_permit permit;
    mcp::call_monitor* monitor = nullptr;
};

// Where a walk ended.
struct walk_end {
    int pages = 0;
    bool complete = false;     // every row was seen
    std::string next;          // the token to go on with, empty at the end or when none was seen
    std::string why;           // why it is not complete, a sentence
    upstream_response last{};  // the newest answer, without its body; status 0: there was none
    // The answer that ended the walk when it is not a page of rows.
    std::optional<base::result<upstream_response>> failed;
};

// Adds the rows of every page to `into`. Runs on `api`'s loop; references and the plan live until
// completion. `parser` is used and done with between two suspensions. Never throws for input.
base::awaitable<walk_end> walk_pages(upstream& api, walk_plan plan, tally& into,
                                     simdjson::dom::parser& parser);

}  // namespace tollgate::stripe
