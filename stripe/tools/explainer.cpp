#include "stripe/tools/explainer.hpp"

#include <algorithm>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/answer/account_state.hpp"
#include "stripe/answer/error.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/listing/declared_list.hpp"
#include "stripe/listing/reach.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "stripe/listing/search_calls.hpp"
#include "stripe/listing/service_operation.hpp"
#include "stripe/listing/tool_list.hpp"
#include "stripe/request/connected_account.hpp"
#include "stripe/request/multipart_preview.hpp"
#include "stripe/scope/scoped_call.hpp"
#include "stripe/state/state_reads.hpp"
#include "stripe/tools/exposure.hpp"
#include "stripe/tools/policy_check.hpp"
#include "stripe/tools/preparation.hpp"
#include "stripe/tools/write_intent.hpp"
#include "stripe/upstream/request_text.hpp"
#include "stripe/writes/receipt_metadata.hpp"
#include "tenancy/policy/state_checks.hpp"
#include "tenancy/rules/group_names.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

struct question {
    std::string_view tool;
    dom::object arguments;
};

base::result<question> read_explain_request(dom::object body, dom::object none) {
    for (const auto member : body)
        if (member.key != "tool" && member.key != "arguments")
            return base::invalid(
                "unknown_field", "the members are tool and arguments",
                std::string(base::clipped_text(member.key, base::quoted_bytes_max)));
    question out;
    dom::element given;
    if (body["tool"].get(given) != simdjson::SUCCESS)
        return base::invalid("missing_field", "tool is required: the name of a tool", "tool");
    if (given.get(out.tool) != simdjson::SUCCESS)
        return base::invalid("wrong_type", "tool must be a string", "tool");
    out.arguments = none;
    if (body["arguments"].get(given) == simdjson::SUCCESS &&
        given.get(out.arguments) != simdjson::SUCCESS)
        return base::invalid("wrong_type", "arguments must be an object", "arguments");
    return out;
}

void write_headers(std::string_view head, base::json_members& into) {
    std::string out = "{";
    base::json_members members{out};
    while (!head.empty()) {
        const auto line = head.substr(0, head.find("\r\n"));
        head.remove_prefix(std::min(head.size(), line.size() + 2));
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos)
            members.text(line.substr(0, colon), line.substr(colon + 2));
    }
    into.raw("headers", out += '}');
}

// Writes a JSON string with invisible characters escaped and secrets masked.
void write_masked(base::json_members& into, std::string_view key, std::string_view text) {
    const std::string masked = mask_secrets(text);
    flat_text out(masked.size() + 64);
    out.put_string(masked);
    into.raw(key, out.view());
}

upstream_options receiver_of(const prepared_call& call, const upstream_options& api) {
    if (call.grant.account->service) return service_options(api, *call.grant.account->service);
    return call.request.host == api_host::files ? files_options(api) : api;
}

// The credential of a service has no known form, so it is replaced completely.
base::secret shown_credential(const tenancy::account_access& account) {
    if (account.service) return base::secret{"***"};
    return base::secret{mask_secrets(account.credential.reveal())};
}

// The request as it would be sent, taken from the actual request text.
std::string request_json(const prepared_call& call, const upstream_options& api) {
    const auto to = receiver_of(call, api);
    tenancy::account_access shown = *call.grant.account;
    shown.credential = shown_credential(shown);
    upstream_request request{.method = call.request.method,
                             .target = call.request.target,
                             .body = call.request.body,
                             .idempotency_key = call.request.idempotency_key,
                             .access = shown,
                             .default_version = call.request.default_version,
                             .deadline = call.request.deadline,
                             .content_type = call.request.content_type,
                             .host = call.request.host,
                             .connected_account = call.request.connected_account};
    if (!request.idempotency_key.empty() && !call.key_given)
        request.idempotency_key = "made for each call";
    if (names_receipt(call)) add_receipt(request.body, "rcp_made_for_each_call");
    const std::string text = request_text(request, to);
    const std::string_view whole{text};
    const auto head_end = whole.find("\r\n\r\n");
    const auto line_end = whole.find("\r\n");
    std::string url = to.tls ? "https://" : "http://";
    url += to.host;
    if (to.port != (to.tls ? "443" : "80")) url += ':' + to.port;
    url += request.target;
    std::string out = "{";
    base::json_members members{out};
    members.text("method", request.method);
    write_masked(members, "url", url);
    write_headers(whole.substr(line_end + 2, head_end - line_end), members);
    const auto body = whole.substr(head_end + 4);
    const bool upload = request.content_type.starts_with("multipart/");
    write_masked(members, "body",
                 upload ? preview_multipart(body, request.content_type) : std::string(body));
    members.number("body_bytes", static_cast<std::int64_t>(body.size()));
    if (upload)
        members.text("shortened",
                     "The bytes of the file are left out of body, and what is over 4,096 bytes.");
    else
        members.raw("shortened", "null");
    return out += '}';
}

