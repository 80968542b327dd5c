// Port: what Redis needs from a loop of this process.
#pragma once

namespace tollgate::storage {
class redis_link;
class redis_links;
}  // namespace tollgate::storage

namespace tollgate::server {

struct loop;

class redis_loop {
public:
    virtual ~redis_loop() = default;
    // The loop itself; valid as long as this object.
    virtual loop& own() = 0;
    // Gives the loop its own connection to Redis and keeps it up. Call before the loop runs.
    virtual void use_redis(storage::redis_links& redis) = 0;
    // Keeps another link of this loop connected, as long as the first one.
    virtual void keep_up(storage::redis_link& link) = 0;
};

}  // namespace tollgate::server
