// The one way a function reports bad news that depends on its input.
#pragma once
#include <boost/system/result.hpp>

#include <source_location>
#include <stdexcept>
#include <string>
#include <utility>

namespace tollgate::base {

// What kind of failure this is; the one map to HTTP is server/admin/problem.
enum class errc {
    invalid_argument,   // the caller sent something wrong: fix it and call again
    not_found,          // no such thing, or not for this caller
    conflict,           // the thing exists already, or changed meanwhile
    unauthorized,       // no or unknown credential
    forbidden,          // the credential is known and does not allow this
    limit_exceeded,     // a stated limit was reached
    unavailable,        // a part we depend on does not answer; try again later
    deadline_exceeded,  // the time the request was given is over
    cancelled,          // the caller went away
    corrupt,            // stored data does not check out
    internal,           // a bug or a fault: the text is for the log, never for a client
};

// A failure. `code` is a stable machine word ("unknown_field"); `message` is a sentence for the
// person or model that called and says what to do; `field` is the path of the offending input
// ("config.methods[1]"), or empty.
struct failure {
    errc kind = errc::internal;
    std::string code;
    std::string message;
    std::string field;
};

template <typename T = void>
using result = boost::system::result<T, failure>;

inline failure fail(errc kind, std::string code, std::string message, std::string field = {}) {
    return failure{kind, std::move(code), std::move(message), std::move(field)};
}

inline failure invalid(std::string code, std::string message, std::string field = {}) {
    return fail(errc::invalid_argument, std::move(code), std::move(message), std::move(field));
}

// Found by ADL when result::value() is called on a failure: a bug in the caller.
[[noreturn]] inline void throw_exception_from_error(const failure& error,
                                                    const boost::source_location&) {
    throw std::logic_error("unchecked failure: " + error.code + ": " + error.message);
}

}  // namespace tollgate::base
