#include "server/pipeline/anonymous_refusal.hpp"

#include "server/pipeline/context.hpp"

namespace tollgate::server {

bool is_anonymous_refusal(const request_context& context, unsigned status) {
    if (status < 400 || status >= 500 || context.grant) return false;
    return context.to != route::admin || status == 401;
}

}  // namespace tollgate::server
