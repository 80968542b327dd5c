#include "server/pipeline/headed_stream.hpp"

#include "server/pipeline/context.hpp"
#include "server/pipeline/host_origin.hpp"

namespace tollgate::server {

bool headed_stream::open() {
    if (inner_.opened()) return true;
    base::http_response head;
    if (context_.origin_accepted) allow_origin(context_.request, head);
    head.headers.emplace_back(request_id_header, context_.request_id);
    for (const auto& [name, value] : head.headers) inner_.add_header(name, value);
    return inner_.open();
}

}  // namespace tollgate::server
