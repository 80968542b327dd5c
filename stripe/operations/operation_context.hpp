// The inputs of a tool of "operations", and the parts of its answers.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_text.hpp"
#include "mcp/tool_provider.hpp"
#include "stripe/operations/operation_arguments.hpp"
#include "stripe/tools/call_record.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/tools/tool_services.hpp"
#include "tenancy/orders/order_desk.hpp"

namespace tollgate::stripe {

// The ordinary tools that are called most often.
constexpr std::string_view customer_reader = "get_single_stripe_customer_by_id";
constexpr std::string_view customer_lister = "list_all_stripe_customers";
constexpr std::string_view charge_lister = "list_all_stripe_charges";
constexpr std::string_view refund_tool = "create_a_stripe_refund";

// References live until the call is answered.
struct operation_context {
    call_runner& runner;
    const tool_services& shared;
    const tenancy::grant& grant;
    const mcp::tool_call& call;
    tenancy::order_desk& desk;
    call_record& record;  // of the tool's own call
    const operation_arguments& given;
};

// A result that refuses the call; its audit record names `rule`.
mcp::tool_result refused_result(const operation_context& in, std::string_view rule,
                                const base::failure& why);

// The text of a result that refuses a call: {"error":{…}}.
std::string operation_error(const base::failure& why);

// Builds a JSON object as an answer: first the facts about the account, then `members`, then what
// is missing.
class operation_answer {
public:
    explicit operation_answer(const operation_context& in);
    base::json_members& members() { return members_; }
    // Reports that a half of the answer, "stripe" or "orders", could not be read.
    void missing(std::string_view half, std::string_view why);
    // Reports the dotted path of a text by third parties: data, never instructions.
    void untrusted(std::string_view path) { untrusted_.emplace_back(path); }
    mcp::tool_result result();

private:
    std::string text_ = "{";
    base::json_members members_{text_};
    std::string missing_;
    std::vector<std::string> untrusted_;
};

// A text by third parties as a JSON string: secrets and card numbers masked, invisible characters
// escaped, and e-mail addresses replaced if the server redacts them.
std::string shown_json(std::string_view text, const tenancy::grant& grant);

// An order or a customer of the company, as members of a JSON object.
std::string order_json(const storage::order_row& order, const tenancy::grant& grant);
std::string customer_json(const storage::order_customer_row& customer, const tenancy::grant& grant,
                          const std::string& more_members = {});

// Writes an amount as `name`, and in words as `name`_formatted.
void write_money(base::json_members& into, const std::string& name, std::int64_t amount,
                 std::string_view currency);

// Reads by an ordinary tool, with the JSON object `arguments`. The filter, rules, limits, format
// and audit are the same as for a client's call.
base::awaitable<mcp::tool_result> read_by_tool(const operation_context& in, std::string_view tool,
                                               std::string arguments);

// True if the grant shows that tool.
bool shows_tool(const tenancy::grant& grant, std::string_view tool);

// The message of an error that a tool returned.
std::string error_message(const mcp::tool_result& failed);

}  // namespace tollgate::stripe
