// Port: explains what a tool call would do, and which arguments it takes.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

class call_explainer {
public:
    virtual ~call_explainer() = default;

    // The outcome that a call would have, as a JSON object: whether the tool is visible to `value`,
    // whether the call would be allowed, otherwise which rule refuses it, and the request it would
    // send, masked. `body` is a JSON object of bounded depth without duplicate keys:
    // {"tool":"…","arguments":{…}}. Nothing is sent or counted. Fails with errc::invalid_argument
    // missing_field, wrong_type or unknown_field; `field` names the member. Any thread; does not
    // block.
    virtual base::result<std::string> explain(const grant& value, std::string_view body) const = 0;

    // The tool of that name as tools/list shows it to `value`, a JSON object with its inputSchema,
    // even if the filter hides it. Fails with errc::not_found "unknown_tool": there is none, or its
    // arguments are those of another tool. Any thread; does not block.
    virtual base::result<std::string> describe(const grant& value, std::string_view tool) const = 0;
};

}  // namespace tollgate::tenancy
