#include "tenancy/approvals/webhook_message.hpp"

#include <utility>

#include "base/json_text.hpp"
#include "tenancy/approvals/approval_text.hpp"
#include "tenancy/secrets/places.hpp"

namespace tollgate::tenancy {

namespace {

using base::json_members;
using base::result;
using storage::webhook_delivery_row;
using storage::webhook_row;

struct event_sentence {
    std::string_view event;
    std::string_view text;
};

constexpr std::array<event_sentence, 7> sentences{{
    {"created", "A call of an MCP client waits for approval:"},
    {"approved", "A call of an MCP client was approved:"},
    {"denied", "A call of an MCP client was denied:"},
    {"expired", "Nobody decided in time on a call of an MCP client:"},
    {"executed", "An approved call was sent to Stripe:"},
    {"voided", "A call that waited for approval may not be sent any more:"},
    {webhook_test_event, "This is a test message of Tollgate."},
}};

std::string_view sentence_of(std::string_view event) {
    for (const auto& one : sentences)
        if (one.event == event) return one.text;
    return "Something happened to an approval:";
}

std::string webhook_place(const webhook_row& webhook) {
    return tenancy::webhook_place(webhook.team_id, webhook.id);
}

std::string slack_message(const webhook_delivery_row& what, const std::string& link) {
    std::string text{sentence_of(what.event)};
    if (!what.approval_id.empty()) text += ' ' + (link.empty() ? what.approval_id : link);
    std::string out = "{";
    json_members{out}.text("text", text);
    return out + '}';
}

std::string standard_message(const webhook_delivery_row& what, const std::string& link) {
    std::string data = "{";
    json_members facts{data};
    facts.text("team_id", what.team_id);
    if (!what.approval_id.empty()) facts.text("approval_id", what.approval_id);
    if (!link.empty()) facts.text("link", link);
    data += '}';
    const std::string type =
        (what.event == webhook_test_event ? "webhook." : "approval.") + what.event;
    std::string out = "{";
    json_members{out}
        .text("type", type)
        .text("timestamp", base::format_timestamp(what.created_at))
        .raw("data", data);
    return out + '}';
}

}  // namespace

storage::sealed_blob seal_target(const vault& secrets, const webhook_row& webhook,
                                 const webhook_target& target) {
    // An address holds no newline.
    const base::secret plain{std::string{target.address.reveal()} + '\n' +
                             std::string{target.key.reveal()}};
    return secrets.seal(plain.reveal(), webhook_place(webhook));
}

result<webhook_target> open_target(const vault& secrets, const webhook_row& webhook) {
    const auto opened = secrets.open(webhook.content, webhook_place(webhook));
    if (!opened) return opened.error();
    const std::string_view text = opened->reveal();
    const auto end = text.find('\n');
    if (end == std::string_view::npos)
        return base::fail(base::errc::corrupt, "webhook_damaged", "the webhook cannot be read");
    return webhook_target{base::secret{std::string{text.substr(0, end)}},
                          base::secret{std::string{text.substr(end + 1)}}};
}

std::string webhook_message(const webhook_row& to, const webhook_delivery_row& what,
                            std::string_view link_base) {
    const std::string link = approval_link(what.approval_id, link_base);
    return to.format == "slack" ? slack_message(what, link) : standard_message(what, link);
}

}  // namespace tollgate::tenancy
