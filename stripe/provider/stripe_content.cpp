#include "stripe/provider/stripe_content.hpp"

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/content/completions.hpp"
#include "stripe/content/inner_call.hpp"
#include "stripe/content/notes.hpp"
#include "stripe/content/prompt_arguments.hpp"
#include "stripe/content/prompt_book.hpp"
#include "stripe/content/prompt_text.hpp"
#include "stripe/content/resource_answer.hpp"
#include "stripe/tools/call_record.hpp"
#include "stripe/tools/exposure.hpp"
#include "stripe/tools/policy_check.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::string_view disputes_tool = "list_all_stripe_disputes";

// Writes the JSON objects of a list, one after another.
class object_list {
public:
    explicit object_list(std::string& out) : out_(out) {}

    void add(std::string_view members) {
        out_ += first_ ? "{" : ",{";
        out_ += members;
        out_ += '}';
        first_ = false;
    }

private:
    std::string& out_;
    bool first_ = true;
};

std::string arguments_of(const requested_resource& requested, std::string_view tool) {
    std::string out = "{";
    base::json_members members{out};
    switch (requested.from->form) {
        case resource_form::object:
            members.text("id", requested.value);
            break;
        case resource_form::payment:
            members.text("id", requested.value).raw("expand", R"(["payment_intent","refunds"])");
            break;
        case resource_form::customers_by_email:
            if (tool.starts_with("search_")) {
                std::string clause = R"([{"field":"email","op":"=",)";
                base::json_members{clause}.text("value", requested.value);
                members.raw("where", clause + "}]");
            } else {
                members.text("email", requested.value);
            }
            members.number("limit", 100);
            break;
    }
    return out += '}';
}

// The decision on every call of the tool, if the rules refuse them all.
std::optional<tenancy::decision> rule_against(std::string_view tool, const tenancy::grant& grant) {
    const auto* const known = find_tool(tool);
    return known == nullptr ? std::nullopt : refused_for_good(grant, *known);
}

std::string hidden_prompt(const prompt& one, std::string_view tool,
                          const std::optional<tenancy::decision>& by) {
    const auto out =
        "The prompt " + one.name + " needs the tool '" + std::string(tool) + "', which ";
    if (by) return out + "cannot be called. " + denied_advice(*by);
    return out + "is not exposed by this MCP server. An administrator can widen its filter.";
}

// The tool by which the resource is read, whether it is shown or not.
std::string_view reader_of(const resource_template& from) {
    return from.form == resource_form::customers_by_email ? "list_all_stripe_customers"
                                                          : from.object->get_tool;
}

bool is_disputed(std::string_view charge) {
    simdjson::dom::parser parser;
    bool disputed = false;
    return parser.parse(charge.data(), charge.size())["disputed"].get(disputed) ==
               simdjson::SUCCESS &&
           disputed;
}

// The intent of a charge: its id, or the id of the expanded object.
std::string intent_in(std::string_view charge) {
    simdjson::dom::parser parser;
    simdjson::dom::element intent;
    std::string_view id;
    if (parser.parse(charge.data(), charge.size())["payment_intent"].get(intent) !=
        simdjson::SUCCESS)
        return {};
    if (intent.get(id) != simdjson::SUCCESS && intent["id"].get(id) != simdjson::SUCCESS) return {};
    return std::string(id);
}

// Adds a member to a JSON object.
void add_member(std::string& object, std::string_view name, const std::string& json) {
    object.pop_back();
    object += ",\"" + std::string(name) + "\":" + json + '}';
}

}  // namespace

stripe_content::stripe_content(upstream& api, const tool_services& shared)
    : runner_(api, shared), shared_(shared) {}

void stripe_content::append_resources(const tenancy::grant& grant, std::string& out) const {
    object_list list{out};
    for (const auto& one : notes()) {
        if (!shows_note(grant, one)) continue;
        std::string members;
        base::json_members{members}
            .text("uri", one.uri)
            .text("name", one.name)
            .text("title", one.title)
            .text("description", one.description)
            .text("mimeType", "text/markdown")
            .number("size", static_cast<std::int64_t>(one.text.size()));
        list.add(members);
    }
}

void stripe_content::append_templates(const tenancy::grant& grant, std::string& out) const {
    object_list list{out};
    for (const auto& one : resource_templates()) {
        if (tool_of(one, grant).empty()) continue;
        std::string members;
        base::json_members{members}
            .text("uriTemplate", one.uri)
            .text("name", one.name)
            .text("title", one.title)
            .text("description", one.description)
            .text("mimeType", "application/json");
        list.add(members);
    }
}

