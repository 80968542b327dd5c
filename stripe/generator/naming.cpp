#include "stripe/generator/naming.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace tollgate::stripe::generator {

namespace {

using tenancy::method;
using words = std::set<std::string, std::less<>>;

// Path segments that only group resources: never changed to singular.
const words& namespaces() {
    static const words all{"apps",
                           "billing",
                           "billing_portal",
                           "checkout",
                           "climate",
                           "commerce",
                           "core",
                           "entitlements",
                           "forwarding",
                           "identity",
                           "financial_connections",
                           "issuing",
                           "oauth",
                           "product_catalog",
                           "money_management",
                           "radar",
                           "reporting",
                           "reserve",
                           "sigma",
                           "tax",
                           "terminal",
                           "test_helpers",
                           "three_d_secure",
                           "treasury",
                           "vault"};
    return all;
}

// The last literal segment of a POST is a verb if its first word is one of these; otherwise it is a
// noun.
const words& verbs() {
    static const words all{
        "accept",    "acknowledge", "activate",   "add",         "advance",    "apply",
        "approve",   "archive",     "attach",     "cancel",      "capture",    "close",
        "collect",   "complete",    "confirm",    "credit",      "deactivate", "deauthorize",
        "decline",   "delete",      "deliver",    "detach",      "disable",    "disconnect",
        "enable",    "expire",      "fail",       "finalize",    "fund",       "increment",
        "mark",      "migrate",     "pause",      "pay",         "ping",       "post",
        "present",   "process",     "reactivate", "redact",      "refresh",    "refund",
        "reject",    "release",     "remove",     "report",      "respond",    "resume",
        "return",    "reverse",     "send",       "set",         "ship",       "submit",
        "subscribe", "succeed",     "timeout",    "unarchive",   "uninstall",  "unreject",
        "update",    "validate",    "verify",     "unsubscribe", "void"};
    return all;
}

// Nouns that begin with a word of verbs().
const words& nouns_like_verbs() {
    static const words all{"refunds", "report_runs", "credit_grants", "credit_notes",
                           "credit_reversals"};
    return all;
}

// POST changes the only such object; it does not create another.
const words& singleton_updates() {
    static const words all{"/v1/balance_settings", "/v1/tax/settings",
                           "/v1/customers/{}/cash_balance",
                           "/v1/treasury/financial_accounts/{}/features", "/v1/charges/{}/dispute"};
    return all;
}

using renames = std::map<std::string, std::string, std::less<>>;

const renames& irregular() {
    static const renames all{
        {"people", "people"},     {"addresses", "address"},
        {"settings", "settings"}, {"funding_instructions", "funding_instructions"},
        {"history", "history"},   {"specs", "spec"}};
    return all;
}

// Names for which no rule gives a good result. Key: method and path with nameless parameters.
const renames& overrides() {
    static const renames all{
        {"GET /v1/account", "get_single_stripe_current_account_by_id"},
        {"DELETE /v1/subscriptions/{}", "cancel_a_stripe_subscription_by_id"},
        {"DELETE /v1/customers/{}/subscriptions/{}", "cancel_a_stripe_customer_subscription_by_id"},
        {"POST /v1/accounts/{}/login_links", "create_a_stripe_account_login_link"}};
    return all;
}

std::string alias(const std::string& word) {
    if (word == "test_helpers") return "test";
    if (word == "money_management") return "money";
    return word;
}

std::string nameless(std::string_view path) {
    std::string out;
    for (const auto& segment : split_path(path))
        out += is_parameter(segment) ? "/{}" : "/" + segment;
    return out;
}

bool ends_with_any(std::string_view word, std::initializer_list<std::string_view> endings) {
    return std::ranges::any_of(endings, [&](auto ending) { return word.ends_with(ending); });
}

std::string singular_last(std::string_view last) {
    if (last.ends_with("ies")) return std::string(last.substr(0, last.size() - 3)) + 'y';
    if (ends_with_any(last, {"sses", "xes", "ches"}))
        return std::string(last.substr(0, last.size() - 2));
    if (last.ends_with('s') && !last.ends_with("ss") && last != "lens")
        return std::string(last.substr(0, last.size() - 1));
    return std::string(last);
}

enum class last_word : std::uint8_t { singular, kept };

// The chain of resource words, joined by '_'.
std::string chain(std::span<const std::string> segments, last_word last) {
    std::vector<std::string> literals;
    for (const auto& segment : segments)
        if (!is_parameter(segment)) literals.push_back(segment);
    std::string out;
    for (std::size_t i = 0; i < literals.size(); ++i) {
        const bool keep = last == last_word::kept && i + 1 == literals.size();
        if (i != 0) out += '_';
        out +=
            keep || namespaces().contains(literals[i]) ? alias(literals[i]) : singular(literals[i]);
    }
    const std::string doubled = "test_test_";
    if (const auto at = out.find(doubled); at != std::string::npos)
        out.replace(at, doubled.size(), "test_");
    return out;
}

// The segments after the version, and the prefix for names of that version.
struct versioned {
    std::vector<std::string> segments;
    std::string prefix;
};

versioned behind_version(const fact_operation& operation) {
    versioned out{split_path(operation.path), {}};
    if (out.segments.front() == "v2") out.prefix = "v2_";
    if (out.segments.front() == "v1" || out.segments.front() == "v2")
        out.segments.erase(out.segments.begin());
    return out;
}

tool_name name_get(const fact_operation& operation, const versioned& path) {
    const std::span segments(path.segments);
    const auto& last = path.segments.back();
    const auto parent = segments.first(segments.size() - 1);
    if (operation.response == response_kind::search)
        return {"search_all_stripe_" + path.prefix + chain(parent, last_word::kept),
                method::search};
    if (last == "find")
        return {"find_a_stripe_" + path.prefix + chain(parent, last_word::singular), method::get};
    if (operation.response == response_kind::list || operation.response == response_kind::v2_list)
        return {"list_all_stripe_" + path.prefix + chain(segments, last_word::kept), method::list};
    const auto form = is_parameter(last) ? last_word::singular : last_word::kept;
    return {"get_single_stripe_" + path.prefix + chain(segments, form) + "_by_id", method::get};
}

tool_name name_post(const fact_operation& operation, const versioned& path) {
    const std::span segments(path.segments);
    const auto& last = path.segments.back();
    const auto parent = segments.first(segments.size() - 1);
    if (is_parameter(last))
        return {"update_a_stripe_" + path.prefix + chain(segments, last_word::singular) + "_by_id",
                method::update};
    if (singleton_updates().contains(nameless(operation.path)))
        return {"update_a_stripe_" + path.prefix + chain(segments, last_word::kept) + "_by_id",
                method::update};
    if (last.starts_with("create_"))
        return {"create_a_stripe_" + path.prefix + chain(parent, last_word::singular) + '_' +
                    last.substr(7),
                method::create};
    if (!is_verb(last))
        return {"create_a_stripe_" + path.prefix + chain(segments, last_word::singular),
                method::create};
    const bool with_id = std::ranges::any_of(segments, is_parameter);
    return {last + "_a_stripe_" + path.prefix + chain(parent, last_word::singular) +
                (with_id ? "_by_id" : ""),
            method::custom};
}

tool_name name_by_rule(const fact_operation& operation, const versioned& path) {
    if (operation.method == http_method::get) return name_get(operation, path);
    if (operation.method == http_method::post) return name_post(operation, path);
    const auto form = is_parameter(path.segments.back()) ? last_word::singular : last_word::kept;
    return {"delete_a_stripe_" + path.prefix + chain(path.segments, form) + "_by_id",
            method::delete_};
}

}  // namespace

