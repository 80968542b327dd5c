// Places where a test kills the process with SIGKILL at a critical moment. They do nothing unless
// the binary is built with -DTOLLGATE_CRASH_POINTS=ON; no released binary is.
#pragma once
#include <string_view>

namespace tollgate::base {

#ifdef TOLLGATE_CRASH_POINTS
// Raises SIGKILL if the environment's CRASH_AT is `label`, or `label:n` at the nth pass. May be
// called on any thread.
void crash_point(std::string_view label) noexcept;
#else
inline void crash_point(std::string_view) noexcept {}
#endif

}  // namespace tollgate::base