base::awaitable<mcp::content_answer> stripe_content::read_resource(const tenancy::grant& grant,
                                                                   mcp::resource_request request) {
    if (const auto* const found = find_note(grant, request.uri)) {
        mcp::content_answer out;
        out.members = contents_json(request.uri, "text/markdown", found->text);
        co_return out;
    }
    const auto requested = read_resource_uri(request.uri);
    if (!requested) co_return no_resource(requested.error().message);
    co_return co_await read(grant, request, *requested);
}

base::awaitable<mcp::content_answer> stripe_content::read(const tenancy::grant& grant,
                                                          const mcp::resource_request& request,
                                                          const requested_resource& requested) {
    const auto tool = tool_of(*requested.from, grant);
    const auto* const called = find_tool(tool);
    if (called == nullptr) co_return refused(grant, request, *requested.from);
    auto arguments = arguments_of(requested, tool);
    const inner_call_facts facts{request.deadline, request.request_id, request.client,
                                 request.mcp_method};
    auto result = co_await run_inner(runner_, grant, *called, std::move(arguments), facts);
    const bool by_email = requested.from->form == resource_form::customers_by_email;
    std::string orders;
    if (by_email && !result.is_error) orders = co_await order_history(grant, request, requested);
    mcp::content_answer out;
    if (by_email && !result.is_error && orders.empty() && is_empty_page(result.text)) {
        out = no_resource("This account has no customer with that e-mail address.");
        out.http_headers = std::move(result.http_headers);
    } else {
        if (requested.from->form == resource_form::payment && !result.is_error)
            co_await add_disputes(grant, request, requested, result);
        if (requested.from->form == resource_form::payment && !result.is_error)
            co_await add_orders(grant, requested, result);
        if (!orders.empty()) add_member(result.text, "orders", orders);
        out = as_resource(request.uri, std::move(result));
    }
    out.ran = called->tool_name();
    co_return out;
}

mcp::content_answer stripe_content::refused(const tenancy::grant& grant,
                                            const mcp::resource_request& request,
                                            const resource_template& from) {
    const auto reader = reader_of(from);
    const auto by = rule_against(reader, grant);
    const record_facts asked{request.mcp_method, request.client, request.request_id};
    {
        call_record record{shared_.audit, event_about(grant, reader, asked), shared_.rules};
        record.refused("not_exposed");
        if (by) record.decided(*by);
    }
    shared_.log.warning("tool_refused", {{"request_id", request.request_id},
                                         {"mcp_server", grant.server_id},
                                         {"tool", reader},
                                         {"resource", from.uri}});
    if (by)
        return no_resource("The resource " + from.uri + " cannot be read. " + denied_advice(*by));
    return no_resource("The resource " + from.uri +
                       " is not exposed by this MCP server: its methods, tags or tool lists leave "
                       "it out. An administrator can change them.");
}

base::awaitable<void> stripe_content::add_disputes(const tenancy::grant& grant,
                                                   const mcp::resource_request& request,
                                                   const requested_resource& requested,
                                                   mcp::tool_result& payment) {
    const auto* const called = find_tool(disputes_tool);
    if (called == nullptr || visibility_of(*called, grant) != visibility::shown ||
        !is_disputed(payment.text))
        co_return;
    std::string arguments = "{";
    base::json_members{arguments}.text("charge", requested.value);
    arguments += '}';
    const inner_call_facts facts{request.deadline, request.request_id, request.client,
                                 request.mcp_method};
    auto disputes = co_await run_inner(runner_, grant, *called, std::move(arguments), facts);
    // Added even if they could not be read: the text then says why.
    payment.text.pop_back();
    payment.text += R"(,"disputes":)" + disputes.text + '}';
    payment.http_headers = std::move(disputes.http_headers);
}

base::awaitable<std::string> stripe_content::order_history(const tenancy::grant& grant,
                                                           const mcp::resource_request& request,
                                                           const requested_resource& requested) {
    const auto* const tool = find_operations_tool("get_order_history");
    if (!shows_operation(*tool, grant)) co_return std::string{};
    std::string arguments = "{";
    base::json_members{arguments}.text("email", requested.value);
    arguments += '}';
    simdjson::dom::parser parser;
    mcp::tool_call call;
    call.name = tool->facts.name;
    call.arguments = parser.parse(arguments).get_object().value();
    call.deadline = request.deadline;
    call.request_id = request.request_id;
    call.client = request.client;
    call.mcp_method = request.mcp_method;
    auto answer = co_await operations_.run(grant, *tool, call);
    auto* const read = std::get_if<mcp::tool_result>(&answer);
    // Added even if they could not be read: the text then says why.
    if (read == nullptr || read->text.find(R"("customers":[])") != std::string::npos)
        co_return std::string{};
    co_return std::move(read->text);
}

