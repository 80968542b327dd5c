#include "stripe/totals/page_walk.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

#include "stripe/answer/page.hpp"
#include "stripe/request/form_writer.hpp"

namespace tollgate::stripe {

namespace {

namespace asio = boost::asio;
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

// The facts of one page that affect the next one.
struct page_facts {
    bool readable = false;
    bool more = false;
    std::string next;
    std::uint64_t left_out = 0;
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

// Adds the rows after the first `skip`.
page_facts add_page(const walk_plan& plan, const upstream_response& answer, std::uint32_t skip,
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
        const bool counts = !plan.shows || plan.shows(row);
        if (!counts)
            ++out.left_out;
        else if (skip > 0)
            --skip;
        else
            into.add(row);
        if (row["id"].get(last_id) != simdjson::SUCCESS) last_id = {};
    }
    out.readable = true;
    read_next(plan.called, page, last_id, out);
    return out;
}

// Why the call must end, or empty.
std::string reason_to_end(const walk_plan& plan) {
    const auto end = plan.monitor != nullptr ? plan.monitor->end() : mcp::call_end::none;
    if (end == mcp::call_end::cancelled) return "The call was cancelled.";
    if (end == mcp::call_end::severed) return "This MCP server or its URL is no longer valid.";
    return {};
}

// Why the walk stops before its next page, or empty.
base::awaitable<std::string> reason_to_stop(const walk_plan& plan, int pages) {
    auto ended = reason_to_end(plan);
    if (!ended.empty()) co_return ended;
    if (pages >= walk_pages_max)
        co_return "One call looks at " + std::to_string(walk_pages_max) + " pages at most.";
    if (std::chrono::steady_clock::now() + walk_reserve > plan.request.deadline)
        co_return "The time of one call was used up.";
    auto refused = co_await plan.permit();
    co_return refused ? *refused : std::string{};
}

upstream_request request_of(const walk_plan& plan, std::string_view token, int pages) {
    upstream_request out = plan.request;
    out.target = target_of(plan, token);
    out.yields = pages > 0;  // pages after the first give priority to other calls
    return out;
}

// Reads the next page; nullopt if the call ended first.
base::awaitable<std::optional<base::result<upstream_response>>> read_page(
    upstream& api, upstream_request request, mcp::call_monitor* monitor) {
    std::optional<base::result<upstream_response>> out;
    if (monitor == nullptr) {
        out = co_await api.send(std::move(request));
        co_return out;
    }
    const auto executor = co_await asio::this_coro::executor;
    auto sending = asio::co_spawn(executor, api.send(std::move(request)), asio::deferred);
    auto ending = asio::co_spawn(executor, monitor->ended(), asio::deferred);
    auto both = asio::experimental::make_parallel_group(std::move(sending), std::move(ending));
    // The other operation is cancelled, and has finished when this returns.
    auto [order, sent_fault, sent, end_fault] =
        co_await both.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (order[0] != 0) co_return out;
    if (sent_fault) std::rethrow_exception(sent_fault);
    out = std::move(sent);
    co_return out;
}

}  // namespace

base::awaitable<walk_end> walk_pages(upstream& api, walk_plan plan, tally& into,
                                     dom::parser& parser) {
    walk_end out;
    out.next = plan.start.token;
    for (;;) {
        out.why = co_await reason_to_stop(plan, out.pages);
        if (!out.why.empty()) co_return out;
        auto request = request_of(plan, out.next, out.pages);
        auto page_or_end = co_await read_page(api, std::move(request), plan.monitor);
        if (!page_or_end) {
            out.why = reason_to_end(plan);
            co_return out;
        }
        auto& sent = *page_or_end;
        if (sent) out.last = {.status = sent->status, .headers = sent->headers, .body = {}};
        if (!sent || sent->status < 200 || sent->status >= 300) {
            out.why = "Stripe did not give the next page.";
            out.failed = std::move(sent);
            co_return out;
        }
        const auto page = add_page(plan, *sent, out.pages == 0 ? plan.start.skip : 0, into, parser);
        if (!page.readable) {
            out.why = "A page could not be read.";
            out.failed = std::move(sent);
            co_return out;
        }
        ++out.pages;
        out.left_out += page.left_out;
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
