// Stored answers of POSTs that carried an Idempotency-Key. They are sealed, because some contain a
// secret that is shown only once.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/async.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "tenancy/environment.hpp"

namespace tollgate::tenancy {

// One POST with its key. `route` is verb and path; the same key on another route or in another team
// is a different key.
struct idempotent_request {
    std::string team_id;
    std::string route;
    std::string key;
    std::string digest;  // SHA-256 of the body
};

struct stored_answer {
    unsigned status = 200;
    base::secret body;
};

// Thread-safe. Every call resumes on the caller's executor; references live until the awaitable
// completes.
class replays {
public:
    explicit replays(const environment& env) : env_(env) {}

    // The answer stored under the request's key in the last 24 hours, or nullopt. Fails with
    // conflict "idempotency_key_reused" if it was stored for a different body.
    base::awaitable<base::result<std::optional<stored_answer>>> find(
        const idempotent_request& request);

    // The row that stores an answer for 24 hours; called by an answer_writer.
    storage::replay_row row(const idempotent_request& request, unsigned status,
                            std::string_view body) const;

private:
    const environment& env_;
};

}  // namespace tollgate::tenancy
