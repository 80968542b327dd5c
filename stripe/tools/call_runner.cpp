#include "stripe/tools/call_runner.hpp"

#include <boost/asio/this_coro.hpp>

#include "base/json_text.hpp"
#include "stripe/answer/account_state.hpp"
#include "stripe/answer/binary.hpp"
#include "stripe/answer/error.hpp"
#include "stripe/answer/stripe_approval.hpp"
#include "stripe/answer/success.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/listing/reach.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "stripe/tools/account_words.hpp"
#include "stripe/tools/approval_tasks.hpp"
#include "stripe/tools/confirmation.hpp"
#include "stripe/tools/exchange_log.hpp"
#include "stripe/tools/row_notes.hpp"
#include "stripe/writes/write_texts.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::string_view no_rows = R"("data":[]})";
// An answer that took longer says too little about the time at which it was given.
constexpr std::chrono::seconds dated_answer_max{5};
constexpr std::uint32_t receipt_tokens = 30;  // of the member that names a write's receipt
constexpr std::size_t parser_capacity_kept = 1024 * 1024;

// The members of _meta; those about the receipt are added by write().
std::string call_meta(std::string_view request_id, bool replayed) {
    std::string out;
    base::json_members members{out};
    if (!request_id.empty()) members.text("stripe/requestId", mask_secrets(request_id));
    if (replayed) members.truth("stripe/idempotentReplayed", true);
    return out;
}

// Makes the cursors of one call.
class sealing final : public cursor_maker {
public:
    sealing(const cursor_seal& with, const cursor_binding& to) : with_(with), to_(to) {}
    std::string seal(const page_cursor& where) const override { return with_.seal(where, to_); }

private:
    const cursor_seal& with_;
    const cursor_binding& to_;
};

// The fields that a call names, with those it expands beside them or beside the defaults.
std::vector<std::string> shown_fields(const own_arguments& own) {
    std::vector<std::string> out = own.fields;
    if (own.expanded.empty()) return out;
    if (out.empty()) out.emplace_back("default");
    out.insert(out.end(), own.expanded.begin(), own.expanded.end());
    return out;
}

// Notes on what the data scope removed from an answer. For a search, they do not even say whether
// something was removed, because the query could test the content of objects out of scope.
std::vector<std::string> notes_of_scope(const prepared_call& call) {
    const auto& shown = call.narrowed;
    std::vector<std::string> out;
    if (call.data.any() && call.called.response() == response_kind::search)
        out.emplace_back(
            "Rows of this page that are outside the scope of this MCP server are left out.");
    else if (shown.left_out > 0)
        out.push_back(
            "Rows of this page that are outside the scope of this MCP server and left out: " +
            std::to_string(shown.left_out) + '.');
    if (shown.reduced > 0)
        out.push_back("Only the ids are shown of " + std::to_string(shown.reduced) +
                      " expanded objects outside the scope of this MCP server.");
    return out;
}

// Which objects events may show; all of them if the filter hides nothing.
std::function<bool(std::string_view)> readable_by(const tenancy::grant& grant) {
    if (!limits_reach(grant)) return {};
    return [&grant](std::string_view object) { return may_read_object(grant.filter, object); };
}

}  // namespace

base::awaitable<mcp::tool_answer> call_runner::run(const tenancy::grant& grant,
                                                   const operation& called,
                                                   const mcp::tool_call& call, call_origin origin) {
    call_record record{shared_.audit, event_of(grant, called.tool_name(), call), shared_.rules};
    if (const auto why = shared_.audit.refusal()) {
        record.drop();
        co_return mcp::failed_result(unrecorded_text(*why));
    }
    if (auto asked = approval_asked_for(call.input); !asked.empty())
        co_return co_await answer_opened(grant, std::move(asked), record);
    auto read = read_call(grant, called, call, shared_);
    if (const auto* why = std::get_if<call_refusal>(&read)) {
        record.refused(why->rule, why->layer);
        co_return mcp::failed_result(why->text);
    }
    auto& prepared = std::get<prepared_call>(read);
    prepared.order = std::move(origin.order);
    prepared.declared = origin.declared;
    auto verdict = ask_rules(prepared, shared_.clock.now());
    const bool of_order = prepared.order && verdict.decided.outcome != tenancy::effect::deny;
    if (verdict.needs_state() || verdict.limits_data() || of_order)
        if (auto instead = co_await decide_with_state(prepared, verdict, record))
            co_return std::move(*instead);
    const auto stopped = stopped_by_rules(prepared, std::move(verdict), record);
    if (stopped && stopped->outcome == tenancy::effect::deny)
        co_return mcp::failed_result(denied_text(*stopped));
    if (prepared.order)
        if (const auto why = co_await broken_order_rule(prepared)) {
            record.refused(why->rule);
            co_return mcp::failed_result(broken_text(*why));
        }
    if (auto held = held_for_person(prepared, record)) co_return std::move(*held);
    if (stopped) {
        if (auto limited = co_await charge_call(prepared, record)) co_return std::move(*limited);
        auto asked = co_await ask_approval(prepared, *stopped, record);
        co_return asked;
    }
    auto out = co_await run_prepared(prepared, record);
    co_return out;
}

