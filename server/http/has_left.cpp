#include "server/http/has_left.hpp"

#include <poll.h>

namespace tollgate::server {

bool has_left(int socket) noexcept {
    pollfd peer{socket, POLLRDHUP, 0};
    return ::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace tollgate::server
