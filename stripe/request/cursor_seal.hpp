// next_cursor: an opaque text that continues after a page, valid for the same call only.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "stripe/request/page_cursor.hpp"

namespace tollgate::stripe {

// What a cursor is valid for. Views must outlive their use.
struct cursor_binding {
    std::string_view team;
    std::string account;    // the integrated account, and the connected account it acts for
    std::string_view tool;  // its name
    std::string arguments;  // all arguments that select the pages, in canonical order
};

// The path and query of a request with sorted parameters: equal for equal arguments in any order.
std::string canonical_target(std::string_view target);

// Seals and opens cursors: AES-256-GCM with a nonce derived from the text, so that equal pages give
// equal cursors. Every instance with the same master key can open them, also after a restart.
// Immutable; any thread.
class cursor_seal {
public:
    // `key` is 32 bytes, derived from the instance's master key for this purpose.
    explicit cursor_seal(const base::secret& key);

    // Returns the cursor of that position as URL-safe text; equal input gives equal text.
    std::string seal(const page_cursor& where, const cursor_binding& to) const;

    // Fails with errc::invalid_argument "bad_cursor" if the cursor was changed or belongs to
    // another team (the same message for both), was sealed with an older master key, belongs to
    // another account or tool or to other arguments, or is one of Stripe's ids.
    base::result<page_cursor> open(std::string_view text, const cursor_binding& to) const;

private:
    base::secret sealing_;
    base::secret nonces_;
    std::string mark_;  // distinguishes cursors of another key
};

}  // namespace tollgate::stripe
