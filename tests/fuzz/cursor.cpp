// Any text as a page's cursor: only what was sealed for that very call opens.
#include "sealed.hpp"
#include "stripe/request/cursor_seal.hpp"

using namespace tollgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const stripe::cursor_seal seal{fuzz::key()};
    std::string_view rest = fuzz::text_of(data, size);
    const auto team = fuzz::take_until(rest, '\n');
    const auto target = fuzz::take_until(rest, '\n');
    const std::string arguments = stripe::canonical_target(target);
    fuzz::require(arguments.size() <= target.size() + 1, "a target grows by one mark at most");
    const stripe::cursor_binding here{team, "ia_1", "list", arguments};
    const auto made_up = seal.open(rest, here);
    fuzz::require(!made_up && !made_up.error().message.empty(),
                  "a made-up cursor is refused in words");

    stripe::page_cursor where;
    where.token = std::string(rest.substr(0, 64));
    where.skip = static_cast<std::uint32_t>(size % 1000);
    const auto text = seal.seal(where, here);
    const auto again = seal.open(text, here);
    fuzz::require(again && again->token == where.token && again->skip == where.skip,
                  "a cursor goes on where it was made");
    const auto opened = seal.open(fuzz::changed(text, fuzz::text_of(data, size)), here);
    fuzz::require(!opened || (opened->token == where.token && opened->skip == where.skip),
                  "a changed cursor goes nowhere else");
    const stripe::cursor_binding other{team, "ia_2", "list", arguments};
    fuzz::require(!seal.open(text, other), "it is of one account");
    return 0;
}
