#include "stripe/writes/receipt_metadata.hpp"

#include "base/encoding.hpp"
#include "stripe/request/reserved_names.hpp"

namespace tollgate::stripe {

namespace {

constexpr std::size_t metadata_keys_max = 50;

}  // namespace

std::optional<lookup_way> lookup_of(std::string_view path) {
    const auto* const list = match(http_method::get, path).found;
    if (list == nullptr || list->response() != response_kind::list ||
        list->find_parameter("created") == nullptr)
        return {};
    lookup_way out{.list = list};
    const auto* const search = match(http_method::get, std::string(path) + "/search").found;
    if (search != nullptr && search->response() == response_kind::search) out.search = search;
    return out;
}

bool takes_receipt(const operation& called) {
    if (called.method() != http_method::post || called.encoding() != encoding::form) return false;
    const auto* const metadata = called.find_parameter("metadata");
    return metadata != nullptr && metadata->documented() && metadata->type() == value_type::map &&
           lookup_of(called.path_template()).has_value();
}

bool leaves_room_for_receipt(const std::optional<simdjson::dom::element>& metadata) {
    if (!metadata) return true;
    simdjson::dom::object keys;
    return metadata->get(keys) == simdjson::SUCCESS && keys.size() < metadata_keys_max;
}

void add_receipt(std::string& body, std::string_view receipt_id) {
    if (!body.empty()) body += '&';
    body += "metadata[";
    body += receipt_metadata_key;
    body += "]=";
    base::append_percent_encoded(body, receipt_id);
}

}  // namespace tollgate::stripe
