#include "server/process/hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tollgate::server {

namespace {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define TOLLGATE_HAS_SANITIZER 1
#endif
#endif

#ifdef TOLLGATE_HAS_SANITIZER
constexpr bool sanitized = true;  // the leak checker attaches to its own process
#else
constexpr bool sanitized = false;
#endif

}  // namespace

void protect_process() {
    constexpr mode_t not_for_others = 0027;
    const mode_t given = ::umask(not_for_others);
    ::umask(given | not_for_others);
    if (sanitized) return;
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void warn_of_root(base::logger& log) {
    if (::geteuid() != 0) return;
    log.warning("running_as_root",
                {{"reason",
                  "the gateway needs no rights of root: run it as a user of its own, to whom "
                  "data.directory belongs"}});
}

}  // namespace tollgate::server
