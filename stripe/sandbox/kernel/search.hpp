// Stripe's search language: field:"value", field~"part", amount>100, metadata["k"]:"v", -negation,
// clauses joined by AND or by OR, never both.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

struct search_clause {
    std::string field;         // "amount", "metadata"
    std::string metadata_key;  // of metadata["k"]
    std::string op;            // ":", "~", ">", "<", ">=", "<="
    std::string value;
    bool quoted = false;
    bool negated = false;
};

struct search_query {
    std::vector<search_clause> clauses;
    bool any = false;  // joined by OR
};

// Parses a query for a collection ("charges"). Fails with Stripe's 400 on bad syntax, AND mixed
// with OR, more than ten clauses, and fields by which the collection cannot be searched.
outcome<search_query> parse_search(std::string_view text, std::string_view plural);

// True if the object matches. Text is compared without regard to case.
bool matches(const search_query& query, const json& row);

}  // namespace tollgate::sandbox
