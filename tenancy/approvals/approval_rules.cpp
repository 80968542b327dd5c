#include "tenancy/approvals/approval_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace tollgate::tenancy {

using storage::approval_state;

namespace {

// The number that `from` begins with, which is taken from it; nothing if there is none.
std::optional<std::size_t> take_number(std::string_view& from) {
    std::size_t out = 0;
    const auto [stop, error] = std::from_chars(from.data(), from.data() + from.size(), out);
    if (error != std::errc{}) return {};
    from.remove_prefix(static_cast<std::size_t>(stop - from.data()));
    return out;
}

// Each field as "<size>\n<text>".
std::string encode_order(const order_refund& order) {
    const auto& link = order.link;
    std::string out;
    for (const std::string& field :
         {order.customer_id, link.order_id, link.payment_id, std::to_string(link.amount),
          link.currency, link.reason, link.refunded_by})
        out += std::to_string(field.size()) + '\n' + field;
    return out;
}

std::optional<std::string> take_field(std::string_view& from) {
    const auto size = take_number(from);
    if (!size || !from.starts_with('\n') || *size >= from.size()) return {};
    std::string out{from.substr(1, *size)};
    from.remove_prefix(1 + *size);
    return out;
}

std::optional<order_refund> decode_order(std::string_view bytes) {
    std::array<std::string, 7> fields;
    for (auto& field : fields) {
        auto taken = take_field(bytes);
        if (!taken) return {};
        field = std::move(*taken);
    }
    if (!bytes.empty()) return {};
    auto& [customer, id, payment, amount, currency, reason, refunded_by] = fields;
    order_refund out;
    const char* const end = amount.data() + amount.size();
    const auto [stop, error] = std::from_chars(amount.data(), end, out.link.amount);
    if (error != std::errc{} || stop != end) return {};
    out.customer_id = std::move(customer);
    out.link.order_id = std::move(id);
    out.link.payment_id = std::move(payment);
    out.link.currency = std::move(currency);
    out.link.reason = std::move(reason);
    out.link.refunded_by = std::move(refunded_by);
    return out;
}

}  // namespace

std::string_view to_string(approval_state state) noexcept {
    return storage::approval_state_names[static_cast<std::size_t>(state)];
}

std::optional<approval_state> approval_state_named(std::string_view name) {
    const auto& names = storage::approval_state_names;
    const auto* const found = std::ranges::find(names, name);
    if (found == names.end()) return {};
    return static_cast<approval_state>(found - names.begin());
}

bool has_ended(approval_state state) noexcept {
    return state != approval_state::pending && state != approval_state::approved;
}

approval_state state_at(const storage::approval_row& approval, base::timestamp now) {
    const bool over = !has_ended(approval.state) && now >= approval.expires_at;
    return over ? approval_state::expired : approval.state;
}

base::timestamp expiry_of(const approval_terms& terms, base::timestamp now) {
    const std::chrono::seconds asked{terms.expires_in_s};
    return now + std::clamp<std::chrono::seconds>(asked, approval_shortest, approval_longest);
}

base::timestamp next_execution(std::int64_t attempts, base::timestamp now) {
    constexpr std::chrono::seconds first{2};
    constexpr std::chrono::seconds longest{300};
    constexpr std::int64_t doublings_max = 8;
    const auto doublings = std::clamp<std::int64_t>(attempts - 1, 0, doublings_max);
    return now + std::min(first * (std::int64_t{1} << doublings), longest);
}

// "<size of the arguments>\n<arguments><preview>"; with an order a second number, the size of the
// preview, and the order's fields behind it. Before that, "@<name of the declared tool>\n" if there
// is one.
std::string encode_content(const approval_content& content) {
    std::string out;
    if (!content.declared.empty()) out = '@' + content.declared + '\n';
    out += std::to_string(content.arguments.size());
    if (content.order) out += ' ' + std::to_string(content.preview.size());
    out += '\n' + content.arguments + content.preview;
    if (content.order) out += encode_order(*content.order);
    return out;
}

std::optional<approval_content> decode_content(std::string_view bytes) {
    approval_content out;
    auto line = bytes.find('\n');
    if (bytes.starts_with('@') && line != std::string_view::npos) {
        out.declared = bytes.substr(1, line - 1);
        bytes.remove_prefix(line + 1);
        line = bytes.find('\n');
    }
    if (line == std::string_view::npos) return {};
    auto head = bytes.substr(0, line);
    bytes.remove_prefix(line + 1);
    const auto size = take_number(head);
    if (!size || *size > bytes.size()) return {};
    out.arguments = bytes.substr(0, *size);
    bytes.remove_prefix(*size);
    if (head.empty()) {
        out.preview = bytes;
        return out;
    }
    if (!head.starts_with(' ')) return {};
    head.remove_prefix(1);
    const auto shown = take_number(head);
    if (!shown || !head.empty() || *shown > bytes.size()) return {};
    out.preview = bytes.substr(0, *shown);
    out.order = decode_order(bytes.substr(*shown));
    if (!out.order) return {};
    return out;
}

}  // namespace tollgate::tenancy
