#include "stripe/content/inner_call.hpp"

#include <simdjson.h>

#include <stdexcept>

namespace tollgate::stripe {

base::awaitable<mcp::tool_result> run_inner(call_runner& runner, const tenancy::grant& grant,
                                            const operation& called, std::string arguments,
                                            inner_call_facts facts) {
    simdjson::dom::parser parser;
    mcp::tool_call call;
    if (parser.parse(arguments).get(call.arguments) != simdjson::SUCCESS)
        throw std::logic_error("arguments of a call of our own are no JSON object");
    call.name = called.tool_name();
    call.deadline = facts.deadline;
    call.request_id = facts.request_id;
    call.client = facts.client;
    call.mcp_method = facts.mcp_method;
    auto answer = co_await runner.run(grant, called, call);
    co_return std::get<mcp::tool_result>(std::move(answer));
}

}  // namespace tollgate::stripe
