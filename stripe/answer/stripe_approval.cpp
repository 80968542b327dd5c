#include "stripe/answer/stripe_approval.hpp"

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "stripe/answer/text.hpp"
#include "tenancy/receipts/receipt_rules.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr std::string_view id_prefix = "areq_";
constexpr std::size_t id_max = 255;

// The approval request's id, wherever Stripe's error names it; or empty.
std::string_view request_id_in(std::string_view body) {
    const auto at = body.find(id_prefix);
    if (at == std::string_view::npos) return {};
    std::size_t end = at;
    while (end < body.size() && end - at < id_max && base::is_word_character(body[end])) ++end;
    return body.substr(at, end - at);
}

std::string masked(std::string_view text, tenancy::redaction_set redact) {
    constexpr auto email = static_cast<tenancy::redaction_set>(tenancy::redaction::email);
    std::string out = mask_cards(mask_secrets(text));
    if ((redact & email) != 0) out = mask_emails(out);
    return out;
}

}  // namespace

std::optional<std::string> stripe_approval_text(const upstream_response& answer,
                                                std::string_view operation_key,
                                                tenancy::redaction_set redact,
                                                dom::parser& parser) {
    const bool refused = answer.status >= 400 && answer.status < 500;
    if (!refused || answer.body.find(tenancy::waits_at_stripe) == std::string::npos) return {};
    dom::object error;
    std::string_view code;
    if (parser.parse(answer.body)["error"].get(error) != simdjson::SUCCESS ||
        error["code"].get(code) != simdjson::SUCCESS || code != tenancy::waits_at_stripe)
        return {};
    std::string approval = "{";
    base::json_members members{approval};
    members.text("at", "stripe").text("state", "pending");
    const auto id = request_id_in(answer.body);
    if (id.empty())
        members.raw("id", "null");
    else
        members.text("id", id);
    std::string_view said;
    if (error["message"].get(said) == simdjson::SUCCESS)
        members.text("reason", masked(said, redact));
    std::string out = "{";
    base::json_members whole{out};
    whole.raw("approval", approval + '}')
        .text("message",
              "Nothing was done yet. A rule of the Stripe account asks a person, who decides in "
              "Stripe's Dashboard; Stripe then does it by itself. Do not repeat the call, also not "
              "with another operation_key: read the object later to see whether it was done.");
    if (!operation_key.empty()) whole.text("operation_key", operation_key);
    return out + '}';
}

}  // namespace tollgate::stripe
