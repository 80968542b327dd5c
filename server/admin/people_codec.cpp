#include "server/admin/people_codec.hpp"

#include "server/admin/addresses.hpp"
#include "server/admin/json_reader.hpp"
#include "tenancy/people/totp.hpp"

namespace tollgate::admin {

namespace {

using base::result;

std::string dumped(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json moment(base::timestamp value) {
    return base::format_timestamp(value);
}
json moment(const std::optional<base::timestamp>& value) {
    return value ? moment(*value) : json(nullptr);
}

json object_of(const tenancy::person& who) {
    return {{"id", who.id},
            {"name", who.name},
            {"email", who.email},
            {"role", tenancy::to_string(who.role)},
            {"groups", who.groups},
            {"has_password", who.has_password},
            {"invitation_expires_at", moment(who.invitation_expires_at)},
            {"totp", who.totp},
            {"created_by", who.created_by},
            {"created_at", moment(who.created_at)},
            {"signed_in_at", moment(who.signed_in_at)}};
}

json object_of(const tenancy::session& one) {
    return {{"id", one.id},
            {"remote", one.remote},
            {"client", one.client.empty() ? json(nullptr) : json(one.client)},
            {"created_at", moment(one.created_at)},
            {"used_at", moment(one.used_at)},
            {"expires_at", moment(one.expires_at)}};
}

}  // namespace

result<tenancy::person_input> decode_person(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"name", "email", "role", "groups"}};
    tenancy::person_input out;
    out.name = reader.required_text("name");
    out.email = reader.required_text("email");
    out.role = reader.required_text("role");
    out.groups = reader.list("groups").value_or(std::vector<std::string>{});
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::person_patch> decode_person_patch(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"name", "role", "groups"}};
    tenancy::person_patch out;
    out.name = reader.text("name");
    out.role = reader.text("role");
    out.groups = reader.list("groups");
    if (reader.empty())
        reader.fail(base::invalid("empty_patch",
                                  "the body names nothing to change: send at least one field"));
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<acceptance_input> decode_acceptance(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"token", "password"}};
    acceptance_input out{base::secret{reader.required_text("token")},
                         base::secret{reader.required_text("password")}};
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::sign_in_input> decode_sign_in(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"email", "password", "code", "team_id"}};
    tenancy::sign_in_input out;
    out.email = reader.required_text("email");
    out.password = base::secret{reader.required_text("password")};
    out.code = reader.text("code").value_or("");
    out.team_id = reader.text("team_id").value_or("");
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<password_change> decode_password_change(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"current_password", "password"}};
    password_change out{base::secret{reader.required_text("current_password")},
                        base::secret{reader.required_text("password")}};
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<base::secret> decode_own_password(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"password"}};
    base::secret out{reader.required_text("password")};
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<std::string> decode_code(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"code"}};
    std::string out = reader.required_text("code");
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

std::string encode(const tenancy::person& who) {
    return dumped(object_of(who));
}

std::string encode_new(const tenancy::invited_person& made, std::string_view base_url) {
    json out = object_of(made.who);
    out["invitation"] = {
        {"token", made.token.reveal()},
        {"accept_url",
         std::string{base_url}.append(addresses::people).append(addresses::accept_invitation)},
        {"expires_at", moment(made.expires_at)}};
    return dumped(out);
}

std::string encode(const tenancy::session& one) {
    return dumped(object_of(one));
}

std::string encode(const tenancy::signed_in& who, base::timestamp now) {
    return dumped(json{{"session", object_of(who.at)},
                       {"person", object_of(who.who)},
                       {"team_id", who.who.team_id},
                       {"csrf_token", who.csrf_token},
                       {"now", moment(now)}});
}

std::string encode(const tenancy::sign_in_link& made) {
    return dumped(json{{"token", made.token.reveal()}, {"expires_at", moment(made.expires_at)}});
}

std::string encode_new_totp(const base::secret& secret, const tenancy::person& who) {
    return dumped(json{{"secret", tenancy::base32(secret.reveal())},
                       {"otpauth_uri", tenancy::otpauth_uri(secret.reveal(), who.email)}});
}

std::string encode_new_codes(const std::vector<base::secret>& codes) {
    json list = json::array();
    for (const auto& code : codes) list.push_back(code.reveal());
    return dumped(json{{"recovery_codes", std::move(list)}});
}

}  // namespace tollgate::admin
