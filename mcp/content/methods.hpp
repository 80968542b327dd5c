// resources/*, prompts/* and completion/complete (MCP server/resources, server/prompts,
// server/utilities/completion), in both eras.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/http_message.hpp"
#include "mcp/content_provider.hpp"
#include "mcp/json_rpc/message.hpp"
#include "mcp/method_table.hpp"
#include "mcp/protocol/era.hpp"
#include "mcp/protocol/server_identity.hpp"
#include "mcp/tools/input_seal.hpp"

namespace tollgate::mcp {

// What the endpoint knows about one request, and what answer() adds.
struct content_exchange {
    std::chrono::steady_clock::time_point deadline;
    std::string_view request_id;  // of the HTTP request, for logs
    std::string_view client{};    // as in tool_call
    std::string ran{};            // output: the tool that ran for it, or empty
    bool failed = false;          // output: the request was refused or failed
};

// Immutable; any state is the provider's. The constructor's arguments outlive this.
class content_methods {
public:
    // If `provider` is null, these methods do not exist and none is advertised.
    content_methods(content_provider* provider, const input_seal* seal,
                    const server_identity& identity)
        : provider_(provider), seal_(seal), identity_(identity) {}

    // Members of ServerCapabilities after a leading comma; empty without a provider.
    // `list_changes`: clients are notified when a list changes.
    std::string_view capabilities(bool list_changes) const;

    // The lists of the server, including its tools.
    list_set lists() const { return provider_ == nullptr ? tools_list : all_lists; }
    bool tells_updates() const { return provider_ != nullptr && provider_->tells_updates(); }

    // False without a provider: then no method that needs content exists.
    bool exists() const { return provider_ != nullptr; }

    // Answers one request; `kind` is that of a method that needs content, and there is a provider.
    // The references live until the awaitable completes.
    base::awaitable<base::http_response> answer(method_kind kind, const tenancy::grant& grant,
                                                const message& value, era spoken,
                                                content_exchange& facts);

private:
    using append = void (content_provider::*)(const tenancy::grant&, std::string&) const;

    base::http_response list(const tenancy::grant& grant, const message& value, era spoken,
                             std::string_view key, append part) const;
    base::http_response complete(const tenancy::grant& grant, const message& value,
                                 era spoken) const;
    base::awaitable<base::http_response> read(const tenancy::grant& grant, const message& value,
                                              era spoken, content_exchange& facts);
    base::awaitable<base::http_response> prompt(const tenancy::grant& grant, const message& value,
                                                era spoken, content_exchange& facts);

    content_provider* provider_;
    const input_seal* seal_;
    const server_identity& identity_;
};

}  // namespace tollgate::mcp
