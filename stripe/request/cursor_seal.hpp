// next_cursor: an opaque text that goes on where a page ended, good for the same call only.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "stripe/request/page_cursor.hpp"

namespace tollgate::stripe {

// What a cursor is good for. Views must outlive the use.
struct cursor_binding {
    std::string_view team;
    std::string account;    // the integrated account, and the connected account it acts for
    std::string_view tool;  // its name
    std::string arguments;  // all that decides what the pages are, in an order of its own
};

// The path and query of a request, parameters sorted: equal for equal arguments in any order.
std::string canonical_target(std::string_view target);

// Seals and opens cursors: AES-256-GCM with a nonce made of the text, so that equal pages give
// equal cursors. Every instance with the same master key opens them, before and after a restart.
// Immutable; any thread.
class cursor_seal {
public:
    // `key` is 32 bytes, derived from the instance's master key for this purpose.
    explicit cursor_seal(const base::secret& key);

    std::string seal(const page_cursor& where, const cursor_binding& to) const;

    // Fails with errc::invalid_argument "bad_cursor": a cursor that was changed or is of another
    // team (one message for both), was sealed with an older master key, is of another account, tool
    // or of other arguments, or is one of Stripe's ids.
    base::result<page_cursor> open(std::string_view text, const cursor_binding& to) const;

private:
    base::secret sealing_;
    base::secret nonces_;
    std::string mark_;  // tells cursors of another key
};

}  // namespace tollgate::stripe
