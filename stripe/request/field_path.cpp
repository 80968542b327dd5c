#include "stripe/request/field_path.hpp"

#include <algorithm>

#include "stripe/catalog/nearest_name.hpp"
#include "stripe/request/argument_path.hpp"

namespace tollgate::stripe {

namespace {

using object_names = std::vector<std::string_view>;

constexpr std::size_t offered_max = 20;

bool is_page(const operation& called) {
    const auto response = called.response();
    return response == response_kind::list || response == response_kind::search ||
           response == response_kind::v2_list;
}

// The rest of `path` after `head`, if `path` begins with or equals it.
std::optional<std::string_view> behind(std::string_view path, std::string_view head) {
    if (!path.starts_with(head)) return {};
    path.remove_prefix(head.size());
    if (path.empty()) return path;
    if (path.front() != '.') return {};
    return path.substr(1);
}

// "data.price" and "data[].price" both mean the rows of a list.
std::string_view without_rows(std::string_view path) {
    for (const std::string_view rows : {"data[]", "data"})
        if (const auto rest = behind(path, rows)) return *rest;
    return path;
}

void add_each(object_names& to, std::string_view one) {
    if (std::ranges::find(to, one) == to.end()) to.push_back(one);
}

// The object's longest expansion that is a prefix of `path`.
const expansion* expansion_at(std::string_view object, std::string_view path) {
    const expansion* longest = nullptr;
    for (const auto& each : expansions(object))
        if (behind(path, each.path) &&
            (longest == nullptr || each.path.size() > longest->path.size()))
            longest = &each;
    return longest;
}

const object_field* field_at(std::string_view object, std::string_view name) {
    const auto all = object_fields(object);
    const auto found = std::ranges::lower_bound(all, name, {}, &object_field::name);
    return found != all.end() && found->name() == name ? &*found : nullptr;
}

// The result of following a path in one object: it continues into other objects, or ends here.
struct path_step {
    std::optional<path_end> end;
    object_names next;
    std::string_view rest;
    bool expanded = false;
};

path_step expanded_step(const expansion& through, std::string_view path, path_use use) {
    path_step out;
    out.rest = without_rows(*behind(path, through.path));
    for (const auto& target : through.targets) out.next.push_back(target.object);
    out.expanded = use == path_use::expansion || !out.rest.empty();
    if (out.rest.empty()) out.end = path_end::known;
    return out;
}

path_step step_from(std::string_view object, std::string_view path, path_use use) {
    if (object_fields(object).empty()) return {.end = path_end::open, .next = {}, .rest = {}};
    if (const auto* through = expansion_at(object, path)) return expanded_step(*through, path, use);
    auto name = path.substr(0, path.find('.'));
    const auto rest = path.substr(std::min(path.size(), name.size() + 1));
    if (name.ends_with("[]")) name.remove_suffix(2);
    if (name == "*" && use == path_use::field)
        return {.end = path_end::known, .next = {}, .rest = {}};
    const auto* const field = field_at(object, name);
    if (field == nullptr) return {.end = path_end::unknown, .next = {}, .rest = {}};
    if (field->kind == field_kind::hash) return {.end = path_end::open, .next = {}, .rest = {}};
    if (field->kind == field_kind::value) {
        // A value has no members, and a path that is not an expansion cannot be expanded.
        const bool fits = use == path_use::field && (rest.empty() || rest == "*");
        return {.end = fits ? path_end::known : path_end::unknown, .next = {}, .rest = {}};
    }
    path_step out;
    out.rest = without_rows(rest);
    const auto held = field->objects();
    out.next.assign(held.begin(), held.end());
    if (out.rest.empty()) out.end = use == path_use::field ? path_end::known : path_end::open;
    return out;
}

// Combines the results of several objects at one place: known if any of them knows the path.
path_end better(path_end a, path_end b) {
    return static_cast<path_end>(std::min(static_cast<int>(a), static_cast<int>(b)));
}

void follow(const object_names& from, std::string_view path, path_use use, followed_path& out) {
    path_end end = path_end::unknown;
    followed_path below;
    for (const auto object : from) {
        // A deleted object has few fields, so it does not count beside the living one.
        if (from.size() > 1 && object.starts_with("deleted_")) continue;
        const auto step = step_from(object, path, use);
        if (step.expanded)
            for (const auto each : step.next) add_each(out.expanded, each);
        if (step.end) {
            end = better(end, *step.end);
            continue;
        }
        followed_path deeper;
        follow(step.next, step.rest, use, deeper);
        for (const auto each : deeper.expanded) add_each(out.expanded, each);
        end = better(end, deeper.end);
        if (deeper.end == path_end::unknown && below.searched.empty()) below = std::move(deeper);
    }
    out.end = end;
    if (end != path_end::unknown) return;
    if (below.searched.empty()) {
        out.unknown = path;
        out.searched = from;
        return;
    }
    out.unknown = below.unknown;
    out.searched = below.searched;
}

// Names that are allowed where an unknown name was given.
object_names names_at(const followed_path& wrong, path_use use) {
    object_names out;
    for (const auto object : wrong.searched) {
        if (use == path_use::expansion)
            for (const auto& each : expansions(object)) add_each(out, each.path);
        else
            for (const auto& each : object_fields(object)) add_each(out, each.name());
    }
    return out;
}

base::failure unknown_failure(const std::string& argument, std::string_view path,
                              const followed_path& wrong, path_use use) {
    const auto names = names_at(wrong, use);
    // "amount_formatted" is shown beside "amount" and is not a field itself.
    auto name = wrong.unknown;
    if (use == path_use::field && name.ends_with("_formatted")) name.remove_suffix(10);
    nearest_name near(name);
    for (const auto each : names) near.offer(each);
    std::string message = '\'' + argument + "' names '" + clipped(path) + "', and ";
    message += use == path_use::expansion ? "Stripe cannot expand '" : "there is no field '";
    message += clipped(wrong.unknown) + "' ";
    message += use == path_use::expansion ? "of '" : "in '";
    message += std::string(wrong.searched.front()) + "'; ";
    if (!near.found().empty()) {
        const auto head = path.substr(0, path.size() - wrong.unknown.size());
        message += "did you mean '" + std::string(head) + std::string(near.found()) + "'?";
    } else {
        message += names.empty() ? "nothing can be named there" : "there are: ";
        for (std::size_t i = 0; i < std::min(names.size(), offered_max); ++i)
            message += (i == 0 ? "" : ", ") + std::string(names[i]);
        if (names.size() > offered_max) message += ", ...";
    }
    return base::invalid("unknown_field", std::move(message), argument);
}

std::optional<base::failure> check(const operation& called, const std::string& argument,
                                   std::string_view path, path_use use) {
    if (path.empty() || path == "default" || path == "*") return {};
    auto followed = follow_path(called, path, use);
    if (followed.end != path_end::unknown) return {};
    // On a page, expansions begin at the rows.
    const bool rows = use == path_use::expansion && is_page(called) && path == followed.unknown &&
                      !path.starts_with("data");
    if (rows) {
        const auto full = "data." + std::string(path);
        if (follow_path(called, full, use).end == path_end::known)
            return base::invalid("unknown_field",
                                 '\'' + argument + "' names '" + clipped(path) +
                                     "'; the rows of a list are expanded as '" + clipped(full) +
                                     "'",
                                 argument);
    }
    return unknown_failure(argument, path, followed, use);
}

}  // namespace

followed_path follow_path(const operation& called, std::string_view path, path_use use) {
    followed_path out;
    const auto objects = called.response_objects();
    const object_names from{objects.begin(), objects.end()};
    auto inside = path;
    if (is_page(called)) {
        inside = without_rows(path);
        const bool rows = inside.size() != path.size();
        if (use == path_use::expansion && !rows && !from.empty()) {
            out.end = path_end::unknown;
            out.unknown = path;
            out.searched = from;
            return out;
        }
    }
    out.end = path_end::open;
    if (from.empty() || inside.empty()) return out;
    follow(from, inside, use, out);
    // An event has its own field called data.
    if (out.end == path_end::unknown && use == path_use::field && inside != path) {
        followed_path own;
        follow(from, path, use, own);
        if (own.end != path_end::unknown) return own;
    }
    return out;
}

std::optional<base::failure> unknown_name(const operation& called, const own_arguments& own,
                                          const std::optional<aggregate_request>& aggregate) {
    for (const auto& path : own.fields)
        if (auto why = check(called, "fields", path, path_use::field)) return why;
    for (const auto& path : own.expanded)
        if (auto why = check(called, "expand", path, path_use::expansion)) return why;
    if (!aggregate) return {};
    if (auto why = check(called, "aggregate.group_by", aggregate->group_by, path_use::field))
        return why;
    return check(called, "aggregate.value", aggregate->value, path_use::field);
}

}  // namespace tollgate::stripe
