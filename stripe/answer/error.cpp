#include "stripe/answer/error.hpp"

#include <charconv>
#include <optional>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/answer/text.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

struct advice {
    std::string_view next_step;
    bool retryable = false;
};

// Blocked by a rule of the Stripe account (docs.stripe.com/account/approvals).
constexpr advice blocked{
    "A rule of the Stripe account blocks this action, and nothing was done. Trying again changes "
    "nothing; an administrator of the Stripe account can change the rule.",
    false};

// Advice by status (stripe_api: errors). A model reads it, so it is short and gives no orders.
advice advise(unsigned status, std::string_view type, std::string_view code) {
    if (status == 429)
        return code == "lock_timeout"
                   ? advice{"Another request holds this object. The same call works once it ends.",
                            true}
                   : advice{
                         "Stripe's rate limit was reached. The same call works after "
                         "retry_after_seconds.",
                         true};
    if (type == "idempotency_error")
        return {"The operation_key was used with other arguments. Use a new key for a new call.",
                false};
    if (code == "sandbox_not_supported")
        return {
            "The sandbox does not simulate this call, and Stripe itself has it: an account with a "
            "test key of Stripe's can be used instead.",
            false};
    switch (status) {
        case 400:
            return {"The arguments need correcting: param names the one Stripe refused.", false};
        case 401:
            return {
                "The account's Stripe key is not accepted. An administrator has to replace it in "
                "Tollgate.",
                false};
        case 402:
            return {
                "The request was valid and the payment was declined. Another payment method may "
                "work.",
                false};
        case 403:
            return {
                "The account's Stripe key lacks a permission. An administrator can grant it in "
                "Stripe.",
                false};
        case 404:
            return {
                "There is no such object in this account and mode. Listing or searching finds "
                "valid ids.",
                false};
        case 409:
            return {
                "The call met another one on the same object or key. The same call with the same "
                "operation_key is safe.",
                true};
        case 424:
            return {
                "A service Stripe depends on failed. The same call with the same operation_key "
                "is safe later.",
                true};
        default:
            break;
    }
    if (status >= 500)
        return {"Stripe failed. The same call with the same operation_key is safe later.", true};
    return {"Stripe answered in a way the gateway does not know.", false};
}

// Writes Stripe's text, which may quote a customer's input, with keys masked, e-mail addresses
// redacted and invisible characters escaped.
void write_text(base::json_members& members, std::string_view key, std::string_view value,
                const failed_call& call) {
    constexpr auto email = static_cast<tenancy::redaction_set>(tenancy::redaction::email);
    std::string shown = mask_cards(mask_secrets(value));
    if ((call.redact & email) != 0) shown = mask_emails(shown);
    flat_text out(shown.size() + 64);
    out.put_string(shown);
    members.raw(key, out.view());
}

std::string_view text_of(dom::object error, const char* key) {
    std::string_view value;
    return error[key].get(value) == simdjson::SUCCESS ? value : std::string_view{};
}

// The permission that a restricted key lacks, which Stripe names only in its message:
// 'rak_charge_read'.
std::string_view named_permission(std::string_view message) {
    const auto at = message.find("rak_");
    if (at == std::string_view::npos) return {};
    std::size_t end = at;
    while (end < message.size() && base::is_word_character(message[end])) ++end;
    return message.substr(at, end - at);
}

bool read_error(const upstream_response& answer, dom::parser& parser, dom::object& error) {
    dom::object body;
    const bool padded = answer.body.capacity() - answer.body.size() >= simdjson::SIMDJSON_PADDING;
    return parser.parse(answer.body.data(), answer.body.size(), !padded).get(body) ==
               simdjson::SUCCESS &&
           body["error"].get(error) == simdjson::SUCCESS;
}

void write_stripe_fields(base::json_members& members, dom::object error, unsigned status,
                         const failed_call& call) {
    for (const auto* key : {"type", "code", "decline_code"})
        if (const auto text = text_of(error, key); !text.empty())
            write_text(members, key, text, call);
    if (const auto param = text_of(error, "param"); !param.empty())
        write_text(members, "param",
                   call.called == nullptr ? std::string(param) : tool_argument(*call.called, param),
                   call);
    if (const auto text = text_of(error, "message"); !text.empty())
        write_text(members, "message", text, call);
    if (status == 403)
        if (const auto permission = named_permission(text_of(error, "message"));
            !permission.empty())
            members.text("missing_permission", permission);
    for (const auto* key : {"charge", "doc_url"})
        if (const auto text = text_of(error, key); !text.empty())
            write_text(members, key, text, call);
}

// When the same call may succeed, if known: from Stripe's answer, or from the facts of a 429.
std::optional<std::int64_t> retry_after(const upstream_response& answer, const failed_call& call) {
    if (call.facts != nullptr && call.facts->reset_seconds) return call.facts->reset_seconds;
    const auto text = answer.header("retry-after");
    std::int64_t seconds = 0;
    const auto done = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool whole = !text.empty() && done.ec == std::errc{} &&
                       done.ptr == text.data() + text.size() && seconds >= 0;
    return whole ? std::optional{seconds} : std::nullopt;
}

