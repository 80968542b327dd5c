#include "tenancy/key_rotation.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "tenancy/audit/log_key.hpp"
#include "tenancy/registry.hpp"
#include "tenancy/secrets/places.hpp"
#include "tenancy/secrets/sealed_codec.hpp"
#include "tenancy/secrets/vault.hpp"

namespace tollgate::tenancy {

namespace {

using base::errc;
using base::fail;
using base::result;
using storage::key_use;
using storage::sealed_kind;
using storage::sealed_value;
using storage::sealed_values;

constexpr std::int64_t batch_values = 100;
constexpr std::int64_t unopened_max = 100;
constexpr int passes_max = 20;
constexpr std::chrono::milliseconds batch_pause{2};  // lets gateways write between batches

std::string place_of_value(const sealed_value& one) {
    switch (one.kind) {
        case sealed_kind::account:
            return account_place(one.team_id, one.id);
        case sealed_kind::receipt:
            return receipt_place(one.team_id, one.id);
        case sealed_kind::approval:
            return approval_place(one.team_id, one.id);
        case sealed_kind::person:
            return totp_place(one.team_id, one.id);
        case sealed_kind::webhook:
            return webhook_place(one.team_id, one.id);
        case sealed_kind::replay:
            break;
    }
    return one.team_id + '|' + one.route + '|' + one.id;
}

void add_use(std::vector<key_use>& to, const std::string& key_id, std::int64_t count) {
    const auto found = std::ranges::find(to, key_id, &key_use::key_id);
    if (found == to.end())
        to.push_back({key_id, count});
    else
        found->count += count;
}

// The keys of the ring, with no values counted yet.
std::vector<key_use> uses_of(const key_ring& ring) {
    std::vector<key_use> out;
    for (const auto& one : ring.all()) out.push_back({one.id, 0});
    return out;
}

std::vector<std::string> unused_of(const key_ring& ring, const std::vector<key_use>& uses) {
    std::vector<std::string> out;
    for (const auto& one : ring.all()) {
        const auto use = std::ranges::find(uses, one.id, &key_use::key_id);
        if (one.id != ring.newest().id && use != uses.end() && use->count == 0)
            out.push_back(one.id);
    }
    return out;
}

result<key_ring> existing_ring(const key_source& source, std::string_view what) {
    key_source existing = source;
    existing.create_missing = false;
    auto loaded = load_key_ring(existing, what);
    if (!loaded) return loaded.error();
    return std::move(loaded->ring);
}

class rotation {
public:
    rotation(sealed_values& values, key_ring master, const rotation_options& options)
        : values_(values), ring_(master), vault_(std::move(master)), options_(options) {}

    result<key_report> run(const key_ring& peppers) {
        out_.newest_master = ring_.newest().id;
        // Checked first, so that the key file of another database changes nothing.
        if (auto checked = check_settings(); !checked) return checked.error();
        if (!options_.dry_run) {
            if (auto checked = check_instances(); !checked) return checked.error();
            if (auto sealed = seal_all(); !sealed) return sealed.error();
        }
        if (auto counted = count(peppers); !counted) return counted.error();
        return std::move(out_);
    }

private:
    // The settings that the vault has sealed, each with its place.
    result<std::vector<std::pair<std::string, std::string>>> settings() {
        std::vector<std::pair<std::string, std::string>> out{
            {std::string{master_check_name}, std::string{master_check_name}}};
        const auto installation = values_.setting(std::string{audit_name_setting});
        if (!installation) return installation.error();
        if (*installation)
            out.emplace_back(std::string{audit_key_setting}, audit_key_place(**installation));
        return out;
    }

    result<> check_settings() {
        const auto all = settings();
        if (!all) return all.error();
        for (const auto& [name, place] : *all) {
            const auto stored = values_.setting(name);
            if (!stored) return stored.error();
            if (!*stored) continue;
            const auto sealed = decode_sealed(**stored);
            if (!sealed) return sealed.error();
            if (!vault_.open(*sealed, place))
                return fail(errc::corrupt, "wrong_master_key",
                            "the master key is not that of this database: run this with the "
                            "settings of the gateway (vault.master_key_file, data.directory), and "
                            "keep the key with id " +
                                sealed->key_id + " in the file");
        }
        return {};
    }

    // Sentences about running instances that seal new values under another key.
    result<std::vector<std::string>> instances_behind() {
        const auto all = values_.running();
        if (!all) return all.error();
        std::vector<std::string> out;
        for (const auto& one : *all) {
            if (one.key_id == ring_.newest().id) continue;
            out.push_back(
                (one.instance.empty() ? "the gateway" : "the instance " + one.instance) +
                (one.key_id.empty() ? " has not said under which master key it seals new values"
                                    : " seals new values under the master key " + one.key_id) +
                ", and the last one of this file is " + ring_.newest().id +
                ": give it the same file and restart it; if it no longer runs, wait ten seconds");
        }
        return out;
    }

    result<> check_instances() {
        const auto behind = instances_behind();
        if (!behind) return behind.error();
        std::string all;
        for (const auto& one : *behind) all += (all.empty() ? "" : "\n") + one;
        if (all.empty()) return {};
        return fail(errc::conflict, "instances_behind",
                    all + "\nThen run this again; nothing was changed");
    }

