#include "stripe/answer/paths.hpp"

#include <algorithm>

#include "stripe/answer/remembered_facts.hpp"
#include "stripe/answer/secret_marks.hpp"
#include "stripe/answer/text.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/catalog/money.hpp"
#include "stripe/catalog/nearest_name.hpp"

namespace tollgate::stripe {

namespace {

// A hash with more members than this is treated as having free names, whatever it is called.
constexpr std::uint32_t children_max = 512;

member_facts member_facts_near(std::string_view object, std::string_view parent,
                               std::string_view name) noexcept {
    thread_local remembered_facts known;
    return known.find(object, parent, name);
}

}  // namespace

answer_paths::answer_paths(const wanted_fields& wanted, bool plain) : wanted_(wanted) {
    nodes_.reserve(256);
    path_node& rows = nodes_.emplace_back();
    rows.shown = true;
    rows.everything = plain || wanted.everything();
    // Without named fields, or with "default" among them, a row shows its defaults.
    rows.whole = wanted.defaults();
    rows.wanted = wanted.place();
}

path_id answer_paths::add(path_id parent, std::string_view name) {
    const auto id = static_cast<path_id>(nodes_.size());
    path_node& made = nodes_.emplace_back();
    path_node& above = nodes_[parent];
    made.name = name;
    made.parent = parent;
    made.object = above.object;
    ++above.children;
    if (above.first_child == no_path) {
        above.first_child = id;
    } else {
        nodes_[above.last_child].next = id;
    }
    above.last_child = id;
    return id;
}

path_id answer_paths::typed(path_id at, std::string_view object) {
    for (path_id child = nodes_[at].first_child; child != no_path; child = nodes_[child].next)
        if (nodes_[child].typed && nodes_[child].object == object) return child;
    const path_id id = add(at, {});
    const path_node& above = nodes_[at];
    path_node& node = nodes_[id];
    node.typed = true;
    node.object = object;
    node.shown = true;
    node.everything = above.everything;
    node.wanted = above.wanted;
    node.defaults = above.defaults;
    node.whole = above.whole;
    if (above.whole && !above.everything) {
        const auto fields = default_fields(object);
        node.defaults = field_place{fields};
        node.whole = fields.empty();
    }
    return id;
}

path_id answer_paths::member(path_id at, std::string_view name) {
    path_node& above = nodes_[at];
    // Members usually keep their order from row to row, so the next one is checked first.
    if (above.expected != no_path && nodes_[above.expected].name == name &&
        !nodes_[above.expected].typed) {
        const path_id found = above.expected;
        above.expected = nodes_[found].next;
        return found;
    }
    if (above.facts.free_names && !above.wanted.below(name).anywhere())
        return common_member(at, name);
    for (path_id child = above.first_child; child != no_path; child = nodes_[child].next) {
        if (nodes_[child].name != name || nodes_[child].typed || child == above.common) continue;
        above.expected = nodes_[child].next;
        return child;
    }
    if (above.children >= children_max) return common_member(at, name);
    const path_id id = add(at, name);
    decide(nodes_[id], nodes_[at]);
    return id;
}

path_id answer_paths::list_rows(path_id at) {
    const path_id id = member(at, "data");
    path_node& rows = nodes_[id];
    const path_node& above = nodes_[at];
    rows.shown = true;
    // Accepts "lines.amount" for "lines.data.amount".
    if (!rows.wanted.anywhere() && !above.wanted.ends()) rows.wanted = above.wanted;
    if (!rows.defaults.anywhere() && !above.defaults.ends()) rows.defaults = above.defaults;
    return id;
}

path_id answer_paths::beside(std::string_view name) {
    const auto id = static_cast<path_id>(nodes_.size());
    path_node& made = nodes_.emplace_back();
    made.name = name;
    made.everything = true;
    made.shown = true;
    return id;
}

// One node represents all members of a hash with free names, so that the number of nodes does not
// grow with the rows.
path_id answer_paths::common_member(path_id at, std::string_view name) {
    if (nodes_[at].common == no_path) {
        const path_id made = add(at, name);
        nodes_[at].common = made;
        decide(nodes_[made], nodes_[at]);
        return made;
    }
    const path_id id = nodes_[at].common;
    if (!nodes_[at].facts.free_names) {
        nodes_[id].name = name;
        decide(nodes_[id], nodes_[at]);
    }
    return id;
}

void answer_paths::decide(path_node& node, const path_node& above) {
    // The name of the member that contains this hash; empty for an object with its own type.
    const std::string_view parent = above.typed ? std::string_view{} : above.name;
    node.facts =
        above.facts.free_names ? above.facts : member_facts_near(above.object, parent, node.name);
    node.currency = is_currency(node.name);
    if (above.facts.by_currency && node.currency) node.facts.amount = true;
    node.wanted = above.wanted.below(node.name);
    node.defaults = above.defaults.below(node.name);
    const bool identity =
        (above.typed || above.parent == no_path) && (node.name == "id" || node.name == "object");
    node.asked = node.wanted.ends();
    node.everything = above.everything || node.wanted.below("*").ends();
    node.whole = above.whole || node.wanted.ends() || node.defaults.ends();
    node.shown = node.everything || node.whole || identity || node.name == "deleted" ||
                 node.wanted.anywhere() || node.defaults.anywhere();
}

std::string answer_paths::text(path_id id) const {
    const path_node& node = nodes_[id];
    if (node.parent == no_path) return {};
    std::string out = text(node.parent);
    if (node.typed) return out;
    if (!out.empty()) out += '.';
    // Someone may have pasted a key as a name in metadata.
    if (!may_hold_secrets(node.name)) return out += node.name;
    return out += mask_cards(mask_secrets(node.name));
}

std::vector<std::string_view> answer_paths::unmatched() const {
    std::vector<std::string_view> out;
    for (const auto path : wanted_.sorted()) {
        const bool met = std::ranges::any_of(nodes_, [&](const path_node& node) {
            return (node.asked && node.wanted.ends() && node.wanted.paths().front() == path) ||
                   (node.everything && path.ends_with(".*") && node.parent != no_path);
        });
        if (!met) out.push_back(path);
    }
    return out;
}

std::string answer_paths::nearest(std::string_view wanted) const {
    std::vector<std::string> known;
    known.reserve(nodes_.size());
    for (path_id id = 1; id < nodes_.size(); ++id)
        if (!nodes_[id].typed && !nodes_[id].facts.free_names) known.push_back(text(id));
    // Hidden objects were not entered, so the defaults of the rows' objects are added as possible
    // names.
    for (const auto& node : nodes_)
        if (node.typed && node.parent == root())
            for (const auto field : default_fields(node.object)) known.emplace_back(field);
    std::ranges::sort(known);
    nearest_name near(wanted);
    for (const auto& each : known) near.offer(each);
    if (!near.found().empty()) return std::string(near.found());
    // The last name may be right although the path to it is wrong.
    const auto last = wanted.substr(wanted.rfind('.') + 1);
    for (const auto& each : known)
        if (each.ends_with(last) && each.size() > last.size() &&
            each[each.size() - last.size() - 1] == '.')
            return each;
    return {};
}

}  // namespace tollgate::stripe
