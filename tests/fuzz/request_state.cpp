// Any text as the requestState of a call: only what was sealed for that very call opens.
#include "mcp/tools/input_seal.hpp"
#include "sealed.hpp"

using namespace tollgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::still_clock clock;
    static const mcp::input_seal seal{fuzz::key(), clock};
    std::string_view rest = fuzz::text_of(data, size);
    const auto server = fuzz::take_until(rest, '\n');
    const auto name = fuzz::take_until(rest, '\n');
    const mcp::call_identity call{server, "tools/call", name, {}};
    fuzz::require(!seal.open(call, rest).has_value(), "a text of somebody's own opens nothing");

    const auto sealed = seal.seal(call, rest);
    fuzz::require(seal.open(call, sealed) == std::string(rest), "what was sealed opens");
    // Base64 has spare bits at its end: the same bytes may be written in several ways.
    const auto other = fuzz::changed(sealed, fuzz::text_of(data, size));
    const auto opened = seal.open(call, other);
    fuzz::require(!opened || *opened == rest, "what was changed says nothing else");
    const mcp::call_identity another{name, "tools/call", server, {}};
    fuzz::require(server == name || !seal.open(another, sealed), "it is of one call");
    return 0;
}
