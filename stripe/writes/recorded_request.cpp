#include "stripe/writes/recorded_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tollgate::stripe {

namespace {

constexpr std::string_view format = "tollgate request 1";
// The line of each api_host, in its order.
constexpr std::array<std::string_view, 3> host_lines{" api\n", " files\n", " service\n"};

void add(std::string& out, std::string_view part) {
    out += std::to_string(part.size());
    out += ':';
    out += part;
}

// Removes the next part of add() from `bytes`.
std::optional<std::string_view> take(std::string_view& bytes) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), size);
    bytes.remove_prefix(static_cast<std::size_t>(end - bytes.data()));
    if (error != std::errc{} || !bytes.starts_with(':') || bytes.size() - 1 < size) return {};
    const std::string_view part = bytes.substr(1, size);
    bytes.remove_prefix(size + 1);
    return part;
}

// The parts in order, for both directions.
template <typename Record>
auto parts_of(Record& record) {
    return std::array{&record.method,
                      &record.target,
                      &record.body,
                      &record.content_type,
                      &record.connected_account,
                      &record.stripe_version};
}

}  // namespace

recorded_request record_of(const upstream_request& request) {
    const auto& access = request.access;
    recorded_request out;
    out.method = request.method;
    out.target = request.target;
    out.body = request.body;
    out.content_type = request.content_type;
    out.connected_account = request.connected_account.empty()
                                ? access.stripe_account
                                : std::string(request.connected_account);
    out.stripe_version = access.stripe_version.empty() ? std::string(request.default_version)
                                                       : access.stripe_version;
    out.host = request.host;
    return out;
}

std::string encode_record(const recorded_request& record) {
    std::string out{format};
    out.reserve(record.target.size() + record.body.size() + 200);
    out += host_lines.at(static_cast<std::size_t>(record.host));
    for (const auto* part : parts_of(record)) add(out, *part);
    return out;
}

std::optional<recorded_request> decode_record(std::string_view bytes) {
    recorded_request out;
    if (!bytes.starts_with(format)) return {};
    bytes.remove_prefix(format.size());
    const std::string_view host = bytes.substr(0, bytes.find('\n') + 1);
    const auto known = std::ranges::find(host_lines, host);
    if (known == host_lines.end()) return {};
    out.host = static_cast<api_host>(known - host_lines.begin());
    bytes.remove_prefix(host.size());
    for (auto* part : parts_of(out)) {
        const auto found = take(bytes);
        if (!found) return {};
        *part = *found;
    }
    if (!bytes.empty()) return {};
    return out;
}

}  // namespace tollgate::stripe
