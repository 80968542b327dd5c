// The body of a response that is produced while it is sent.
#pragma once
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"

namespace tollgate::base {

class body_source {
public:
    virtual ~body_source() = default;

    // The next part of the body; empty at the end. Called when the part before has been written,
    // so that a slow client slows down its source. After a failure the connection is closed before
    // the body is whole, so that the client notices. Resumes on the caller's executor.
    virtual awaitable<result<std::string>> next() = 0;
};

}  // namespace tollgate::base
