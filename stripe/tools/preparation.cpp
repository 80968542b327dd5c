#include "stripe/tools/preparation.hpp"

#include "base/ids.hpp"
#include "stripe/answer/account_state.hpp"
#include "stripe/answer/error.hpp"
#include "stripe/answer/own_error.hpp"
#include "stripe/catalog/made_operation.hpp"
#include "stripe/listing/reach.hpp"
#include "stripe/request/amount_rules.hpp"
#include "stripe/request/connected_account.hpp"
#include "stripe/request/encoder.hpp"
#include "stripe/request/field_path.hpp"
#include "stripe/request/form_writer.hpp"
#include "stripe/request/id_kinds.hpp"
#include "stripe/request/idempotency_key.hpp"
#include "stripe/request/mode_rules.hpp"
#include "stripe/request/reserved_names.hpp"
#include "stripe/request/service_paging.hpp"
#include "stripe/request/service_request.hpp"
#include "stripe/tools/exposure.hpp"
#include "stripe/tools/filter_hint.hpp"
#include "stripe/tools/usual_expansion.hpp"

namespace tollgate::stripe {

namespace {

call_refusal refused(std::string_view rule, const base::failure& why) {
    return {rule, refusal_text(why)};
}

// The error's text if the account's key cannot make this call whatever the arguments; otherwise
// empty.
std::string unfit_account(const operation& called, const tenancy::grant& grant) {
    constexpr std::string_view type = "account_not_fit";
    if (visibility_of(called, grant) == visibility::test_mode_only)
        return own_error_text(type, "test_mode_only",
                              "This is a test helper: Stripe has it in test mode only, and the "
                              "account of this server is live.",
                              "Nothing was sent. An MCP server of a test account has it.");
    return {};
}

// The operation key given by the caller, as an argument or in _meta; empty if there is none.
base::result<std::string> given_key(std::string from_arguments, std::string_view from_meta) {
    if (from_arguments.empty()) from_arguments = from_meta;
    if (from_arguments.empty() || is_idempotency_key(from_arguments)) return from_arguments;
    return base::invalid(
        "bad_operation_key",
        "operation_key must be 1 to 255 printable ASCII characters without blanks.",
        "operation_key");
}

// Names the write: its receipt, its operation key, and the idempotency key sent to Stripe.
base::result<> name_write(prepared_call& call, std::string from_arguments,
                          std::string_view from_meta) {
    if (call.called.method() == http_method::get) return {};
    auto key = given_key(std::move(from_arguments), from_meta);
    if (!key) return key.error();
    call.receipt_id = base::make_id_by_time("rcp", base::system_clock{}.now());
    call.key_given = !key->empty();
    call.operation_key = call.key_given ? std::move(*key) : call.receipt_id;
    if (carries_idempotency_key(call.called)) call.request.idempotency_key = call.operation_key;
    return {};
}

cursor_binding binding_of(const tenancy::grant& grant, const operation& called,
                          std::string_view acting_for) {
    cursor_binding out;
    out.team = grant.team_id;
    out.account = grant.account->id + '|';
    out.account +=
        acting_for.empty() ? std::string_view(grant.account->stripe_account) : acting_for;
    out.tool = called.tool_name();
    return out;
}

// Applies the gateway's own arguments to the request, including the cursor.
base::result<> apply(prepared_call& call, std::string& target, const cursor_seal& cursors) {
    if (!call.own.query.empty()) append_query_pair(target, "query", call.own.query);
    if (call.called.cursor() == cursor_kind::none) return {};
    call.binding.arguments = canonical_target(target);
    if (call.own.next_cursor.empty()) return {};
    auto page = cursors.open(call.own.next_cursor, call.binding);
    if (!page) return page.error();
    call.page = std::move(*page);
    const bool list = call.called.cursor() == cursor_kind::starting_after;
    // The rest of a first page that was cut short has no token.
    if (!call.page.token.empty())
        append_query_pair(target, list ? "starting_after" : "page", call.page.token);
    return {};
}

// True if the account's calls use the version that the catalogue describes.
bool has_known_version(const tenancy::account_access& account) {
    return account.stripe_version.empty() || account.stripe_version == api_version();
}

struct path_refusal {
    std::string_view rule;
    base::failure failure;
};

// Refuses a path that reaches beyond the filter, or a name that no object of the answer has. If the
// account pins another API version, its names may differ, and Stripe checks them.
std::optional<path_refusal> wrong_path(const tenancy::grant& grant, const operation& called,
                                       const own_arguments& own,
                                       const std::optional<aggregate_request>& aggregate) {
    if (has_known_version(*grant.account))
        if (auto why = unknown_name(called, own, aggregate)) return path_refusal{"arguments", *why};
    if (auto why = reach_refusal(grant, called, own, aggregate))
        return path_refusal{"filter", *why};
    return {};
}

// If an unknown argument is a field of the rows, it was meant as a filter.
base::failure with_filter_hint(const tenancy::grant& grant, const operation& called,
                               base::failure why) {
    if (why.code != "unknown_argument") return why;
    if (auto hint = filter_hint(called, why.field, visible_to(grant)); !hint.empty())
        why.message = std::move(hint);
    return why;
}

// The page of a service's list that the call asks for.
base::result<> apply_service_page(prepared_call& call, const cursor_seal& cursors) {
    const auto& paging = call.called.made->paging;
    if (paging.style == paging_style::none) return {};
    call.binding.arguments = canonical_target(call.request.target) + paging_mark(paging);
    const auto given = call.arguments.find("next_cursor");
    if (!given || given->is_null()) return {};
    std::string_view text;
    if (given->get(text) != simdjson::SUCCESS)
        return base::invalid("wrong_type", "'next_cursor' must be a text", "next_cursor");
    auto page = cursors.open(text, call.binding);
    if (!page) return page.error();
    call.page = std::move(*page);
    const auto asked = ask_for_page(paging, call.page.token, call.request.target);
    if (!asked) return asked.error();
    call.target = call.request.target;
    return {};
}

// The same for a call of a service, which has arguments of its own.
preparation read_service_call(const tenancy::grant& grant, const operation& called,
                              const mcp::tool_call& call, const cursor_seal& cursors) {
    if (!grant.account->service)
        return call_refusal{
            "account", own_error_text("account_not_fit", "other_service",
                                      "This tool is one of a service, and the account is Stripe's.",
                                      "Nothing was sent.")};
    auto encoded = encode_for_service(called, call.arguments);
    if (!encoded) return refused("arguments", encoded.error());
    prepared_call out{.grant = grant,
                      .called = called,
                      .source = call,
                      .arguments = given_arguments{called, call.arguments},
                      .own = {},
                      .aggregate = {},
                      .binding = binding_of(grant, called, {}),
                      .page = {},
                      .target = encoded->target,
                      .receipt_id = {},
                      .operation_key = {},
                      .request = {.method = to_string(called.method()),
                                  .target = std::move(encoded->target),
                                  .body = std::move(encoded->body),
                                  .idempotency_key = {},
                                  .access = *grant.account,
                                  .default_version = {},
                                  .deadline = call.deadline,
                                  .content_type = std::move(encoded->content_type),
                                  .host = called.host()}};
    out.own.fields = called.made->fields;
    auto paged = apply_service_page(out, cursors);
    if (!paged) return refused("cursor", paged.error());
    auto named = name_write(out, std::move(encoded->operation_key), call.operation_key);
    if (!named) return refused("operation_key", named.error());
    return out;
}

}  // namespace

preparation read_call(const tenancy::grant& grant, const operation& called,
                      const mcp::tool_call& call, const tool_services& services) {
    if (auto why = state_refusal(called, grant); !why.empty()) {
        if (grant.needs_reauth) return call_refusal{"account", std::move(why)};
        return call_refusal{"frozen", std::move(why), to_string(tenancy::layer::frozen)};
    }
    if (called.made != nullptr) return read_service_call(grant, called, call, services.cursors);
    if (auto why = unfit_account(called, grant); !why.empty())
        return call_refusal{"account", std::move(why)};
    given_arguments given{called, call.arguments};
    const auto acting_for = chosen_account(*grant.account, given);
    if (!acting_for) return refused("connected_account", acting_for.error());
    auto own = read_own_arguments(given, grant.results.tokens_max);
    if (!own) return refused("arguments", own.error());
    if (auto why = wrong_amount(given)) return refused("amount", *why);
    auto sums = read_aggregate(given);
    if (!sums) return refused("arguments", sums.error());
    if (auto why = wrong_path(grant, called, *own, *sums)) return refused(why->rule, why->failure);
    if (takes_aggregate(called)) own->names.emplace_back("aggregate");
    if (!grant.account->connected_accounts.empty()) own->names.push_back(connected_account_name);
    if (auto why = id_of_another_kind(given)) return refused("arguments", *why);
    if (auto why = missing_for_mode(given)) return refused("arguments", *why);
    if (auto why = reserved_name(given)) return refused("arguments", *why);
    const auto values =
        has_known_version(*grant.account) ? listed_values::closed : listed_values::open;
    auto encoded = encode(given, accepted_parameters::documented, own->names, values);
    if (!encoded) return refused("arguments", with_filter_hint(grant, called, encoded.error()));
    if (!*sums && has_known_version(*grant.account))
        add_usual_expansion(grant, called, *own, *encoded);
    prepared_call out{.grant = grant,
                      .called = called,
                      .source = call,
                      .arguments = std::move(given),
                      .own = std::move(*own),
                      .aggregate = std::move(*sums),
                      .binding = binding_of(grant, called, *acting_for),
                      .page = {},
                      .target = {},
                      .receipt_id = {},
                      .operation_key = {},
                      .request = {.method = to_string(called.method()),
                                  .target = {},
                                  .body = std::move(encoded->body),
                                  .idempotency_key = {},
                                  .access = *grant.account,
                                  .default_version = api_version(),
                                  .deadline = call.deadline,
                                  .content_type = std::move(encoded->content_type),
                                  .host = called.host(),
                                  .connected_account = *acting_for}};
    // A walk over pages adds its own cursor to every request.
    std::string first_target = out.aggregate ? encoded->target : std::string{};
    auto applied = apply(out, encoded->target, services.cursors);
    if (!applied) return refused("cursor", applied.error());
    auto named = name_write(out, std::move(encoded->operation_key), call.operation_key);
    if (!named) return refused("operation_key", named.error());
    out.target = encoded->target;
    out.request.target = out.aggregate ? std::move(first_target) : std::move(encoded->target);
    return out;
}

}  // namespace tollgate::stripe
