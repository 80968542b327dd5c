// Hashes and verifies passwords on its own thread, because hashing is slow and takes memory.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/password_hash.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "base/worker.hpp"

namespace tollgate::tenancy {

// Handles one password at a time, so that no more memory is used than for one hash. A few may wait.
// Thread-safe; every call resumes on the caller's executor.
class password_worker {
public:
    explicit password_worker(base::password_cost cost)
        : cost_(cost), thread_(std::make_unique<base::worker>(1, waiting_max, "passwords")) {}

    // Waits for the thread, whose jobs resume coroutines on their loops. Call it after the loops
    // have stopped and before they are destroyed; call nothing else afterwards.
    void join() { thread_.reset(); }

    // Fails with errc::unavailable "sign_in_busy" if too many wait.
    base::awaitable<base::result<std::string>> hash(base::secret password);

    // True if `stored` was made from `password`. Checking an empty `stored` takes as long as any
    // other, and is always false. Fails as hash() does.
    base::awaitable<base::result<bool>> verify(std::string stored, base::secret password);

    const base::password_cost& cost() const { return cost_; }

private:
    static constexpr std::size_t waiting_max = 16;

    const base::password_cost cost_;
    std::unique_ptr<base::worker> thread_;
};

}  // namespace tollgate::tenancy
