// The cookie of a person's session.
#include "server/admin/session_cookie.hpp"

#include <catch2/catch.hpp>

namespace session_cookie_test {

using namespace tollgate;

admin::request_facts facts_of(bool secure) {
    admin::request_facts out;
    out.secure = secure;
    return out;
}

TEST_CASE("session cookie: plain http only on the own machine", "[admin][people]") {
    base::http_request request;
    const auto allowed = [&](std::string_view host, bool secure) {
        request.headers = {{"Host", host}};
        return !admin::check_cookie_allowed(request, facts_of(secure)).has_error();
    };
    for (const char* host : {"localhost", "localhost:8787", "127.0.0.1:8787", "127.9.9.9",
                             "[::1]:8787", "LOCALHOST"}) {
        INFO(host);
        CHECK(allowed(host, false));
    }
    for (const char* host : {"gateway.example", "192.0.2.1:8787", "127.0.0.1.evil.example",
                             "localhost.evil.example", "", "[::2]"}) {
        INFO(host);
        CHECK_FALSE(allowed(host, false));
        CHECK(allowed(host, true));
    }
    const base::secret token{"tgp_x"};
    CHECK(admin::session_cookie(token, facts_of(false)) ==
          "tollgate_session=tgp_x; Path=/; HttpOnly; SameSite=Strict");
    request.headers = {{"Host", "localhost"}, {"Cookie", "a=b; tollgate_session=tgp_x"}};
    CHECK(admin::session_token_of(request, facts_of(false)) == "tgp_x");
    CHECK(admin::session_token_of(request, facts_of(true)).empty());
}

}  // namespace session_cookie_test
