// The paths of one answer: each dotted path is decided once, at its first occurrence, however many
// rows contain it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stripe/answer/fields.hpp"
#include "stripe/catalog/members.hpp"

namespace tollgate::stripe {

using path_id = std::uint32_t;
constexpr path_id no_path = 0xFFFFFFFF;

// A member at its position below a row, and the decisions about it.
struct path_node {
    std::string_view name;
    std::string_view object;  // the nearest type
    path_id parent = no_path;
    path_id first_child = no_path;
    path_id last_child = no_path;
    path_id next = no_path;      // the next child of the parent
    path_id expected = no_path;  // the child that probably comes next, because members keep their
                                 // order
    path_id common = no_path;    // the child that represents all members with free names
    std::uint32_t children = 0;
    field_place wanted;    // fields named by the caller at or below this member
    field_place defaults;  // default fields of the object at or below this member
    member_facts facts;
    bool typed = false;       // not a member: an object of that type at the parent's position
    bool currency = false;    // its name is a currency's code
    bool everything = false;  // below "*": only empty values are left out
    bool whole = false;  // named itself: its own members are shown, typed ones by their defaults
    bool shown = false;
    bool asked = false;     // the caller named exactly this: null and empty values are shown too
    bool left_out = false;  // had a value somewhere, but was not shown
    bool seen = false;      // shown somewhere
};

// The tree of one answer. Names are views of the answer's document, which must outlive it.
class answer_paths {
public:
    // `plain`: nothing is left out, even by default (raw answers).
    answer_paths(const wanted_fields& wanted, bool plain);

    const path_node& operator[](path_id id) const { return nodes_[id]; }
    path_node& operator[](path_id id) { return nodes_[id]; }
    std::size_t size() const { return nodes_.size(); }

    // The rows themselves.
    path_id root() const { return 0; }
    // The position of an object of that type at `at`.
    path_id typed(path_id at, std::string_view object);
    // Call before the members of each hash at `at`.
    void enter(path_id at) { nodes_[at].expected = nodes_[at].first_child; }
    // The member `name` of the hash at `at`.
    path_id member(path_id at, std::string_view name);

    // The rows of the list object at `at`.
    path_id list_rows(path_id at);

    // A member of the page itself, outside of its rows: shown whole.
    path_id beside(std::string_view name);

    // "billing_details.email"; empty for the rows.
    std::string text(path_id id) const;
    // The names given by the caller that do not occur in the answer.
    std::vector<std::string_view> unmatched() const;
    // The path nearest to a mistyped one, or an empty text.
    std::string nearest(std::string_view wanted) const;

private:
    path_id add(path_id parent, std::string_view name);
    path_id common_member(path_id at, std::string_view name);
    void decide(path_node& node, const path_node& above);

    const wanted_fields& wanted_;
    std::vector<path_node> nodes_;
};

}  // namespace tollgate::stripe
