#include "stripe/declarations/resolve.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "stripe/declarations/map_reader.hpp"
#include "stripe/declarations/tool_text.hpp"
#include "stripe/listing/receipt_tool.hpp"
#include "stripe/listing/search_tools.hpp"
#include "stripe/request/field_path.hpp"
#include "tenancy/rules/composite_tools.hpp"

namespace tollgate::stripe {

namespace {

using names = std::vector<std::string>;
using problems_out = std::vector<document_problem>;

constexpr std::string_view stripe_host = "https://api.stripe.com";
// Of config.deep_research; their names are ChatGPT's.
constexpr std::array<std::string_view, 2> research_names{"search", "fetch"};
constexpr std::array<std::string_view, 4> bounds{"gt", "gte", "lt", "lte"};

names inside(const parameter& one, std::string_view rest);

// `rest` is a property of `one`, or "property_property" of what is in it.
names in_children(const parameter& one, std::string_view rest) {
    if (one.find_child(rest) != nullptr) return {std::string(rest)};
    for (auto at = rest.rfind('_'); at != std::string_view::npos && at > 0;
         at = rest.rfind('_', at - 1)) {
        const auto* const child = one.find_child(rest.substr(0, at));
        if (child == nullptr) continue;
        auto tail = inside(*child, rest.substr(at + 1));
        if (tail.empty()) continue;
        tail.insert(tail.begin(), std::string(rest.substr(0, at)));
        return tail;
    }
    return {};
}

names inside(const parameter& one, std::string_view rest) {
    switch (one.type()) {
        case value_type::range:
            if (std::ranges::find(bounds, rest) != bounds.end()) return {std::string(rest)};
            return {};
        case value_type::object:
            return in_children(one, rest);
        case value_type::any_of:
            for (const auto& form : one.children())
                if (auto found = inside(form, rest); !found.empty()) return found;
            return {};
        default:
            return {};
    }
}

// True if one path is the other, or leads to it.
bool meet(const names& one, const names& other) {
    const auto both = std::min(one.size(), other.size());
    return std::ranges::equal(std::span{one}.first(both), std::span{other}.first(both));
}

std::optional<http_method> method_of(std::string_view word) {
    if (word == "GET") return http_method::get;
    if (word == "POST") return http_method::post;
    if (word == "DELETE") return http_method::delete_;
    return {};
}

// "/v1" of "https://api.stripe.com/v1/"; nothing for another service.
std::optional<std::string> path_of(std::string_view base_url) {
    if (!base_url.starts_with(stripe_host)) return {};
    base_url.remove_prefix(stripe_host.size());
    if (base_url.ends_with('/')) base_url.remove_suffix(1);
    if (base_url.empty() || path_names(base_url)) return std::string(base_url);
    return {};
}

// The segments of "/v1/charges/{id}".
std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> out;
    while (!path.empty()) {
        path.remove_prefix(1);
        out.push_back(path.substr(0, path.find('/')));
        path.remove_prefix(out.back().size());
    }
    return out;
}

class resolver {
public:
    resolver(const declaration_document& document, const document_capability& one,
             problems_out& problems)
        : document_(document), one_(one), problems_(problems) {}

    std::optional<resolved_capability> run(std::string_view base) {
        if (one_.method.empty() || one_.path.empty()) return {};
        const auto before = problems_.size();
        check_name();
        const std::string path = std::string(base) + one_.path;
        const operation* const called = find(path);
        if (called == nullptr) return {};
        resolved_capability out{&one_, called, {}, {}};
        out.tool.name = one_.name;
        out.tool.operation = called->tool_name();
        out.tool.tier = one_.tier;
        check_forbidden(*called);
        add_inputs(out, split(path));
        check_required(out);
        add_fields(out);
        check_hints(*called);
        if (one_.encoding == "json" && called->encoding() != encoding::json)
            note_(one_.at, ".encoding", "cannot_be_enforced",
                  "Stripe takes this operation as a form: remove encoding");
        if (one_.honours_key)
            note_(one_.at, ".idempotency_key", "cannot_be_enforced",
                  "Stripe has a key with each of its writes: remove this line");
        if (!one_.paging.style.empty())
            note_(one_.paging.at, ".pagination", "cannot_be_enforced",
                  "lists of Stripe have pages and next_cursor already: remove pagination");
        if (called->cursor() != cursor_kind::none)
            out.tool.own_arguments.emplace_back("next_cursor");
        if (called->takes_operation_key()) out.tool.own_arguments.emplace_back("operation_key");
        if (problems_.size() != before) return {};
        out.tool.json = tool_text(out);
        return out;
    }

private:
    void check_name() {
        const bool other_tool =
            find_tool(one_.name) != nullptr ||
            std::ranges::find(tenancy::composite_tools, std::string_view(one_.name),
                              &tenancy::tool_facts::name) != tenancy::composite_tools.end();
        if (is_own_tool_name(one_.name) || (!document_.only && other_tool))
            note_(one_.at, ".name", "reserved_name",
                  quoted_word(one_.name) +
                      " is the name of another tool of this gateway: choose one");
    }

