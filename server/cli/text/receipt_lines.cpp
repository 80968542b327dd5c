#include "server/cli/text/receipt_lines.hpp"

#include <simdjson.h>

#include <cstdint>

#include "server/cli/text/answer_lines.hpp"
#include "stripe/catalog/money.hpp"

namespace tollgate::server {

namespace {

namespace dom = simdjson::dom;
using base::result;

base::failure unreadable() {
    return base::fail(base::errc::unavailable, "unreadable_answer",
                      "the answer is not that of a receipt: is --url the admin API of a gateway of "
                      "this version?");
}

// Absent members and null: empty.
std::string text_of(dom::object receipt, const char* key) {
    std::string_view text;
    return receipt[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string{};
}

std::string amount_of(dom::object receipt) {
    std::int64_t amount = 0;
    if (receipt["amount"].get(amount) != simdjson::SUCCESS) return {};
    const std::string currency = text_of(receipt, "currency");
    const std::string text = stripe::format_amount(amount, currency);
    return text.empty() ? std::to_string(amount) : text;
}

std::vector<std::string> cells_of(dom::object receipt) {
    std::vector<std::string> out;
    const auto add = [&out](const std::string& text) {
        out.push_back(text.empty() ? "-" : without_controls(text));
    };
    for (const auto* key : {"id", "state", "tool", "created_at", "object_id"})
        add(text_of(receipt, key));
    add(amount_of(receipt));
    add(text_of(receipt, "error_code"));
    return out;
}

result<shown_receipt> shown(dom::element from) {
    dom::object receipt;
    if (from.get(receipt) != simdjson::SUCCESS) return unreadable();
    shown_receipt out{text_of(receipt, "id"),
                      text_of(receipt, "state"),
                      simdjson::minify(from),
                      {},
                      cells_of(receipt)};
    for (const auto& cell : out.cells) out.line += (out.line.empty() ? "" : "  ") + cell;
    if (!out.id.starts_with("rcp_") || out.state.empty()) return unreadable();
    return out;
}

}  // namespace

result<shown_receipt> read_receipt(std::string_view body) {
    dom::parser parser;
    dom::element root;
    const simdjson::padded_string text{body};
    if (parser.parse(text).get(root) != simdjson::SUCCESS) return unreadable();
    return shown(root);
}

result<receipt_page> read_receipts(std::string_view body) {
    receipt_page out;
    const auto read = each_row(body, [&out](const dom::element& row) -> result<> {
        auto one = shown(row);
        if (!one) return one.error();
        out.receipts.push_back(std::move(*one));
        return {};
    });
    if (!read) return read.error();
    out.next_cursor = member_of(body, "next_cursor");
    return out;
}

}  // namespace tollgate::server
