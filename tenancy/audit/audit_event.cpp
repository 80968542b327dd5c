#include "tenancy/audit/audit_event.hpp"

#include <atomic>

#include "base/crypto.hpp"
#include "base/json_text.hpp"
#include "tenancy/audit/storable_text.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::size_t text_max = 1'000;
constexpr std::size_t changes_max = 30'000;
constexpr std::size_t fingerprint_bytes = 8;
constexpr std::size_t process_characters = 12;
constexpr std::size_t count_characters = 12;
constexpr std::size_t entry_bytes = 800;  // enough for most entries without reallocation

// Ids of one process share a prefix, followed by a counter: unique, and cheaper than a random id
// for each.
std::string next_id() {
    static const std::string process = "aud_" + base::random_base62(process_characters);
    static std::atomic<std::uint64_t> count{0};
    return process + base::base62(count.fetch_add(1, std::memory_order_relaxed), count_characters);
}

// Writes the members of an entry, in the order of their names.
class entry_writer {
public:
    explicit entry_writer(std::string& out) : members_(out) {}

    // A word of ours without characters that need escaping: an id, a time, a digest.
    entry_writer& word(std::string_view key, std::string_view value) {
        if (!value.empty()) members_.text(key, value);
        return *this;
    }

    entry_writer& text(std::string_view key, std::string_view value) {
        if (value.empty()) return *this;
        if (is_storable(value))
            members_.text(key, base::clipped_text(value, text_max));
        else
            members_.text(key, base::clipped_text(storable(std::string{value}), text_max));
        return *this;
    }
    entry_writer& number(std::string_view key, const std::optional<std::int64_t>& value) {
        if (value) members_.number(key, *value);
        return *this;
    }
    entry_writer& json(std::string_view key, std::string_view value) {
        if (!value.empty()) members_.raw(key, value);
        return *this;
    }
    entry_writer& truth(std::string_view key, bool value) {
        if (value) members_.truth(key, true);
        return *this;
    }

private:
    base::json_members members_;
};

std::optional<std::int64_t> micros(const audit_event& event) {
    if (!event.duration) return {};
    return event.duration->count();
}

std::string entry_of(const audit_event& event, std::string_view id, base::timestamp now) {
    const bool cut = event.changed_from.size() + event.changed_to.size() > changes_max;
    std::string out = "{";
    out.reserve(entry_bytes + event.arguments.size());
    entry_writer{out}
        .word("account", event.account_id)
        .text("action", event.action)
        .word("actor", event.actor)
        .word("approval", event.approval)
        .json("arguments", event.arguments)
        .word("arguments_digest", event.arguments_digest)
        .json("changed_from", cut ? std::string_view{} : event.changed_from)
        .json("changed_to", cut ? std::string_view{} : event.changed_to)
        .text("client", event.client)
        .truth("cut", cut)
        .word("decision", event.decision)
        .text("error_code", event.error_code)
        .word("id", id)
        .word("kind", event.kind)
        .text("layer", event.layer)
        .number("left_out", event.left_out > 0 ? std::optional{event.left_out} : std::nullopt)
        .text("mcp_method", event.mcp_method)
        .number("micros", micros(event))
        .text("object", event.object_id)
        .word("outcome", event.outcome)
        .number("policy_version",
                event.policy_version > 0 ? std::optional{event.policy_version} : std::nullopt)
        .word("receipt", event.receipt_id)
        .text("remote", event.remote)
        .text("request", event.request_id)
        .text("rule", event.rule)
        .word("server", event.server_id)
        .number("status", event.status)
        .text("stripe_request", event.stripe_request)
        .word("team", event.team_id)
        .word("time", base::format_timestamp(now))
        .text("tool", event.tool)
        .text("would_deny", event.would_deny);
    out += '}';
    return out;
}

}  // namespace

storage::audit_row audit_row_of(audit_event event, base::timestamp now) {
    storage::audit_row out;
    out.id = next_id();
    out.entry = entry_of(event, out.id, now);
    out.recorded_at = now;
    out.kind = event.kind;
    out.team_id = std::move(event.team_id);
    out.actor = std::move(event.actor);
    out.server_id = std::move(event.server_id);
    out.tool = storable(std::move(event.tool));
    out.decision = std::move(event.decision);
    out.rule = storable(std::move(event.rule));
    out.object_id = storable(std::move(event.object_id));
    out.request_id = storable(std::move(event.request_id));
    out.receipt_id = std::move(event.receipt_id);
    return out;
}

std::string public_token_id(std::string_view token_digest) {
    return "tok_" + base::hex(token_digest.substr(0, fingerprint_bytes));
}

}  // namespace tollgate::tenancy
