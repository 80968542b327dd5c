#include "stripe/tools/approval_objects.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>
#include <optional>
#include <utility>
#include <variant>

#include "stripe/answer/account_state.hpp"
#include "stripe/answer/success.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/catalog/main_objects.hpp"
#include "stripe/state/state_reads.hpp"
#include "stripe/tools/object_remarks.hpp"
#include "stripe/tools/preparation.hpp"
#include "stripe/writes/write_outcome.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using base::awaitable;
using base::errc;
using base::fail;
using base::result;
using tenancy::approval_object;
using tenancy::approval_subject;
using tenancy::redaction;

// Enough for every default field of any object.
constexpr std::uint64_t object_tokens_max = 2'000;

// A person who decides needs amounts, states and ids, and nobody's address.
constexpr auto all_personal = static_cast<tenancy::redaction_set>(
    static_cast<unsigned>(redaction::email) | static_cast<unsigned>(redaction::phone) |
    static_cast<unsigned>(redaction::address) | static_cast<unsigned>(redaction::last4) |
    static_cast<unsigned>(redaction::bank));

base::failure no_object(std::string why) {
    return fail(errc::not_found, "no_object", std::move(why));
}

// The grant with which the call of the approval is read again, so that its object is found: a
// freeze stops the write, not the look.
tenancy::grant reading_grant(const tenancy::grant& who) {
    tenancy::grant out = who;
    out.frozen = false;
    out.team_frozen = false;
    return out;
}

std::optional<state_subject> customer_named(const given_arguments& given) {
    const auto id = given.text("customer");
    if (!id) return {};
    return subject_with_id("customer", *id);
}

// The object that the call is about: the one in its path, the payment that it names, or else the
// customer that it names.
result<state_subject> subject_of_call(const prepared_call& call) {
    auto named = subject_of(call.arguments, call.target);
    if (auto* const found = std::get_if<state_subject>(&named)) return std::move(*found);
    if (auto customer = customer_named(call.arguments)) return std::move(*customer);
    return no_object(std::move(std::get<std::string>(named)));
}

result<> judge_read(const upstream_response& answer) {
    const std::string said = "Stripe answered " + std::to_string(answer.status) + '.';
    switch (answer.status) {
        case 200:
            return {};
        case 401:
        case 403:
            return fail(errc::conflict, "credential_rejected",
                        said + " The account's key is not accepted, or may not read this object.");
        case 404:
            return fail(errc::not_found, "object_gone",
                        "Stripe has no such object for this account");
        case 429:
            return fail(errc::limit_exceeded, "stripe_rate_limited",
                        "Stripe's rate limit is used up: look again in a few seconds");
        default:
            return fail(errc::unavailable, "stripe_unavailable", said + " Look again later.");
    }
}

bool is_deleted(dom::object object) {
    bool out = false;
    return object["deleted"].get(out) == simdjson::SUCCESS && out;
}

std::string page_of(const state_subject& subject, const tenancy::account_access& account) {
    const auto* const known = find_main_object(subject.object);
    return known == nullptr ? std::string{} : dashboard_url(*known, subject.id, account);
}

// The object as it is shown; nothing if the answer is not one.
std::optional<std::string> shown_text(const state_subject& subject, const upstream_response& sent,
                                      dom::parser& parser) {
    const std::string_view path{subject.target};
    const auto* const reader = match(http_method::get, path).found;
    if (reader == nullptr) return {};
    answer_rules rules;
    rules.tokens_max = object_tokens_max;
    rules.redact = all_personal;
    return success_text(*reader, sent, rules, {}, {}, parser);
}

// What is shown of the answer; `given` is null for the object that an executed call made.
result<approval_object> read_answer(const state_subject& subject, const given_arguments* given,
                                    const base::result<upstream_response>& sent) {
    dom::parser parser;
    dom::object object;
    const auto unreadable = [] {
        return fail(errc::unavailable, "stripe_unavailable", "Stripe's answer is not an object");
    };
    if (parser.parse(sent->body).get(object) != simdjson::SUCCESS) return unreadable();
    if (is_deleted(object))
        return fail(errc::not_found, "object_gone", "the object was deleted at Stripe");
    tenancy::state_facts state;
    dom::parser facts_parser;
    note_object(subject, sent, state, facts_parser);
    auto shown = shown_text(subject, *sent, parser);
    dom::object seen;
    if (!shown || parser.parse(*shown).get(seen) != simdjson::SUCCESS) return unreadable();
    approval_object out;
    out.kind = subject.object;
    out.id = subject.id;
    out.stripe_request = request_id_of(*sent);
    if (given != nullptr) out.says = object_remarks(*given, state, seen);
    out.json = std::move(*shown);
    return out;
}

}  // namespace

