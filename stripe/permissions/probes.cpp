#include "stripe/permissions/probes.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "stripe/catalog/permissions.hpp"

namespace tollgate::stripe {

namespace {

using tenancy::known;

// Areas that move money, then those with personal data. All others follow by name.
constexpr std::array<std::string_view, 32> most_telling{"charge",
                                                        "payment_intent",
                                                        "payout",
                                                        "transfer",
                                                        "top_up",
                                                        "subscription",
                                                        "invoice",
                                                        "customer",
                                                        "payment_method",
                                                        "setup_intent",
                                                        "checkout_session",
                                                        "payment_links",
                                                        "credit_note",
                                                        "connected_account",
                                                        "issuing_card",
                                                        "issuing_cardholder",
                                                        "webhook",
                                                        "dispute",
                                                        "file",
                                                        "plan",
                                                        "product",
                                                        "coupon",
                                                        "promotion_code",
                                                        "quote",
                                                        "source",
                                                        "balance_transaction_source",
                                                        "event",
                                                        "application_fee",
                                                        "tax_rate",
                                                        "shipping_rate",
                                                        "review",
                                                        "treasury_financial_account"};

std::size_t rank(const area_probes& one) {
    return static_cast<std::size_t>(std::find(most_telling.begin(), most_telling.end(), one.area) -
                                    most_telling.begin());
}

// How many ids the path contains, and whether it ends with one.
struct shape {
    std::size_t ids = 0;
    bool ends_with_id = false;
};

shape shape_of(const operation& one) {
    shape out;
    for (const auto& segment : one.segments()) {
        out.ids += segment.is_parameter ? 1 : 0;
        out.ends_with_id = segment.is_parameter;
    }
    return out;
}

bool needs_arguments(const operation& one) {
    const auto parameters = one.parameters();
    return std::any_of(parameters.begin(), parameters.end(), [](const parameter& each) {
        return each.required() && each.place() != place::path;
    });
}

// Prices use the permission of plans, their older form.
bool is_older_form(const operation& one) {
    return one.path_template().starts_with("/v1/plans");
}

std::string target_of(const operation& one, std::string_view id) {
    std::string out;
    auto rest = one.path_template();
    for (const auto& segment : one.segments()) {
        rest.remove_prefix(1);
        const auto written = rest.substr(0, rest.find('/'));
        rest.remove_prefix(written.size());
        out += '/';
        out += segment.is_parameter ? id : written;
    }
    return out;
}

// Ranks the possible reads: the list of one object, then a path without an id, then an object that
// does not exist.
std::size_t read_quality(const operation& one) {
    if (one.method() != http_method::get || needs_arguments(one)) return 0;
    const auto form = shape_of(one);
    if (form.ids == 0 && one.response() == response_kind::list) return 3;
    if (form.ids == 0 && one.response() == response_kind::object) return 2;
    return form.ids == 1 && form.ends_with_id && one.response() == response_kind::object ? 1 : 0;
}

bool is_safe_write(const operation& one) {
    const auto form = shape_of(one);
    return one.method() == http_method::post && one.kind() == tenancy::method::update &&
           form.ids == 1 && form.ends_with_id && one.encoding() == encoding::form;
}

// Prefers the path that contains the area's name and little else.
bool is_plainer(const operation& one, const operation* than, std::string_view area) {
    if (than == nullptr) return true;
    const auto distance = [area](const operation& one) {
        std::size_t letters = 0;
        for (const auto& segment : one.segments())
            letters += segment.is_parameter ? 0 : segment.view().size();
        const bool named = one.path_template().find(area) != std::string_view::npos;
        return std::tuple(!named, one.segments().size(), letters);
    };
    return distance(one) < distance(*than);
}

bool is_better_read(const operation& one, const operation* than, std::string_view area) {
    if (than == nullptr) return true;
    const auto ours = read_quality(one);
    const auto theirs = read_quality(*than);
    return ours > theirs || (ours == theirs && is_plainer(one, than, area));
}

}  // namespace

std::vector<area_probes> all_probes(std::string_view no_such_id) {
    struct found {
        const operation* read = nullptr;
        const operation* write = nullptr;
        bool writable = false;
    };
    std::map<std::string, found> areas;
    for (const auto& one : operations()) {
        const auto area = permission_area(one);
        if (area.empty() || one.host() != api_host::api) continue;
        auto& here = areas[area];
        here.writable = here.writable || permission_access(one) == tenancy::key_access::write;
        if (one.test_only() || is_older_form(one)) continue;
        if (read_quality(one) > 0 && is_better_read(one, here.read, area)) here.read = &one;
        if (is_safe_write(one) && is_plainer(one, here.write, area)) here.write = &one;
    }
    std::vector<area_probes> out;
    for (const auto& [area, here] : areas) {
        area_probes one{.area = area, .read = {}, .write = {}, .writable = here.writable};
        if (here.read != nullptr) one.read = target_of(*here.read, no_such_id);
        if (here.read != nullptr && here.read->find_parameter("limit") != nullptr)
            one.read += "?limit=1";
        if (here.write != nullptr) one.write = target_of(*here.write, no_such_id);
        out.push_back(std::move(one));
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::pair(rank(a), a.area) < std::pair(rank(b), b.area);
    });
    return out;
}

known permission_in(const upstream_response& answer) {
    if (answer.status >= 200 && answer.status < 300) return known::yes;
    simdjson::dom::parser parser;
    simdjson::dom::object error;
    if (parser.parse(answer.body)["error"].get(error) != simdjson::SUCCESS) return known::unknown;
    const auto text = [&error](const char* key) {
        std::string_view value;
        return error[key].get(value) == simdjson::SUCCESS ? value : std::string_view{};
    };
    if (answer.status == 401 || answer.status == 403) {
        const auto message = text("message");
        const bool refused = message.find("required permissions") != message.npos ||
                             message.find("'rak_") != message.npos;
        return refused ? known::no : known::unknown;
    }
    const auto code = text("code");
    const bool looked_for = answer.status == 404 && code == "resource_missing";
    const bool looked_at =
        answer.status == 400 && (code == "resource_missing" || code.starts_with("parameter_"));
    return looked_for || looked_at ? known::yes : known::unknown;
}

}  // namespace tollgate::stripe
