// An OpenAPI document that nobody has checked: its tree, and where its references lead.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tollgate::server {

constexpr std::size_t openapi_bytes_max = std::size_t{32} * 1024 * 1024;       // of JSON
constexpr std::size_t openapi_yaml_bytes_max = std::size_t{16} * 1024 * 1024;  // of YAML
constexpr std::size_t openapi_depth_max = 128;  // of lists and maps in each other
constexpr int openapi_reference_hops_max = 16;  // from one reference to the next

// Immutable but for the count of its steps; used by one thread.
class openapi_document {
public:
    // The document in `text`, which came from `name`: JSON or YAML. Fails with invalid_argument
    // "too_large", "not_openapi" for another version than 3.0 and 3.1, and as read_yaml_tree().
    static base::result<std::unique_ptr<openapi_document>> read(std::string_view text,
                                                                const std::string& name);

    simdjson::dom::object root() const { return root_; }

    // The object `at`, or the object that its "$ref" leads to, at last. Fails with invalid_argument
    // "bad_reference" and the end of a sentence: for what is no object, for references to other
    // documents, to nothing and in a circle, and when all of them took too many steps.
    base::result<simdjson::dom::object> follow(simdjson::dom::element at) const;

    // Counts steps of work. False when there were too many: a small document may ask for endless
    // work by references. follow() takes one for each member of an object.
    bool take_steps(std::int64_t count) const {
        steps_left_ -= count;
        return steps_left_ >= 0;
    }
    bool take_step() const { return take_steps(1); }

private:
    openapi_document() = default;
    base::result<> check_version(const std::string& name) const;
    base::result<simdjson::dom::element> find(std::string_view reference) const;

    simdjson::dom::parser parser_;
    simdjson::dom::element top_;
    simdjson::dom::object root_;  // the same
    mutable std::int64_t steps_left_ = 20'000'000;
};

// A text member of `from`, or nothing.
std::string_view openapi_text(simdjson::dom::object from, std::string_view key);
// A member that is true.
bool openapi_truth(simdjson::dom::object from, std::string_view key);

}  // namespace tollgate::server