    result<> seal_setting(const std::string& name, const std::string& place) {
        const auto stored = values_.setting(name);
        if (!stored) return stored.error();
        if (!*stored) return {};
        const auto sealed = decode_sealed(**stored);
        if (!sealed) return sealed.error();
        if (sealed->key_id == ring_.newest().id) return {};
        const auto plain = vault_.open(*sealed, place);
        if (!plain) return plain.error();
        ++out_.sealed_again;
        return values_.replace_setting(name, **stored,
                                       encode_sealed(vault_.seal(plain->reveal(), place)));
    }

    result<> seal_all() {
        std::uint64_t all = 0;
        for (const auto kind : storage::sealed_kinds) {
            const auto uses = values_.count(kind);
            if (!uses) return uses.error();
            for (const auto& one : *uses)
                if (one.key_id != ring_.newest().id) all += static_cast<std::uint64_t>(one.count);
        }
        // An instance opens both settings when it starts. One is sealed again before the values and
        // the other after them, so that an instance without both keys cannot start during the
        // rotation.
        const auto own = settings();
        if (!own) return own.error();
        if (auto sealed = seal_setting(own->front().first, own->front().second); !sealed)
            return sealed;
        // A gateway may have written a value back with the seal that it read before the pass.
        for (int pass = 0;; ++pass) {
            if (pass == passes_max)
                return fail(errc::conflict, "values_written_back",
                            "gateways write values back under other keys: run this again");
            opened_ = 0;
            out_.unopened.clear();
            out_.unopened_count = 0;
            for (const auto kind : storage::sealed_kinds)
                if (auto sealed = seal_kind(kind, all); !sealed) return sealed;
            if (opened_ == 0) break;
        }
        if (out_.unopened_count > 0) return {};
        return seal_setting(own->back().first, own->back().second);
    }

    result<> seal_kind(sealed_kind kind, std::uint64_t all) {
        sealed_value after;
        for (;;) {
            const auto batch = values_.list(kind, ring_.newest().id, after, batch_values);
            if (!batch) return batch.error();
            if (batch->empty()) return {};
            after = batch->back();
            std::vector<storage::sealed_again> again;
            for (const auto& one : *batch) {
                const auto place = place_of_value(one);
                const auto plain = vault_.open(one.sealed, place);
                if (plain)
                    again.push_back({one, vault_.seal(plain->reveal(), place)});
                else if (out_.unopened_count++ < unopened_max)
                    out_.unopened.push_back(std::string{to_string(kind)} + ' ' + one.id + ": " +
                                            plain.error().message);
            }
            opened_ += again.size();
            const auto replaced = values_.replace(again);
            if (!replaced) return replaced.error();
            out_.sealed_again += static_cast<std::int64_t>(*replaced);
            done_ += batch->size();
            if (options_.watch) options_.watch(std::min(done_, all), all);
            std::this_thread::sleep_for(batch_pause);
        }
    }

    result<> count(const key_ring& peppers) {
        out_.master = uses_of(ring_);
        for (const auto kind : storage::sealed_kinds) {
            const auto uses = values_.count(kind);
            if (!uses) return uses.error();
            for (const auto& one : *uses) add_use(out_.master, one.key_id, one.count);
        }
        const auto own = settings();
        if (!own) return own.error();
        for (const auto& [name, place] : *own) {
            const auto stored = values_.setting(name);
            if (!stored) return stored.error();
            if (!*stored) continue;
            const auto sealed = decode_sealed(**stored);
            if (!sealed) return sealed.error();
            add_use(out_.master, sealed->key_id, 1);
        }
        out_.peppers = uses_of(peppers);
        auto tokens = values_.count_tokens();
        if (!tokens) return tokens.error();
        for (const auto& one : *tokens) add_use(out_.peppers, one.pepper_id, one.count);
        out_.tokens = std::move(*tokens);
        // The pepper that this setting names must be in the file of every instance that starts.
        const auto named = values_.setting(std::string{pepper_check_name});
        if (!named) return named.error();
        if (*named) add_use(out_.peppers, **named, 1);
        auto behind = instances_behind();
        if (!behind) return behind.error();
        out_.behind = std::move(*behind);
        if (out_.behind.empty()) out_.unused_master = unused_of(ring_, out_.master);
        out_.unused_peppers = unused_of(peppers, out_.peppers);
        return {};
    }

    sealed_values& values_;
    const key_ring ring_;
    const vault vault_;
    const rotation_options& options_;
    key_report out_;
    std::uint64_t done_ = 0;
    std::size_t opened_ = 0;  // in this pass
};

}  // namespace

result<key_report> rotate_keys(const storage::database_place& place,
                               const rotation_options& options) {
    auto master = existing_ring(options.master_key, "master key");
    if (!master) return master.error();
    auto peppers = existing_ring(options.peppers, "pepper");
    if (!peppers) return peppers.error();
    const auto values = sealed_values::open(place);
    if (!values) return values.error();
    return rotation{**values, std::move(*master), options}.run(*peppers);
}

result<std::vector<key_use>> missing_master_keys(const storage::database_place& place,
                                                 const key_source& master_key) {
    const auto ring = existing_ring(master_key, "master key");
    if (!ring) return ring.error();
    const auto values = sealed_values::open(place);
    if (!values) return values.error();
    std::vector<key_use> out;
    for (const auto kind : storage::sealed_kinds) {
        const auto uses = (*values)->count(kind);
        if (!uses) return uses.error();
        for (const auto& one : *uses)
            if (ring->find(one.key_id) == nullptr) add_use(out, one.key_id, one.count);
    }
    return out;
}

}  // namespace tollgate::tenancy
