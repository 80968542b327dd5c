// Reads the parameters of a search one by one.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "server/admin/query.hpp"

namespace tollgate::admin {

// An absent or empty parameter leaves `out` unchanged. Keeps the first failure and continues.
class search_query {
public:
    // `query` outlives this.
    explicit search_query(const query_values& query) : query_(query) {}

    // Copies the parameter's text; never fails.
    void text(std::string_view name, std::string& out) const;
    // Failure: "invalid_time".
    void time(std::string_view name, std::optional<base::timestamp>& out);
    // Failure: "invalid_amount".
    void amount(std::string_view name, std::optional<std::int64_t>& out);
    // The value of a parameter with a few allowed words; null if it is absent.
    const std::string* find(std::string_view name) const;
    // Records that a parameter breaks `rule`, a sentence without its subject.
    void fail(const char* code, std::string_view name, std::string_view rule);

    const std::optional<base::failure>& failure() const { return failure_; }

private:
    const query_values& query_;
    std::optional<base::failure> failure_;
};

}  // namespace tollgate::admin
