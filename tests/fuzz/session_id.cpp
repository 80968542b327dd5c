// Any text as a session id: only those made here, for that server, say anything.
#include <set>
#include <string>

#include "base/http_message.hpp"
#include "mcp/session/session_ids.hpp"
#include "sealed.hpp"

using namespace tollgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const fuzz::still_clock clock;
    static const mcp::session_ids ids{fuzz::key(), clock};
    std::string_view rest = fuzz::text_of(data, size);
    const auto server = fuzz::take_until(rest, '\n');
    // The fuzzer remembers texts that were compared, and sends an id of an earlier input again.
    static std::set<std::string, std::less<>> made;
    const std::string as_sent = std::string{server} + '\n' + std::string{rest};
    fuzz::require(!ids.read(server, rest).has_value() || made.contains(as_sent),
                  "an id of somebody's own says nothing");

    const mcp::client_abilities client{
        .elicitation = size % 2 == 1, .sampling = size % 3 == 1, .roots = size % 5 == 1};
    const auto id = ids.make(server, client);
    made.insert(std::string{server} + '\n' + id);
    fuzz::require(ids.read(server, id) == client, "an id says what went in");
    const auto other = fuzz::changed(id, fuzz::text_of(data, size));
    const auto read = ids.read(server, other);
    // Hexadecimal digits may be written in capitals.
    fuzz::require(!read || base::equal_ignore_case(other, id), "a changed id says nothing");
    fuzz::require(server == rest || !ids.read(rest, id), "it is of one server");
    return 0;
}
