// A file that is put in force at a running gateway whenever it changes.
#pragma once
#include <functional>
#include <string>

#include "base/result.hpp"

namespace tollgate::server {

struct watched_file {
    // The text of the file now. Fails while there is none: an editor may be replacing it.
    std::function<base::result<std::string>()> read;
    // Puts the text in force: an exit status, also for a text that is wrong and changes nothing.
    // Fails as the gateway refuses it, and with errc::unavailable if the gateway did not answer.
    std::function<base::result<int>(const std::string& text)> apply;
};

// Applies the file, and again whenever its text is another one, until SIGINT or SIGTERM; then the
// exit status is gateway_done. Fails as the first read or the first apply does; later failures are
// printed on standard error. What the gateway did not answer is tried again, less and less often;
// what it refused is not. Blocks. Of a process, one at a time.
base::result<int> watch_file(const watched_file& file);

}  // namespace tollgate::server
