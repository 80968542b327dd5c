#include "mcp/streams/listener.hpp"

#include <algorithm>

#include "base/json_text.hpp"
#include "mcp/streams/event_text.hpp"

namespace tollgate::mcp {

namespace {

constexpr std::array<std::pair<list_set, std::string_view>, 3> list_methods{{
    {tools_list, "notifications/tools/list_changed"},
    {prompts_list, "notifications/prompts/list_changed"},
    {resources_list, "notifications/resources/list_changed"},
}};

}  // namespace

listener::listener(stream_hub::place place, const tenancy::grant& grant, stream_terms terms,
                   listener_index& index, keep_alive& beats)
    : place_(std::move(place)),
      token_digest_(grant.token_digest),
      team_id_(grant.team_id),
      account_id_(grant.account ? grant.account->id : std::string{}),
      expires_at_(grant.expires_at),
      opened_at_(place_.hub().clock().now()),
      terms_(std::move(terms)),
      index_(index),
      here_(index.emplace(place_.server_id(), this)),
      beats_(beats) {}

listener::~listener() {
    index_.erase(here_);
    if (terms_.ended) terms_.ended(*terms_.session);
}

// Only subscriptions/listen has a tag.
std::string_view listener::kind() const {
    if (terms_.session) return "sse";
    return terms_.tag.empty() ? "get" : "listen";
}

void listener::take(base::response_stream& stream) {
    stream_ = &stream;
    stream_->send(terms_.first);
    terms_.first = {};
    beats_.sent(*this);
}

bool listener::note(const stream_news& news) {
    if (news.type == stream_news::kind::changed) {
        changed_ |= news.lists & terms_.lists;
        return changed_ != 0;
    }
    const auto in = [&news](const std::vector<std::string>& uris) {
        return std::find(uris.begin(), uris.end(), news.text) != uris.end();
    };
    const bool followed = terms_.follows && place_.hub().followed(place_.server_id(), news.text);
    if (!followed && !in(terms_.resources)) return false;
    if (!in(updated_)) updated_.push_back(news.text);
    return true;
}

void listener::beat() {
    if (!expires_at_ || place_.hub().clock().now() < *expires_at_)
        return stream_->send(keep_alive_comment);
    note_end(because_gone);
    act();
}

void listener::send(std::string_view event) {
    if (event.empty()) return;
    stream_->send(event);
    beats_.sent(*this);
}

void listener::act() {
    if (!end_because_.empty()) {
        if (terms_.last.empty()) terms_.last.append(": ").append(end_because_).append("\n\n");
        return stream_->end(terms_.last);
    }
    for (const auto& [list, method] : list_methods)
        if ((changed_ & list) != 0) notify(method);
    for (const auto& uri : updated_) notify("notifications/resources/updated", uri);
    changed_ = 0;
    updated_ = {};
    beats_.sent(*this);
}

void listener::notify(std::string_view method, std::string_view uri) {
    std::string params;
    base::json_members members{params};
    if (!uri.empty()) members.text("uri", uri);
    if (!terms_.tag.empty()) members.raw("_meta", terms_.tag);
    std::string json = R"({"jsonrpc":"2.0","method":")";
    json.append(method).append("\"");
    if (!params.empty()) json.append(R"(,"params":{)").append(params).append("}");
    json += '}';
    stream_->send(event_text(json));
}

}  // namespace tollgate::mcp
