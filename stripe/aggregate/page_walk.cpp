#include "stripe/aggregate/page_walk.hpp"

#include "stripe/call/form_writer.hpp"
#include "stripe/result/page.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr std::string_view rows_of_a_page = "100";

bool has_limit(std::string_view target) {
    return target.find("?limit=") != std::string_view::npos ||
           target.find("&limit=") != std::string_view::npos;
}

std::string target_of(const walk_plan& plan, std::string_view token) {
    std::string out = plan.request.target;
    if (!has_limit(out) && plan.called.find_parameter("limit") != nullptr)
        append_query_pair(out, "limit", rows_of_a_page);
    const bool list = plan.called.cursor() == cursor_kind::starting_after;
    if (!token.empty()) append_query_pair(out, list ? "starting_after" : "page", token);
    return out;
}

// What one page says of the next.
struct page_facts {
    bool readable = false;
    bool more = false;
    std::string next;
};

void read_next(const operation& called, dom::object page, std::string_view last_id,
               page_facts& out) {
    if (called.cursor() == cursor_kind::starting_after) {
        if (page["has_more"].get(out.more) != simdjson::SUCCESS) out.more = false;
        if (out.more) out.next = last_id;
        return;
    }
    std::string_view url;
    if (page["next_page_url"].get(url) == simdjson::SUCCESS) out.next = page_of_url(url);
    out.more = !out.next.empty();
}

// Adds the rows behind the first `skip`.
page_facts add_page(const operation& called, const upstream_response& answer, std::uint32_t skip,
                    tally& into, dom::parser& parser) {
    page_facts out;
    dom::object page;
    dom::array rows;
    const bool padded = answer.body.capacity() - answer.body.size() >= simdjson::SIMDJSON_PADDING;
    if (parser.parse(answer.body.data(), answer.body.size(), !padded).get(page) !=
            simdjson::SUCCESS ||
        page["data"].get(rows) != simdjson::SUCCESS)
        return out;
    std::string_view last_id;
    for (const auto row : rows) {
        if (skip > 0)
            --skip;
        else
            into.add(row);
        if (row["id"].get(last_id) != simdjson::SUCCESS) last_id = {};
    }
    out.readable = true;
    read_next(called, page, last_id, out);
    return out;
}

// Why the walk stops before its next page, or empty.
base::awaitable<std::string> reason_to_stop(const walk_plan& plan, int pages) {
    const auto end = plan.monitor != nullptr ? plan.monitor->end() : mcp::call_end::none;
    if (end == mcp::call_end::cancelled) co_return "The call was cancelled.";
    if (end == mcp::call_end::severed) co_return "This MCP server or its URL is no longer valid.";
    if (pages >= walk_pages_max)
        co_return "One call looks at " + std::to_string(walk_pages_max) + " pages at most.";
    if (std::chrono::steady_clock::now() + walk_reserve > plan.request.deadline)
        co_return "The time of one call was used up.";
    auto refused = co_await plan.permit();
    co_return refused ? *refused : std::string{};
}

upstream_request request_of(const walk_plan& plan, std::string_view token) {
    upstream_request out = plan.request;
    out.target = target_of(plan, token);
    return out;
}

}  // namespace

base::awaitable<walk_end> walk_pages(upstream& api, walk_plan plan, tally& into,
                                     dom::parser& parser) {
    walk_end out;
    out.next = plan.start.token;
    for (;;) {
        out.why = co_await reason_to_stop(plan, out.pages);
        if (!out.why.empty()) co_return out;
        auto request = request_of(plan, out.next);
        auto sent = co_await api.send(std::move(request));
        if (sent) out.last = {.status = sent->status, .headers = sent->headers, .body = {}};
        if (!sent || sent->status < 200 || sent->status >= 300) {
            out.why = "Stripe did not give the next page.";
            out.failed = std::move(sent);
            co_return out;
        }
        const auto page =
            add_page(plan.called, *sent, out.pages == 0 ? plan.start.skip : 0, into, parser);
        if (!page.readable) {
            out.why = "A page could not be read.";
            out.failed = std::move(sent);
            co_return out;
        }
        ++out.pages;
        const bool stuck = page.more && (page.next.empty() || page.next == out.next);
        out.next = page.more ? page.next : std::string{};
        if (plan.monitor != nullptr)
            plan.monitor->report(out.pages, {}, std::to_string(into.rows()) + " rows read");
        if (stuck) {
            out.why = "The next page cannot be asked for.";
            out.next.clear();
            co_return out;
        }
        out.complete = !page.more;
        if (out.complete) co_return out;
    }
}

}  // namespace tollgate::stripe
