#include "stripe/tools/call_runner.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "stripe/call/connected_account.hpp"
#include "stripe/call/encoder.hpp"
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
    constexpr std::string_view own_arguments[]{connected_account_name};
    const bool may_choose = !grant.account->connected_accounts.empty();
    const auto passed_over = may_choose ? gateway_arguments{own_arguments} : gateway_arguments{};
    auto encoded = encode(called, call.arguments, accepted_parameters::documented, passed_over);
    if (!encoded) co_return refused(encoded.error());
    auto key = choose_key(called, std::move(encoded->idempotency_key), call.idempotency_key);
    if (!key) co_return refused(key.error());
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
    co_return co_await send(grant, called, std::move(request));
}

base::awaitable<mcp::tool_result> call_runner::send(const tenancy::grant& grant,
                                                    const operation& called,
                                                    upstream_request request) {
    const std::string key = request.idempotency_key;
    const std::string target = request.target;
    auto sent = co_await api_.send(std::move(request));
    if (sent) co_return answer(grant, called, *sent, target, key);
    mcp::tool_result out;
    out.is_error = true;
    out.text = unanswered_text(sent.error(), key);
    out.meta = call_meta({}, key, false);
    co_return out;
}

mcp::tool_result call_runner::answer(const tenancy::grant& grant, const operation& called,
                                     const upstream_response& answer, std::string_view target,
                                     std::string_view idempotency_key) {
    mcp::tool_result out;
    const rate_limit_hints hints{.live = grant.account->mode == tenancy::account_mode::live,
                                 .search = called.response() == response_kind::search,
                                 .files = called.path_template().starts_with("/v1/file")};
    const auto facts = read_rate_limit(answer, hints, clock_.now());
    if (facts) out.http_headers = rate_limit_headers(*facts, answer.status == 429);
    out.meta = call_meta(answer.header("request-id"), idempotency_key,
                         answer.header("idempotent-replayed") == "true");
    const bool good = answer.status >= 200 && answer.status < 300;
    if (good && called.response() == response_kind::binary) {
        write_binary_result(out, target, answer);
        return out;
    }
    auto text = good ? success_text(called, answer, parser_) : std::nullopt;
    if (text) {
        out.text = std::move(*text);
        out.text_is_json_object = true;
    } else {
        out.is_error = true;
        out.text = stripe_error_text(answer, answer.status == 429 ? &*facts : nullptr,
                                     idempotency_key, parser_);
    }
    if (parser_.capacity() > parser_capacity_kept) parser_ = simdjson::dom::parser{};
    return out;
}

}  // namespace tollgate::stripe
