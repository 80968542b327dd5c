#include "storage/redis/links.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/query.hpp>

#include <algorithm>

namespace tollgate::storage {

namespace {

boost::asio::execution_context* loop_of(const base::executor& where) {
    return &boost::asio::query(where, boost::asio::execution::context);
}

}  // namespace

redis_links::redis_links(redis_options options, script_list scripts, base::logger& log)
    : options_(std::move(options)),
      scripts_(scripts),
      log_(log),
      tls_(options_.tls ? make_redis_tls(options_.ca_file) : nullptr) {}

redis_link& redis_links::add(const base::executor& where, base::deadline_set& deadlines) {
    auto& made =
        links_.emplace_back(loop_of(where), where, deadlines, log_, options_, scripts_, tls_);
    return made.link;
}

redis_link& redis_links::listen(const base::executor& where, base::deadline_set& deadlines,
                                std::string_view channel,
                                std::function<void(std::string_view)> message) {
    redis_subscription subscription{"{" + options_.prefix + "}:" + std::string{channel},
                                    std::move(message)};
    auto& made = listeners_.emplace_back(loop_of(where), where, deadlines, log_, options_,
                                         script_list{}, tls_, std::move(subscription));
    return made.link;
}

redis_link* redis_links::here(const base::executor& where) {
    const auto* const loop = loop_of(where);
    const auto found = std::ranges::find(links_, loop, &entry::loop);
    return found == links_.end() ? nullptr : &found->link;
}

bool redis_links::up() const {
    const auto is_up = [](const entry& one) { return one.link.up(); };
    return std::ranges::all_of(links_, is_up) && std::ranges::all_of(listeners_, is_up);
}

}  // namespace tollgate::storage
