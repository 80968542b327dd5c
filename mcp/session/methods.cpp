#include "mcp/session/methods.hpp"

#include "mcp/json_rpc/reply.hpp"

namespace tollgate::mcp {

namespace {

// Reads params.capabilities of initialize. Elicitation without a mode means by form.
client_abilities abilities_in(const message& initialize) {
    client_abilities out;
    simdjson::dom::object declared;
    if (!initialize.params ||
        initialize.params->at_key("capabilities").get(declared) != simdjson::SUCCESS)
        return out;
    const auto has = [&declared](std::string_view name) {
        simdjson::dom::object ignored;
        return declared.at_key(name).get(ignored) == simdjson::SUCCESS;
    };
    out.sampling = has("sampling");
    out.roots = has("roots");
    simdjson::dom::object elicitation;
    if (declared.at_key("elicitation").get(elicitation) != simdjson::SUCCESS) return out;
    simdjson::dom::object form;
    out.elicitation =
        elicitation.size() == 0 || elicitation.at_key("form").get(form) == simdjson::SUCCESS;
    simdjson::dom::object url;
    out.links = elicitation.at_key("url").get(url) == simdjson::SUCCESS;
    return out;
}

base::http_response no_session(std::string_view id_json) {
    return error_reply(404, id_json,
                       {invalid_request, "There is no such session. Send initialize again.", {}});
}

}  // namespace

std::string session_methods::begin(const tenancy::grant& grant, const message& initialize,
                                   base::http_response& reply) const {
    std::string id = ids_.make(grant.server_id, abilities_in(initialize));
    reply.headers.emplace_back(session_header, id);
    return id;
}

std::optional<base::http_response> session_methods::check(const tenancy::grant& grant,
                                                          const base::http_request& request,
                                                          std::string_view id_json,
                                                          session& out) const {
    const auto id = request.header(session_header);
    if (id.empty()) return {};
    const auto client = ids_.read(grant.server_id, id);
    if (!client) return no_session(id_json);
    const auto known = book_.find(id);
    if (known.ended) return no_session(id_json);
    out = {id, *client, known.level};
    return {};
}

base::http_response session_methods::end(const tenancy::grant& grant,
                                         const base::http_request& request) const {
    session named;
    if (auto refused = check(grant, request, "null", named)) return std::move(*refused);
    if (named.id.empty())
        return error_reply(400, "null",
                           {invalid_request, "DELETE needs the header Mcp-Session-Id.", {}});
    book_.end(std::string(named.id));
    base::http_response reply;
    reply.status = 204;
    reply.content_type = {};
    return reply;
}

base::http_response session_methods::set_level(const message& value,
                                               const session& client_session) const {
    std::string_view name;
    std::optional<log_level> level;
    if (value.params && value.params->at_key("level").get(name) == simdjson::SUCCESS)
        level = log_level_named(name);
    if (!level)
        return error_reply(200, value.id_json,
                           {invalid_params,
                            "logging/setLevel needs params.level: debug, info, notice, warning, "
                            "error, critical, alert or emergency.",
                            {}});
    if (!client_session.id.empty()) book_.set_level(std::string(client_session.id), *level);
    return result_reply(value.id_json, "{}");
}

}  // namespace tollgate::mcp
