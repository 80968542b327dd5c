// Port: signs the head of a log on request.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"

namespace tollgate::tenancy {

class checkpoint_maker {
public:
    virtual ~checkpoint_maker() = default;

    // Returns a checkpoint that covers everything in the team's log now: the newest one, or a new
    // one if the log has grown since. Any thread; resumes on the caller's executor. Fails with
    // not_found "log_is_empty", with errc::corrupt "audit_log_broken", and with errc::unavailable.
    virtual base::awaitable<base::result<std::string>> checkpoint_now(std::string team_id) = 0;
};

}  // namespace tollgate::tenancy