// A short form of the error that a tool would have returned. `text` is {"error":{…}}.
std::string refused_json(std::string_view rule, const std::string& text) {
    std::string out = "{";
    base::json_members members{out};
    members.text("rule", rule);
    dom::parser parser;
    dom::object error;
    if (parser.parse(text)["error"].get(error) == simdjson::SUCCESS)
        for (const std::string_view key : {"code", "param", "message", "next_step"})
            if (std::string_view value; error[key].get(value) == simdjson::SUCCESS)
                members.text(key, mask_secrets(value));
    return out += '}';
}

std::string refused_json(std::string_view rule, std::string_view code, std::string_view message) {
    std::string out = "{";
    base::json_members{out}.text("rule", rule).text("code", code).text("message", message);
    return out += '}';
}

// `refused`, an object, with the layer of its rule if it has one.
std::string with_layer(std::string refused, std::string_view layer) {
    if (layer.empty()) return refused;
    refused.back() = ',';
    base::json_members{refused}.text("layer", layer);
    return refused += '}';
}

std::string decision_json(const tenancy::decision& decided) {
    std::string out = "{";
    base::json_members members{out};
    members.text("rule", decided.rule)
        .text("code", "policy_denied")
        .text("layer", to_string(decided.where))
        .number("policy_version", decided.policy_version)
        .text("effect", to_string(decided.outcome))
        .text("message", mask_secrets(decided.reason));
    if (!decided.remedy.empty()) members.text("next_step", mask_secrets(decided.remedy));
    if (decided.outcome == tenancy::effect::needs_approval)
        members.number("approvals_needed", decided.approval.needed)
            .text("approvals_by", decided.approval.by_people ? "people" : "anyone")
            .raw("approver_groups", tenancy::groups_json(decided.approval.groups));
    return out += '}';
}

// Names the rules that count calls: they may refuse the call when it is made.
std::string with_counted(std::string out, const tenancy::call_charges& charges) {
    std::vector<std::string_view> rules;
    for (const auto& one : charges.counts) rules.push_back(one.by->id);
    for (const auto& one : charges.caps) rules.push_back(one.by->id);
    std::ranges::sort(rules);
    rules.erase(std::ranges::unique(rules).begin(), rules.end());
    if (rules.empty()) return out;
    std::string list;
    for (const auto rule : rules) list += (list.empty() ? "\"" : ",\"") + std::string(rule) + '"';
    out += ',';
    base::json_members{out}.raw("counted_by", '[' + list + ']');
    return out;
}

// Names what is read before such a call is decided, and its cost; nothing is read here.
std::string with_reads(std::string out, const tenancy::state_needs& needs) {
    using tenancy::state_kind;
    if (!needs.any()) return out;
    std::string list;
    for (const auto kind : {state_kind::remaining, state_kind::dispute, state_kind::age,
                            state_kind::capturable, state_kind::repeat}) {
        if ((needs.kinds & bit(kind)) == 0) continue;
        std::string one = "{";
        base::json_members{one}
            .text("about", to_string(kind))
            .text("reads", tenancy::cost_of(kind));
        list += (list.empty() ? "" : ",") + one + '}';
    }
    const int requests =
        (needs_object(needs.kinds) ? 1 : 0) + (needs_disputes(needs.kinds) ? 1 : 0);
    out += ',';
    base::json_members{out}
        .raw("decided_after", '[' + list + ']')
        .number("extra_requests", requests);
    return out;
}

