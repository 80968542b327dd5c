#include "server/admin/request_codec.hpp"

#include "server/admin/json_reader.hpp"

namespace tollgate::admin {

namespace {

using base::result;
using tenancy::server_config;

constexpr std::size_t metadata_key_max = 40;  // Stripe's limit

void read_serving(json_reader& reader, server_config& out) {
    out.listing = reader.text("listing");
    out.list_tokens_max = reader.integer("list_tokens_max");
    out.results = reader.text("results");
    out.result_tokens_max = reader.integer("result_tokens_max");
    out.redact = reader.list("redact");
    out.deep_research = reader.truth("deep_research");
    out.confirm = reader.text("confirm");
    out.expand = reader.text("expand");
    if (const json* rate = reader.object("rate_limit")) {
        json_reader numbers{*rate, "config.rate_limit.", {"calls", "seconds"}};
        out.rate_calls = numbers.integer("calls");
        out.rate_seconds = numbers.integer("seconds");
        reader.take(numbers);
    }
}

// The "config" of a body; a reader that has failed returns an empty one.
std::optional<server_config> read_config(json_reader& root) {
    const json* object = root.object("config");
    if (object == nullptr) return {};
    server_config out;
    json_reader reader{
        *object,
        "config.",
        {"methods", "tags", "tools", "auth", "require_api_token_auth", "structured_content",
         "listing", "list_tokens_max", "results", "result_tokens_max", "redact", "rate_limit",
         "deep_research", "confirm", "expand", "allow_live_writes", "guardrails", "preset"}};
    out.methods = reader.list("methods");
    out.tags = reader.list("tags");
    out.auth = reader.text("auth");
    out.require_api_token_auth = reader.truth("require_api_token_auth");
    out.structured_content = reader.truth("structured_content");
    out.preset = reader.text("preset");
    out.allow_live_writes = reader.truth("allow_live_writes");
    if (const json* rules = reader.array("guardrails")) out.guardrails = rules->dump();
    read_serving(reader, out);
    if (const json* tools = reader.object("tools")) {
        json_reader names{*tools, "config.tools.", {"allow", "deny", "pinned"}};
        out.allow = names.list("allow");
        out.deny = names.list("deny");
        out.pinned = names.list("pinned");
        reader.take(names);
    }
    root.take(reader);
    return out;
}

void refuse_empty_patch(json_reader& reader) {
    if (reader.empty())
        reader.fail(base::invalid("empty_patch",
                                  "the body names nothing to change: send at least one field"));
}

// How many MCP servers a call concerns, as its caller was shown.
std::int64_t required_count(json_reader& reader) {
    const auto expect = reader.integer("expect");
    if (!expect)
        reader.fail(base::invalid("missing_field",
                                  "expect is missing: GET of this same path, or of the path that "
                                  "revokes, shows what would end, and how many that are",
                                  "expect"));
    return expect.value_or(0);
}

// null clears the value: tenancy takes an empty string to mean "none".
std::optional<std::string> cleared_by_null(std::optional<std::optional<std::string>> value) {
    if (!value) return {};
    return value->value_or(std::string{});
}

}  // namespace

result<std::string> decode_team(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"name"}};
    std::string name = reader.required_text("name");
    const auto good = reader.ok();
    if (!good) return good.error();
    return name;
}