    // It would take the declared tool away without a word.
    void check_forbidden(const operation& called) {
        const auto forbids = [&](std::string_view name) {
            return std::ranges::binary_search(document_.forbidden, name, std::less<>{});
        };
        if (forbids(called.tool_name()) && !forbids(one_.name))
            note_(one_.at, ".path", "forbidden_operation",
                  "permissions.forbidden has " + quoted_word(called.tool_name()) +
                      ", the operation that " + quoted_word(one_.name) +
                      " calls: remove it there, or forbid " + quoted_word(one_.name) +
                      "; with only: true, nothing calls an operation but the tools declared here");
    }

    const operation* find(std::string_view path) {
        const auto method = method_of(one_.method);
        const auto found = method ? match(*method, path) : route_match{};
        const auto given = split(path);
        if (found.found == nullptr || !same_parameters(*found.found, given)) {
            note_(one_.path_at, ".path", "unknown_operation",
                  "Stripe has no operation " + one_.method + ' ' + std::string(path) +
                      (path_exists(path) ? ", but another method on this path" : ""));
            return nullptr;
        }
        if (found.found->exposed()) return found.found;
        note_(one_.path_at, ".path", "operation_without_tool",
              "this gateway has no tool for " + one_.method + ' ' + std::string(path));
        return nullptr;
    }

    static bool same_parameters(const operation& called, std::span<const std::string_view> given) {
        const auto segments = called.segments();
        if (segments.size() != given.size()) return false;
        for (std::size_t i = 0; i < given.size(); ++i)
            if (segments[i].is_parameter != given[i].starts_with('{')) return false;
        return true;
    }

    // The argument of a path's parameter.
    static names in_path(const operation& called, std::span<const std::string_view> given,
                         std::string_view name) {
        for (std::size_t i = 0; i < given.size(); ++i)
            if (given[i].starts_with('{') && given[i].substr(1, given[i].size() - 2) == name)
                return {std::string(called.segments()[i].view())};
        return {};
    }

    void add_inputs(resolved_capability& out, std::span<const std::string_view> given) {
        std::vector<names> taken;
        for (const auto& input : one_.inputs) {
            auto path = in_path(*out.called, given, input.name);
            const bool of_path = !path.empty();
            if (!of_path) path = argument_of(*out.called, input.name);
            const std::string member = ".inputs." + input.name;
            if (path.empty()) {
                note_(input.at, member, "unknown_parameter", why_unknown(*out.called, input.name));
                continue;
            }
            if (std::ranges::any_of(taken, [&](const names& other) { return meet(other, path); }))
                note_(input.at, member, "repeated_parameter",
                      "another input sets the same parameter of Stripe's, or a part of it");
            taken.push_back(path);
            out.tool.inputs.push_back(
                {.name = input.name,
                 .type = input.type,
                 .required = input.required || (of_path && input.usual.empty()),
                 .values = input.values,
                 .usual = input.usual,
                 .items_max = items_max_of(one_, input),
                 .path = std::move(path)});
        }
    }

    static std::string why_unknown(const operation& called, std::string_view name) {
        if (name == "starting_after" || name == "ending_before" || name == "page")
            return "pages are fetched with next_cursor, which each declared list has: remove this "
                   "input";
        std::vector<std::string_view> known;
        for (const auto& one : called.parameters())
            if (one.documented()) known.push_back(one.name());
        return "Stripe has no parameter " + quoted_word(name) + " here" + suggestion(name, known);
    }

    void check_required(const resolved_capability& out) {
        for (const auto& needed : out.called->parameters()) {
            if (!needed.required() || !needed.documented() || needed.place() == place::path)
                continue;
            const bool declared = std::ranges::any_of(out.tool.inputs, [&](const auto& input) {
                return input.path.front() == needed.name();
            });
            if (!declared)
                note_(one_.at, ".inputs", "missing_parameter",
                      "Stripe needs the parameter " + quoted_word(needed.name()) +
                          " for this call: declare it as an input");
        }
    }