// Names the rules that do not apply now because of an exception.
std::string with_exceptions(std::string out, const tenancy::decision& decided) {
    if (decided.excepted.empty()) return out;
    std::string list;
    for (const auto& one : decided.excepted) list += (list.empty() ? "\"" : ",\"") + one.id + '"';
    out += ',';
    base::json_members{out}.raw("excepted", '[' + list + ']');
    return out;
}

// Names the rules that limit the data of the call.
std::string with_scopes(std::string out, const tenancy::call_charges& charges) {
    if (charges.scopes.empty()) return out;
    std::string list;
    for (const auto& one : charges.scopes) list += (list.empty() ? "\"" : ",\"") + one.by->id + '"';
    out += ',';
    base::json_members{out}.raw("scoped_by", '[' + list + ']');
    return out;
}

// The decision on a call whose arguments show that it is outside the scope of its data.
std::optional<tenancy::decision> outside_now(const prepared_call& call,
                                             const tenancy::call_charges& charges) {
    const std::string_view acts_for = call.request.connected_account.empty()
                                          ? std::string_view(call.grant.account->stripe_account)
                                          : call.request.connected_account;
    for (const auto& use : charges.scopes)
        if (auto why = outside_by_arguments({call.arguments, call.target, acts_for}, *use.scope))
            return tenancy::refused_by(use, std::move(*why));
    return {};
}

// How tools/list shows a visible operation.
std::string_view how_listed(const operation& one, const tenancy::grant& grant) {
    const auto list = list_tools(grant);
    if (!list.searching) return "full";
    const bool pinned =
        std::find(list.operations.begin(), list.operations.end(), &one) != list.operations.end();
    return pinned ? "pinned" : "search";
}

bool lists_search(const tenancy::grant& grant) {
    return lists_search_tools(grant);
}

std::string end_with(std::string out, std::string_view refused, std::string_view request) {
    out += ',';
    base::json_members{out}
        .truth("allowed", refused == "null")
        .raw("refused_by", refused)
        .raw("request", request)
        .truth("sent", false);
    return out += '}';
}

std::string explain_operation(const tenancy::grant& grant, const operation& called,
                              dom::object arguments, const tool_services& services,
                              const upstream_options& api,
                              const tenancy::declared_tool* declared = nullptr) {
    std::string out = "{";
    base::json_members members{out};
    const auto hidden = why_hidden(called, grant);
    members.text("tool", called.tool_name()).truth("visible", hidden.empty());
    if (declared != nullptr) members.text("declared", declared->name);
    if (hidden.empty())
        members.text("listed", declared != nullptr ? "full" : how_listed(called, grant))
            .raw("reason", "null");
    else
        members.raw("listed", "null").text("reason", hidden);
    std::string why;
    // A freeze is checked before all rules.
    if (grant.frozen && !grant.needs_reauth && !called.read_only())
        return end_with(std::move(out),
                        with_layer(refused_json("frozen", state_refusal(called, grant)),
                                   to_string(tenancy::layer::frozen)),
                        "null");
    if (const auto refused = refused_for_good(grant, called))
        return end_with(std::move(out), decision_json(*refused), "null");
    const bool exposed = called.made != nullptr
                             ? hidden.empty()
                             : find_exposed(grant, called.tool_name(), why) != nullptr;
    if (!exposed)
        return end_with(std::move(out), refused_json("filter", "not_exposed", why), "null");
    mcp::tool_call call;
    call.name = called.tool_name();
    call.arguments = arguments;
    auto prepared = read_call(grant, called, call, services);
    if (const auto* refusal = std::get_if<call_refusal>(&prepared))
        return end_with(std::move(out),
                        with_layer(refused_json(refusal->rule, refusal->text), refusal->layer),
                        "null");
    auto& ready = std::get<prepared_call>(prepared);
    ready.declared = declared;
    auto verdict = ask_rules(ready, services.clock.now());
    out = with_exceptions(std::move(out), verdict.decided);
    out = with_scopes(std::move(out), verdict.charges);
    if (verdict.limits_data())
        if (auto outside = outside_now(ready, verdict.charges))
            verdict.decided = std::move(*outside);
    if (verdict.needs_state()) out = with_reads(std::move(out), verdict.charges.needs);
    if (verdict.decided.outcome != tenancy::effect::allow)
        return end_with(std::move(out), decision_json(verdict.decided), request_json(ready, api));
    return end_with(with_counted(std::move(out), verdict.charges), "null",
                    request_json(ready, api));
}

