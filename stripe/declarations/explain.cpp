#include "stripe/declarations/explain.hpp"

#include <simdjson.h>

#include <array>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/declarations/declared_arguments.hpp"
#include "stripe/declarations/declared_calls.hpp"
#include "stripe/listing/declared_list.hpp"
#include "stripe/request/connected_account.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

// The explanation of a call that is refused before it becomes one of Stripe's.
std::string refused_call(std::string_view name, bool visible, std::string_view rule,
                         const base::failure& why) {
    std::string refused = "{";
    base::json_members of{refused};
    of.text("rule", rule).text("code", why.code).text("layer", "declaration");
    if (!why.field.empty()) of.text("param", mask_secrets(why.field));
    of.text("message", mask_secrets(why.message));
    std::string out = "{";
    base::json_members members{out};
    members.text("tool", mask_secrets(base::clipped_text(name, base::quoted_bytes_max)))
        .truth("visible", visible);
    if (visible)
        members.text("listed", "full").raw("reason", "null");
    else
        members.raw("listed", "null").text("reason", rule);
    members.truth("allowed", false)
        .raw("refused_by", refused + '}')
        .raw("request", "null")
        .truth("sent", false);
    return out + '}';
}

}  // namespace

base::result<std::string> declared_explainer::explain(const tenancy::grant& value,
                                                      std::string_view body) const {
    dom::parser parser;
    dom::parser empty;
    dom::element whole;
    std::string_view name;
    const bool declares = value.declared != nullptr || value.account->service;
    if (!declares || parser.parse(body.data(), body.size()).get(whole) != simdjson::SUCCESS ||
        whole["tool"].get(name) != simdjson::SUCCESS)
        return rest_.explain(value, body);
    const auto* const tool = find_declared(value, name);
    if (tool == nullptr) {
        const auto why = declared_refusal(value, name);
        if (!why) return rest_.explain(value, body);
        const bool forbidden = value.declared != nullptr && value.declared->forbids(name);
        return refused_call(
            name, false, forbidden ? "forbidden" : "filter",
            base::fail(base::errc::forbidden, forbidden ? "forbidden" : "not_exposed", *why));
    }
    dom::object arguments = empty.parse(std::string_view{"{}"}).get_object().value_unsafe();
    if (dom::element given; whole["arguments"].get(given) == simdjson::SUCCESS &&
                            given.get(arguments) != simdjson::SUCCESS)
        return base::invalid("wrong_type", "arguments must be an object", "arguments");
    const std::array<std::string_view, 1> chosen{connected_account_name};
    const bool chooses = !value.account->connected_accounts.empty();
    const auto mapped = operation_arguments_of(
        *tool, arguments, std::span<const std::string_view>{chosen}.first(chooses ? 1 : 0),
        absent_arguments::refused);
    if (!mapped) return refused_call(name, true, "arguments", mapped.error());
    return ordinary_.explain_declared(value, *tool, *mapped);
}

base::result<std::string> declared_explainer::describe(const tenancy::grant& value,
                                                       std::string_view tool) const {
    const auto* const declared = value.declared == nullptr ? nullptr : value.declared->find(tool);
    if (declared == nullptr) {
        if (!value.account->service) return rest_.describe(value, tool);
        return base::fail(base::errc::not_found, "unknown_tool",
                          "no declared tool of this account has this name");
    }
    std::string out;
    append_with_property(out, declared->json, "inputSchema",
                         connected_account_member(value.account->connected_accounts));
    return out;
}

}  // namespace tollgate::stripe
