#include "server/cli/remote/call.hpp"

#include <CLI/CLI.hpp>

#include <iostream>

#include "base/json_text.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/gateway/answer_lost.hpp"
#include "server/cli/gateway/gateway_commands.hpp"
#include "server/cli/gateway/mcp_call.hpp"
#include "server/cli/remote/call_result.hpp"
#include "server/cli/text/prompt.hpp"

namespace tollgate::server {

void call_command::add(CLI::App& app) {
    auto* const command = app.add_subcommand(
        "call", "Call one tool, as an MCP client does: what a model would be answered");
    command
        ->add_option("URL", url_,
                     "The MCP URL, or - to read it from standard input (what is on a command "
                     "line can be seen by others on the machine)")
        ->required();
    command->add_option("TOOL", tool_, "The tool")->required();
    arguments_.add_to(*command);
    command->add_option("--key-file", key_file_,
                        "A file with an API key, for an MCP server that also asks for one");
    command->add_flag("--json", json_, "The whole result as JSON");
    command->footer(
        "Exit status: 0 the tool did it; 1 wrong usage; 2 the MCP server could not be asked, or it "
        "refused; 3 a person must agree first; 4 the result is an error; 5 its answer was lost, so "
        "that it may have been done: do not repeat it.");
    entries_ = {{command, [this] { return run(); }}};
}

int call_command::run() const {
    const auto arguments = arguments_.object();
    if (!arguments) return complain(arguments.error().message);
    std::string url = url_;
    if (url == "-") {
        const auto read = read_secret({}, "MCP URL: ");
        if (!read) return complain(read.error().message);
        url = std::string{read->reveal()};
    }
    base::secret key;
    if (!key_file_.empty()) {
        auto read = read_secret(key_file_, {});
        if (!read) return complain(read.error().message);
        key = std::move(*read);
    }
    std::string params = "{";
    base::json_members{params}.text("name", tool_).raw("arguments", *arguments);
    const auto result = call_mcp(url, "tools/call", params + '}', tool_, key);
    if (result) return print(*result);
    if (result.error().code != answer_lost) {
        complain(result.error().message);
        return gateway_not_asked;
    }
    complain(
        "the answer of the MCP server was lost. The call may have been done: do not repeat it "
        "before you have looked at what it would have changed");
    return gateway_not_known;
}

int call_command::print(const std::string& result) const {
    std::cout << (json_ ? result + '\n' : texts_of(result)) << std::flush;
    const int status = status_of_result(result);
    if (status == gateway_waits) std::cerr << "tollgate: a person must agree to this call first\n";
    return status;
}

}  // namespace tollgate::server
