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

    // The next part of the body; nothing at the end. An empty part is not the end: a source that
    // looks for long without finding anything returns it now and then, and is not called again if
    // the client has left meanwhile. Called when the part before has been written, so that a slow
    // client slows down its source. After a failure the connection is closed before the body is
    // whole, so that the client notices. Resumes on the caller's executor.
    virtual awaitable<result<std::optional<std::string>>> next() = 0;
};

}  // namespace tollgate::base
