// Idempotency keys: an answer is kept for 24 hours and returned again for the same request.
#pragma once
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/http_message.hpp"
#include "stripe/sandbox/kernel/errors.hpp"

namespace tollgate::sandbox {

class idempotency_keys {
public:
    struct kept_answer {
        base::http_response response;
        std::string request_id;
    };

    // The kept answer of `key`; nothing if the key is new; or idempotency_error if it was used for
    // another path or other parameters. Keys older than 24 hours count as new.
    outcome<std::optional<kept_answer>> look_up(const std::string& key, const std::string& path,
                                                const std::string& params, std::int64_t now);

    // Keeps an answer. Beyond 10,000 keys the oldest are removed.
    void keep(const std::string& key, std::string path, std::string params, kept_answer answer,
              std::int64_t now);

private:
    struct entry {
        std::string path;
        std::string params;
        kept_answer answer;
        std::int64_t at = 0;
    };
    std::unordered_map<std::string, entry> entries_;
    std::deque<std::pair<std::string, std::int64_t>> order_;
};

}  // namespace tollgate::sandbox