    // `output` names the fields that are shown of one object.
    void add_fields(resolved_capability& out) {
        const auto kind = out.called->response();
        const bool page = kind == response_kind::list || kind == response_kind::search ||
                          kind == response_kind::v2_list;
        for (const auto& name : one_.output) {
            const bool known =
                page ? name == "data" || name == "has_more"
                     : follow_path(*out.called, name, path_use::field).end != path_end::unknown;
            if (!known)
                note_(one_.output_at, ".output." + name, "unknown_field",
                      page
                          ? "the answer of a list has data and has_more; its rows have their usual "
                            "fields"
                          : "Stripe's object has no field " + quoted_word(name));
            if (!page) out.tool.fields.push_back(name);
        }
    }

    void check_hints(const operation& called) {
        const auto& hints = one_.annotations;
        const auto wrong = [&](const char* member, const char* message) {
            note_(hints.at, std::string(".annotations.") + member, "wrong_hint", message);
        };
        if (hints.destructive && !*hints.destructive && called.destructive())
            wrong("destructiveHint", "this operation is destructive");
        if (hints.idempotent && *hints.idempotent && !called.idempotent())
            wrong("idempotentHint", "repeating this operation has another effect");
        if (hints.open_world && !*hints.open_world && called.open_world())
            wrong("openWorldHint", "this operation reaches people or systems outside Stripe");
    }

    const declaration_document& document_;
    const document_capability& one_;
    problems_out& problems_;
    const capability_notes note_{one_, problems_};
};

// The account's key is sent as Stripe takes it.
void check_auth_of_catalogue(const declaration_document& document, problems_out& problems) {
    const auto wrong = [&](base::yaml_place at, const char* member, const char* message) {
        problems.push_back(
            {at, "cannot_be_enforced", std::string("service.auth.") + member, message});
    };
    if (document.auth != "bearer" && document.auth != "api_key")
        wrong(document.auth_at, "type",
              "calls are made with the key of the integrated account: write type: bearer, or leave "
              "auth out");
    if (!document.auth_header.empty() && document.auth_header != "Authorization")
        wrong(document.auth_header_at, "header",
              "the key is sent in the header Authorization: remove this line");
    if (!document.auth_prefix.empty() && document.auth_prefix != "Bearer")
        wrong(document.auth_prefix_at, "prefix", "the key is sent as 'Bearer': remove this line");
}

}  // namespace

bool is_own_tool_name(std::string_view name) {
    return name == receipt_tool_name || find_search_tool(name) != nullptr ||
           std::ranges::find(research_names, name) != research_names.end();
}

std::int64_t items_max_of(const document_capability& of, const document_input& input) {
    if (input.type != tenancy::declared_type::array) return 0;
    std::int64_t out = 0;
    for (const auto& limit : of.constraints)
        if (limit.per_request_max && (limit.input.empty() || limit.input == input.name))
            out = out == 0 ? *limit.per_request_max : std::min(out, *limit.per_request_max);
    return out;
}

bool is_stripe_url(std::string_view base_url) {
    return path_of(base_url).has_value();
}

std::vector<std::string> argument_of(const operation& called, std::string_view input) {
    const auto usable = [](const parameter* one) {
        return one != nullptr && one->documented() && one->place() != place::path;
    };
    if (usable(called.find_parameter(input))) return {std::string(input)};
    if (input == "query" && called.response() == response_kind::search) return {std::string(input)};
    for (auto at = input.rfind('_'); at != std::string_view::npos && at > 0;
         at = input.rfind('_', at - 1)) {
        const auto* const head = called.find_parameter(input.substr(0, at));
        if (!usable(head)) continue;
        auto tail = inside(*head, input.substr(at + 1));
        if (tail.empty()) continue;
        tail.insert(tail.begin(), std::string(input.substr(0, at)));
        return tail;
    }
    return {};
}

std::vector<resolved_capability> resolve(const declaration_document& document,
                                         std::vector<document_problem>& problems) {
    std::vector<resolved_capability> out;
    const auto base = path_of(document.base_url);
    if (!base) {
        if (!document.base_url.empty())
            problems.push_back({document.base_url_at, "other_service", "service.base_url",
                                "this account is Stripe's: base_url must be " +
                                    std::string(stripe_host) + "/v1, not " +
                                    quoted_word(document.base_url) +
                                    "; another service has an integrated account of its own"});
        return out;
    }
    check_auth_of_catalogue(document, problems);
    for (const auto& one : document.capabilities)
        if (auto resolved = resolver{document, one, problems}.run(*base))
            out.push_back(std::move(*resolved));
    return out;
}

}  // namespace tollgate::stripe
