// The OpenAPI document as JSON, and a validator for the part of JSON Schema that it uses.
#pragma once
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tollgate::test {

using json = nlohmann::json;

class openapi_document {
public:
    // Throws when `yaml` is not a document that it understands.
    explicit openapi_document(std::string_view yaml);

    const json& root() const { return root_; }

    // What the document says of (verb, path pattern), e.g. ("POST", "/team"); null when it does not
    // know the call.
    const json* operation(std::string_view verb, std::string_view pattern) const;

    // Why an answer does not fit the document; empty when it does. `body` is the raw body.
    std::vector<std::string> check(std::string_view verb, std::string_view pattern, unsigned status,
                                   std::string_view content_type, const std::string& body) const;

    // Why `value` does not fit `schema`.
    std::vector<std::string> validate(const json& schema, const json& value) const;

    // The document with no $ref left at the top of `node`.
    const json& resolve(const json& node) const;

private:
    void validate(const json& schema, const json& value, const std::string& path,
                  std::vector<std::string>& out) const;
    void validate_object(const json& schema, const json& value, const std::string& path,
                         std::vector<std::string>& out) const;

    json root_;
};

}  // namespace tollgate::test
