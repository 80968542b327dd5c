#include "stripe/research/research_plan.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/json_text.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/content/email.hpp"
#include "stripe/content/prompt_arguments.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t words_max = 12;
constexpr std::size_t clauses_max = 8;  // Stripe allows ten

struct word_meaning {
    std::string_view word;
    std::string_view object;
    std::string_view field = {};  // empty: the word only names the object
    std::string_view value = {};
};

// Common words and their meaning in Stripe's search. A word may have several meanings.
constexpr auto meanings = std::to_array<word_meaning>({
    {"customer", "customer"},
    {"customers", "customer"},
    {"client", "customer"},
    {"clients", "customer"},
    {"charge", "charge"},
    {"charges", "charge"},
    {"payment", "charge"},
    {"payments", "charge"},
    {"transaction", "charge"},
    {"transactions", "charge"},
    {"intent", "payment_intent"},
    {"intents", "payment_intent"},
    {"invoice", "invoice"},
    {"invoices", "invoice"},
    {"subscription", "subscription"},
    {"subscriptions", "subscription"},
    {"subscriber", "subscription"},
    {"subscribers", "subscription"},
    {"product", "product"},
    {"products", "product"},
    {"failed", "charge", "status", "failed"},
    {"declined", "charge", "status", "failed"},
    {"succeeded", "charge", "status", "succeeded"},
    {"successful", "charge", "status", "succeeded"},
    {"pending", "charge", "status", "pending"},
    {"refund", "charge", "refunded", "true"},
    {"refunds", "charge", "refunded", "true"},
    {"refunded", "charge", "refunded", "true"},
    {"dispute", "charge", "disputed", "true"},
    {"disputes", "charge", "disputed", "true"},
    {"disputed", "charge", "disputed", "true"},
    {"chargeback", "charge", "disputed", "true"},
    {"chargebacks", "charge", "disputed", "true"},
    {"draft", "invoice", "status", "draft"},
    {"open", "invoice", "status", "open"},
    {"overdue", "invoice", "status", "open"},
    {"overdue", "subscription", "status", "past_due"},
    {"paid", "invoice", "status", "paid"},
    {"void", "invoice", "status", "void"},
    {"uncollectible", "invoice", "status", "uncollectible"},
    {"unpaid", "invoice", "status", "open"},
    {"unpaid", "subscription", "status", "unpaid"},
    {"active", "subscription", "status", "active"},
    {"active", "product", "active", "true"},
    {"past_due", "subscription", "status", "past_due"},
    {"trial", "subscription", "status", "trialing"},
    {"trialing", "subscription", "status", "trialing"},
    {"canceled", "subscription", "status", "canceled"},
    {"cancelled", "subscription", "status", "canceled"},
    {"canceled", "payment_intent", "status", "canceled"},
    {"incomplete", "subscription", "status", "incomplete"},
    {"archived", "product", "active", "false"},
});

constexpr auto small_words = std::to_array<std::string_view>(
    {"a",      "about", "all",  "and",    "any",    "are",  "by",     "find",   "for",
     "from",   "get",   "give", "have",   "his",    "her",  "in",     "is",     "last",
     "latest", "list",  "me",   "my",     "named",  "new",  "newest", "of",     "on",
     "or",     "our",   "plan", "recent", "search", "show", "status", "stripe", "that",
     "the",    "their", "this", "to",     "was",    "were", "which",  "with",   "who"});

// The words in lower case: letters, digits, and the characters used within names, numbers and
// amounts.
std::vector<std::string> words_of(std::string_view query) {
    std::vector<std::string> out;
    std::string word;
    const auto end_word = [&] {
        while (!word.empty() && (word.back() == '.' || word.back() == '-')) word.pop_back();
        if (!word.empty() && out.size() < words_max) out.push_back(word);
        word.clear();
    };
    for (const char c : query) {
        const bool upper = c >= 'A' && c <= 'Z';
        const bool inside = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                            static_cast<unsigned char>(c) >= 0x80 ||
                            (!word.empty() && (c == '.' || c == '-' || c == '\'')) || c == '_';
        if (!inside)
            end_word();
        else
            word += upper ? static_cast<char>(c - 'A' + 'a') : c;
    }
    end_word();
    return out;
}

struct clause {
    std::string_view field;
    std::string_view op;
    std::string value_json;
};

std::string json_string(std::string_view text) {
    std::string out;
    base::append_json_string(out, text);
    return out;
}

std::string where_members(const std::vector<clause>& clauses, std::string_view match) {
    std::string list = "[";
    for (const auto& one : clauses) {
        if (list.size() > 1) list += ',';
        list += '{';
        base::json_members{list}
            .text("field", one.field)
            .text("op", one.op)
            .raw("value", one.value_json);
        list += '}';
    }
    std::string out;
    base::json_members{out}.raw("where", list + ']').text("match", match);
    return out;
}

// The parsed words.
struct understood {
    std::vector<std::string_view> objects;  // objects that were named
    std::vector<word_meaning> states;
    std::optional<std::int64_t> amount;
    std::vector<std::string> rest;

    bool names(std::string_view object) const {
        return std::ranges::find(objects, object) != objects.end();
    }
};

