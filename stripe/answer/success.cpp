#include "stripe/answer/success.hpp"

#include <algorithm>

#include "base/json_text.hpp"
#include "stripe/answer/page.hpp"
#include "stripe/answer/secret_marks.hpp"
#include "stripe/answer/summary.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/answer/tokens.hpp"

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

std::string page_text(dom::object page, std::string_view key) {
    std::string_view found;
    return std::string(page[key].get(found) == simdjson::SUCCESS ? found : std::string_view{});
}

std::string next_token(const operation& called, dom::object page) {
    // A v2 list has no has_more: the URL of its next page is null on the last page.
    if (called.response() == response_kind::v2_list)
        return page_of_url(page_text(page, "next_page_url"));
    if (!has_more(page)) return {};
    if (called.response() == response_kind::search) return page_text(page, "next_page");
    return std::string(last_id(page));
}

// Stripe's text without white space, with the cursor before a page's own members.
std::optional<std::string> raw_text(const operation& called, dom::object object,
                                    std::string_view body, const answer_place& place) {
    const bool paged = place.cursors != nullptr && is_page(called);
    std::string out;
    if (paged) {
        const auto token = next_token(called, object);
        out += R"({"next_cursor":)";
        if (token.empty()) {
            out += "null";
        } else {
            base::append_json_string(out, place.cursors->seal({token, 0}));
        }
    }
    const std::size_t start = out.size();
    out.resize(start + body.size());
    std::size_t length = 0;
    if (simdjson::minify(body.data(), body.size(), out.data() + start, length) != simdjson::SUCCESS)
        return {};
    out.resize(start + length);
    // The cursor is written before the page's members, whose opening brace becomes the comma.
    if (paged) out[start] = length > 2 ? ',' : ' ';
    return out;
}

// A text never has more tokens than bytes, so that small texts need no estimate.
bool fits(std::string_view text, std::uint64_t tokens_max) {
    return text.size() <= tokens_max || estimate_tokens(text) <= tokens_max;
}

}  // namespace

std::optional<std::string> success_text(const operation& called, const upstream_response& answer,
                                        const answer_rules& rules, const answer_place& place,
                                        answer_remarks remarks, simdjson::dom::parser& parser) {
    dom::element whole;
    const bool padded = answer.body.capacity() - answer.body.size() >= simdjson::SIMDJSON_PADDING;
    if (parser.parse(answer.body.data(), answer.body.size(), !padded).get(whole) !=
            simdjson::SUCCESS ||
        !whole.is_object())
        return {};
    if (!rules.raw) remarks.summary = summary_of(called, whole);
    const auto objects = called.response_objects();
    const bool filtered = rules.may_read && std::ranges::find(objects, "event") != objects.end();
    const bool as_it_came = rules.raw && !filtered && rules.redact == 0 && remarks.notes.empty() &&
                            remarks.summary.empty() && place.current.skip == 0 &&
                            place.after.empty();
    if (!as_it_came)
        return shape_answer(called, whole, rules, place, std::move(remarks),
                            may_hold_secrets(answer.body));
    auto text = raw_text(called, whole, answer.body, place);
    if (!text) return {};
    // Searched in the text that is sent, which is shorter than the body with its white space.
    const bool secrets = may_hold_secrets(*text);
    if (!secrets && fits(*text, rules.tokens_max)) return text;
    return shape_answer(called, whole, rules, place, std::move(remarks), secrets);
}

}  // namespace tollgate::stripe