std::optional<tenancy::decision> call_runner::stopped_by_rules(prepared_call& call,
                                                               rules_verdict verdict,
                                                               call_record& record) const {
    if (call.grant.policies == nullptr && call.declared == nullptr) return std::nullopt;
    if (verdict.decided.outcome == tenancy::effect::needs_approval)
        return std::move(verdict.decided);
    record.decided(verdict.decided);
    if (verdict.decided.outcome == tenancy::effect::allow) {
        call.counts = std::move(verdict.charges.counts);
        call.caps = std::move(verdict.charges.caps);
        return std::nullopt;
    }
    shared_.log.info("policy_denied", {{"request_id", call.source.request_id},
                                       {"mcp_server", call.grant.server_id},
                                       {"tool", call.called.tool_name()},
                                       {"layer", to_string(verdict.decided.where)},
                                       {"rule", verdict.decided.rule}});
    return std::move(verdict.decided);
}

base::awaitable<mcp::tool_answer> call_runner::run_prepared(prepared_call& call,
                                                            call_record& record) {
    if (auto limited = co_await charge_call(call, record)) co_return std::move(*limited);
    auto state = *call.charged;
    if (const auto exceeded = co_await charge_counts(call, call.counts, shared_)) {
        record.decided(*exceeded);
        co_return mcp::failed_result(denied_text(*exceeded));
    }
    auto request = std::move(call.request);
    mcp::tool_result out;
    if (call.aggregate) {
        auto aggregate = std::move(*call.aggregate);
        out = co_await total(call, std::move(aggregate), std::move(request), state);
        record.answered(out.is_error ? "failed" : "succeeded");
    } else if (has_receipt(call.called.method())) {
        out = co_await write(call, std::move(request), record);
    } else {
        auto sent = co_await exchange(call, std::move(request));
        record.sent(sent);
        if (const auto outside = narrow(call, sent)) {
            record.decided(*outside);
            out = mcp::failed_result(withheld_text(*outside));
        } else {
            out = finish(call, std::move(sent));
        }
    }
    // Stripe's own limit headers take precedence over ours.
    if (out.http_headers.empty()) out.http_headers = limit_headers(state);
    co_return out;
}

std::optional<mcp::tool_answer> call_runner::held_for_person(prepared_call& call,
                                                             call_record& record) const {
    auto verdict = confirm(call);
    if (verdict.outcome == confirm_outcome::not_needed) return {};
    const auto word = to_string(verdict.outcome);
    shared_.log.info("confirmation", {{"request_id", call.source.request_id},
                                      {"mcp_server", call.grant.server_id},
                                      {"tool", call.called.tool_name()},
                                      {"outcome", word}});
    if (verdict.outcome == confirm_outcome::agreed) {
        record.approved("confirmation");
        return {};
    }
    if (verdict.outcome == confirm_outcome::asked)
        record.answered("asked");
    else
        record.refused(word);
    return std::move(verdict.instead);
}

base::awaitable<base::result<upstream_response>> call_runner::exchange(const prepared_call& call,
                                                                       upstream_request request) {
    auto* const monitor = call.source.monitor;
    const std::string_view method = request.method;
    const auto began = std::chrono::steady_clock::now();
    early_stop stop;
    const bool may_stop = monitor != nullptr && call.called.method() == http_method::get;
    const base::executor loop = co_await boost::asio::this_coro::executor;
    if (may_stop) {
        request.stop = &stop;
        monitor->on_end(loop, [&stop] { stop.now(); });
    }
    auto sent = co_await api_.send(std::move(request));
    if (may_stop) monitor->on_end(loop, {});
    if (shared_.exchanges != nullptr) {
        const auto took = std::chrono::steady_clock::now() - began;
        shared_.exchanges->exchanged(sent ? sent->status : 0, took);
        const bool says_now = took <= dated_answer_max && call.called.made == nullptr;
        if (sent && says_now) shared_.exchanges->dated(sent->header("date"));
    }
    if (monitor != nullptr && monitor->logs(mcp::log_level::debug))
        log_exchange(*monitor, method, call.called, sent, std::chrono::steady_clock::now() - began);
    co_return sent;
}

