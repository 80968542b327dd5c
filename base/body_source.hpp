// The body of a response that is produced while it is sent.
#pragma once
#include <optional>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"

namespace tollgate::base {

class body_source {
public:
    virtual ~body_source() = default;

    // Returns the next part of the body, or nullopt at the end. An empty part is not the end: a
    // source that searches for a long time returns one now and then, so that the caller can stop if
    // the client has disconnected. Called only after the previous part was written, so a slow
    // client slows down its source. If this fails, the connection is closed before the body is
    // complete, so that the client notices. Resumes on the caller's executor.
    virtual awaitable<result<std::optional<std::string>>> next() = 0;
};

}  // namespace tollgate::base
