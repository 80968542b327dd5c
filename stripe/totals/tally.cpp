#include "stripe/totals/tally.hpp"

#include <algorithm>
#include <vector>

#include "base/json_text.hpp"
#include "stripe/answer/row_value.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/catalog/members.hpp"
#include "stripe/catalog/money.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t group_name_bytes_max = 120;

// The facts of a dotted path's last name; the name before it is its parent.
member_facts facts_of_path(std::string_view object, std::string_view path) {
    const auto dot = path.rfind('.');
    if (dot == std::string_view::npos) return facts_of_member(object, {}, path);
    const auto before = path.substr(0, dot);
    const auto parent = before.substr(before.rfind('.') + 1);
    return facts_of_member(object, parent, path.substr(dot + 1));
}

void add_number(base::json_members& members, const std::string& name, std::int64_t value,
                std::string_view currency) {
    members.number(name, value);
    const auto words = format_amount(value, currency);
    if (!words.empty()) members.text(name + "_formatted", words);
}

void write_amounts(std::string& out, const group_total& total) {
    out += '[';
    std::string_view comma;
    for (const auto& [currency, amount] : total.amounts) {
        out += comma;
        comma = ",";
        out += '{';
        base::json_members members{out};
        if (!currency.empty()) members.text("currency", currency);
        if (amount.too_large)
            members.raw("sum", "null");
        else
            add_number(members, "sum", amount.sum, currency);
        add_number(members, "min", amount.least, currency);
        add_number(members, "max", amount.greatest, currency);
        out += '}';
    }
    out += ']';
}

void write_total(std::string& out, const group_total& total, const std::string* name) {
    out += '{';
    base::json_members members{out};
    if (name != nullptr) {
        flat_text visible{group_name_bytes_max * 2};
        visible.put_string(*name);
        members.raw("group", visible.view());
    }
    members.number("count", total.rows);
    if (!total.amounts.empty()) {
        std::string amounts;
        write_amounts(amounts, total);
        members.raw("amounts", amounts);
    }
    out += '}';
}

std::string suffix_of(time_span by) {
    switch (by) {
        case time_span::day:
            return ".day";
        case time_span::week:
            return ".week";
        case time_span::month:
            return ".month";
        case time_span::none:
            break;
    }
    return {};
}

}  // namespace

tally::tally(aggregate_request aggregate, std::string object, tenancy::redaction_set redact)
    : aggregate_(std::move(aggregate)), object_(std::move(object)), redact_(redact) {}

bool tally::untrusted_names() const {
    return !aggregate_.group_by.empty() && facts_of_path(object_, aggregate_.group_by).untrusted;
}

std::string tally::group_of(simdjson::dom::element row) const {
    if (aggregate_.by != time_span::none) return span_at(row, aggregate_.group_by, aggregate_.by);
    const auto facts = facts_of_path(object_, aggregate_.group_by);
    if (facts.secret || (facts.personal & redact_) != 0) return std::string(redacted);
    auto name = mask_secrets(group_at(row, aggregate_.group_by));
    if (!facts.id) name = mask_cards(name);
    if ((redact_ & static_cast<unsigned>(tenancy::redaction::email)) != 0) name = mask_emails(name);
    return std::string(base::clipped_text(name, group_name_bytes_max));
}

void tally::count(group_total& into, std::string_view currency, std::optional<std::int64_t> value) {
    ++into.rows;
    if (!value) return;
    const auto found = into.amounts.find(currency);
    if (found == into.amounts.end()) {
        into.amounts.emplace(currency, amount_total{*value, *value, *value, false});
        return;
    }
    auto& held = found->second;
    if (__builtin_add_overflow(held.sum, *value, &held.sum)) held.too_large = true;
    held.least = std::min(held.least, *value);
    held.greatest = std::max(held.greatest, *value);
}

void tally::add(simdjson::dom::element row) {
    std::optional<std::int64_t> value;
    std::string_view currency;
    if (!aggregate_.value.empty()) {
        value = integer_at(row, aggregate_.value);
        currency = currency_at(row, aggregate_.value);
        if (!value) ++without_value_;
    }
    count(all_, currency, value);
    if (value && aggregate_.top > 0) note_top(row, *value, currency);
    if (aggregate_.group_by.empty()) return;
    auto name = group_of(row);
    if (!groups_.contains(name) && groups_.size() >= groups_max) name = other_group;
    count(groups_[std::move(name)], currency, value);
}

void tally::write(std::string& out) const {
    base::json_members members{out};
    members.number("rows", all_.rows);
    if (!aggregate_.value.empty()) {
        members.text("value", aggregate_.value);
        if (without_value_ > 0) members.number("rows_without_value", without_value_);
    }
    std::string all;
    write_total(all, all_, nullptr);
    members.raw("all", all);
    if (!aggregate_.group_by.empty())
        members.text("group_by", aggregate_.group_by + suffix_of(aggregate_.by))
            .raw("groups", groups_json());
    if (aggregate_.top > 0) members.raw("top", top_json());
}

std::string tally::groups_json() const {
    std::vector<const decltype(groups_)::value_type*> order;
    for (const auto& one : groups_) order.push_back(&one);
    // The map already sorts times.
    if (aggregate_.by == time_span::none)
        std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
            return a->second.rows != b->second.rows ? a->second.rows > b->second.rows
                                                    : a->first < b->first;
        });
    std::string groups = "[";
    for (const auto* one : order) {
        if (groups.size() > 1) groups += ',';
        write_total(groups, one->second, &one->first);
    }
    return groups += ']';
}

std::string tally::top_json() const {
    std::string out = "[";
    for (const auto& one : top_) {
        if (out.size() > 1) out += ',';
        out += '{';
        base::json_members members{out};
        if (!one.id.empty()) members.text("id", one.id);
        add_number(members, "value", one.value, one.currency);
        if (!one.group.empty()) {
            flat_text visible{group_name_bytes_max * 2};
            visible.put_string(one.group);
            members.raw("group", visible.view());
        }
        out += '}';
    }
    return out += ']';
}

void tally::note_top(simdjson::dom::element row, std::int64_t value, std::string_view currency) {
    if (top_.size() == aggregate_.top && value <= top_.back().value) return;
    if (top_.size() == aggregate_.top) top_.pop_back();
    std::string_view id;
    if (row["id"].get(id) != simdjson::SUCCESS) id = {};
    top_row made{value, std::string(base::clipped_text(id, group_name_bytes_max)),
                 std::string(currency),
                 aggregate_.group_by.empty() ? std::string{} : group_of(row)};
    const auto smaller = [value](const top_row& held) { return held.value < value; };
    top_.insert(std::ranges::find_if(top_, smaller), std::move(made));
}

}  // namespace tollgate::stripe
