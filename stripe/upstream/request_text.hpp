// A request to Stripe or to a service as one flat HTTP/1.1 message.
#pragma once
#include <string>

#include "stripe/upstream/upstream.hpp"
#include "stripe/upstream/upstream_options.hpp"

namespace tollgate::stripe {

// The whole message. The credential appears only here; the text is never logged.
std::string request_text(const upstream_request& request, const upstream_options& options);

}  // namespace tollgate::stripe
