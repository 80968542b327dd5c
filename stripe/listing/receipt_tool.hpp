// The tool that shows the outcome of a write: every server that may write has it.
#pragma once
#include <string_view>

#include "stripe/catalog/catalog.hpp"
#include "tenancy/rules/account_mode.hpp"
#include "tenancy/rules/filter.hpp"

namespace tollgate::stripe {

constexpr std::string_view receipt_tool_name = "get_receipt";
constexpr std::string_view receipt_argument_name = "receipt";

// The tool as tools/list shows it.
std::string_view receipt_tool_json() noexcept;

// True for operations whose calls have receipts.
constexpr bool has_receipt(http_method method) noexcept {
    return method != http_method::get;
}

// True if a server with these rules has any tool that writes.
bool may_write(const tenancy::tool_filter& filter, tenancy::account_mode mode);

}  // namespace tollgate::stripe
