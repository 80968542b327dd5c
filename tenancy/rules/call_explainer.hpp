// The port to whoever knows what a tool call would do.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "tenancy/rules/grant.hpp"

namespace tollgate::tenancy {

class call_explainer {
public:
    virtual ~call_explainer() = default;

    // What would become of a call, as a JSON object: is the tool visible to `value`, would the call
    // be allowed, by which rule not, and the request it would send, masked. `body` is a JSON object
    // of bounded depth without repeated keys: {"tool":"…","arguments":{…}}. Nothing is sent or
    // counted. Fails with errc::invalid_argument missing_field, wrong_type or unknown_field,
    // `field` being the member. Any thread; does not block.
    virtual base::result<std::string> explain(const grant& value, std::string_view body) const = 0;
};

}  // namespace tollgate::tenancy
