#include "tenancy/orders/order_record.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/json_text.hpp"
#include "base/text.hpp"
#include "tenancy/audit/storable_text.hpp"
#include "tenancy/orders/email_key.hpp"

namespace tollgate::tenancy {

namespace {

using base::invalid;
using base::result;
using storage::order_customer_row;
using storage::order_row;
using storage::order_status_names;

constexpr std::size_t text_bytes_max = 200;
constexpr std::size_t email_bytes_max = 320;
constexpr std::int64_t amount_max = 999'999'999'999;
constexpr std::array<std::string_view, 6> customer_fields{
    "type", "id", "email", "name", "stripe_customer_id", "created_at"};
constexpr std::array<std::string_view, 9> order_fields{"type",       "id",     "customer_id",
                                                       "payment_id", "amount", "currency",
                                                       "refunded",   "status", "created_at"};

std::string in_quotes(std::string_view text) {
    return "'" + std::string{base::clipped_text(text, base::quoted_bytes_max)} + "'";
}

// The fields of one record. After a failure, every read returns an empty value; check failure() at
// the end.
class fields_reader {
public:
    explicit fields_reader(const std::vector<record_field>& fields) : fields_(fields) {}

    std::string_view find(std::string_view name) const {
        for (const auto& one : fields_)
            if (one.name == name) return one.value;
        return {};
    }

    // A text of one line, at most `bytes_max`.
    std::string text(std::string_view name, std::size_t bytes_max = text_bytes_max) {
        const std::string_view value = find(name);
        const bool control = std::any_of(value.begin(), value.end(), [](char c) {
            return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
        });
        if (value.size() > bytes_max)
            fail(name, "has at most " + std::to_string(bytes_max) + " bytes");
        else if (control || !is_storable(value))
            fail(name, "must be UTF-8 without control characters");
        return std::string{value};
    }

    std::string required(std::string_view name, std::size_t bytes_max = text_bytes_max) {
        std::string value = text(name, bytes_max);
        if (value.empty()) fail(name, "is missing");
        return value;
    }

    std::optional<std::int64_t> amount(std::string_view name) {
        const std::string_view value = find(name);
        if (value.empty()) return {};
        std::int64_t out = 0;
        const auto done = std::from_chars(value.data(), value.data() + value.size(), out);
        const bool whole = done.ec == std::errc{} && done.ptr == value.data() + value.size();
        if (!whole || out < 0 || out > amount_max) {
            fail(name,
                 "must be a whole number in the currency's minor unit (4999 for 49.99 usd), "
                 "not " +
                     in_quotes(value));
            return {};
        }
        return out;
    }

    // Reads a time with a zone, or a date.
    base::timestamp time(std::string_view name) {
        const std::string value = required(name);
        constexpr std::size_t date_bytes = 10;
        const bool date = value.size() == date_bytes;
        const auto at = base::parse_timestamp(date ? value + "T00:00:00Z" : value);
        if (!at && !value.empty())
            fail(name,
                 "must be a time with a zone (2026-11-30T09:00:00Z) or a date (2026-11-30), not " +
                     in_quotes(value));
        return at.value_or(base::timestamp{});
    }

    template <std::size_t Count>
    void allow(const std::array<std::string_view, Count>& known, std::string_view kind) {
        for (const auto& one : fields_)
            if (!one.value.empty() &&
                std::find(known.begin(), known.end(), one.name) == known.end())
                fail(one.name, "is not a field of " + std::string{kind});
    }

    void fail(std::string_view name, const std::string& why) {
        if (!failure_)
            failure_ =
                invalid("invalid_record",
                        std::string{base::clipped_text(name, base::quoted_bytes_max)} + " " + why,
                        std::string{base::clipped_text(name, base::quoted_bytes_max)});
    }
    const std::optional<base::failure>& failure() const { return failure_; }

private:
    const std::vector<record_field>& fields_;
    std::optional<base::failure> failure_;
};

// True for one '@' with text before it and a domain after it. A stricter check is not needed,
// because the company has used the address.
bool is_email(std::string_view text) {
    const auto at = text.rfind('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return false;
    return text.find_first_of(" \t<>,;\"") == std::string_view::npos;
}

bool is_currency(std::string_view text) {
    return text.size() == 3 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

result<order_record> read_customer(fields_reader& from) {
    from.allow(customer_fields, "a customer");
    order_customer_row out;
    out.id = from.required("id");
    out.email = from.required("email", email_bytes_max);
    if (!out.email.empty() && !is_email(email_key(out.email)))
        from.fail("email", "must be an e-mail address, not " + in_quotes(out.email));
    out.name = from.text("name");
    out.stripe_customer_id = from.text("stripe_customer_id");
    if (!out.stripe_customer_id.empty() && !out.stripe_customer_id.starts_with("cus_"))
        from.fail("stripe_customer_id", "begins with cus_");
    out.created_at = from.time("created_at");
    if (from.failure()) return *from.failure();
    return order_record{std::move(out)};
}

// The refunded amount, from `refunded` and `status`.
std::int64_t refunded_of(fields_reader& from, std::int64_t amount) {
    const auto given = from.amount("refunded");
    const std::string_view status = from.find("status");
    if (given && *given > amount) from.fail("refunded", "is more than the amount");
    if (status.empty() || status == order_status_names[0]) {
        if (!status.empty() && given.value_or(0) > 0)
            from.fail("status", "is paid, but something was refunded");
        return given.value_or(0);
    }
    if (status == order_status_names[1]) {
        if (given.value_or(0) <= 0 || *given >= amount)
            from.fail("refunded", "must say how much of a partially refunded order was refunded");
        return given.value_or(0);
    }
    if (status != order_status_names[2])
        from.fail("status",
                  "must be paid, partially_refunded or refunded, not " + in_quotes(status));
    else if (given && *given != amount)
        from.fail("status", "is refunded, but the refunded amount is not the amount");
    return amount;
}

result<order_record> read_order(fields_reader& from) {
    from.allow(order_fields, "an order");
    order_row out;
    out.id = from.required("id");
    out.customer_id = from.required("customer_id");
    out.payment_id = from.text("payment_id");
    if (!out.payment_id.empty() && !out.payment_id.starts_with("pi_") &&
        !out.payment_id.starts_with("ch_") && !out.payment_id.starts_with("py_"))
        from.fail("payment_id", "begins with pi_, ch_ or py_");
    const auto amount = from.amount("amount");
    if (!amount && from.find("amount").empty()) from.fail("amount", "is missing");
    out.amount = amount.value_or(0);
    out.currency = base::to_lower(from.required("currency"));
    if (!out.currency.empty() && !is_currency(out.currency))
        from.fail("currency", "has three letters, as usd");
    out.refunded = refunded_of(from, out.amount);
    out.created_at = from.time("created_at");
    if (from.failure()) return *from.failure();
    return order_record{std::move(out)};
}

}  // namespace

result<order_record> read_order_record(const std::vector<record_field>& fields) {
    fields_reader from{fields};
    const std::string_view type = from.find("type");
    if (type == "customer") return read_customer(from);
    if (type == "order") return read_order(from);
    if (!type.empty())
        return invalid("invalid_record", "type must be customer or order, not " + in_quotes(type),
                       "type");
    return from.find("amount").empty() ? read_customer(from) : read_order(from);
}

}  // namespace tollgate::tenancy
