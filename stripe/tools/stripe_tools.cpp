#include "stripe/tools/stripe_tools.hpp"

#include "base/json_text.hpp"

namespace tollgate::stripe {

tenancy::tool_facts facts_of(const operation& value) {
    return {value.tool_name(), value.kind(), value.tags()};
}

stripe_tools::stripe_tools(upstream& api, const base::clock& clock, base::logger& log)
    : runner_(api, clock), log_(log) {}

void stripe_tools::append_tools(const tenancy::grant& grant, std::string& out) const {
    bool first = true;
    for (const auto& one : operations()) {
        if (!one.exposed() || !grant.filter.passes(facts_of(one))) continue;
        if (!first) out.push_back(',');
        first = false;
        out += one.tool_json();
    }
}

const operation* stripe_tools::find_exposed(const tenancy::grant& grant, std::string_view name,
                                            std::string& why) const {
    const operation* const found = find_tool(name);
    if (found != nullptr && grant.filter.passes(facts_of(*found))) return found;
    if (found != nullptr) {
        why = "The tool '" + std::string(name) +
              "' is not exposed by this MCP server: its methods, tags or tool lists leave it out. "
              "An administrator can widen them.";
        return nullptr;
    }
    // The client's text goes no further than a bounded, quoted part of the message.
    why = "There is no tool '" + std::string(base::clipped_text(name, 80)) + "'.";
    const auto near = nearest_tool(name.substr(0, 80));
    const operation* const meant = near.empty() ? nullptr : find_tool(near);
    if (meant != nullptr && grant.filter.passes(facts_of(*meant)))
        why += " Did you mean '" + std::string(near) + "'?";
    return nullptr;
}

base::awaitable<mcp::tool_result> stripe_tools::call(const tenancy::grant& grant,
                                                     mcp::tool_call call) {
    mcp::tool_result out;
    const operation* const called = find_exposed(grant, call.name, out.text);
    if (called == nullptr) {
        log_.warning("tool_refused", {{"request_id", call.request_id},
                                      {"mcp_server", grant.server_id},
                                      {"tool", base::clipped_text(call.name, 80)}});
        out.exists = false;
        co_return out;
    }
    co_return co_await runner_.run(grant, *called, call);
}

}  // namespace tollgate::stripe
