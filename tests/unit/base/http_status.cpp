#include "base/http_status.hpp"

#include <catch2/catch.hpp>

namespace http_status_test {

using tollgate::base::reason_phrase;

TEST_CASE("http_status: reason phrases are those of RFC 9110", "[base]") {
    CHECK(reason_phrase(200) == "OK");
    CHECK(reason_phrase(402) == "Payment Required");
    CHECK(reason_phrase(413) == "Content Too Large");
    CHECK(reason_phrase(414) == "URI Too Long");
    CHECK(reason_phrase(421) == "Misdirected Request");
    CHECK(reason_phrase(422) == "Unprocessable Content");
    CHECK(reason_phrase(431) == "Request Header Fields Too Large");
    CHECK(reason_phrase(505) == "HTTP Version Not Supported");
    CHECK(reason_phrase(299) == "Unknown");
    CHECK(reason_phrase(0) == "Unknown");
}

}  // namespace http_status_test
