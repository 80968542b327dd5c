#include "stripe/declarations/request_preview.hpp"

#include <algorithm>

#include "stripe/catalog/made_operation.hpp"
#include "stripe/declarations/declared_arguments.hpp"
#include "stripe/request/encoder.hpp"
#include "stripe/request/idempotency_key.hpp"
#include "stripe/request/service_request.hpp"
#include "stripe/upstream/request_text.hpp"
#include "tenancy/policy/decide.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr std::string_view masked_key = "sk_***";
constexpr std::string_view masked_credential = "***";
constexpr std::string_view made_key = "made for each call";
constexpr std::string_view stand_in = "tollgate0parameter0of0the0path0";

bool is_in_path(const resolved_capability& one, const std::string& name) {
    if (one.called->made != nullptr) {
        const auto& known = one.called->made->parameters;
        const auto found = std::ranges::find(known, name, &made_parameter::name);
        return found != known.end() && found->place == place::path;
    }
    const auto* const known = one.called->find_parameter(name);
    return known != nullptr && known->place() == place::path;
}

// What takes the place of the parameters of the path that are not given: an id until the request is
// encoded, and the name in braces afterwards.
struct open_parameter {
    std::string id;
    std::string shown;
};

std::vector<open_parameter> open_parameters(const resolved_capability& one, dom::object given,
                                            std::string& arguments) {
    std::vector<open_parameter> out;
    for (const auto& input : one.tool.inputs) {
        dom::element value;
        if (!is_in_path(one, input.path.front()) || !input.usual.empty() ||
            given.at_key(input.name).get(value) == simdjson::SUCCESS)
            continue;
        out.push_back({std::string(stand_in) + std::to_string(out.size()), '{' + input.name + '}'});
        arguments.pop_back();
        arguments += (arguments.size() > 1 ? ",\"" : "\"") + input.path.front() + "\":\"" +
                     out.back().id + "\"}";
    }
    return out;
}

// Names that encode() need not find: the gateway's own, and with `all` what the tool requires.
std::vector<std::string_view> passed_over(const resolved_capability& one, bool all) {
    std::vector<std::string_view> out{"next_cursor", "fields", "query"};
    if (!all) return out;
    for (const auto& known : one.called->parameters())
        if (known.required() && known.place() != place::path) out.push_back(known.name());
    return out;
}

// "Header: value" lines, without the request line and the body.
std::string head_of(const std::string& text) {
    const std::string_view whole{text};
    const auto from = whole.find("\r\n") + 2;
    const auto to = whole.find("\r\n\r\n");
    std::string out{whole.substr(from, to - from)};
    std::erase(out, '\r');
    return out;
}

base::result<encoded_request> encode_preview(const resolved_capability& one, dom::object arguments,
                                             bool all) {
    if (one.called->made != nullptr) return encode_for_service(*one.called, arguments);
    const auto names = passed_over(one, all);
    return encode(*one.called, arguments, accepted_parameters::documented, names,
                  listed_values::closed);
}

upstream_options receiver_of(const resolved_capability& one) {
    if (one.service) return service_options({}, *one.service);
    return one.called->host() == api_host::files ? files_options({}) : upstream_options{};
}

std::string address_of(const resolved_capability& one, const upstream_options& to) {
    if (!one.service) return "https://" + to.host;
    return (to.tls ? "https://" : "http://") + one.service->authority();
}

tenancy::decision decision_on(const resolved_capability& one, dom::object arguments,
                              base::timestamp now) {
    tenancy::call_charges charges;
    const tenancy::call_policies none{
        .tools = one.tool.directory, .team = {}, .account = {}, .server = {}};
    return tenancy::decide(none,
                           {.tool = one.called->tool_name(),
                            .kind = one.called->kind(),
                            .arguments = arguments,
                            .now = now,
                            .declared = one.tool.rules.get()},
                           charges);
}

}  // namespace

base::result<previewed_request> preview_request(const resolved_capability& one, dom::object given,
                                                bool all, base::timestamp now) {
    auto arguments = operation_arguments_of(
        one.tool, given, {}, all ? absent_arguments::left_out : absent_arguments::refused);
    if (!arguments) return arguments.error();
    const auto open = open_parameters(one, given, *arguments);
    dom::parser parser;
    const auto object = parser.parse(*arguments).get_object().value();
    auto encoded = encode_preview(one, object, all);
    if (!encoded) return encoded.error();
    tenancy::account_access access;
    access.service = one.service;
    access.credential = base::secret{std::string(one.service ? masked_credential : masked_key)};
    const bool writes = one.called->method() != http_method::get;
    const bool keyed = writes && carries_idempotency_key(*one.called);
    const std::string key =
        encoded->operation_key.empty() ? std::string(made_key) : std::move(encoded->operation_key);
    const upstream_request request{.method = to_string(one.called->method()),
                                   .target = encoded->target,
                                   .body = encoded->body,
                                   .idempotency_key = keyed ? key : std::string{},
                                   .access = access,
                                   .default_version = api_version(),
                                   .deadline = {},
                                   .content_type = encoded->content_type,
                                   .host = one.called->host()};
    const auto to = receiver_of(one);
    previewed_request out{.method = std::string(request.method),
                          .url = address_of(one, to) + encoded->target,
                          .head = head_of(request_text(request, to)),
                          .body = std::move(encoded->body)};
    for (const auto& each : open)
        if (const auto at = out.url.find(each.id); at != std::string::npos)
            out.url.replace(at, each.id.size(), each.shown);
    out.decided = decision_on(one, object, now);
    return out;
}

}  // namespace tollgate::stripe