// For a name of an unknown or hidden operation.
std::string explain_unknown(const tenancy::grant& grant, std::string_view name) {
    std::string why;
    find_exposed(grant, name, why);
    std::string out = "{";
    base::json_members{out}
        .text("tool", mask_secrets(base::clipped_text(name, base::quoted_bytes_max)))
        .truth("visible", false)
        .raw("listed", "null")
        .text("reason", "unknown");
    return end_with(std::move(out), refused_json("filter", "unknown_tool", mask_secrets(why)),
                    "null");
}

// For a search tool that sends nothing, or whose arguments name no operation.
std::string explain_search_tool(std::string_view name, std::string_view refused) {
    std::string out = "{";
    base::json_members{out}
        .text("tool", name)
        .truth("visible", true)
        .text("listed", "full")
        .raw("reason", "null");
    return end_with(std::move(out), refused, "null");
}

}  // namespace

base::result<std::string> explainer::explain(const tenancy::grant& value,
                                             std::string_view body) const {
    dom::parser parser;
    dom::parser empty;
    const dom::object none = empty.parse(std::string_view{"{}"}).get_object().value_unsafe();
    dom::object members;
    if (parser.parse(body.data(), body.size()).get(members) != simdjson::SUCCESS)
        return base::invalid("invalid_json", "the body must be a JSON object");
    const auto asked = read_explain_request(members, none);
    if (!asked) return asked.error();
    if (const auto* through = find_search_tool(asked->tool);
        through != nullptr && lists_search(value)) {
        if (through->which == search_tool::find || through->which == search_tool::describe)
            return explain_search_tool(asked->tool, "null");
        const auto inner = unwrap(through->which, asked->arguments, callable_by(value));
        if (!inner) {
            // As the call itself is refused: with the rule, if one refuses the operation for good.
            const auto* const named = operation_named_in(asked->arguments);
            if (named != nullptr && refused_for_good(value, *named))
                return explain_operation(value, *named, none, shared_, upstream_);
            return explain_search_tool(asked->tool,
                                       refused_json("arguments", refusal_text(inner.error())));
        }
        return explain_operation(value, *inner->called,
                                 inner->without_arguments ? none : inner->arguments, shared_,
                                 upstream_);
    }
    for (const auto& one : research_tools(value.filter, value.listing, value.account->mode))
        if (one.name == asked->tool) return explain_search_tool(asked->tool, "null");
    if (asked->tool == receipt_tool_name && has_receipt_tool(value))
        return explain_search_tool(asked->tool, "null");
    const auto* const called = find_tool(asked->tool);
    if (called == nullptr) return explain_unknown(value, asked->tool);
    return explain_operation(value, *called, asked->arguments, shared_, upstream_);
}

base::result<std::string> explainer::describe(const tenancy::grant& value,
                                              std::string_view tool) const {
    if (const auto* const own = find_search_tool(tool); own != nullptr && lists_search(value))
        return std::string{own->json};
    const auto* const called = find_tool(tool);
    if (called == nullptr)
        return base::fail(base::errc::not_found, "unknown_tool",
                          "there is no tool of that name whose arguments are listed");
    std::string out;
    append_with_property(out, shown_tool(value, *called), "inputSchema",
                         connected_account_member(value.account->connected_accounts));
    return out;
}

base::result<std::string> explainer::explain_declared(const tenancy::grant& value,
                                                      const tenancy::declared_tool& tool,
                                                      const std::string& arguments) const {
    dom::parser parser;
    dom::object given;
    if (parser.parse(arguments).get(given) != simdjson::SUCCESS)
        return base::invalid("invalid_json", "the arguments must be a JSON object", "arguments");
    return explain_operation(value, *operation_of(tool), given, shared_, upstream_, &tool);
}

}  // namespace tollgate::stripe
