// The paths of one answer: each dotted path that occurs is decided on once, when it is first met,
// however many rows have it.
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

// A member at its place below a row, and what was decided about it.
struct path_node {
    std::string_view name;
    std::string_view object;  // the nearest type
    path_id parent = no_path;
    path_id first_child = no_path;
    path_id last_child = no_path;
    path_id next = no_path;      // the next child of the parent
    path_id expected = no_path;  // the child that is likely to come next: members keep their order
    path_id common = no_path;    // the child that stands for all members of free names
    std::uint32_t children = 0;
    field_place wanted;    // what the caller named at or below here
    field_place defaults;  // what the object's defaults name at or below here
    member_facts facts;
    bool typed = false;       // no member: an object of that type at the parent's place
    bool currency = false;    // its name is a currency's code
    bool everything = false;  // below "*": nothing is left out but empties
    bool whole = false;  // named itself: its own members are shown, typed ones by their defaults
    bool shown = false;
    bool asked = false;     // the caller named just this: null and empty are shown too
    bool left_out = false;  // had a value somewhere, and was not shown
    bool seen = false;      // shown somewhere
};

// The tree of one answer. Names are views of the answer's document, which must outlive it.
class answer_paths {
public:
    // `plain`: nothing is left out, not even by default (raw answers).
    answer_paths(const wanted_fields& wanted, bool plain);

    const path_node& operator[](path_id id) const { return nodes_[id]; }
    path_node& operator[](path_id id) { return nodes_[id]; }
    std::size_t size() const { return nodes_.size(); }

    // The rows themselves.
    path_id root() const { return 0; }
    // The place of an object of that type at `at`.
    path_id typed(path_id at, std::string_view object);
    // To be called before the members of each hash at `at`.
    void enter(path_id at) { nodes_[at].expected = nodes_[at].first_child; }
    // The member `name` of the hash at `at`.
    path_id member(path_id at, std::string_view name);

    // The rows of the list object at `at`.
    path_id list_rows(path_id at);

    // A member of the page that holds the rows, which belongs to none of them: shown whole.
    path_id beside(std::string_view name);

    // "billing_details.email"; empty for the rows.
    std::string text(path_id id) const;
    // The names the caller gave that nothing in the answer has.
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
