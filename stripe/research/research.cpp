#include "stripe/research/research.hpp"

#include <algorithm>
#include <array>

#include "base/json_text.hpp"
#include "stripe/answer/error.hpp"
#include "stripe/answer/own_error.hpp"
#include "stripe/content/days.hpp"
#include "stripe/content/inner_call.hpp"
#include "stripe/listing/search_calls.hpp"
#include "stripe/tools/call_record.hpp"
#include "stripe/tools/exposure.hpp"
#include "stripe/tools/policy_check.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t title_bytes_max = 200;
constexpr std::size_t shown_bytes_max = 80;

// The fields for a title. Every object has some of them.
constexpr std::string_view title_fields(std::string_view object) {
    if (object == "customer") return R"(["name","email","created"])";
    if (object == "invoice") return R"(["number","total","currency","status","created"])";
    if (object == "subscription") return R"(["status","created"])";
    if (object == "product") return R"(["name","active"])";
    return R"(["amount","currency","status","created","description"])";
}

std::string_view text_at(dom::element row, std::string_view key) {
    std::string_view out;
    return row[key].get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

// Only the day: shaped rows contain "2026-11-02T10:00:00Z", raw ones Unix seconds.
std::string created_day(dom::element row) {
    constexpr std::size_t day_size = 10;
    std::int64_t seconds = 0;
    if (row["created"].get(seconds) == simdjson::SUCCESS)
        return seconds > 0 ? format_day(day_of(base::from_unix_ms(seconds * 1000))) : std::string{};
    return std::string(text_at(row, "created").substr(0, day_size));
}

// "Charge: 49.00 USD, succeeded, 2026-11-02, Onboarding"
std::string title_of(const main_object& object, dom::element row) {
    std::string out{object.title};
    std::string_view between = ": ";
    const auto add = [&](std::string_view text) {
        if (text.empty()) return;
        out += between;
        out += text;
        between = ", ";
    };
    for (const std::string_view key :
         {"name", "email", "number", "amount_formatted", "total_formatted", "status"})
        add(text_at(row, key));
    add(created_day(row));
    add(text_at(row, "description"));
    return std::string(base::clipped_text(out, title_bytes_max));
}

std::string object_json(std::string_view id, std::string_view title, std::string_view url) {
    std::string out = "{";
    base::json_members{out}.text("id", id).text("title", title).text("url", url);
    return out += '}';
}

bool is_missing(std::string_view error) {
    dom::parser parser;
    std::string_view code;
    return parser.parse(error.data(), error.size())["error"]["code"].get(code) ==
               simdjson::SUCCESS &&
           code == "resource_missing";
}

// A key that lacks the permission for one kind of object may still read others.
bool is_forbidden(std::string_view error) {
    dom::parser parser;
    std::int64_t status = 0;
    return parser.parse(error.data(), error.size())["error"]["status"].get(status) ==
               simdjson::SUCCESS &&
           status == 403;
}

// The object that an id belongs to, including custom ids of products.
const main_object* object_for(std::string_view id) {
    if (const auto* const known = object_of_id(id)) return known;
    const auto* const product = find_main_object("product");
    return may_be_id(*product, id) ? product : nullptr;
}

bool may_read(const tenancy::grant& grant, const main_object& one) {
    const auto* const called = find_tool(one.get_tool);
    return called != nullptr && visibility_of(*called, grant) == visibility::shown;
}

// {id,title,text,url,metadata} with an object's own text.
std::string fetched_json(const tenancy::grant& grant, const main_object& object,
                         std::string_view id, const std::string& text) {
    dom::parser parser;
    dom::element row;
    const bool read = parser.parse(text).get(row) == simdjson::SUCCESS;
    const bool live = grant.account->mode == tenancy::account_mode::live;
    std::string metadata = "{";
    base::json_members{metadata}.text("object", object.name).text("mode", live ? "live" : "test");
    std::string out = "{";
    base::json_members{out}
        .text("id", id)
        .text("title", read ? title_of(object, row) : std::string(object.title))
        .text("text", text)
        .text("url", dashboard_url(object, id, *grant.account))
        .raw("metadata", metadata + '}');
    return out += '}';
}

}  // namespace

// The results so far, and why they may be incomplete.
struct research::findings {
    std::string rows;          // JSON objects and commas
    std::string first_id;      // of the first row
    std::size_t answered = 0;  // requests that were answered
    mcp::tool_result last;     // the last answer: its headers, and its error if it is one
    std::string stopped;       // the error that ended the search, or that left a part out

    void add(const tenancy::grant& grant, const main_object& object, dom::element row) {
        const auto id = text_at(row, "id");
        if (id.empty()) return;
        if (first_id.empty()) first_id = id;
        if (!rows.empty()) rows += ',';
        rows += object_json(id, title_of(object, row), dashboard_url(object, id, *grant.account));
    }
};

base::awaitable<mcp::tool_result> research::run(const tenancy::grant& grant, research_tool which,
                                                const mcp::tool_call& call) {
    if (which == research_tool::search) co_return co_await search(grant, call);
    co_return co_await fetch(grant, call);
}

base::awaitable<bool> research::add_one(const tenancy::grant& grant, const mcp::tool_call& call,
                                        const main_object& object, std::string_view id,
                                        findings& into) {
    const auto* const called = find_tool(object.get_tool);
    std::string arguments = "{";
    base::json_members{arguments}.text("id", id).raw("fields", title_fields(object.name));
    arguments += '}';
    const inner_call_facts facts{call.deadline, call.request_id, call.client, call.mcp_method};
    into.last = co_await run_inner(runner_, grant, *called, std::move(arguments), facts);
    if (into.last.is_error) {
        // If no object has the id, the answer is that nothing was found.
        if (is_missing(into.last.text))
            ++into.answered;
        else
            into.stopped = into.last.text;
        co_return false;
    }
    ++into.answered;
    dom::parser parser;
    dom::element row;
    if (parser.parse(into.last.text).get(row) == simdjson::SUCCESS) into.add(grant, object, row);
    co_return true;
}

