#include "mcp/streams/listen.hpp"

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "mcp/json_rpc/reply.hpp"
#include "mcp/streams/event_text.hpp"

namespace tollgate::mcp {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t resources_max = 100;
constexpr std::string_view with_priming_event = "2025-11-25";

struct wanted_list {
    std::string_view member;
    list_set list;
    std::string_view method;
};
constexpr std::array<wanted_list, 3> wanted_lists{{
    {"toolsListChanged", tools_list, "notifications/tools/list_changed"},
    {"promptsListChanged", prompts_list, "notifications/prompts/list_changed"},
    {"resourcesListChanged", resources_list, "notifications/resources/list_changed"},
}};

// The accepted part of a client's filter; `shown` is the same as JSON members.
struct filter {
    list_set lists = 0;
    std::vector<std::string> resources;
    std::string shown;
};

std::optional<filter> read_filter(const message& value, const stream_offer& offer) {
    dom::object wanted;
    if (!value.params || value.params->at_key("notifications").get(wanted) != simdjson::SUCCESS)
        return {};
    filter out;
    base::json_members shown{out.shown};
    for (const auto& [member, list, method] : wanted_lists) {
        dom::element given;
        if (wanted.at_key(member).get(given) != simdjson::SUCCESS) continue;
        bool yes = false;
        if (given.get(yes) != simdjson::SUCCESS) return {};
        if (!yes || (offer.lists & list) == 0) continue;
        out.lists |= list;
        shown.truth(member, true);
    }
    dom::element given;
    if (wanted.at_key("resourceSubscriptions").get(given) != simdjson::SUCCESS) return out;
    dom::array uris;
    if (given.get(uris) != simdjson::SUCCESS || uris.size() > resources_max) return {};
    std::string list = "[";
    for (const auto item : uris) {
        std::string_view uri;
        if (item.get(uri) != simdjson::SUCCESS) return {};
        if (!offer.updates) continue;
        if (list.size() > 1) list += ',';
        base::append_json_string(list, uri);
        out.resources.emplace_back(uri);
    }
    if (!out.resources.empty()) shown.raw("resourceSubscriptions", list + ']');
    return out;
}

std::string subscription_tag(std::string_view id_json) {
    std::string out = R"({"io.modelcontextprotocol/subscriptionId":)";
    return out.append(id_json).append("}");
}

std::string acknowledgement(const filter& honoured, std::string_view tag) {
    std::string json = R"({"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged",)";
    json.append(R"("params":{"_meta":)").append(tag).append(R"(,"notifications":{)");
    json.append(honoured.shown).append("}}}");
    return event_text(json);
}

// The answer to the request itself, which ends the stream (schema: SubscriptionsListenResult).
std::string final_result(std::string_view id_json, std::string_view server_info_json) {
    std::string json;
    open_result(json, id_json);
    json += R"({"resultType":"complete","_meta":{"io.modelcontextprotocol/subscriptionId":)";
    json.append(id_json).append(R"(,"io.modelcontextprotocol/serverInfo":)");
    json.append(server_info_json).append("}}}");
    return event_text(json);
}

// A mark of the list that a client sees; depends only on the list, and is equal on every instance.
std::string list_mark(const stream_offer& offer, const tenancy::grant& grant) {
    std::string seen = grant.listing_key;
    seen.append(offer.server_info_json);
    constexpr std::size_t bytes = 6;
    return base::hex(base::as_view(base::sha256(seen)).substr(0, bytes));
}

// A random reconnection delay, so that clients do not all return at once after an instance has
// stopped.
std::string retry_line() {
    const auto byte = static_cast<unsigned char>(base::random_bytes(1).front());
    return "retry: " + std::to_string(1'000 + 12 * byte) + "\n";
}

}  // namespace

base::http_response listen(loop_streams& streams, const stream_offer& offer,
                           const tenancy::grant& grant, const message& value,
                           base::response_stream* stream) {
    if (stream == nullptr)
        return error_reply(406, value.id_json,
                           {invalid_request,
                            "subscriptions/listen is answered by a stream: accept "
                            "text/event-stream.",
                            {}});
    auto honoured = read_filter(value, offer);
    if (!honoured)
        return error_reply(200, value.id_json,
                           {invalid_params,
                            "subscriptions/listen needs params.notifications, an object of true "
                            "and false, and of at most 100 URIs as resourceSubscriptions.",
                            {}});
    stream_terms terms;
    terms.lists = honoured->lists;
    terms.tag = subscription_tag(value.id_json);
    terms.first = acknowledgement(*honoured, terms.tag);
    terms.last = final_result(value.id_json, offer.server_info_json);
    terms.resources = std::move(honoured->resources);
    if (terms.lists == 0 && terms.resources.empty() && stream->open()) {
        base::http_response acknowledged;
        acknowledged.body = terms.first + terms.last;
        return acknowledged;
    }
    const auto refused = streams.open(grant, stream, std::move(terms));
    if (refused == stream_refusal::none) return {};
    auto reply =
        error_reply(503, value.id_json, {internal_error, std::string(text_of(refused)), {}});
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

base::http_response follow(stream_hub& hub, const tenancy::grant& grant, const message& value,
                           bool begins) {
    std::string_view uri;
    if (!value.params || value.params->at_key("uri").get(uri) != simdjson::SUCCESS || uri.empty())
        return error_reply(
            200, value.id_json,
            {invalid_params, std::string(value.method) + " needs params.uri, a string.", {}});
    if (!begins) {
        hub.leave(grant.server_id, std::string(uri));
    } else if (!hub.follow(grant.server_id, std::string(uri))) {
        return error_reply(200, value.id_json,
                           {internal_error, "There are too many subscriptions.", {}});
    }
    return result_reply(value.id_json, "{}");
}

stream_terms get_terms(const stream_offer& offer, const tenancy::grant& grant,
                       const base::http_request& request) {
    stream_terms terms;
    terms.lists = offer.lists;
    terms.follows = offer.updates;
    terms.session_id = std::string{request.header("Mcp-Session-Id")};
    const std::string mark = list_mark(offer, grant) + '-';
    // Older clients treat an event without data as a malformed message.
    const bool primed = request.header("MCP-Protocol-Version") >= with_priming_event;
    terms.first = primed ? "id: " + mark + base::random_base62(12) + "\n" : ": open\n";
    terms.first += retry_line();
    terms.first += primed ? "data: \n\n" : "\n";
    const auto seen = request.header("Last-Event-ID");
    if (seen.empty() || seen.starts_with(mark)) return terms;
    for (const auto& [member, list, method] : wanted_lists)
        if ((offer.lists & list) != 0)
            terms.first.append(
                event_text(R"({"jsonrpc":"2.0","method":")" + std::string(method) + R"("})"));
    return terms;
}

}  // namespace tollgate::mcp