result<policy_input> decode_policy(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"rules", "version"}};
    policy_input out;
    const json* rules = reader.array("rules");
    if (rules != nullptr) out.rules = rules->dump();
    out.version = reader.integer("version");
    if (!reader.has("rules"))
        reader.fail(base::invalid("missing_field",
                                  "rules is required: a list of rules, [] for none", "rules"));
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<declarations_input> decode_declarations(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"document", "version"}};
    declarations_input out;
    if (auto document = reader.text("document")) out.document = std::move(*document);
    out.version = reader.integer("version");
    if (out.document.empty())
        reader.fail(base::invalid("missing_field",
                                  "document is required: the text of a declarations file (DELETE "
                                  "removes the declarations)",
                                  "document"));
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::stated_outcome> decode_stated_outcome(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"state", "reason", "object_id"}};
    tenancy::stated_outcome out;
    const auto state = reader.text("state").value_or("");
    out.succeeded = state == "succeeded";
    if (auto reason = reader.text("reason")) out.reason = std::move(*reason);
    if (auto object_id = reader.text("object_id")) out.object_id = std::move(*object_id);
    if (!out.succeeded && state != "failed")
        reader.fail(base::invalid("invalid_state", "state must be succeeded or failed", "state"));
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::team_patch> decode_team_patch(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{
        object->value,
        "",
        {"receipt_retention_days", "audit_retention_days", "audit_legal_hold", "audit_arguments",
         "receipt_metadata", "allow_live_writes", "policy_changes"}};
    tenancy::team_patch out;
    out.receipt_retention_days = reader.integer("receipt_retention_days");
    out.audit_retention_days = reader.nullable_integer("audit_retention_days");
    out.audit_legal_hold = reader.truth("audit_legal_hold");
    out.audit_arguments = reader.text("audit_arguments");
    out.receipt_metadata = reader.truth("receipt_metadata");
    out.allow_live_writes = reader.truth("allow_live_writes");
    out.policy_changes = reader.text("policy_changes");
    refuse_empty_patch(reader);
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::api_key_input> decode_api_key(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"name", "role", "instance_owner"}};
    tenancy::api_key_input out;
    out.name = reader.required_text("name");
    out.role = reader.required_text("role");
    out.instance_owner = reader.truth("instance_owner").value_or(false);
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

std::optional<tenancy::service_input> decode_service(json_reader& reader) {
    const auto* const object = reader.object("service");
    if (object == nullptr) return {};
    json_reader nested{*object, "service.", {"base_url", "auth", "header"}};
    tenancy::service_input out;
    out.base_url = nested.required_text("base_url");
    out.auth = nested.required_text("auth");
    out.header = nested.text("header").value_or("");
    reader.take(nested);
    return out;
}

result<tenancy::account_input> decode_account(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value,
                       "",
                       {"name", "credential", "mode", "stripe_account", "stripe_version", "tags",
                        "connected_accounts", "orders", "verify", "service"}};
    tenancy::account_input out;
    out.name = reader.required_text("name");
    out.credential = base::secret{reader.required_text("credential")};
    out.mode = reader.text("mode").value_or("");
    out.stripe_account = cleared_by_null(reader.nullable_text("stripe_account")).value_or("");
    out.stripe_version = cleared_by_null(reader.nullable_text("stripe_version")).value_or("");
    out.tags = reader.list("tags").value_or(tenancy::words{});
    out.connected_accounts = reader.list("connected_accounts").value_or(tenancy::words{});
    out.orders = reader.text("orders").value_or("");
    out.verify = reader.truth("verify").value_or(false);
    out.service = decode_service(reader);
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::account_patch> decode_account_patch(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value,
                       "",
                       {"name", "credential", "stripe_account", "stripe_version", "tags",
                        "connected_accounts", "orders", "verify"}};
    tenancy::account_patch out;
    out.name = reader.text("name");
    if (auto credential = reader.text("credential"))
        out.credential = base::secret{std::move(*credential)};
    out.stripe_account = cleared_by_null(reader.nullable_text("stripe_account"));
    out.stripe_version = cleared_by_null(reader.nullable_text("stripe_version"));
    out.tags = reader.list("tags");
    out.connected_accounts = reader.list("connected_accounts");
    out.orders = reader.text("orders");
    out.verify = reader.truth("verify").value_or(false);
    refuse_empty_patch(reader);
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::server_input> decode_server(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"name", "holder", "config", "expires_at"}};
    tenancy::server_input out;
    out.name = reader.required_text("name");
    out.holder = cleared_by_null(reader.nullable_text("holder")).value_or("");
    out.config = read_config(reader).value_or(server_config{});
    out.expires_at = reader.nullable_text("expires_at");
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<config_question> decode_config_question(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"config", "expires_at"}};
    auto config = read_config(reader);
    const auto expires_at = reader.nullable_text("expires_at");
    const auto good = reader.ok();
    if (!good) return good.error();
    config_question out{std::move(config).value_or(server_config{})};
    if (expires_at) out.never_expires = !expires_at->has_value();
    return out;
}

