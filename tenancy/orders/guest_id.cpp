#include "base/crypto.hpp"
#include "base/encoding.hpp"
#include "tenancy/orders/email_key.hpp"
#include "tenancy/orders/payment_pages.hpp"

namespace tollgate::tenancy {

// Ids are shown even where addresses are redacted, so an id must not contain the address.
std::string guest_id(const std::string& email) {
    constexpr std::size_t length = 24;
    const auto digest = base::sha256("guest|" + email_key(email));
    return "guest_" + base::hex(base::as_view(digest)).substr(0, length);
}

}  // namespace tollgate::tenancy
