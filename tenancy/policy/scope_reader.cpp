#include "tenancy/policy/scope_reader.hpp"

#include <algorithm>

namespace tollgate::tenancy {

namespace {

using base::json;
using base::json_reader;

constexpr std::size_t customers_max = 200;
constexpr std::size_t pairs_max = 10;
constexpr std::size_t text_bytes_max = 500;
constexpr std::int64_t scope_days_max = 36'500;

void refuse_scope(json_reader& in, const char* name, std::string code, const std::string& message) {
    in.fail(base::invalid(std::move(code), in.path_of(name) + ' ' + message, in.path_of(name)));
}

bool is_id_text(std::string_view text) {
    return !text.empty() && text.size() <= text_bytes_max && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    });
}

void read_customers(json_reader& in, data_scope& out) {
    if (!in.has("customers")) return;
    out.customers = in.list("customers").value_or(std::vector<std::string>{});
    if (out.customers.empty() || out.customers.size() > customers_max)
        refuse_scope(in, "customers", "empty_list", "must name 1 to 200 customers");
    if (!std::ranges::all_of(out.customers, is_id_text))
        refuse_scope(in, "customers", "unknown_value", "must be ids of customers, such as cus_123");
    std::ranges::sort(out.customers);
}

void read_pairs(json_reader& in, data_scope& out) {
    const json* const pairs = in.object("metadata");
    if (pairs == nullptr) return;
    if (pairs->empty() || pairs->size() > pairs_max)
        refuse_scope(in, "metadata", "empty_list", "must have 1 to 10 keys");
    for (const auto& [key, value] : pairs->items()) {
        const auto* const text = value.get_ptr<const std::string*>();
        if (text == nullptr || text->empty() || text->size() > text_bytes_max || key.empty())
            return refuse_scope(in, "metadata", "wrong_type",
                                "must be an object of texts that are not empty");
        out.metadata.emplace_back(key, *text);
    }
}

}  // namespace

data_scope read_scope(json_reader& in, const char* name, const json& object) {
    json_reader reader{object,
                       in.path_of(name) + '.',
                       {"customers", "metadata", "max_age_days", "connected_account"}};
    data_scope out;
    read_customers(reader, out);
    read_pairs(reader, out);
    out.days = reader.integer("max_age_days");
    if (out.days && (*out.days < 1 || *out.days > scope_days_max))
        refuse_scope(reader, "max_age_days", "out_of_range", "must be from 1 to 36500 (days)");
    out.connected_account = reader.text("connected_account").value_or("");
    const bool names_account = reader.has("connected_account");
    if (names_account &&
        !(out.connected_account.starts_with("acct_") && is_id_text(out.connected_account)))
        refuse_scope(reader, "connected_account", "unknown_value",
                     "must be the id of a connected account, such as acct_123");
    if (reader.empty())
        refuse_scope(reader, "customers", "missing_field",
                     "or metadata, max_age_days or connected_account must be given");
    in.take(reader);
    return out;
}

}  // namespace tollgate::tenancy
