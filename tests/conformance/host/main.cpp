// `tollgate serve` with the conformance suite's own tools, resources and prompts on every MCP URL,
// in place of Stripe's. A program of its own: the gateway's binary has nothing of it.
#include "server/cli/commands.hpp"
#include "server/config/load.hpp"
#include "server/config/settings.hpp"
#include "tests/conformance/host/fixtures.hpp"

int main(int count, char** words) {
    using namespace tollgate;
    server::config_sources given;
    given.environment = [](const std::string&) -> std::optional<std::string> { return {}; };
    for (int i = 2; i + 1 < count; i += 2)
        for (const auto& row : server::settings())
            if (server::flag_name(row.key) == words[i])
                given.flags.emplace_back(std::string(row.key), words[i + 1]);
    const auto value = server::load_config(given);
    if (!value) return server::complain(value.error().message);
    conformance::fixture_tools tools;
    conformance::fixture_content content;
    return server::serve_instead(*value, {.tools = &tools, .content = &content});
}
