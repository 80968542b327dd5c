#include "server/admin/search_query.hpp"

#include <charconv>

namespace tollgate::admin {

const std::string* search_query::find(std::string_view name) const {
    const auto found = query_.find(name);
    return found == query_.end() || found->second.empty() ? nullptr : &found->second;
}

void search_query::text(std::string_view name, std::string& out) const {
    if (const auto* value = find(name)) out = *value;
}

void search_query::time(std::string_view name, std::optional<base::timestamp>& out) {
    const auto* value = find(name);
    if (value == nullptr) return;
    out = base::parse_timestamp(*value);
    if (!out)
        fail("invalid_time", name,
             "must be a time with an offset, as 2026-12-31T23:59:59Z; a + is written %2B");
}

void search_query::amount(std::string_view name, std::optional<std::int64_t>& out) {
    const auto* value = find(name);
    if (value == nullptr) return;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (error != std::errc{} || end != value->data() + value->size())
        return fail("invalid_amount", name,
                    "must be a whole number, in the smallest unit of the currency");
    out = number;
}

void search_query::fail(const char* code, std::string_view name, std::string_view rule) {
    std::string field{name};
    if (!failure_) failure_ = base::invalid(code, field + ' ' + std::string{rule}, field);
}

}  // namespace tollgate::admin