base::awaitable<void> stripe_content::add_orders(const tenancy::grant& grant,
                                                 const requested_resource& requested,
                                                 mcp::tool_result& payment) {
    if (!has_orders(grant)) co_return;
    const auto* const tool = find_operations_tool("get_order_history");
    if (!shows_operation(*tool, grant)) co_return;
    auto charge = requested.value;
    auto intent = intent_in(payment.text);
    const auto orders =
        co_await operations_.orders_of_payment(grant, std::move(charge), std::move(intent));
    if (!orders.empty()) add_member(payment.text, "orders", '[' + orders + ']');
}

void stripe_content::append_prompts(const tenancy::grant& grant, std::string& out) const {
    object_list list{out};
    for (const auto& one : prompts()) {
        if (!tools_for(one, grant)) continue;
        std::string arguments;
        object_list each{arguments};
        for (const auto& as : one.arguments) {
            std::string members;
            base::json_members{members}
                .text("name", as.name)
                .text("title", as.title)
                .text("description", as.description)
                .truth("required", as.required);
            each.add(members);
        }
        std::string members;
        base::json_members{members}
            .text("name", one.name)
            .text("title", one.title)
            .text("description", one.description)
            .raw("arguments", '[' + arguments + ']');
        list.add(members);
    }
}

base::awaitable<mcp::content_answer> stripe_content::get_prompt(const tenancy::grant& grant,
                                                                mcp::prompt_request request) {
    mcp::content_answer out;
    const auto* found = find_prompt(request.name);
    if (found != nullptr && found->needs_orders && !has_orders(grant)) found = nullptr;
    const auto cast = found == nullptr ? std::nullopt : tools_for(*found, grant);
    if (!cast) {
        out.exists = false;
        const auto tool = found == nullptr ? std::string_view{} : missing_tool(*found, grant);
        const auto by = rule_against(tool, grant);
        if (found != nullptr) out.refusal = hidden_prompt(*found, tool, by);
        const record_facts asked{mcp::name_of(mcp::method_kind::get_prompt), request.client,
                                 request.request_id};
        {
            const std::string_view about = tool.empty() ? std::string_view(request.name) : tool;
            call_record record{shared_.audit, event_about(grant, about, asked), shared_.rules};
            record.refused("not_exposed");
            if (by) record.decided(*by);
        }
        shared_.log.warning("prompt_refused",
                            {{"request_id", request.request_id},
                             {"mcp_server", grant.server_id},
                             {"prompt", base::clipped_text(request.name, base::quoted_bytes_max)}});
        co_return out;
    }
    const auto given = given_json(*found, request.arguments, shared_.clock.now());
    if (!given) {
        out.refusal = given.error().message;
        base::json_members{out.refusal_data = "{"}
            .text("code", given.error().code)
            .text("argument", given.error().field);
        out.refusal_data += '}';
        co_return out;
    }
    std::string content = "{";
    base::json_members{content}
        .text("type", "text")
        .text("text", prompt_text(*found, *cast, grant, *given));
    content += '}';
    base::json_members{out.members}
        .text("description", found->description)
        .raw("messages", R"([{"role":"user","content":)" + content + "}]");
    co_return out;
}

void stripe_content::append_completions(const tenancy::grant& grant,
                                        const mcp::completion_request& request,
                                        std::string& out) const {
    std::string_view comma;
    for (const auto& value : completions(grant, request)) {
        out += comma;
        base::append_json_string(out, value);
        comma = ",";
    }
}

// Returns nothing for a prompt or template that this server does not offer.
std::vector<std::string> stripe_content::completions(const tenancy::grant& grant,
                                                     const mcp::completion_request& request) const {
    static const seen_ids nothing_seen;
    const auto& seen = shared_.seen == nullptr ? nothing_seen : *shared_.seen;
    const auto now = shared_.clock.now();
    if (!request.of_prompt) {
        const auto* const from = find_template(request.reference);
        if (from == nullptr || request.argument != from->variable || tool_of(*from, grant).empty())
            return {};
        return complete_variable(*from, grant, request.value, seen, now);
    }
    const auto* const found = find_prompt(request.reference);
    if (found == nullptr || !tools_for(*found, grant)) return {};
    const auto* const as = find_argument(*found, request.argument);
    if (as == nullptr) return {};
    return complete_argument(*as, grant, request.value, seen, now);
}

}  // namespace tollgate::stripe
