#include "stripe/result/error.hpp"

#include "base/json_text.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr std::array<std::string_view, 8> key_prefixes{
    "sk_test_", "sk_live_", "rk_test_", "rk_live_", "pk_test_", "pk_live_", "sk_org_", "whsec_"};

bool is_key_character(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '*';
}

struct advice {
    std::string_view next_step;
    bool retryable = false;
};

// What helps, by status (stripe_api: errors). The caller is a model: short, and no order to it.
advice advise(unsigned status, std::string_view type, std::string_view code) {
    if (status == 429)
        return code == "lock_timeout"
                   ? advice{"Another request holds this object. The same call works once it ends.",
                            true}
                   : advice{
                         "Stripe's rate limit was reached. The same call works after "
                         "reset_seconds.",
                         true};
    if (type == "idempotency_error")
        return {"The idempotency_key was used with other arguments. Use a new key for a new call.",
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
                "idempotency_key is safe.",
                true};
        case 424:
            return {
                "A service Stripe depends on failed. The same call with the same idempotency_key "
                "is safe later.",
                true};
        default:
            break;
    }
    if (status >= 500)
        return {"Stripe failed. The same call with the same idempotency_key is safe later.", true};
    return {"Stripe answered in a way the gateway does not know.", false};
}

void copy_text(base::json_members& members, dom::object error, const char* key) {
    std::string_view value;
    if (error[key].get(value) == simdjson::SUCCESS) members.text(key, mask_keys(value));
}

std::string_view text_of(dom::object error, const char* key) {
    std::string_view value;
    return error[key].get(value) == simdjson::SUCCESS ? value : std::string_view{};
}

// The permission a restricted key lacks, which Stripe names only in its sentence:
// 'rak_charge_read'.
std::string_view named_permission(std::string_view message) {
    const auto at = message.find("rak_");
    if (at == std::string_view::npos) return {};
    std::size_t end = at;
    while (end < message.size() && is_key_character(message[end]) && message[end] != '*') ++end;
    return message.substr(at, end - at);
}

bool read_error(const upstream_response& answer, dom::parser& parser, dom::object& error) {
    dom::object body;
    const bool padded = answer.body.capacity() - answer.body.size() >= simdjson::SIMDJSON_PADDING;
    return parser.parse(answer.body.data(), answer.body.size(), !padded).get(body) ==
               simdjson::SUCCESS &&
           body["error"].get(error) == simdjson::SUCCESS;
}

void write_stripe_fields(base::json_members& members, dom::object error, unsigned status) {
    for (const auto* key : {"type", "code", "decline_code", "param", "message"})
        copy_text(members, error, key);
    if (status == 403)
        if (const auto permission = named_permission(text_of(error, "message"));
            !permission.empty())
            members.text("missing_permission", permission);
    for (const auto* key : {"charge", "doc_url"}) copy_text(members, error, key);
}

}  // namespace

std::string mask_keys(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    while (at < text.size()) {
        const std::string_view rest = text.substr(at);
        std::string_view prefix;
        for (const auto candidate : key_prefixes)
            if (rest.starts_with(candidate)) prefix = candidate;
        if (prefix.empty()) {
            out += text[at++];
            continue;
        }
        std::size_t length = prefix.size();
        while (length < rest.size() && is_key_character(rest[length])) ++length;
        out += prefix;
        out += "***";
        at += length;
    }
    return out;
}

std::string stripe_error_text(const upstream_response& answer, const rate_limit_facts* facts,
                              std::string_view idempotency_key, dom::parser& parser) {
    std::string out = R"({"error":{)";
    base::json_members members{out};
    members.text("source", "stripe").number("status", answer.status);
    dom::object error;
    advice help;
    if (read_error(answer, parser, error)) {
        write_stripe_fields(members, error, answer.status);
        help = advise(answer.status, text_of(error, "type"), text_of(error, "code"));
    } else {
        members.text("type", "unreadable_answer")
            .text("message", "The answer was not one of Stripe's JSON errors.");
        help = advise(answer.status, {}, {});
    }
    if (const auto id = answer.header("request-id"); !id.empty()) members.text("request_id", id);
    bool retryable = help.retryable;
    if (const auto hint = answer.header("stripe-should-retry"); !hint.empty())
        retryable = hint == "true";
    members.truth("retryable", retryable).text("next_step", help.next_step);
    if (facts != nullptr) members.raw("rate_limit", rate_limit_json(*facts));
    if (!idempotency_key.empty()) members.text("idempotency_key", idempotency_key);
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
        .text("next_step",
              "Nothing was sent to Stripe. The call works once the argument is corrected.");
    out += "}}";
    return out;
}

std::string unanswered_text(const base::failure& why, std::string_view idempotency_key) {
    const bool unknown = why.code != "not_sent" && why.code != "live_key_refused";
    std::string out = R"({"error":{)";
    base::json_members members{out};
    members.text("source", "tollgate").text("type", "upstream_failure").text("code", why.code);
    members.text("message", why.message);
    if (!unknown) {
        members.truth("retryable", why.kind != base::errc::forbidden)
            .text("next_step", "Nothing was done at Stripe. The same call may work later.");
    } else if (idempotency_key.empty()) {
        members.truth("retryable", true)
            .text(
                "next_step",
                "Whether Stripe acted on it is unknown. Reading the object again shows its state.");
    } else {
        members.truth("retryable", true)
            .text("next_step",
                  "Whether Stripe acted on it is unknown. The same call with the same arguments "
                  "and this "
                  "idempotency_key gives the outcome without doing it twice.")
            .text("idempotency_key", idempotency_key);
    }
    out += "}}";
    return out;
}

}  // namespace tollgate::stripe
