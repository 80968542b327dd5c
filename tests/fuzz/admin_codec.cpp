// Any body or query to the admin API: a struct, or a problem that is JSON.
#include "fuzz.hpp"
#include "server/admin/problem.hpp"
#include "server/admin/query.hpp"
#include "server/admin/request_codec.hpp"

using namespace tollgate;

namespace {

template <typename T>
void check(const base::result<T>& read) {
    if (read) return;
    fuzz::require(!read.error().message.empty(), "a refusal says why");
    fuzz::require(fuzz::is_json(admin::problem_response(read.error(), "req_1").body),
                  "a problem is JSON");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    check(admin::decode_team(text));
    check(admin::decode_api_key(text));
    check(admin::decode_account(text));
    check(admin::decode_account_patch(text));
    check(admin::decode_server(text));
    check(admin::decode_server_patch(text));
    check(admin::decode_rotation(text));
    check(admin::parse_query(text, {"limit", "cursor", "methods"}));
    return 0;
}
