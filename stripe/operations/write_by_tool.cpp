#include "stripe/operations/write_by_tool.hpp"

#include <stdexcept>

namespace tollgate::stripe {

mcp::tool_call inner_write(const operation_context& in, const operation& called,
                           simdjson::dom::parser& parser, const std::string& arguments) {
    mcp::tool_call out = in.call;
    if (parser.parse(arguments).get(out.arguments) != simdjson::SUCCESS)
        throw std::logic_error("arguments of a call of our own are no JSON object");
    out.name = called.tool_name();
    return out;
}

void note_answer(const operation_context& in, const mcp::tool_answer& answer) {
    const auto* const result = std::get_if<mcp::tool_result>(&answer);
    if (result == nullptr)
        in.record.answered("asked");
    else
        in.record.answered(result->is_error ? "failed" : "succeeded");
}

}  // namespace tollgate::stripe
