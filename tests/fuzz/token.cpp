// Any text as a token or a time: only what we make ourselves is well formed.
#include "tenancy/secrets/token.hpp"

#include "base/clock.hpp"
#include "fuzz.hpp"

using namespace tollgate;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    for (const auto prefix : {tenancy::mcp_token_prefix, tenancy::api_key_prefix}) {
        if (!tenancy::well_formed_token(text, prefix)) continue;
        fuzz::require(text.size() == tenancy::token_length && text.starts_with(prefix),
                      "a token has its prefix and length");
        std::string changed{text};
        changed.back() = changed.back() == 'a' ? 'b' : 'a';
        fuzz::require(!tenancy::well_formed_token(changed, prefix), "a checksum has one value");
    }
    fuzz::require(tenancy::shown_prefix(text).size() <= 8, "little of a token is shown");
    if (const auto time = base::parse_timestamp(text)) {
        const auto again = base::parse_timestamp(base::format_timestamp(*time));
        fuzz::require(again == time, "a time that is written is read again");
    }
    return 0;
}
