// How this server identifies itself to clients: serverInfo and instructions, in both eras.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "tenancy/rules/grant.hpp"

namespace tollgate::mcp {

// Texts that depend on the grant or the date.
struct server_words {
    std::string title;  // shown to people; empty: the build's title
    std::string state;  // sentences for the model after the instructions, or empty
    std::chrono::milliseconds state_holds_for = std::chrono::milliseconds::max();
    std::string instructions{};  // replaces the build's instructions unless empty
};

struct server_info {
    std::string title;         // shown to people
    std::string version;       // of this build
    std::string instructions;  // some clients show it to the model
    // Called for each grant; must not block. Empty: no text depends on the grant.
    std::function<server_words(const tenancy::grant&)> words{};
};

// Immutable; one per loop.
class server_identity {
public:
    explicit server_identity(server_info info) : info_(std::move(info)) {}

    // The Implementation object (MCP schema) as JSON. Does not fail.
    std::string json(const tenancy::grant& grant) const;

    struct guidance {
        std::string text;
        std::int64_t ttl_ms = 0;  // how long a client may keep it
    };
    // The instructions followed by the current state, with a ttl of at most `ttl_ms_max`. Does not
    // fail.
    guidance instructions(const tenancy::grant& grant, std::int64_t ttl_ms_max) const;

private:
    server_words words_for(const tenancy::grant& grant) const {
        return info_.words ? info_.words(grant) : server_words{};
    }

    const server_info info_;
};

}  // namespace tollgate::mcp