base::awaitable<bool> research::add_found(const tenancy::grant& grant, const mcp::tool_call& call,
                                          const planned_search& planned, findings& into) {
    const auto* const called = find_tool(planned.object->search_tool);
    std::string arguments = "{" + planned.members + ",";
    base::json_members{arguments}
        .number("limit", research_rows_max)
        .raw("fields", title_fields(planned.object->name));
    arguments += '}';
    const inner_call_facts facts{call.deadline, call.request_id, call.client, call.mcp_method};
    into.last = co_await run_inner(runner_, grant, *called, std::move(arguments), facts);
    if (into.last.is_error) {
        into.stopped = into.last.text;
        co_return is_forbidden(into.stopped);
    }
    ++into.answered;
    dom::parser parser;
    dom::array rows;
    if (parser.parse(into.last.text)["data"].get(rows) == simdjson::SUCCESS)
        for (const auto row : rows) into.add(grant, *planned.object, row);
    co_return true;
}

base::awaitable<void> research::add_of_customer(const tenancy::grant& grant,
                                                const mcp::tool_call& call, std::string_view email,
                                                findings& into) {
    const auto* const customer = find_main_object("customer");
    if (!is_researched(*customer, grant.filter, grant.account->mode)) co_return;
    std::string clause = R"("where":[{"field":"email","op":"=",)";
    base::json_members{clause}.text("value", email);
    const planned_search theirs{customer, clause + "}]"};
    const bool more = co_await add_found(grant, call, theirs, into);
    const std::string id = into.first_id;
    if (!more || id.empty()) co_return;
    for (const std::string_view name : {"charge", "invoice"}) {
        const auto* const object = find_main_object(name);
        if (!is_researched(*object, grant.filter, grant.account->mode)) continue;
        const planned_search next{object, search_of_customer(*object, id)};
        const bool good = co_await add_found(grant, call, next, into);
        if (!good) co_return;
    }
}

base::awaitable<mcp::tool_result> research::search(const tenancy::grant& grant,
                                                   const mcp::tool_call& call) {
    const auto query = sole_text(call.arguments, "query");
    if (!query) co_return mcp::failed_result(refusal_text(query.error()));
    if (query->size() > research_query_bytes_max)
        co_return mcp::failed_result(refusal_text(
            base::invalid("too_large", "query must be at most 500 bytes long.", "query")));
    const auto plan = plan_research(*query, [&grant](const main_object& one) {
        return is_researched(one, grant.filter, grant.account->mode);
    });
    findings found;
    if (plan.by_id != nullptr) {
        if (may_read(grant, *plan.by_id))
            co_await add_one(grant, call, *plan.by_id, plan.id, found);
    } else if (!plan.email.empty()) {
        co_await add_of_customer(grant, call, plan.email, found);
    }
    for (const auto& one : plan.searches) {
        const bool more = co_await add_found(grant, call, one, found);
        if (!more) break;
    }
    if (found.answered == 0 && !found.stopped.empty()) co_return std::move(found.last);
    mcp::tool_result out;
    base::json_members members{out.text = "{"};
    members.raw("results", '[' + found.rows + ']');
    if (!found.stopped.empty()) members.raw("incomplete", found.stopped);
    out.text += '}';
    out.text_is_json_object = true;
    out.http_headers = std::move(found.last.http_headers);
    co_return out;
}

base::awaitable<mcp::tool_result> research::fetch(const tenancy::grant& grant,
                                                  const mcp::tool_call& call) {
    const auto id = sole_text(call.arguments, "id");
    if (!id) co_return mcp::failed_result(refusal_text(id.error()));
    const auto* const object = object_for(*id);
    if (object == nullptr)
        co_return mcp::failed_result(
            refusal_text(base::invalid("bad_id",
                                       "'" + std::string(base::clipped_text(*id, shown_bytes_max)) +
                                           "' is not an id that search returns.",
                                       "id")));
    if (!may_read(grant, *object)) co_return refused(grant, call, *object);
    std::string arguments = "{";
    base::json_members{arguments}.text("id", *id);
    arguments += '}';
    const inner_call_facts facts{call.deadline, call.request_id, call.client, call.mcp_method};
    const auto* const called = find_tool(object->get_tool);
    auto result = co_await run_inner(runner_, grant, *called, std::move(arguments), facts);
    if (!result.is_error) result.text = fetched_json(grant, *object, *id, result.text);
    co_return result;
}

mcp::tool_result research::refused(const tenancy::grant& grant, const mcp::tool_call& call,
                                   const main_object& object) {
    const auto* const reader = find_tool(object.get_tool);
    const auto by = reader == nullptr ? std::nullopt : refused_for_good(grant, *reader);
    {
        call_record record{shared_.audit, event_of(grant, object.get_tool, call), shared_.rules};
        record.refused("not_exposed");
        if (by) record.decided(*by);
    }
    shared_.log.warning("tool_refused", {{"request_id", call.request_id},
                                         {"mcp_server", grant.server_id},
                                         {"tool", object.get_tool}});
    if (by) return mcp::failed_result(denied_text(*by));
    return mcp::failed_result(own_error_text(
        "not_exposed", "tool_not_exposed",
        "This MCP server does not show objects of the kind " + std::string(object.name) + '.',
        "Nothing was sent. An administrator can widen its methods, tags or tool lists."));
}

}  // namespace tollgate::stripe
