#include "tenancy/grants/packed_grant.hpp"

#include <cstdint>

#include "tenancy/rules/account_mode.hpp"

namespace tollgate::tenancy {

namespace {

constexpr std::int64_t version = 9;

// Fields in order: a number as eight bytes, least significant first; a text after its length.
class packer {
public:
    void operator()(std::int64_t& number) {
        auto bits = static_cast<std::uint64_t>(number);
        for (int i = 0; i < 8; ++i, bits >>= 8U) out_.push_back(static_cast<char>(bits & 0xFFU));
    }
    void operator()(bool& truth) {
        std::int64_t number = truth ? 1 : 0;
        (*this)(number);
    }
    void operator()(account_mode& mode) {
        bool live = mode == account_mode::live;
        (*this)(live);
    }
    void operator()(std::string& text) {
        auto size = static_cast<std::int64_t>(text.size());
        (*this)(size);
        out_ += text;
    }
    void operator()(std::optional<base::timestamp>& at) {
        std::int64_t there = at ? 1 : 0;
        std::int64_t ms = at ? base::to_unix_ms(*at) : 0;
        (*this)(there);
        (*this)(ms);
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

// Reads the same order; if the bytes run out, whole() is false.
class unpacker {
public:
    explicit unpacker(std::string_view bytes) : left_(bytes) {}

    void operator()(std::int64_t& number) {
        std::uint64_t bits = 0;
        if (left_.size() < 8) return fail();
        for (std::size_t i = 8; i-- > 0;)
            bits = (bits << 8U) | static_cast<unsigned char>(left_[i]);
        left_.remove_prefix(8);
        number = static_cast<std::int64_t>(bits);
    }
    void operator()(bool& truth) {
        std::int64_t number = 0;
        (*this)(number);
        truth = number != 0;
    }
    void operator()(account_mode& mode) {
        std::int64_t number = 0;
        (*this)(number);
        if (number != 0 && number != 1) return fail();
        mode = number == 1 ? account_mode::live : account_mode::test;
    }
    void operator()(std::string& text) {
        std::int64_t size = 0;
        (*this)(size);
        if (size < 0 || static_cast<std::uint64_t>(size) > left_.size()) return fail();
        text = left_.substr(0, static_cast<std::size_t>(size));
        left_.remove_prefix(static_cast<std::size_t>(size));
    }
    void operator()(std::optional<base::timestamp>& at) {
        std::int64_t there = 0;
        std::int64_t ms = 0;
        (*this)(there);
        (*this)(ms);
        if (there != 0) at = base::from_unix_ms(ms);
    }
    bool whole() const { return !failed_ && left_.empty(); }

private:
    void fail() {
        failed_ = true;
        left_ = {};
    }
    std::string_view left_;
    bool failed_ = false;
};

// The only list of fields, used in both directions.
template <typename Visit>
void each_field(Visit& visit, storage::grant_row& row) {
    visit(row.token_digest);
    visit(row.token_expires_at);
    visit(row.token_scope);
    visit(row.team_frozen_at);
    visit(row.team_suspended_at);
    visit(row.team_audit_arguments);
    visit(row.team_receipt_metadata);
    visit(row.team_allow_live_writes);
    visit(row.server.id);
    visit(row.server.team_id);
    visit(row.server.account_id);
    visit(row.server.name);
    visit(row.server.config);
    visit(row.server.expires_at);
    visit(row.server.suspended_at);
    visit(row.server.version);
    visit(row.account.id);
    visit(row.account.team_id);
    visit(row.account.mode);
    visit(row.account.credential.key_id);
    visit(row.account.credential.wrapped_key);
    visit(row.account.credential.ciphertext);
    visit(row.account.stripe_account);
    visit(row.account.stripe_version);
    visit(row.account.connected_accounts);
    visit(row.account.needs_reauth_at);
    visit(row.account.frozen_at);
    visit(row.account.suspended_at);
    visit(row.account.version);
    visit(row.account.orders);
    visit(row.account.service_url);
    visit(row.account.service_auth);
    visit(row.account.service_header);
    visit(row.team_policy_version);
    visit(row.team_rules);
    visit(row.account_policy_version);
    visit(row.account_rules);
    visit(row.declarations_version);
    visit(row.declarations);
}

}  // namespace

std::string pack_grant(const storage::grant_row& row) {
    packer out;
    std::int64_t head = version;
    out(head);
    storage::grant_row copy = row;
    each_field(out, copy);
    return out.take();
}

std::optional<storage::grant_row> unpack_grant(std::string_view bytes) {
    unpacker in{bytes};
    std::int64_t head = 0;
    in(head);
    if (head != version) return {};
    storage::grant_row row;
    each_field(in, row);
    if (!in.whole()) return {};
    return row;
}

}  // namespace tollgate::tenancy