// The name of the argument for the path parameter `name`, or empty.
std::string_view path_argument(const operation& called, std::string_view name) {
    auto rest = called.path_template();
    for (const auto& segment : called.segments()) {
        rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
        const auto end = std::min(rest.find('/'), rest.size());
        const auto written = rest.substr(0, end);
        rest.remove_prefix(end);
        const bool same = segment.is_parameter && written.size() == name.size() + 2 &&
                          written.substr(1, name.size()) == name;
        if (same) return segment.view();
    }
    return {};
}

}  // namespace

std::string tool_argument(const operation& called, std::string_view param) {
    const auto open = param.find('[');
    const auto first = param.substr(0, open);
    const auto* const known = called.find_parameter(first);
    const bool argument = known != nullptr && known->place() != place::path;
    if (!argument && open == std::string_view::npos) {
        if (const auto name = path_argument(called, first); !name.empty()) return std::string(name);
        const bool cursor = first == "starting_after" || first == "page";
        if (cursor && called.cursor() != cursor_kind::none) return "next_cursor";
    }
    if (called.cursor() != cursor_kind::none && (first == "starting_after" || first == "page"))
        return "next_cursor";
    if (open == std::string_view::npos) return std::string(param);
    std::string out{first};
    for (auto rest = param.substr(open); !rest.empty();) {
        const auto close = rest.find(']');
        // A text that is not a bracketed name stays unchanged.
        if (rest.front() != '[' || close == std::string_view::npos) return std::string(param);
        const auto name = rest.substr(1, close - 1);
        const bool index = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
        out += index ? "[" + std::string(name) + "]" : "." + std::string(name);
        rest.remove_prefix(close + 1);
    }
    return out;
}

std::string stripe_error_text(const upstream_response& answer, const failed_call& call,
                              dom::parser& parser) {
    std::string out = R"({"error":{)";
    base::json_members members{out};
    members.text("source", "stripe").number("status", answer.status);
    dom::object error;
    advice help;
    if (read_error(answer, parser, error)) {
        write_stripe_fields(members, error, answer.status, call);
        help = text_of(error, "code") == "action_blocked"
                   ? blocked
                   : advise(answer.status, text_of(error, "type"), text_of(error, "code"));
        if (answer.status == 400 && text_of(error, "param").empty())
            help.next_step = "The arguments need correcting: message says what Stripe refused.";
    } else {
        members.text("type", "unreadable_answer")
            .text("message", "The answer was not one of Stripe's JSON errors.");
        help = advise(answer.status, {}, {});
    }
    bool retryable = help.retryable;
    if (const auto hint = answer.header("stripe-should-retry"); !hint.empty())
        retryable = hint == "true";
    members.text("next_step", help.next_step).truth("retryable", retryable);
    if (const auto seconds = retry_after(answer, call); retryable && seconds)
        members.number("retry_after_seconds", *seconds);
    if (const auto id = answer.header("request-id"); !id.empty())
        members.text("request_id", mask_secrets(id));
    if (call.facts != nullptr) members.raw("rate_limit", rate_limit_json(*call.facts));
    if (!call.operation_key.empty()) members.text("operation_key", call.operation_key);
    out += "}}";
    return out;
}

std::string refusal_text(const base::failure& why) {
    std::string out = R"({"error":{)";
    base::json_members members{out};
    members.text("source", "tollgate").text("type", "invalid_arguments").text("code", why.code);
    if (!why.field.empty()) members.text("param", why.field);
    members.text("message", why.message)
        .truth("retryable", false)
        .text("next_step", "Nothing was sent. The call works once the argument is corrected.");
    out += "}}";
    return out;
}

std::string unanswered_text(const base::failure& why, std::string_view operation_key) {
    const bool unknown = !is_unsent(why) && why.code != "cancelled";
    std::string out = R"({"error":{)";
    base::json_members members{out};
    members.text("source", "tollgate").text("type", "upstream_failure").text("code", why.code);
    members.text("message", why.message);
    if (!unknown) {
        members.truth("retryable", why.kind != base::errc::forbidden)
            .text("next_step", "Nothing was done at Stripe. The same call may work later.");
    } else if (operation_key.empty()) {
        members.truth("retryable", true)
            .text(
                "next_step",
                "Whether Stripe acted on it is unknown. Reading the object again shows its state.");
    } else {
        members.truth("retryable", true)
            .text("next_step",
                  "Whether Stripe acted on it is unknown. The same call with the same arguments "
                  "and this "
                  "operation_key gives the outcome without doing it twice.")
            .text("operation_key", operation_key);
    }
    out += "}}";
    return out;
}

}  // namespace tollgate::stripe
