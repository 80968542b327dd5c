#include "stripe/tools/call_runner.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "stripe/call/amount_rules.hpp"
#include "stripe/call/connected_account.hpp"
#include "stripe/call/encoder.hpp"
#include "stripe/call/form_writer.hpp"
#include "stripe/result/binary.hpp"
#include "stripe/result/error.hpp"
#include "stripe/result/own_error.hpp"
#include "stripe/result/rate_limit.hpp"
#include "stripe/result/success.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t idempotency_key_max = 255;
constexpr std::size_t parser_capacity_kept = 1024 * 1024;

std::string_view method_word(http_method method) {
    switch (method) {
        case http_method::get:
            return "GET";
        case http_method::post:
            return "POST";
        case http_method::delete_:
            return "DELETE";
    }
    return "GET";
}

mcp::tool_result refused(const base::failure& why) {
    mcp::tool_result out;
    out.is_error = true;
    out.text = refusal_text(why);
    return out;
}

bool is_v2(const operation& called) {
    return called.path_template().starts_with("/v2/");
}

// What the account's key cannot do whatever the arguments are; the error's text, or empty.
std::string unfit_account(const operation& called, const tenancy::account_access& account) {
    constexpr std::string_view type = "account_not_fit";
    if (called.test_only() && account.mode == tenancy::account_mode::live)
        return own_error_text(
            type, "test_mode_only",
            "This is a test helper: Stripe has it in test mode only, and the "
            "account of this server is live.",
            "Nothing was sent to Stripe. An MCP server of a test account has it.");
    if (is_v2(called) && account.credential.reveal().starts_with("rk_"))
        return own_error_text(type, "secret_key_needed",
                              "Stripe's v2 API takes no restricted key (rk_), and the account of "
                              "this server has one.",
                              "Nothing was sent to Stripe. An administrator can connect the "
                              "account with a secret key (sk_).");
    return {};
}

bool may_carry_key(const operation& called) {
    if (called.method() == http_method::post) return true;
    return called.method() == http_method::delete_ && is_v2(called);
}

// The key of a POST, or of a v2 DELETE: the one given as an argument, the one in _meta, or a new
// one.
base::result<std::string> choose_key(const operation& called, std::string given,
                                     std::string_view from_meta) {
    if (!may_carry_key(called)) return std::string{};
    if (given.empty()) given = from_meta;
    if (given.empty()) return "tg-" + base::random_base62(32);
    const bool printable =
        std::all_of(given.begin(), given.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    if (given.size() > idempotency_key_max || !printable)
        return base::invalid(
            "bad_idempotency_key",
            "idempotency_key must be 1 to 255 printable ASCII characters without blanks.",
            "idempotency_key");
    return given;
}

std::string call_meta(std::string_view request_id, std::string_view idempotency_key,
                      bool replayed) {
    std::string out;
    base::json_members members{out};
    if (!request_id.empty()) members.text("stripe/requestId", request_id);
    if (!idempotency_key.empty()) members.text("tollgate/idempotencyKey", idempotency_key);
    if (replayed) members.truth("stripe/idempotentReplayed", true);
    return out;
}

// Cursors of one call.
class sealing final : public cursor_maker {
public:
    sealing(const cursor_seal& with, const cursor_binding& to) : with_(with), to_(to) {}
    std::string seal(const page_cursor& where) const override { return with_.seal(where, to_); }

private:
    const cursor_seal& with_;
    const cursor_binding& to_;
};

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

// The fields a call names, and those it expands beside them or beside the defaults.
std::vector<std::string> shown_fields(const own_arguments& own) {
    std::vector<std::string> out = own.fields;
    if (own.expanded.empty()) return out;
    if (out.empty()) out.emplace_back("default");
    out.insert(out.end(), own.expanded.begin(), own.expanded.end());
    return out;
}

void append_pair(std::string& target, std::string_view name, std::string_view value) {
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += name;
    target += '=';
    append_percent_encoded(target, value);
}

}  // namespace

base::awaitable<mcp::tool_result> call_runner::run(const tenancy::grant& grant,
                                                   const operation& called, mcp::tool_call call) {
    if (auto why = unfit_account(called, *grant.account); !why.empty()) {
        mcp::tool_result out;
        out.is_error = true;
        out.text = std::move(why);
        co_return out;
    }
    const auto acting_for = chosen_account(*grant.account, call.arguments);
    if (!acting_for) co_return refused(acting_for.error());
    auto own = read_own_arguments(called, call.arguments, grant.results.tokens_max);
    if (!own) co_return refused(own.error());
    if (auto why = wrong_amount(called, call.arguments)) co_return refused(*why);
    auto wish = read_aggregate(called, call.arguments);
    if (!wish) co_return refused(wish.error());
    if (*wish) own->names.emplace_back("aggregate");
    if (!grant.account->connected_accounts.empty()) own->names.push_back(connected_account_name);
    auto encoded = encode(called, call.arguments, accepted_parameters::documented, own->names);
    if (!encoded) co_return refused(encoded.error());
    running now{.grant = grant,
                .called = called,
                .own = std::move(*own),
                .binding = binding_of(grant, called, *acting_for),
                .page = {},
                .target = {},
                .idempotency_key = {}};
    const std::string first_target = *wish ? encoded->target : std::string{};
    if (auto applied = apply(now, encoded->target); !applied) co_return refused(applied.error());
    auto key = choose_key(called, std::move(encoded->idempotency_key), call.idempotency_key);
    if (!key) co_return refused(key.error());
    now.target = encoded->target;
    now.idempotency_key = *key;
    upstream_request request{.method = method_word(called.method()),
                             .target = std::move(encoded->target),
                             .body = std::move(encoded->body),
                             .idempotency_key = std::move(*key),
                             .access = *grant.account,
                             .default_version = api_version(),
                             .deadline = call.deadline,
                             .content_type = std::move(encoded->content_type),
                             .host = called.host(),
                             .connected_account = *acting_for};
    if (*wish) {
        request.target = first_target;
        co_return co_await total(now, std::move(**wish), std::move(request), call.monitor);
    }
    co_return co_await send(now, std::move(request));
}

