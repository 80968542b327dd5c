#include "stripe/sandbox/kernel/page.hpp"

#include "stripe/sandbox/kernel/search.hpp"

namespace tollgate::sandbox {
namespace {

outcome<std::size_t> limit_of(const json& params) {
    const auto limit = int_of(params, "limit", 10);
    if (limit < 1)
        return bad_request("This value must be greater than or equal to 1.", "limit",
                           "parameter_invalid_integer");
    if (limit > 100)
        return bad_request("This value must be less than or equal to 100 (it currently is '" +
                               std::to_string(limit) + "').",
                           "limit", "parameter_invalid_integer");
    return static_cast<std::size_t>(limit);
}

// The position of the first row after the cursor, and that of the cursor itself or where it would
// be.
struct place_of {
    std::size_t at;
    bool there;
};

place_of find_place(const std::vector<json*>& rows, const json* cursor) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i] == cursor) return {i, true};
    const auto created = int_of(*cursor, "created");
    std::size_t i = 0;
    while (i < rows.size() && int_of(*rows[i], "created") >= created) ++i;
    return {i, false};
}

json page_of(const std::vector<json*>& rows, std::size_t from, std::size_t to) {
    json data = json::array();
    for (auto i = from; i < to; ++i) data.push_back(*rows[i]);
    return data;
}

json list_of(json data, bool has_more, std::string url) {
    return json{{"object", "list"},
                {"data", std::move(data)},
                {"has_more", has_more},
                {"url", std::move(url)}};
}

}  // namespace

outcome<json> list_page(call& call, std::string_view object, const std::vector<json*>& rows,
                        std::string url) {
    const auto limit = limit_of(call.params);
    if (!limit) return limit.error();
    const bool after = has_value(call.params, "starting_after");
    const bool before = has_value(call.params, "ending_before");
    if (after && before)
        return bad_request(
            "You can only specify one of 'starting_after' or 'ending_before', not both.",
            "ending_before", "parameters_exclusive");
    std::size_t from = 0;
    std::size_t end = rows.size();
    if (after || before) {
        const auto* param = after ? "starting_after" : "ending_before";
        const auto id = text_of(call.params, param);
        const auto* cursor = call.in.data.find(object, id);
        if (cursor == nullptr) return no_such(object, id, param, false);
        const auto place = find_place(rows, cursor);
        if (after) from = place.there ? place.at + 1 : place.at;
        if (before) end = place.at;
    }
    const auto size = std::min(*limit, end - from);
    if (before) return list_of(page_of(rows, end - size, end), size < end, std::move(url));
    return list_of(page_of(rows, from, from + size), from + size < end, std::move(url));
}

bool in_range(const json& params, std::string_view key, std::int64_t value) {
    const auto found = params.find(key);
    if (found == params.end()) return true;
    if (found->is_number_integer()) return value == found->get<std::int64_t>();
    for (const auto& [bound, number] : found->items()) {
        const auto limit = number.get<std::int64_t>();
        if (bound == "gt" && value <= limit) return false;
        if (bound == "gte" && value < limit) return false;
        if (bound == "lt" && value >= limit) return false;
        if (bound == "lte" && value > limit) return false;
    }
    return true;
}

std::vector<json*> filtered(call& call, std::string_view object,
                            std::initializer_list<std::string_view> equal,
                            const std::function<bool(const json&)>& also) {
    return call.in.data.newest(object, [&](const json& row) {
        if (flag_of(row, "_deleted")) return false;
        for (const auto name : equal) {
            const auto wanted = call.params.find(name);
            if (wanted == call.params.end()) continue;
            const auto is = row.find(name);
            if (is == row.end() || *is != *wanted) return false;
        }
        for (const auto* range : {"created", "arrival_date", "due_date"}) {
            if (!call.params.contains(range)) continue;
            const auto* field = row.contains(range) ? range : "date";
            if (!has_value(row, field) || !in_range(call.params, range, int_of(row, field)))
                return false;
        }
        return !also || also(row);
    });
}

outcome<json> list_all(call& call, std::string_view object,
                       std::initializer_list<std::string_view> equal,
                       const std::function<bool(const json&)>& also) {
    return list_page(call, object, filtered(call, object, equal, also),
                     std::string(call.op.path_template()));
}

outcome<json> search_all(call& call, std::string_view object, std::string_view plural) {
    const auto limit = limit_of(call.params);
    if (!limit) return limit.error();
    const auto query = parse_search(text_of(call.params, "query"), plural);
    if (!query) return query.error();
    const auto rows = call.in.data.newest(
        object, [&](const json& row) { return !flag_of(row, "_deleted") && matches(*query, row); });
    std::size_t from = 0;
    if (has_value(call.params, "page")) {
        const auto page = text_of(call.params, "page");
        const auto* cursor = page.starts_with("page_")
                                 ? call.in.data.find(object, std::string_view(page).substr(5))
                                 : nullptr;
        if (cursor == nullptr) return bad_request("Invalid page token: '" + page + "'", "page");
        const auto place = find_place(rows, cursor);
        from = place.there ? place.at + 1 : place.at;
    }
    const auto to = from + std::min(*limit, rows.size() - from);
    json out{{"object", "search_result"}, {"data", page_of(rows, from, to)}};
    out["has_more"] = to < rows.size();
    out["next_page"] =
        to < rows.size() && to > 0 ? json("page_" + text_of(*rows[to - 1], "id")) : json(nullptr);
    out["url"] = call.op.path_template();
    return out;
}

json inner_list(const std::vector<json*>& rows, std::string url) {
    const auto size = std::min<std::size_t>(rows.size(), 10);
    return list_of(page_of(rows, 0, size), size < rows.size(), std::move(url));
}

}  // namespace tollgate::sandbox
