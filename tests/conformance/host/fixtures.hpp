// The tools, resources and prompts that the official conformance suite calls by name.
#pragma once
#include "mcp/content_provider.hpp"
#include "mcp/tool_provider.hpp"

namespace tollgate::conformance {

// Without state: all loops use one at once.
class fixture_tools final : public mcp::tool_provider {
public:
    std::span<const mcp::mirrored_argument> mirrored(std::string_view tool) const override;
    void append_tools(const tenancy::grant& grant, std::string& out) const override;
    base::awaitable<mcp::tool_answer> call(const tenancy::grant& grant,
                                           mcp::tool_call call) override;
};

class fixture_content final : public mcp::content_provider {
public:
    void append_resources(const tenancy::grant& grant, std::string& out) const override;
    void append_templates(const tenancy::grant& grant, std::string& out) const override;
    base::awaitable<mcp::content_answer> read_resource(const tenancy::grant& grant,
                                                       mcp::resource_request request) override;
    bool tells_updates() const override { return true; }
    void append_prompts(const tenancy::grant& grant, std::string& out) const override;
    base::awaitable<mcp::content_answer> get_prompt(const tenancy::grant& grant,
                                                    mcp::prompt_request request) override;
    void append_completions(const tenancy::grant& grant, const mcp::completion_request& request,
                            std::string& out) const override;
};

// Tools that ask in the middle of a call, each one thing.
mcp::tool_answer ask_for_sample(const mcp::tool_call& call);
mcp::tool_answer ask_for_details(const mcp::tool_call& call);
mcp::tool_answer ask_with_defaults(const mcp::tool_call& call);
mcp::tool_answer ask_with_choices(const mcp::tool_call& call);

// Three log messages, 50 ms apart.
base::awaitable<mcp::tool_result> with_logging(const mcp::tool_call& call);

// What both ask their client for: one member of inputRequests each.
std::string ask_for(const std::string& key, const std::string& message, const std::string& field,
                    const std::string& type = "string");

// A red pixel, and a moment of silence.
extern const char* const pixel_png;
extern const char* const silence_wav;

// The member of that name is among the answers.
bool answered(const mcp::input_given& input, std::string_view key);

}  // namespace tollgate::conformance
