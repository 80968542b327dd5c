// Calls of declared tools: each is an ordinary call of its operation.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "mcp/tool_provider.hpp"
#include "stripe/tools/call_runner.hpp"
#include "stripe/tools/tool_services.hpp"
#include "tenancy/rules/declared_tools.hpp"

namespace tollgate::stripe {

// One per loop. References outlive it.
class declared_calls {
public:
    declared_calls(call_runner& runner, const tool_services& shared)
        : runner_(runner), shared_(shared) {}

    // Runs `tool`, which the caller has found to be shown to `grant`: its arguments become those of
    // its operation, and its rules are asked beside all others. The audit log has the call under
    // the operation. Never throws because of input; all references and the views in `call` live
    // until completion.
    base::awaitable<mcp::tool_answer> run(const tenancy::grant& grant,
                                          const tenancy::declared_tool& tool,
                                          const mcp::tool_call& call);

    // Records a call that declared_refusal() refuses.
    void note_refusal(const tenancy::grant& grant, const mcp::tool_call& call);

private:
    call_runner& runner_;
    const tool_services& shared_;
};

// Why the declarations of its account refuse every call of that name: it is forbidden, declared but
// not for this server, or, if nothing but declared tools may be called, not declared. Nothing if
// they say nothing of it. The nearest name that it suggests is one that the server shows.
std::optional<std::string> declared_refusal(const tenancy::grant& grant, std::string_view name);

}  // namespace tollgate::stripe
