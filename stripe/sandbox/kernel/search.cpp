#include "stripe/sandbox/kernel/search.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.hpp"

namespace tollgate::sandbox {
namespace {

struct searchable {
    std::string_view plural;
    std::vector<std::string_view> fields;
};

const std::vector<searchable>& collections() {
    static const std::vector<searchable> all{
        {"charges",
         {"amount", "billing_details.address.postal_code", "created", "currency", "customer",
          "disputed", "metadata", "payment_method_details.card.brand",
          "payment_method_details.card.exp_month", "payment_method_details.card.exp_year",
          "payment_method_details.card.fingerprint", "payment_method_details.card.last4",
          "refunded", "status"}},
        {"customers", {"created", "email", "metadata", "name", "phone"}},
        {"invoices",
         {"created", "currency", "customer", "metadata", "number", "receipt_number", "status",
          "subscription", "total"}},
        {"payment_intents", {"amount", "created", "currency", "customer", "metadata", "status"}},
        {"prices", {"active", "currency", "lookup_key", "metadata", "product", "type"}},
        {"products", {"active", "description", "metadata", "name", "shippable", "url"}},
        {"subscriptions", {"canceled_at", "created", "metadata", "status"}},
    };
    return all;
}

api_error unparsable(const std::string& why) {
    return bad_request("We were unable to parse your search query. " + why +
                           " See https://stripe.com/docs/search#search-query-language.",
                       "query");
}

class parser {
public:
    parser(std::string_view text, std::string_view plural) : rest_(text), plural_(plural) {}

    outcome<search_query> run() {
        search_query out;
        std::string joined_by;
        for (;;) {
            auto clause = next_clause();
            if (!clause) return clause.error();
            out.clauses.push_back(std::move(*clause));
            if (out.clauses.size() > 10) return unparsable("A query has at most 10 clauses.");
            skip_spaces();
            if (rest_.empty()) break;
            auto word = take_word();
            std::transform(word.begin(), word.end(), word.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            const bool joins = word == "AND" || word == "OR";
            if (!joins && !joined_by.empty() && joined_by != "AND")
                return unparsable("Write AND or OR between clauses.");
            // Clauses separated only by a space are joined by AND.
            const std::string join = joins ? word : "AND";
            if (!joins) rest_ = before_word_;
            if (!joined_by.empty() && joined_by != join)
                return unparsable("AND and OR cannot be combined in one query.");
            joined_by = join;
        }
        out.any = joined_by == "OR";
        return out;
    }

private:
    void skip_spaces() {
        while (!rest_.empty() && std::isspace(static_cast<unsigned char>(rest_.front())))
            rest_.remove_prefix(1);
    }

    std::string take_word() {
        before_word_ = rest_;
        std::size_t size = 0;
        while (size < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[size])) ||
                                       rest_[size] == '_' || rest_[size] == '.'))
            ++size;
        std::string out(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return out;
    }

    bool at_quote() const { return rest_.starts_with('"') || rest_.starts_with('\''); }

    // A text in double or single quotes.
    outcome<std::string> take_quoted() {
        const char quote = rest_.front();
        rest_.remove_prefix(1);
        std::string out;
        while (!rest_.empty() && rest_.front() != quote) {
            if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
            out += rest_.front();
            rest_.remove_prefix(1);
        }
        if (rest_.empty()) return unparsable("A quote is not closed.");
        rest_.remove_prefix(1);
        return out;
    }

    outcome<bool> take_field(search_clause& out) {
        out.field = take_word();
        const auto known =
            std::find_if(collections().begin(), collections().end(),
                         [&](const searchable& each) { return each.plural == plural_; });
        const bool legal =
            known != collections().end() &&
            std::find(known->fields.begin(), known->fields.end(), out.field) != known->fields.end();
        if (out.field.empty()) return unparsable("A field name is missing.");
        if (!legal)
            return unparsable("Field `" + out.field +
                              "` is an unsupported search field for resource `" +
                              std::string(plural_) + "`.");
        if (out.field != "metadata") return true;
        if (!rest_.starts_with('[')) return unparsable("Write metadata[\"key\"]:\"value\".");
        rest_.remove_prefix(1);
        if (!at_quote()) return unparsable("Write metadata[\"key\"]:\"value\".");
        auto key = take_quoted();
        if (!key) return key.error();
        out.metadata_key = std::move(*key);
        if (!rest_.starts_with(']')) return unparsable("Write metadata[\"key\"]:\"value\".");
        rest_.remove_prefix(1);
        return true;
    }

