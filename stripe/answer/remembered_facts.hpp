// The facts of a member, remembered from answer to answer: working them out compares its name with
// every list of names.
#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "stripe/catalog/members.hpp"

namespace tollgate::stripe {

// The facts of a fixed number of members, of which a later one may replace an earlier one. Used by
// one thread.
class remembered_facts {
public:
    // What facts_of_member() returns for the same arguments.
    member_facts find(std::string_view object, std::string_view parent,
                      std::string_view name) noexcept {
        constexpr std::size_t lengths = 3;
        if (object.size() + parent.size() + name.size() + lengths > key_max)
            return facts_of_member(object, parent, name);
        member_key key;
        key.put(object);
        key.put(parent);
        key.put(name);
        remembered& at = members_[position_of(key.view())];
        if (at.key.view() == key.view()) return at.facts;
        at.facts = facts_of_member(object, parent, name);
        at.key = key;
        return at.facts;
    }

private:
    static constexpr std::size_t key_max = 80;  // few members have longer names
    static constexpr std::size_t members_max = 512;

    // The arguments as one text, each after its length.
    struct member_key {
        std::array<char, key_max> text{};
        std::size_t size = 0;  // 0: nothing is remembered

        void put(std::string_view part) noexcept {
            text[size++] = static_cast<char>(part.size());
            if (part.empty()) return;  // of no text there may be no address to copy from
            std::memcpy(text.data() + size, part.data(), part.size());
            size += part.size();
        }
        std::string_view view() const noexcept { return {text.data(), size}; }
    };

    struct remembered {
        member_key key;
        member_facts facts;
    };

    // Takes eight bytes at a time: only the position in the table depends on it.
    static std::size_t position_of(std::string_view key) noexcept {
        constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
        std::uint64_t hash = key.size();
        for (; key.size() >= sizeof hash; key.remove_prefix(sizeof hash)) {
            std::uint64_t eight = 0;
            std::memcpy(&eight, key.data(), sizeof eight);
            hash = (hash ^ eight) * factor;
            hash ^= hash >> 29U;
        }
        for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * factor;
        return static_cast<std::size_t>(hash >> 40U) % members_max;
    }

    std::array<remembered, members_max> members_{};
};

}  // namespace tollgate::stripe
