#include "tenancy/people/password_worker.hpp"

#include <utility>

namespace tollgate::tenancy {

namespace {

using base::awaitable;
using base::result;

base::failure too_many_wait() {
    return base::fail(base::errc::unavailable, "sign_in_busy",
                      "too many passwords are being checked now; try again in a few seconds");
}

}  // namespace

awaitable<result<std::string>> password_worker::hash(base::secret password) {
    auto job = [cost = cost_, password = std::move(password)] {
        return base::hash_password(password.reveal(), cost);
    };
    auto done = co_await base::run_on(*thread_, std::move(job));
    if (!done) co_return too_many_wait();
    co_return std::move(*done);
}

awaitable<result<bool>> password_worker::verify(std::string stored, base::secret password) {
    auto job = [cost = cost_, stored = std::move(stored), password = std::move(password)] {
        if (!stored.empty()) return base::verify_password(stored, password.reveal());
        (void)base::hash_password(password.reveal(), cost);
        return false;
    };
    auto done = co_await base::run_on(*thread_, std::move(job));
    if (!done) co_return too_many_wait();
    co_return *done;
}

}  // namespace tollgate::tenancy
