// The answers of the search tools, and the calls made through them.
#pragma once
#include <simdjson.h>

#include <functional>
#include <string>

#include "base/result.hpp"
#include "stripe/catalog/catalog.hpp"
#include "stripe/catalog/nearest_name.hpp"
#include "stripe/finder/finder.hpp"
#include "stripe/listing/search_tools.hpp"
#include "stripe/listing/visibility.hpp"

namespace tollgate::stripe {

using tool_text = std::function<std::string(const operation&)>;

constexpr std::int64_t found_default = 5;
constexpr std::int64_t found_max = 20;

// {"operations":[…]} for find_stripe_operations. Finds only operations for which `visible` is true.
base::result<std::string> answer_find(simdjson::dom::object arguments,
                                      const operation_finder& finder, const visible_rule& visible,
                                      simdjson::dom::parser& parser);

// The description for describe_stripe_operation. `shown` returns the JSON of a tool as this server
// shows it.
base::result<std::string> answer_describe(simdjson::dom::object arguments,
                                          const visible_rule& visible, const tool_text& shown,
                                          simdjson::dom::parser& parser);

// Offers the names of the operations for which `visible` is true: a hidden name must not be
// revealed.
void offer_visible(nearest_name& to, const visible_rule& visible);

// The only argument, a required text, of a tool that takes nothing else.
base::result<std::string_view> sole_text(simdjson::dom::object arguments, std::string_view name);

// The operation that the arguments of a search tool name, visible or not; null if there is none of
// that name.
const operation* operation_named_in(simdjson::dom::object arguments);

// A call through read_stripe, write_stripe or delete_stripe, unpacked.
struct wrapped_call {
    const operation* called = nullptr;
    simdjson::dom::object arguments;  // a view of the given arguments
    bool without_arguments = false;   // none were given; `arguments` is not set
};

// Fails with errc::invalid_argument: "unknown_argument", "missing_argument", "wrong_type" for the
// wrapper's own arguments; "unknown_operation" (nearest names among the visible ones),
// "wrong_caller" (the operation is of another safety class; the message names the tool for it).
base::result<wrapped_call> unwrap(search_tool through, simdjson::dom::object arguments,
                                  const visible_rule& visible);

}  // namespace tollgate::stripe
