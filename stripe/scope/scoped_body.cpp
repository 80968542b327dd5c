#include "stripe/scope/scoped_body.hpp"

#include <algorithm>
#include <array>

#include "base/json_text.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

// Kinds that Stripe includes in other objects without being asked, and that belong only to those
// objects.
constexpr std::array<std::string_view, 14> part_kinds{"billing_portal.configuration",
                                                      "coupon",
                                                      "discount",
                                                      "item",
                                                      "line_item",
                                                      "list",
                                                      "plan",
                                                      "price",
                                                      "product",
                                                      "promotion_code",
                                                      "search_result",
                                                      "subscription_item",
                                                      "tax_code",
                                                      "tax_rate"};

bool is_part(std::string_view kind) {
    return std::ranges::find(part_kinds, kind) != part_kinds.end();
}

// Members that refer to another object. None of them can be written by people.
constexpr std::array<std::string_view, 12> references{
    "charge",  "checkout_session", "customer",       "dispute",
    "invoice", "payment_intent",   "payment_method", "quote",
    "refund",  "setup_intent",     "source",         "subscription"};

// True if `object` refers to the object that contains it.
bool names(dom::object object, std::string_view around) {
    return !around.empty() && std::ranges::any_of(references, [&](std::string_view name) {
        return text_member(object, name) == around;
    });
}

// Writes JSON again without the parts that are out of scope.
class scoped_writer {
public:
    scoped_writer(const data_limits& limits, scoped_body& out) : limits_(limits), out_(out) {}

    // Writes the members of an object that was found to be in scope.
    void members(dom::object object, std::string_view around) {
        const auto own = text_member(object, "id");
        out_.text += '{';
        bool first = true;
        for (const auto member : object) {
            key(member.key, first);
            value(member.value, own.empty() ? around : own);
        }
        out_.text += '}';
    }

    // Writes a page: its members, and the rows that are in scope.
    void page(dom::object page) {
        out_.text += '{';
        bool first = true;
        for (const auto member : page) {
            if (member.key == "total_count") continue;  // it also counts rows out of scope
            key(member.key, first);
            dom::array rows;
            if (member.key == "data" && member.value.get(rows) == simdjson::SUCCESS)
                inside_rows(rows);
            else
                value(member.value, {});
        }
        out_.text += '}';
    }

private:
    void key(std::string_view name, bool& first) {
        if (!first) out_.text += ',';
        first = false;
        base::append_json_string(out_.text, name);
        out_.text += ':';
    }

    void inside_rows(dom::array rows) {
        out_.text += '[';
        bool first = true;
        for (const auto row : rows) {
            dom::object object;
            const bool readable = row.get(object) == simdjson::SUCCESS;
            out_.last_id = readable ? text_member(object, "id") : std::string_view{};
            if (!readable || !is_inside(object, limits_)) {
                ++out_.left_out;
                continue;
            }
            if (!first) out_.text += ',';
            first = false;
            members(object, {});
        }
        out_.text += ']';
    }

    void value(const dom::element& one, std::string_view around) {
        dom::object object;
        dom::array array;
        if (one.get(object) == simdjson::SUCCESS) return nested(object, around);
        if (one.get(array) != simdjson::SUCCESS) {
            out_.text += simdjson::minify(one);
            return;
        }
        out_.text += '[';
        bool first = true;
        for (const auto each : array) {
            if (!first) out_.text += ',';
            first = false;
            value(each, around);
        }
        out_.text += ']';
    }

    // Writes an object inside another one. A complete Stripe object must itself be in scope.
    void nested(dom::object object, std::string_view around) {
        const auto kind = text_member(object, "object");
        const auto id = text_member(object, "id");
        const bool whole = !kind.empty() && !id.empty();
        if (!whole || is_part(kind) || names(object, around) || is_inside(object, limits_))
            return members(object, around);
        ++out_.reduced;
        base::append_json_string(out_.text, id);
    }

    const data_limits& limits_;
    scoped_body& out_;
};

bool returns_page(const operation& called) {
    return called.response() == response_kind::list || called.response() == response_kind::search ||
           called.response() == response_kind::v2_list;
}

}  // namespace

std::optional<scoped_body> body_inside(const operation& called, std::string_view body,
                                       const data_limits& limits, dom::parser& parser) {
    dom::object whole;
    if (parser.parse(body.data(), body.size()).get(whole) != simdjson::SUCCESS) return {};
    scoped_body out;
    out.text.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    scoped_writer writer{limits, out};
    if (returns_page(called)) {
        writer.page(whole);
    } else {
        if (!is_inside(whole, limits)) return {};
        writer.members(whole, {});
    }
    out.text.reserve(out.text.size() + simdjson::SIMDJSON_PADDING);
    return out;
}

}  // namespace tollgate::stripe
