#include "tenancy/audit_log/merkle.hpp"

#include <bit>
#include <stdexcept>
#include <string>

#include "tenancy/audit_log/fields.hpp"

namespace tollgate::tenancy::audit_log {

namespace {

constexpr char leaf_prefix = '\x00';
constexpr char node_prefix = '\x01';

}  // namespace

digest leaf_hash(std::string_view entry) {
    std::string text(1, leaf_prefix);
    text += entry;
    return base::sha256(text);
}

digest node_hash(const digest& left, const digest& right) {
    std::string text(1, node_prefix);
    text += base::as_view(left);
    text += base::as_view(right);
    return base::sha256(text);
}

digest empty_root() {
    return base::sha256("");
}

std::optional<frontier> frontier::load(std::uint64_t size, const hash_source& hash_at) {
    if (size > size_max) return {};
    frontier loaded;
    loaded.size_ = size;
    std::uint64_t before = 0;  // entries in the subtrees taken so far
    while (before < size) {
        const auto level = static_cast<unsigned>(std::bit_width(size - before)) - 1;
        const auto hash = hash_at(level, before >> level);
        if (!hash) return {};
        loaded.hashes_.push_back(*hash);
        before += std::uint64_t{1} << level;
    }
    return loaded;
}

std::vector<subtree> frontier::append(const digest& leaf) {
    if (size_ == size_max) throw std::length_error("the log has its largest size");
    std::vector<subtree> completed{{0, size_, leaf}};
    // Each 1 bit at the end of the size is a subtree that becomes the left half of a larger one.
    for (std::uint64_t bits = size_; (bits & 1U) != 0; bits >>= 1U) {
        const subtree& right = completed.back();
        completed.push_back(
            {right.level + 1, right.index / 2, node_hash(hashes_.back(), right.hash)});
        hashes_.pop_back();
    }
    hashes_.push_back(completed.back().hash);
    ++size_;
    return completed;
}

digest frontier::root() const {
    if (hashes_.empty()) return empty_root();
    digest root = hashes_.back();
    for (auto left = hashes_.rbegin() + 1; left != hashes_.rend(); ++left)
        root = node_hash(*left, root);
    return root;
}

}  // namespace tollgate::tenancy::audit_log
