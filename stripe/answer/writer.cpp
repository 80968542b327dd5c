#include "stripe/answer/writer.hpp"

#include <algorithm>

#include "stripe/answer/secret_marks.hpp"
#include "stripe/catalog/money.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;
using dom::element;
using dom::element_type;

std::string_view member_text(dom::object from, std::string_view name) {
    std::string_view out;
    return from.at_key(name).get(out) == simdjson::SUCCESS ? out : std::string_view{};
}

bool is_blank(element value) {
    if (value.is_null()) return true;
    std::string_view text;
    return value.get(text) == simdjson::SUCCESS && text.empty();
}

}  // namespace

bool is_empty(element value) {
    switch (value.type()) {
        case element_type::NULL_VALUE:
            return true;
        case element_type::STRING:
            return value.get_string().value_unsafe().empty();
        case element_type::OBJECT: {
            const dom::object members = value.get_object().value_unsafe();
            return std::all_of(members.begin(), members.end(),
                               [](const auto& each) { return is_empty(each.value); });
        }
        case element_type::ARRAY:
            return value.get_array().value_unsafe().size() == 0;
        default:
            return false;
    }
}

void answer_writer::row(element from) {
    spans_.clear();
    dom::object members;
    if (from.get(members) != simdjson::SUCCESS) {
        if (!value(from, paths_.root(), nullptr)) out_.put("null");
        return;
    }
    if (!object(members, paths_.root(), nullptr)) out_.put("{}");
}

void answer_writer::page_member(std::string_view name, element from) {
    const std::size_t before = out_.size();
    put_name(name);
    out_.put(':');
    const path_id at = paths_.beside(name);
    if (!value(from, at, nullptr)) out_.cut(before);
}

bool answer_writer::value(element from, path_id at, frame* around) {
    switch (from.type()) {
        case element_type::OBJECT:
            return object(from.get_object().value_unsafe(), at, around);
        case element_type::ARRAY:
            return array(from.get_array().value_unsafe(), at, around);
        case element_type::STRING:
            return string(from.get_string().value_unsafe(), paths_[at].facts.id);
        case element_type::INT64:
            out_.put_integer(from.get_int64().value_unsafe());
            return true;
        case element_type::UINT64:
            out_.put_unsigned(from.get_uint64().value_unsafe());
            return true;
        case element_type::DOUBLE:
            out_.put_double(from.get_double().value_unsafe());
            return true;
        case element_type::BOOL:
            out_.put(from.get_bool().value_unsafe() ? "true" : "false");
            return true;
        case element_type::NULL_VALUE:
            if (!rules_.plain) return false;
            out_.put("null");
            return true;
    }
    return false;
}

void answer_writer::put_name(std::string_view name) {
    if (rules_.secrets && may_hold_secrets(name))
        out_.put_string(mask_cards(mask_secrets(name)));
    else
        out_.put_string(name);
}

bool answer_writer::time(element from) {
    std::int64_t seconds = 0;
    if (rules_.plain || from.get(seconds) != simdjson::SUCCESS || !is_unix_time(seconds))
        return false;
    out_.put_time(seconds);
    return true;
}

bool answer_writer::string(std::string_view text, bool id) {
    if (text.empty() && !rules_.plain) return false;
    constexpr auto email = static_cast<tenancy::redaction_set>(tenancy::redaction::email);
    const bool mails = (rules_.redact & email) != 0 && text.find('@') != std::string_view::npos;
    // Copies and searches a string only if it may contain something; most strings are ids and
    // words.
    const bool keys = rules_.secrets && may_hold_secrets(text);
    if (!mails && !keys) {
        out_.put_string(text);
        return true;
    }
    std::string changed = keys ? mask_secrets(text) : std::string(text);
    if (keys && !id) changed = mask_cards(changed);
    if (mails) changed = mask_emails(changed);
    out_.put_string(changed);
    return true;
}

bool answer_writer::object(dom::object from, path_id at, frame* around) {
    frame own{around, from, {}, false};
    const std::string_view type = rules_.typed ? member_text(from, "object") : std::string_view{};
    if (paths_[at].currency) {
        own.currency = paths_[at].name;
        own.looked = true;
    }
    if (type == "list" && at != paths_.root()) return list(from, at, own);
    return hash(from, type.empty() ? at : paths_.typed(at, type), own);
}

bool answer_writer::is_event_data(path_id at) const {
    return paths_[at].name == "data" && paths_[at].object == "event";
}

bool answer_writer::hides_event_object(dom::object data) const {
    dom::object about;
    if (!rules_.may_read || data.at_key("object").get(about) != simdjson::SUCCESS) return false;
    const auto kind = member_text(about, "object");
    return !kind.empty() && !rules_.may_read(kind);
}

bool answer_writer::reference(dom::object to) {
    const auto kind = member_text(to, "object");
    if (std::ranges::find(hidden_kinds_, kind) == hidden_kinds_.end())
        hidden_kinds_.push_back(kind);
    out_.put(R"({"object":{"id":)");
    out_.put_string(member_text(to, "id"));
    out_.put(R"(,"object":)");
    out_.put_string(kind);
    out_.put("}}");
    return true;
}