bool is_verb(std::string_view segment) {
    if (nouns_like_verbs().contains(segment)) return false;
    return verbs().contains(segment.substr(0, segment.find('_')));
}

std::string singular(std::string_view word) {
    const auto cut = word.rfind('_');
    const auto head = cut == std::string_view::npos ? std::string_view{} : word.substr(0, cut + 1);
    const auto last = cut == std::string_view::npos ? word : word.substr(cut + 1);
    if (const auto whole = irregular().find(word); whole != irregular().end()) return whole->second;
    if (const auto part = irregular().find(last); part != irregular().end())
        return std::string(head) + part->second;
    return std::string(head) + singular_last(last);
}

tool_name name_tool(const fact_operation& operation) {
    auto out = name_by_rule(operation, behind_version(operation));
    const auto key = std::string(to_string(operation.method)) + ' ' + nameless(operation.path);
    if (const auto found = overrides().find(key); found != overrides().end())
        out.name = found->second;
    const std::string_view suffix = "_by_id";
    if (out.name.size() > 64 && out.name.ends_with(suffix))
        out.name.resize(out.name.size() - suffix.size());
    return out;
}

std::vector<std::string> path_arguments(const fact_operation& operation, std::string_view tool) {
    const auto segments = split_path(operation.path);
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < segments.size(); ++i)
        if (is_parameter(segments[i])) positions.push_back(i);
    std::vector<std::string> out;
    for (const auto at : positions) {
        const bool last = at == positions.back();
        const bool own = last && (tool.ends_with("_by_id") || at + 1 == segments.size() ||
                                  is_verb(segments.back()));
        out.push_back(own ? "id" : singular(segments[at - 1]) + "_id");
    }
    return out;
}

std::string resource_key(const fact_operation& operation, method kind) {
    const auto path = behind_version(operation);
    auto segments = path.segments;
    const auto& last = segments.back();
    const bool drop = kind == method::custom || kind == method::search ||
                      (kind == method::create && last.starts_with("create_"));
    if (drop) segments.pop_back();
    std::string out = path.prefix.empty() ? "" : "v2";
    for (const auto& segment : segments) {
        if (is_parameter(segment)) continue;
        if (!out.empty()) out += '/';
        out += segment;
    }
    return out;
}

}  // namespace tollgate::stripe::generator
