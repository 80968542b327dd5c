#include "stripe/result/success.hpp"

#include "base/json_text.hpp"
#include "stripe/result/page.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

bool has_more(dom::object page) {
    bool more = false;
    return page["has_more"].get(more) == simdjson::SUCCESS && more;
}

// A list's cursor is the id of its last object.
std::string_view last_id(dom::object page) {
    dom::array data;
    if (page["data"].get(data) != simdjson::SUCCESS) return {};
    std::string_view id;
    for (const auto item : data) {
        std::string_view found;
        id = item["id"].get(found) == simdjson::SUCCESS ? found : std::string_view{};
    }
    return id;
}

std::string text_at(dom::object page, std::string_view key) {
    std::string_view found;
    return std::string(page[key].get(found) == simdjson::SUCCESS ? found : std::string_view{});
}

std::string next_cursor(const operation& called, dom::object page) {
    // A v2 list has no has_more: its URL of the next page is null at the end.
    if (called.response() == response_kind::v2_list)
        return page_of_url(text_at(page, "next_page_url"));
    if (!has_more(page)) return {};
    if (called.response() == response_kind::search) return text_at(page, "next_page");
    return std::string(last_id(page));
}

}  // namespace

std::optional<std::string> success_text(const operation& called, const upstream_response& answer,
                                        simdjson::dom::parser& parser) {
    dom::object object;
    const bool padded = answer.body.capacity() - answer.body.size() >= simdjson::SIMDJSON_PADDING;
    if (parser.parse(answer.body.data(), answer.body.size(), !padded).get(object) !=
        simdjson::SUCCESS)
        return {};
    const bool paged = called.response() == response_kind::list ||
                       called.response() == response_kind::search ||
                       called.response() == response_kind::v2_list;
    std::string out;
    if (paged) {
        const auto cursor = next_cursor(called, object);
        out += R"({"next_cursor":)";
        if (cursor.empty()) {
            out += "null";
        } else {
            base::append_json_string(out, cursor);
        }
        out += ',';
    }
    const std::size_t start = out.size();
    out.resize(start + answer.body.size());
    std::size_t length = 0;
    if (simdjson::minify(answer.body.data(), answer.body.size(), out.data() + start, length) !=
        simdjson::SUCCESS)
        return {};
    out.resize(start + length);
    // The page's own opening brace: the cursor stands before it.
    if (paged) out.erase(start, 1);
    return out;
}

}  // namespace tollgate::stripe
