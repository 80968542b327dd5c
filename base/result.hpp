// The only way for a function to report a failure that depends on its input.
#pragma once
#include <boost/system/result.hpp>

#include <source_location>
#include <stdexcept>
#include <string>
#include <utility>

namespace tollgate::base {

// The kind of a failure. The only mapping to HTTP is in server/admin/problem.
enum class errc {
    invalid_argument,   // the request is wrong: correct it and try again
    not_found,          // it does not exist, or not for this caller
    conflict,           // it exists already, or has changed in the meantime
    unauthorized,       // no or unknown credential
    forbidden,          // the credential is known but does not allow this
    limit_exceeded,     // a stated limit was reached
    unavailable,        // a dependency does not answer; try again later
    deadline_exceeded,  // the request's deadline has passed
    cancelled,          // the caller disconnected
    corrupt,            // stored data is inconsistent
    internal,           // a bug or a fault: the text is for the log, never for a client
};

// A failure. `code` is a stable machine-readable word ("unknown_field"); `message` is a sentence
// for the calling person or model that says what to do; `field` is the path of the offending input
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

// Found by ADL if result::value() is called on a failure, which is a bug in the caller.
[[noreturn]] inline void throw_exception_from_error(const failure& error,
                                                    const boost::source_location&) {
    throw std::logic_error("unchecked failure: " + error.code + ": " + error.message);
}

}  // namespace tollgate::base