result<tenancy::server_patch> decode_server_patch(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{
        object->value, "", {"name", "holder", "config", "expires_at", "expected_updated_at"}};
    tenancy::server_patch out;
    out.name = reader.text("name");
    out.holder = cleared_by_null(reader.nullable_text("holder"));
    out.config = read_config(reader);
    out.expires_at = reader.nullable_text("expires_at");
    out.expected_updated_at = reader.text("expected_updated_at");
    refuse_empty_patch(reader);
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<> check_json_object(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    return {};
}

result<std::int64_t> decode_rotation(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"overlap_seconds"}};
    const std::int64_t seconds = reader.integer("overlap_seconds").value_or(0);
    const auto good = reader.ok();
    if (!good) return good.error();
    return seconds;
}

result<find_input> decode_find(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{
        object->value,
        "",
        {"token", "prefix", "name", "created_by", "holder", "expires_before", "exception"}};
    find_input out;
    out.token = reader.text("token").value_or(std::string{});
    out.prefix = reader.text("prefix").value_or(std::string{});
    out.name = reader.text("name").value_or(std::string{});
    out.created_by = reader.text("created_by").value_or(std::string{});
    out.holder = reader.text("holder").value_or(std::string{});
    out.expires_before = reader.text("expires_before").value_or(std::string{});
    out.exception = reader.text("exception").value_or(std::string{});
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<replay_input> decode_replay(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"team_id", "position"}};
    replay_input out;
    out.team_id = reader.required_text("team_id");
    const auto position = reader.integer("position");
    if (!position || *position < 0)
        reader.fail(base::invalid("invalid_position",
                                  "position must be the position of the first record to be sent "
                                  "again, from 0 on",
                                  "position"));
    out.position = position.value_or(0);
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::webhook_input> decode_webhook(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"name", "address", "format", "events"}};
    tenancy::webhook_input out;
    out.name = reader.required_text("name");
    out.address = base::secret{reader.required_text("address")};
    if (auto format = reader.text("format")) out.format = std::move(*format);
    out.events = reader.list("events");
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<base::secret> decode_token(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"token"}};
    base::secret out{reader.required_text("token")};
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<mass_input> decode_mass(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"reason", "expect"}};
    mass_input out{reader.required_text("reason"), required_count(reader)};
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<person_input> decode_person_action(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"holder", "created_by", "reason", "expect"}};
    person_input out{reader.text("holder").value_or(""), reader.text("created_by").value_or(""),
                     reader.required_text("reason"), required_count(reader)};
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::payment_page_request> decode_order_sync(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"after", "since", "id_key"}};
    tenancy::payment_page_request out;
    out.after = reader.text("after").value_or("");
    out.id_key = reader.text("id_key").value_or("");
    const auto since = reader.text("since");
    if (since) out.since = base::parse_timestamp(*since);
    if (since && !out.since)
        reader.fail(
            base::invalid("invalid_value", "since is a time: 2026-11-30T00:00:00Z", "since"));
    if (out.id_key.size() > metadata_key_max)
        reader.fail(base::invalid(
            "invalid_value", "Stripe's keys of metadata have at most 40 characters", "id_key"));
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<tenancy::exception_input> decode_exception(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"layer", "rule", "reason", "seconds"}};
    tenancy::exception_input out;
    out.layer = reader.required_text("layer");
    out.rule = reader.required_text("rule");
    out.reason = reader.required_text("reason");
    out.seconds = reader.integer("seconds").value_or(0);
    const auto good = reader.ok();
    if (!good) return good.error();
    return out;
}

result<std::string> decode_reason(std::string_view body) {
    const auto object = parse_object(body);
    if (!object) return object.error();
    json_reader reader{object->value, "", {"reason"}};
    auto reason = reader.text("reason");
    const auto good = reader.ok();
    if (!good) return good.error();
    return std::move(reason).value_or(std::string{});
}

}  // namespace tollgate::admin