    outcome<search_clause> next_clause() {
        skip_spaces();
        search_clause out;
        out.negated = rest_.starts_with('-');
        if (out.negated) rest_.remove_prefix(1);
        if (auto field = take_field(out); !field) return field.error();
        for (const auto* op : {">=", "<=", ">", "<", ":", "~", "="}) {
            if (!rest_.starts_with(op)) continue;
            out.op = std::string_view(op) == "=" ? ":" : op;
            rest_.remove_prefix(std::string_view(op).size());
            break;
        }
        if (out.op.empty()) return unparsable("An operator is missing after `" + out.field + "`.");
        out.quoted = at_quote();
        if (out.quoted) {
            auto value = take_quoted();
            if (!value) return value.error();
            out.value = std::move(*value);
        } else {
            const bool minus = rest_.starts_with('-');
            if (minus) rest_.remove_prefix(1);
            out.value = (minus ? "-" : "") + take_word();
        }
        if (out.value.empty() && !out.quoted)
            return unparsable("A value is missing after `" + out.field + "`.");
        if (out.op == "~" && out.value.size() < 3)
            return unparsable("A substring has at least 3 characters.");
        return out;
    }

    std::string_view rest_;
    std::string_view before_word_;
    std::string_view plural_;
};

const json* field_of(const json& row, std::string_view path) {
    const json* at = &row;
    while (!path.empty()) {
        const auto dot = path.find('.');
        const auto found = at->is_object() ? at->find(path.substr(0, dot)) : at->end();
        if (!at->is_object() || found == at->end()) return nullptr;
        at = &*found;
        path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    }
    return at;
}

const json* value_of(const search_clause& clause, const json& row) {
    const json* found = nullptr;
    if (clause.field == "metadata") {
        const auto metadata = row.find("metadata");
        if (metadata == row.end() || !metadata->is_object()) return nullptr;
        const auto at = metadata->find(clause.metadata_key);
        return at == metadata->end() ? nullptr : &*at;
    }
    found =
        field_of(row, clause.field == "subscription" ? "parent.subscription_details.subscription"
                                                     : std::string_view(clause.field));
    return found == nullptr || found->is_null() ? nullptr : found;
}

bool clause_matches(const search_clause& clause, const json& row) {
    const auto* value = value_of(clause, row);
    if (!clause.quoted && clause.value == "null") return value == nullptr;
    if (value == nullptr) return false;
    if (value->is_number()) {
        std::int64_t wanted = 0;
        const auto* end = clause.value.data() + clause.value.size();
        const auto [at, error] = std::from_chars(clause.value.data(), end, wanted);
        if (error != std::errc{} || at != end) return false;
        const auto is = value->get<std::int64_t>();
        if (clause.op == ">") return is > wanted;
        if (clause.op == "<") return is < wanted;
        if (clause.op == ">=") return is >= wanted;
        if (clause.op == "<=") return is <= wanted;
        return is == wanted;
    }
    const auto is = base::to_lower(value->is_string() ? value->get<std::string>() : value->dump());
    const auto wanted = base::to_lower(clause.value);
    return clause.op == "~" ? is.find(wanted) != std::string::npos : is == wanted;
}

}  // namespace

outcome<search_query> parse_search(std::string_view text, std::string_view plural) {
    return parser(text, plural).run();
}

bool matches(const search_query& query, const json& row) {
    for (const auto& clause : query.clauses) {
        const bool hit = clause_matches(clause, row) != clause.negated;
        if (hit == query.any) return query.any;
    }
    return !query.any;
}

}  // namespace tollgate::sandbox
