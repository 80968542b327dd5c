// Port: explains what a tool call would do.
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
};

}  // namespace tollgate::tenancy