base::result<> call_runner::apply(running& call, std::string& target) const {
    if (!call.own.query.empty()) append_pair(target, "query", call.own.query);
    if (call.called.cursor() == cursor_kind::none) return {};
    call.binding.arguments = canonical_target(target);
    if (call.own.next_cursor.empty()) return {};
    auto page = shared_.cursors.open(call.own.next_cursor, call.binding);
    if (!page) return page.error();
    call.page = std::move(*page);
    const bool list = call.called.cursor() == cursor_kind::starting_after;
    // The rest of a first page that was cut short has no token of its own.
    if (!call.page.token.empty())
        append_pair(target, list ? "starting_after" : "page", call.page.token);
    return {};
}

base::awaitable<mcp::tool_result> call_runner::send(const running& call, upstream_request request) {
    auto sent = co_await api_.send(std::move(request));
    co_return finish(call, std::move(sent));
}

mcp::tool_result call_runner::finish(const running& call, base::result<upstream_response> sent) {
    if (sent) return answer(call, *sent);
    mcp::tool_result out;
    out.is_error = true;
    out.text = unanswered_text(sent.error(), call.idempotency_key);
    out.meta = call_meta({}, call.idempotency_key, false);
    return out;
}

std::optional<std::string> call_runner::success(const running& call,
                                                const upstream_response& answer) {
    const auto& server = call.grant.results;
    const bool raw = server.raw && call.own.fields.empty();
    const auto fields = shown_fields(call.own);
    const answer_rules rules{.raw = raw,
                             .tokens_max = call.own.tokens_max.value_or(server.tokens_max),
                             .redact = server.redact,
                             .fields = fields};
    const sealing cursors{shared_.cursors, call.binding};
    const bool pages = call.called.cursor() != cursor_kind::none;
    const answer_place place{.current = call.page, .cursors = pages ? &cursors : nullptr};
    answer_remarks remarks;
    if (!rules.raw) remarks.notes = freshness(call);
    return success_text(call.called, answer, rules, place, std::move(remarks), parser_);
}

std::vector<std::string> call_runner::freshness(const running& call) {
    const auto objects = call.called.response_objects();
    if (objects.empty()) return {};
    if (call.called.method() != http_method::get) {
        for (const auto object : objects)
            shared_.writes.note(call.binding.account, object, shared_.clock.now());
        return {};
    }
    if (call.called.response() != response_kind::search) return {};
    const auto ago =
        shared_.writes.seconds_since(call.binding.account, objects.front(), shared_.clock.now());
    if (!ago) return {};
    return {"A " + std::string(objects.front()) + " was written " + std::to_string(*ago) +
            " s ago through this gateway; Stripe's search may not know of it yet, its lists do."};
}

mcp::tool_result call_runner::answer(const running& call, const upstream_response& answer) {
    mcp::tool_result out;
    const operation& called = call.called;
    const rate_limit_hints hints{.live = call.grant.account->mode == tenancy::account_mode::live,
                                 .search = called.response() == response_kind::search,
                                 .files = called.path_template().starts_with("/v1/file")};
    const auto facts = read_rate_limit(answer, hints, shared_.clock.now());
    if (facts) out.http_headers = rate_limit_headers(*facts, answer.status == 429);
    out.meta = call_meta(answer.header("request-id"), call.idempotency_key,
                         answer.header("idempotent-replayed") == "true");
    const bool good = answer.status >= 200 && answer.status < 300;
    if (good && called.response() == response_kind::binary) {
        write_binary_result(out, call.target, answer);
        return out;
    }
    auto text = good ? success(call, answer) : std::nullopt;
    if (text) {
        out.text = std::move(*text);
        out.text_is_json_object = true;
    } else {
        out.is_error = true;
        const failed_call failed{.called = &called,
                                 .facts = answer.status == 429 ? &*facts : nullptr,
                                 .idempotency_key = call.idempotency_key,
                                 .redact = call.grant.results.redact};
        out.text = stripe_error_text(answer, failed, parser_);
    }
    if (parser_.capacity() > parser_capacity_kept) parser_ = simdjson::dom::parser{};
    return out;
}

}  // namespace tollgate::stripe