bool answer_writer::hash(dom::object from, path_id at, frame& own) {
    // Also leaves out previous_attributes, which belong to the object.
    if (rules_.may_read && is_event_data(at) && hides_event_object(from))
        return reference(from.at_key("object").get_object().value_unsafe());
    paths_.enter(at);
    const std::size_t before = out_.size();
    const bool of_row = own.around == nullptr;
    bool first = true;
    out_.put('{');
    for (const auto& each : from) {
        if (of_row && !rules_.replaced.empty() && each.key == rules_.replaced) continue;
        const path_id id = paths_.member(at, each.key);
        const std::size_t start = out_.size();
        if (!member(each.key, each.value, id, own, first)) continue;
        if (of_row) spans_.push_back({id, first ? start : start + 1, out_.size()});
        first = false;
    }
    if (first && !rules_.plain) {
        out_.cut(before);
        return false;
    }
    out_.put('}');
    return true;
}

bool answer_writer::hidden(const path_node& node, element from) {
    if (node.shown) return false;
    // Checked once for each path: an answer says what it left out, not how often.
    return node.left_out || !is_empty(from);
}

bool answer_writer::member(std::string_view name, element from, path_id at, frame& own,
                           bool first) {
    if (!paths_[at].shown) {
        if (hidden(paths_[at], from)) paths_[at].left_out = true;
        return false;
    }
    const std::size_t before = out_.size();
    if (!first) out_.put(',');
    put_name(name);
    out_.put(':');
    const member_facts facts = paths_[at].facts;
    const bool replaced =
        facts.secret ? from.is_string() && !is_blank(from)
                     : (facts.personal & rules_.redact) != 0 && !from.is_bool() && !is_empty(from);
    bool wrote = true;
    if (replaced) {
        out_.put_string(redacted);
    } else if (facts.time && time(from)) {
        wrote = true;
    } else if (!value(from, at, &own)) {
        // A field that was named is shown even if its value is empty.
        if (paths_[at].asked && is_blank(from)) {
            out_.put("null");
        } else {
            wrote = false;
        }
    }
    if (!wrote) {
        out_.cut(before);
        return false;
    }
    paths_[at].seen = true;
    std::int64_t amount = 0;
    if (facts.amount && !rules_.plain && from.get(amount) == simdjson::SUCCESS)
        rendering(amount, at, own);
    return true;
}

bool answer_writer::list(dom::object from, path_id at, frame& own) {
    dom::array rows;
    if (from.at_key("data").get(rows) != simdjson::SUCCESS) return hash(from, at, own);
    const std::size_t total = rows.size();
    bool more = false;
    if (from.at_key("has_more").get(more) != simdjson::SUCCESS) more = false;
    if (total == 0 && !more && !rules_.plain) return false;
    const path_id place = paths_.list_rows(at);
    out_.put(R"({"object":"list",)");
    for (const auto& each : from) {
        if (each.key == "object" || each.key == "data" || each.key == "has_more") continue;
        if (each.key == "url" && !rules_.plain) continue;
        const std::size_t before = out_.size();
        put_name(each.key);
        out_.put(':');
        if (value(each.value, place, &own)) {
            out_.put(',');
        } else {
            out_.cut(before);
        }
    }
    out_.put(more || total > nested_max_ ? R"("has_more":true,"data":)"
                                         : R"("has_more":false,"data":)");
    if (!array(rows, place, &own)) out_.put("[]");
    out_.put('}');
    paths_[place].seen = true;
    return true;
}

bool answer_writer::array(dom::array from, path_id at, frame* around) {
    const std::size_t total = from.size();
    if (total == 0 && !rules_.plain) return false;
    std::size_t shown = 0;
    out_.put('[');
    for (const auto each : from) {
        if (shown >= nested_max_ && each.is_object()) break;
        if (shown++ > 0) out_.put(',');
        if (value(each, at, around)) continue;
        // Positions in an array matter, so an empty item is kept.
        out_.put(each.is_object()   ? "{}"
                 : each.is_array()  ? "[]"
                 : each.is_string() ? "\"\""
                                    : "null");
    }
    out_.put(']');
    if (shown < total) {
        const auto same = std::ranges::find(cut_, at, &cut_array::path);
        if (same == cut_.end()) {
            cut_.push_back({at, shown, total});
        } else if (total > same->total) {
            *same = {at, shown, total};
        }
    }
    return true;
}

void answer_writer::rendering(std::int64_t amount, path_id at, frame& own) {
    const std::string_view name = paths_[at].name;
    const std::string_view currency = paths_[at].currency ? name : currency_of(name, own);
    const std::string text = format_amount(amount, currency);
    if (text.empty()) return;
    out_.put(",\"");
    out_.put(name);
    out_.put("_formatted\":\"");
    out_.put(text);
    out_.put('"');
}

std::string_view answer_writer::currency_of(std::string_view name, frame& own) {
    // presentment_amount has presentment_currency, and minimum_amount may have
    // minimum_amount_currency.
    if (name.size() > 7 && name.ends_with("_amount")) {
        const std::string stem{name.substr(0, name.size() - 6)};
        if (const auto found = member_text(own.object, stem + "currency"); !found.empty())
            return found;
        const auto whole = std::string(name) + "_currency";
        if (const auto found = member_text(own.object, whole); !found.empty()) return found;
    }
    for (frame* at = &own; at != nullptr; at = at->around) {
        if (!at->looked) {
            at->looked = true;
            at->currency = member_text(at->object, "currency");
            if (at->currency.empty()) at->currency = member_text(at->object, "source_currency");
        }
        if (!at->currency.empty()) return at->currency;
    }
    return {};
}

}  // namespace tollgate::stripe