understood understand(std::vector<std::string> words) {
    understood out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        // "past due" is a single state.
        if (words[i] == "past" && i + 1 < words.size() && words[i + 1] == "due")
            words[++i] = "past_due";
        auto& word = words[i];
        bool known = std::ranges::find(small_words, word) != small_words.end();
        for (const auto& one : meanings) {
            if (one.word != word) continue;
            known = true;
            if (one.field.empty())
                out.objects.push_back(one.object);
            else
                out.states.push_back(one);
        }
        const bool decimal = word.size() > 3 && word[word.size() - 3] == '.';
        const auto amount = decimal ? amount_in_minor_units(word, "usd") : std::nullopt;
        if (amount) out.amount = amount;
        if (!known && !amount) out.rest.push_back(std::move(word));
    }
    return out;
}

bool has_digit(std::string_view text) {
    return text.find_first_of("0123456789") != std::string_view::npos;
}

// Clauses that search for words in texts: `~` requires at least three letters.
void add_texts(std::string_view object, const std::vector<std::string>& words,
               std::vector<clause>& out) {
    std::string phrase;
    for (const auto& word : words) phrase += (phrase.empty() ? "" : " ") + word;
    const auto add = [&](std::string_view field, std::string_view text) {
        if (text.size() >= 3 && out.size() < clauses_max)
            out.push_back({field, "~", json_string(text)});
    };
    if (object == "customer" || object == "product") {
        add("name", phrase);
        if (object == "product") add("description", phrase);
        for (const auto& word : words) {
            if (words.size() > 1) add("name", word);
            if (object == "customer") add("email", word);
        }
    }
    if (object == "invoice")
        for (const auto& word : words)
            if (has_digit(word)) add("number", word);
}

// The search of one object for the words; nothing if none of them apply to it.
std::optional<std::string> search_of(const main_object& one, const understood& words) {
    std::vector<clause> clauses;
    for (const auto& state : words.states)
        if (state.object == one.name && clauses.size() < clauses_max)
            clauses.push_back({state.field, "=", json_string(state.value)});
    const bool some_state = !clauses.empty();
    const bool priced = one.name == "charge" && words.amount;
    if (priced) clauses.push_back({"amount", "=", std::to_string(*words.amount)});
    add_texts(one.name, words.rest, clauses);
    if (priced && some_state) return where_members(clauses, "all");
    if (!clauses.empty()) return where_members(clauses, "any");
    if (!words.names(one.name)) return {};
    // Only the object's name was given: list the newest.
    if (one.name == "product") return where_members({{"active", "=", R"("true")"}}, "any");
    return where_members({{"created", ">", "0"}}, "any");
}

// The fields of a query in Stripe's search language, outside of quotes; empty if it is not one.
std::vector<std::string_view> query_fields(std::string_view query) {
    std::vector<std::string_view> out;
    bool quoted = false;
    for (std::size_t i = 0; i < query.size(); ++i) {
        if (query[i] == '"' || query[i] == '\'') {
            quoted = !quoted;
            continue;
        }
        const bool op = query[i] == ':' || query[i] == '~' || query[i] == '<' || query[i] == '>' ||
                        query[i] == '=';
        if (quoted || !op) continue;
        if (i > 0 && (query[i - 1] == '<' || query[i - 1] == '>')) continue;
        std::size_t begin = i;
        while (begin > 0 && query[begin - 1] != ' ' && query[begin - 1] != '(' &&
               query[begin - 1] != '-')
            --begin;
        out.push_back(query.substr(begin, i - begin));
    }
    return out;
}

bool takes_field(std::string_view object, std::string_view field) {
    if (field.starts_with("metadata[")) return true;
    const auto known = search_fields(object);
    return std::ranges::find(known, field, &search_field::name) != known.end();
}

bool takes_all(const main_object& one, const std::vector<std::string_view>& fields) {
    return !fields.empty() && std::ranges::all_of(fields, [&](const auto field) {
        return takes_field(one.name, field);
    });
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// A payment intent and its charge are the same payment.
bool is_double(const main_object& one, const std::vector<planned_search>& searches) {
    if (one.name != "payment_intent" && one.name != "charge") return false;
    return std::ranges::any_of(
        searches, [](const planned_search& each) { return each.object->page == "payments"; });
}

}  // namespace

research_plan plan_research(std::string_view query, const object_rule& may_search) {
    research_plan out;
    query = trimmed(query);
    if (const auto* const one = object_of_id(query)) {
        out.id = query;
        out.by_id = one;
        return out;
    }
    if (is_email(query)) {
        out.email = query;
        return out;
    }
    const auto fields = query_fields(query);
    const bool stripes = std::ranges::any_of(
        main_objects(), [&](const auto& one) { return takes_all(one, fields); });
    auto words = understand(words_of(query));
    // If charges are hidden, payment intents replace them.
    if (words.names("charge") && !may_search(*find_main_object("charge")))
        words.objects.push_back("payment_intent");
    const bool asks_intents = words.names("payment_intent");
    for (const auto& one : main_objects()) {
        const bool wanted = stripes || words.objects.empty() || words.names(one.name);
        if (!wanted || one.search_tool.empty() || !may_search(one)) continue;
        if (out.searches.size() == research_searches_max) continue;
        if (stripes) {
            if (!takes_all(one, fields)) continue;
            std::string members;
            base::json_members{members}.text("query", query);
            out.searches.push_back({&one, std::move(members)});
        } else if (is_double(one, out.searches) ||
                   (one.name == "payment_intent" && !asks_intents)) {
            continue;
        } else if (auto members = search_of(one, words)) {
            out.searches.push_back({&one, std::move(*members)});
        }
    }
    return out;
}

std::string search_of_customer(const main_object& of, std::string_view customer_id) {
    if (!takes_field(of.name, "customer")) return {};
    return where_members({{"customer", "=", json_string(customer_id)}}, "all");
}

}  // namespace tollgate::stripe