mcp::tool_result call_runner::finish(const prepared_call& call,
                                     base::result<upstream_response> sent) {
    const bool of_service = call.called.made != nullptr;
    if (of_service)
        return sent ? answer_of_service(call, *sent) : unanswered_by_service(call, sent.error());
    if (sent) return answer(call, *sent);
    mcp::tool_result out;
    out.is_error = true;
    out.text = unanswered_text(sent.error(), call.operation_key);
    out.trace.idempotency_key = call.operation_key;
    return out;
}

std::optional<std::string> call_runner::success(const prepared_call& call,
                                                const upstream_response& answer) {
    const auto& server = call.grant.results;
    const bool raw = server.raw && call.own.fields.empty();
    const auto fields = shown_fields(call.own);
    const answer_rules rules{.raw = raw,
                             .tokens_max = call.own.tokens_max.value_or(server.tokens_max) -
                                           (call.receipt_id.empty() ? 0 : receipt_tokens),
                             .redact = server.redact,
                             .may_read = readable_by(call.grant),
                             .fields = fields};
    const sealing cursors{shared_.cursors, call.binding};
    const bool pages = call.called.cursor() != cursor_kind::none;
    const answer_place place{.current = call.page,
                             .cursors = pages ? &cursors : nullptr,
                             .after = call.narrowed.last_id};
    answer_remarks remarks;
    if (!rules.raw) {
        remarks.setting =
            account_setting(call.grant.account->mode, shared_.sandbox, shared_.clock.now());
        remarks.notes = freshness(call);
        if (!call.write_note.empty()) remarks.notes.push_back(call.write_note);
    }
    for (auto& note : notes_of_scope(call)) remarks.notes.push_back(std::move(note));
    if (!rules.raw)
        if (auto note = payout_row_note(call.called, call.target); !note.empty())
            remarks.notes.push_back(std::move(note));
    auto text = success_text(call.called, answer, rules, place, remarks, parser_);
    if (text && pages) note_seen(call);
    if (auto note = email_case_note(call.called, call.target);
        !rules.raw && !note.empty() && text && text->ends_with(no_rows)) {
        remarks.notes.push_back(std::move(note));
        text = success_text(call.called, answer, rules, place, std::move(remarks), parser_);
    }
    return text;
}

// The parser still holds the page. Ids of a connected account must not complete arguments of this
// account.
void call_runner::note_seen(const prepared_call& call) {
    const auto objects = call.called.response_objects();
    if (shared_.seen == nullptr || objects.size() != 1 || !call.request.connected_account.empty())
        return;
    shared_.seen->note(call.grant, objects.front(), parser_.doc.root(), shared_.clock.now());
}

std::vector<std::string> call_runner::freshness(const prepared_call& call) {
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

std::optional<rate_limit_facts> call_runner::note_rate_limit(const prepared_call& call,
                                                             const upstream_response& answer,
                                                             mcp::tool_result& out) const {
    const rate_limit_hints hints{.live = call.grant.account->mode == tenancy::account_mode::live,
                                 .search = call.called.response() == response_kind::search,
                                 .files = call.called.path_template().starts_with("/v1/file")};
    auto facts = read_rate_limit(answer, hints, shared_.clock.now());
    if (facts) out.http_headers = rate_limit_headers(*facts, answer.status == 429);
    return facts;
}

mcp::tool_result call_runner::answer(const prepared_call& call, const upstream_response& answer) {
    mcp::tool_result out;
    const operation& called = call.called;
    const auto facts = note_rate_limit(call, answer, out);
    out.meta =
        call_meta(answer.header("request-id"), answer.header("idempotent-replayed") == "true");
    out.trace = {mask_secrets(answer.header("request-id")), call.operation_key};
    if (rejects_key(answer)) shared_.credentials.rejected(*call.grant.account);
    const bool good = answer.status >= 200 && answer.status < 300;
    if (good && called.response() == response_kind::binary) {
        write_binary_result(out, call.target, answer);
        return out;
    }
    auto text =
        good ? success(call, answer)
             : stripe_approval_text(answer, call.operation_key, call.grant.results.redact, parser_);
    if (text) {
        out.text = std::move(*text);
        out.text_is_json_object = true;
    } else {
        out.is_error = true;
        const failed_call failed{.called = &called,
                                 .facts = answer.status == 429 ? &*facts : nullptr,
                                 .operation_key = call.operation_key,
                                 .redact = call.grant.results.redact};
        out.text = stripe_error_text(answer, failed, parser_);
    }
    if (parser_.capacity() > parser_capacity_kept) parser_ = simdjson::dom::parser{};
    return out;
}

}  // namespace tollgate::stripe
