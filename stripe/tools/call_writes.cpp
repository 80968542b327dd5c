// Writes: recorded before they are sent, and repeated calls answered from their receipts.
#include <simdjson.h>

#include "base/json_text.hpp"
#include "stripe/request/connected_account.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/tools/exposure.hpp"
#include "stripe/tools/policy_check.hpp"
#include "stripe/tools/write_intent.hpp"
#include "stripe/writes/receipt_metadata.hpp"
#include "stripe/writes/write_outcome.hpp"
#include "stripe/writes/write_texts.hpp"

namespace tollgate::stripe {

namespace {

using storage::receipt_state;

// For a repeated DELETE this status means success, whichever attempt deleted the object.
constexpr int not_found = 404;

void add_meta(mcp::tool_result& to, const std::string& members) {
    if (!to.meta.empty()) to.meta += ',';
    to.meta += members;
}

// The argument by which `reader` names one object; empty if it needs anything else.
std::string_view id_argument(const operation& reader) {
    std::string_view out;
    for (const auto& segment : reader.segments()) {
        if (!segment.is_parameter) continue;
        if (!out.empty()) return {};
        out = segment.view();
    }
    return out;
}

// The tool that reads one object of that kind by its id, if `grant` has it; otherwise null.
const operation* reader_of(std::string_view object, const tenancy::grant& grant) {
    const auto may_see = visible_to(grant);
    for (const auto& one : operations()) {
        if (one.method() != http_method::get || one.kind() != tenancy::method::get) continue;
        if (one.response() != response_kind::object || id_argument(one).empty()) continue;
        const auto objects = one.response_objects();
        if (objects.empty() || objects.front() != object) continue;
        if (may_see(one)) return &one;
    }
    return nullptr;
}

std::string arguments_to_read(const operation& reader, const storage::receipt_row& receipt,
                              const prepared_call& call) {
    std::string out = "{";
    base::json_members members{out};
    members.text(id_argument(reader), receipt.outcome.object_id);
    if (!call.request.connected_account.empty())
        members.text(connected_account_name, call.request.connected_account);
    return out + '}';
}

mcp::tool_result refused_by_cap(const prepared_call& call, const base::failure& why,
                                call_record& record) {
    for (const auto& one : call.caps) {
        if (one.claim.cap != why.field) continue;
        const auto decided = tenancy::refused_by(one, why.message);
        record.decided(decided);
        return mcp::failed_result(denied_text(decided));
    }
    record.refused(why.code);
    return mcp::failed_result(unrecorded_text(why));
}

}  // namespace

base::awaitable<mcp::tool_result> call_runner::write(prepared_call& call, upstream_request request,
                                                     call_record& record) {
    auto intent = intent_of(call, request);
    intent.audit = record.event();
    auto begun = co_await shared_.receipts.begin(std::move(intent));
    if (!begun && begun.error().code == "cap_reached")
        co_return refused_by_cap(call, begun.error(), record);
    if (!begun && (begun.error().code == "order_changed" || begun.error().code == "order_busy")) {
        const bool passing = begun.error().code == "order_busy";
        const broken_rule why{
            passing ? "order_busy" : "order_remaining", begun.error().message, {}, passing};
        record.refused(why.rule);
        co_return mcp::failed_result(broken_text(why));
    }
    if (!begun) {
        record.refused(begun.error().code);
        co_return mcp::failed_result(unrecorded_text(begun.error()));
    }
    if (begun->next != tenancy::write_step::send) {
        auto known = co_await answer_known(call, *begun, record);
        co_return known;
    }
    const std::string receipt = begun->receipt.id;
    record.drop();
    if (begun->equal) call.write_note = equal_write_note(*begun->equal, shared_.clock.now());
    auto out = co_await send_write(call, std::move(request), std::move(*begun));
    if (!call.grant.results.raw || out.is_error)
        out.text = with_receipt(std::move(out.text), receipt, false);
    add_meta(out, receipt_meta(receipt, call.operation_key, false));
    if (!call.write_note.empty() && call.grant.results.raw) {
        std::string note;
        base::json_members{note}.text("tollgate/note", call.write_note);
        add_meta(out, note);
    }
    co_return out;
}

base::awaitable<std::optional<mcp::tool_answer>> call_runner::answer_repeated(
    const prepared_call& call, tenancy::write_intent intent, call_record& record) {
    auto known = co_await shared_.receipts.repeated(std::move(intent));
    if (!known) {
        record.refused(known.error().code);
        co_return mcp::failed_result(unrecorded_text(known.error()));
    }
    if (!*known) co_return std::nullopt;
    auto out = co_await answer_known(call, **known, record);
    co_return mcp::tool_answer{std::move(out)};
}

base::awaitable<mcp::tool_result> call_runner::answer_known(const prepared_call& call,
                                                            const tenancy::begun_write& known,
                                                            call_record& record) {
    const std::string& receipt = known.receipt.id;
    const bool replayed = known.next == tenancy::write_step::replay;
    record.replayed(receipt, replayed ? "replayed" : "unknown");
    mcp::tool_result out;
    if (replayed)
        out = co_await replay(call, known.receipt);
    else
        out = mcp::failed_result(unknown_outcome_text(known.receipt));
    add_meta(out, receipt_meta(receipt, call.operation_key, replayed));
    co_return out;
}

base::awaitable<mcp::tool_result> call_runner::send_write(prepared_call& call,
                                                          upstream_request request,
                                                          tenancy::begun_write begun) {
    const bool repeated_delete = begun.uncertain && request.idempotency_key.empty();
    const api_host asked = request.host;
    if (begun.receipt.in_metadata) add_receipt(request.body, begun.receipt.id);
    auto sent = co_await exchange(call, std::move(request));
    if (sent && sent->sent_twice) begun.uncertain = true;
    auto outcome = outcome_of(sent, asked, parser_);
    const bool refused = outcome.state == receipt_state::failed;
    if (repeated_delete || (begun.uncertain && asked == api_host::service))
        outcome = outcome_of_repeat(std::move(outcome));
    const auto known = co_await shared_.receipts.finish(std::move(begun), std::move(outcome));
    call.outcome_unknown = known.outcome.state == receipt_state::unknown;
    if (narrow(call, sent)) {
        sent->body = "{}";
        call.write_note =
            "The write was made; its answer is outside the scope of this MCP server and is not "
            "shown.";
    }
    auto out = finish(call, std::move(sent));
    const bool gone = repeated_delete && known.outcome.status == not_found;
    if (refused && call.outcome_unknown && !gone) out.text = unknown_before_text(known);
    co_return out;
}

base::awaitable<mcp::tool_result> call_runner::replay(const prepared_call& call,
                                                      const storage::receipt_row& receipt) {
    mcp::tool_result from_receipt;
    from_receipt.text = replayed_text(receipt, call.called.made == nullptr ? "stripe" : "service");
    from_receipt.is_error = receipt.outcome.state == receipt_state::failed;
    from_receipt.text_is_json_object = !from_receipt.is_error;
    from_receipt.trace = {receipt.outcome.request_id, call.operation_key};
    if (from_receipt.is_error || receipt.outcome.object_id.empty()) co_return from_receipt;
    const auto* const reader = reader_of(receipt.outcome.object, call.grant);
    if (reader == nullptr) co_return from_receipt;
    const std::string arguments = arguments_to_read(*reader, receipt, call);
    simdjson::dom::parser parser;
    mcp::tool_call reading;
    if (parser.parse(arguments).get(reading.arguments) != simdjson::SUCCESS) co_return from_receipt;
    reading.deadline = call.source.deadline;
    reading.request_id = call.source.request_id;
    reading.client = call.source.client;
    reading.mcp_method = call.source.mcp_method;
    auto answer = co_await run(call.grant, *reader, reading);
    auto* const read = std::get_if<mcp::tool_result>(&answer);
    if (read == nullptr || read->is_error) co_return from_receipt;
    read->text = with_receipt(std::move(read->text), receipt.id, true);
    co_return std::move(*read);
}

}  // namespace tollgate::stripe