awaitable<result<>> approval_objects::charge_read(const approval_subject& about) {
    const auto& team = about.who->team_id;
    const auto now = shared_.clock.now();
    const std::string bucket = "object of " + about.approval.id;
    const std::array<tenancy::rate_bucket, 1> own{{{bucket, reads_of_approval}}};
    const auto verdict = co_await rates_.charge(team, own, now);
    if (!verdict.allowed)
        co_return fail(errc::limit_exceeded, "read_too_often",
                       "this object was read a moment ago: once in three seconds is the most");
    const auto charged = co_await charge(*about.who, shared_, now);
    if (!charged.verdict.allowed)
        co_return fail(errc::limit_exceeded, "rate_limited", limit_sentence(charged));
    co_return base::result<>{};
}

awaitable<result<upstream_response>> approval_objects::send(const tenancy::grant& who,
                                                            std::string_view connected_account,
                                                            std::string target) {
    upstream_request request{.method = to_string(http_method::get),
                             .target = std::move(target),
                             .body = {},
                             .idempotency_key = {},
                             .access = *who.account,
                             .default_version = api_version(),
                             .deadline = std::chrono::steady_clock::now() + timeout_,
                             .connected_account = connected_account};
    const auto began = std::chrono::steady_clock::now();
    auto sent = co_await api_.send(std::move(request));
    if (shared_.exchanges != nullptr)
        shared_.exchanges->exchanged(sent ? sent->status : 0,
                                     std::chrono::steady_clock::now() - began);
    if (!sent)
        co_return fail(errc::unavailable, "stripe_unavailable",
                       "Stripe did not answer (" + sent.error().code + "): look again");
    if (rejects_key(*sent)) shared_.credentials.rejected(*who.account);
    const auto good = judge_read(*sent);
    if (!good) co_return good.error();
    co_return std::move(*sent);
}

awaitable<result<approval_object>> approval_objects::run(approval_subject about) {
    if (about.who->account->service)
        co_return no_object("the call is one of another service than Stripe");
    if (about.who->needs_reauth)
        co_return fail(errc::conflict, "credential_rejected",
                       "Stripe refused the account's key, so nothing is sent with it");
    const auto who = reading_grant(*about.who);
    dom::parser parser;
    mcp::tool_call source;
    source.name = about.approval.tool;
    std::optional<prepared_call> call;
    std::optional<state_subject> subject;
    if (!about.made_id.empty()) {
        subject = subject_with_id(about.made_kind, about.made_id);
        if (!subject)
            co_return no_object("the call made an object that cannot be read by its id alone");
    } else {
        const auto* const called = find_tool(about.approval.tool);
        if (called == nullptr ||
            parser.parse(about.content.arguments).get(source.arguments) != simdjson::SUCCESS)
            co_return no_object("the call cannot be read any more");
        auto read = read_call(who, *called, source, shared_);
        auto* const ready = std::get_if<prepared_call>(&read);
        if (ready == nullptr)
            co_return no_object("the call is not one that the MCP server may make any more");
        call.emplace(std::move(*ready));
        auto named = subject_of_call(*call);
        if (!named) co_return named.error();
        subject.emplace(std::move(*named));
    }
    const auto charged = co_await charge_read(about);
    if (!charged) co_return charged.error();
    const std::string acting{call ? call->request.connected_account : about.made_for};
    auto sent = co_await send(who, acting, object_target(*subject));
    if (!sent) co_return sent.error();
    auto out = read_answer(*subject, call ? &call->arguments : nullptr, sent);
    if (!out) co_return out.error();
    out->page = page_of(*subject, *who.account);
    out->read_at = shared_.clock.now();
    co_return out;
}

awaitable<result<approval_object>> approval_objects::read(approval_subject about) {
    auto reading = run(std::move(about));
    auto out =
        co_await boost::asio::co_spawn(where_, std::move(reading), boost::asio::use_awaitable);
    co_return out;
}

}  // namespace tollgate::stripe
