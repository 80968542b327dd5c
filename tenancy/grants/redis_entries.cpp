#include "tenancy/grants/redis_entries.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/crypto.hpp"
#include "tenancy/grants/packed_grant.hpp"

namespace tollgate::tenancy {

namespace {

using base::awaitable;

constexpr std::size_t seal_bytes = 32;
// Shorter than the retention of the change log; an older entry would be refused anyway.
constexpr std::chrono::minutes entry_ttl{10};

// "log_… 17\n" and the packed record, after a seal over both.
struct opened_entry {
    log_place place;
    std::string_view record;
};

std::optional<opened_entry> open_entry(std::string_view text) {
    const auto space = text.find(' ');
    const auto end = text.find('\n');
    if (space == std::string_view::npos || end == std::string_view::npos || space > end) return {};
    opened_entry out;
    out.place.epoch = text.substr(0, space);
    const char* const last = text.data() + end;
    const auto read = std::from_chars(text.data() + space + 1, last, out.place.seq);
    if (read.ec != std::errc{} || read.ptr != last) return {};
    out.record = text.substr(end + 1);
    return out;
}

}  // namespace

std::string_view to_string(entry_lookup outcome) {
    constexpr std::array<std::string_view, entry_lookups> words{"found", "absent", "outdated",
                                                                "away"};
    return words.at(static_cast<std::size_t>(outcome));
}

// Does not overwrite an entry of a later place. KEYS: the entry, its server's list. ARGV: the
// entry, its expiry (Unix ms), the list's lifetime (ms).
const storage::redis_script keep_entry_script{"keep_entry", R"lua(
local function place(entry)
  return string.match(entry, '^(%S+) (%d+)\n', 33)
end
local old = redis.call('GET', KEYS[1])
if old then
  local epoch, seq = place(old)
  local new_epoch, new_seq = place(ARGV[1])
  if epoch == new_epoch and tonumber(seq) > tonumber(new_seq) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PXAT', ARGV[2])
redis.call('SADD', KEYS[2], KEYS[1])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
return 1
)lua"};

// KEYS: the servers' lists. All keys are in one hash slot.
const storage::redis_script drop_entries_script{"drop_entries", R"lua(
local gone = 0
for _, list in ipairs(KEYS) do
  for _, entry in ipairs(redis.call('SMEMBERS', list)) do
    gone = gone + redis.call('DEL', entry)
  end
  redis.call('DEL', list)
end
return gone
)lua"};

awaitable<std::optional<storage::grant_row>> redis_entries::find(
    std::vector<storage::token_hash> candidates) {
    const auto where = co_await boost::asio::this_coro::executor;
    auto* const link = redis_.here(where);
    std::optional<storage::grant_row> none;
    if (link == nullptr || !link->up()) {
        count(entry_lookup::away);
        co_return none;
    }
    std::vector<std::string> keys;
    for (const auto& one : candidates) keys.push_back(link->key("tok:" + base::hex(one.digest)));
    std::vector<std::string_view> words{"MGET"};
    words.insert(words.end(), keys.begin(), keys.end());
    std::string command;
    storage::append_command(command, words);
    const auto reply = co_await link->ask(std::move(command));
    if (!reply || reply->members.size() != candidates.size()) {
        count(entry_lookup::away);
        co_return none;
    }
    bool outdated = false;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const std::string& entry = reply->members[i].text;
        if (entry.empty()) continue;
        auto row = read(candidates[i].digest, entry);
        if (row) {
            count(entry_lookup::found);
            co_return row;
        }
        outdated = true;
    }
    count(outdated ? entry_lookup::outdated : entry_lookup::absent);
    co_return none;
}

// The record, if the entry is authentic, belongs to that token, and nothing in it has changed
// since.
std::optional<storage::grant_row> redis_entries::read(std::string_view digest,
                                                      std::string_view entry) const {
    if (entry.size() < seal_bytes) return {};
    const auto text = entry.substr(seal_bytes);
    if (!base::equal_constant_time(entry.substr(0, seal_bytes), seal(digest, text))) return {};
    const auto opened = open_entry(text);
    if (!opened) return {};
    auto row = unpack_grant(opened->record);
    if (!row || row->token_digest != digest) return {};
    if (!changes_.current(opened->place, {row->server.id, row->account.id, row->server.team_id}))
        return {};
    return row;
}

std::string redis_entries::seal(std::string_view digest, std::string_view text) const {
    std::string sealed{digest};
    sealed += text;
    return std::string{base::as_view(base::hmac_sha256(key_.reveal(), sealed))};
}

awaitable<> redis_entries::keep(storage::grant_row row, log_place place) {
    const auto where = co_await boost::asio::this_coro::executor;
    auto* const link = redis_.here(where);
    if (link == nullptr || !link->up()) co_return;
    auto until = clock_.now() + entry_ttl;
    if (row.server.expires_at) until = std::min(until, *row.server.expires_at);
    if (row.token_expires_at) until = std::min(until, *row.token_expires_at);
    const std::string text = place.epoch + " " + std::to_string(place.seq) + "\n" + pack_grant(row);
    std::vector<std::string> keys{link->key("tok:" + base::hex(row.token_digest)),
                                  link->key("srv:" + row.server.id)};
    std::vector<std::string> arguments{
        seal(row.token_digest, text) + text, std::to_string(base::to_unix_ms(until)),
        std::to_string(std::chrono::milliseconds{entry_ttl}.count())};
    // If the entry is not stored, the next look-up asks the record store.
    co_await link->run_script(keep_entry_script, std::move(keys), std::move(arguments));
}

awaitable<> redis_entries::drop(std::vector<std::string> servers) {
    const auto where = co_await boost::asio::this_coro::executor;
    auto* const link = redis_.here(where);
    std::vector<std::string> lists;
    for (const std::string& id : servers)
        if (link != nullptr && id.starts_with("mcp_"))
            lists.push_back(link->key("srv:" + id.substr(0, id.find(':'))));
    if (lists.empty() || !link->up()) co_return;
    std::vector<std::string> no_arguments;
    // An entry that is not removed is outdated by the change log and expires.
    co_await link->run_script(drop_entries_script, std::move(lists), std::move(no_arguments));
}

}  // namespace tollgate::tenancy
