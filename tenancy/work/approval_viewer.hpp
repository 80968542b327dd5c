// Shows people the object that an approval's call is about.
#pragma once
#include <string>

#include "tenancy/approvals/approval_object_reader.hpp"
#include "tenancy/grants/grants.hpp"
#include "tenancy/work/approval_executor.hpp"

namespace tollgate::tenancy {

class approval_viewer {
public:
    // The references live as long as this object.
    approval_viewer(approval_executor& executor, grants& who) : executor_(executor), who_(who) {}

    // Reads with `reader`, which outlives this object. Call before the loops run.
    void read_with(approval_object_reader& reader) { reader_ = &reader; }

    // The object as it is now: before the approval has ended, the one that its call is about; after
    // it was executed, the one that the call made or changed. Fails with not_found; conflict
    // "approval_ended" (its content is erased, and nothing was made), "token_ended" and "suspended"
    // (the token that asked gives no access now); errc::unavailable; and as
    // approval_object_reader::read() does. Any thread; resumes on the caller's executor.
    base::awaitable<base::result<approval_object>> look(std::string team_id, std::string id);

private:
    approval_executor& executor_;
    grants& who_;
    approval_object_reader* reader_ = nullptr;
};

}  // namespace tollgate::tenancy
