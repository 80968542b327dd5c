#include "stripe/result/success.hpp"

#include "base/json_text.hpp"

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

std::string_view next_cursor(const operation& called, dom::object page) {
    if (!has_more(page)) return {};
    if (called.response() != response_kind::search) return last_id(page);
    std::string_view next;
    return page["next_page"].get(next) == simdjson::SUCCESS ? next : std::string_view{};
}

}  // namespace

std::optional<std::string> success_text(const operation& called, const upstream_response& answer,
                                        simdjson::dom::parser& parser) {
    dom::object object;
    const bool padded = answer.body.capacity() - answer.body.size() >= simdjson::SIMDJSON_PADDING;
    if (parser.parse(answer.body.data(), answer.body.size(), !padded).get(object) !=
        simdjson::SUCCESS)
        return {};
    const bool paged =
        called.response() == response_kind::list || called.response() == response_kind::search;
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
