#include "stripe/answer/answer.hpp"

#include <algorithm>
#include <array>

#include "base/json_text.hpp"
#include "stripe/answer/header.hpp"
#include "stripe/answer/page.hpp"
#include "stripe/answer/tokens.hpp"
#include "stripe/answer/writer.hpp"

namespace tollgate::stripe {

namespace {

namespace dom = simdjson::dom;

constexpr std::size_t first_room = 32 * 1024;

// The numbers of items of nested lists, tried in this order when an object is too large.
constexpr std::array<std::size_t, 6> nested_tries{50, 20, 10, 5, 2, 1};

// An object that exceeds its budget by this factor starts with the smaller numbers.
constexpr std::uint64_t far_over = 16;
constexpr std::size_t nested_when_far = 5;

writing_rules writing_of(const answer_rules& rules, const answer_place& place, bool secrets) {
    return {.plain = rules.raw || rules.verbatim,
            .typed = !rules.verbatim,
            .redact = rules.redact,
            .secrets = secrets,
            .may_read = rules.may_read,
            .replaced = place.next ? std::string_view("next_cursor") : std::string_view{}};
}

std::string closed(std::string_view header, std::string_view object) {
    std::string out;
    out.reserve(header.size() + object.size());
    out += '{';
    out += header;
    if (object == "{}" && !header.empty()) out.pop_back();
    out += object.substr(1);
    return out;
}

std::string dropped_note(const std::vector<std::string>& names, std::size_t count,
                         const answer_rules& rules) {
    std::string out =
        "Left out, over the answer's budget of " + with_commas(rules.tokens_max) + " tokens: ";
    for (std::size_t i = 0; i < names.size(); ++i) out += (i == 0 ? "" : ", ") + names[i];
    if (count > names.size()) out += " and " + std::to_string(count - names.size()) + " more";
    if (rules.verbatim) return out + '.';  // its tools have no such arguments
    return out + ". fields with names inside them gives parts; max_tokens raises the budget.";
}

// Turns one answer from Stripe's document into text.
class shaping {
public:
    shaping(const operation& called, const answer_rules& rules, const answer_place& place,
            answer_remarks remarks, bool secrets)
        : called_(called),
          rules_(rules),
          place_(place),
          remarks_(std::move(remarks)),
          wanted_(rules.raw ? std::span<const std::string>{} : rules.fields),
          paths_(wanted_, rules.raw || (rules.verbatim && rules.fields.empty())),
          body_(first_room),
          writer_(body_, paths_, writing_of(rules, place, secrets)) {}

    std::string single(dom::element answer) {
        fit_row(answer, rules_.tokens_max);
        note_hidden_kinds();
        auto parts = object_parts();
        if (was_cut_ && !parts.cursor.empty()) {
            parts.cursor.clear();
            remarks_.notes.emplace_back(
                "There are more pages, and next_cursor is not given: what was left out of this "
                "one would be skipped. Ask for fewer rows at once.");
        }
        const std::string header = write_header(parts, remarks_, wanted_, paths_);
        return closed(header, body_.view());
    }

    std::string page(dom::object answer, dom::array rows) {
        write_page_members(answer);
        const std::size_t members_end = body_.size();
        write_rows(rows);
        note_hidden_kinds();
        const bool more = has_more(answer);
        const std::uint64_t fixed = estimate_tokens(body_.view().substr(0, members_end));
        const std::size_t all = written_.size();
        std::size_t shown = all;
        header_parts parts = common_parts();
        parts.paged = place_.cursors != nullptr;
        parts.rows = shown;
        std::string header = page_header(parts, answer, shown, more);
        const std::uint64_t about = fixed + estimate_tokens(header) + page_slack;
        while (shown > 1 && about + tokens_to(shown) > rules_.tokens_max) --shown;
        const bool refitted = shown == 1 && about + tokens_to(1) > rules_.tokens_max;
        if (refitted) refit_first_row(rows, members_end, fixed);
        // Sealing has a cost, so the header is written again only if something has changed.
        if (shown != all || refitted) header = page_header(parts, answer, shown, more);
        const std::size_t end = shown == 0 ? members_end : written_[shown - 1].end;
        std::string tail = R"("has_more":)";
        tail += more || place_.current.skip + shown < total_ ? "true" : "false";
        tail += R"(,"data":[)";
        const std::size_t rows_begin = shown == 0 ? end : written_.front().begin;
        std::string out;
        out.reserve(header.size() + end + tail.size() + 8);
        out += '{';
        out += header;
        out += body_.view().substr(0, members_end);
        out += tail;
        out += body_.view().substr(rows_begin, end - rows_begin);
        out += "]}";
        return out;
    }

private:
    struct row_text {
        std::size_t begin = 0, end = 0;
        std::uint64_t tokens = 0;  // of this row and all rows before it
        std::string_view id;
    };

    static constexpr std::uint64_t page_slack = 24;
    // The tokens of the cursor and the note on the number of rows.
    static constexpr std::uint64_t page_remarks = 130;

    std::uint64_t tokens_to(std::size_t rows) const {
        return rows == 0 ? 0 : written_[rows - 1].tokens;
    }

    void note_hidden_kinds() {
        if (writer_.hidden_kinds().empty()) return;
        std::string kinds;
        for (const auto kind : writer_.hidden_kinds())
            kinds += (kinds.empty() ? "" : ", ") + std::string(base::clipped_text(kind, 64));
        remarks_.notes.push_back(
            "Only id and kind are shown of what these events tell about: no tool of this server "
            "reads " +
            kinds + ".");
    }

    static bool has_more(dom::object page) {
        bool more = false;
        if (page["has_more"].get(more) == simdjson::SUCCESS) return more;
        std::string_view next;
        return page["next_page_url"].get(next) == simdjson::SUCCESS && !next.empty();
    }

    // Writes the members of a page besides its rows; next_cursor replaces the page's own URLs.
    void write_page_members(dom::object answer) {
        for (const auto& each : answer) {
            const bool elsewhere = each.key == "data" || each.key == "has_more";
            const bool address = each.key == "url" || each.key == "next_page" ||
                                 each.key == "next_page_url" || each.key == "previous_page_url";
            if (elsewhere || (address && !rules_.raw)) continue;
            const std::size_t before = body_.size();
            writer_.page_member(each.key, each.value);
            if (body_.size() > before) body_.put(',');
        }
    }

    // Writes rows up to the budget, and one beyond it.
    void write_rows(dom::array rows) {
        std::uint64_t tokens = 0;
        for (const auto row : rows) {
            if (total_++ < place_.current.skip) continue;
            if (tokens > rules_.tokens_max) continue;
            if (!written_.empty()) body_.put(',');
            const std::size_t begin = body_.size();
            writer_.row(row);
            tokens += estimate_tokens(body_.from(begin)) + 1;
            std::string_view id;
            if (row["id"].get(id) != simdjson::SUCCESS) id = {};
            written_.push_back({begin, body_.size(), tokens, id});
        }
    }

    // If the first row alone exceeds the budget, it is shortened itself.
    void refit_first_row(dom::array rows, std::size_t members_end, std::uint64_t fixed) {
        std::size_t at = 0;
        for (const auto row : rows) {
            if (at++ < place_.current.skip) continue;
            body_.cut(members_end);
            // fit_row counts the header, except the parts that only pages have.
            const std::uint64_t beside = fixed + page_slack + page_remarks;
            const std::uint64_t left =
                rules_.tokens_max > beside + 100 ? rules_.tokens_max - beside : 100;
            fit_row(row, left);
            written_.resize(1);
            written_.front().begin = members_end;
            written_.front().end = body_.size();
            return;
        }
    }

    std::string page_header(header_parts parts, dom::object answer, std::size_t shown, bool more) {
        answer_remarks remarks = remarks_;
        if (parts.paged) parts.cursor = cursor_after(answer, shown, more);
        const std::size_t there = total_ - std::min<std::size_t>(total_, place_.current.skip);
        if (shown < there) {
            std::string note = "Showing " + std::to_string(shown) + " of " + std::to_string(there) +
                               " rows of this page: more would be over the answer's budget of " +
                               with_commas(rules_.tokens_max) + " tokens. ";
            // Without ids, no cursor can continue after a row.
            note += parts.cursor.empty() ? "Fewer fields or a larger max_tokens shows more."
                                         : "next_cursor goes on right after the last row shown.";
            remarks.notes.push_back(std::move(note));
        }
        return write_header(parts, remarks, wanted_, paths_);
    }

    std::string cursor_after(dom::object answer, std::size_t shown, bool more) const {
        const bool rest = place_.current.skip + shown < total_;
        if (!rest && !more) return {};
        page_cursor next;
        if (called_.cursor() == cursor_kind::starting_after) {
            const bool skips = !rest && !place_.after.empty();
            if (!skips && (shown == 0 || written_[shown - 1].id.empty())) return {};
            next.token = skips ? place_.after : written_[shown - 1].id;
        } else if (rest) {
            next.token = place_.current.token;
            next.skip = place_.current.skip + static_cast<std::uint32_t>(shown);
        } else {
            next.token = next_page(answer);
            if (next.token.empty()) return {};
        }
        return place_.cursors->seal(next);
    }

    // The token of the next page.
    static std::string next_page(dom::object answer) {
        std::string_view next;
        if (answer["next_page"].get(next) == simdjson::SUCCESS) return std::string(next);
        if (answer["next_page_url"].get(next) != simdjson::SUCCESS) return {};
        return page_of_url(next);
    }

    // Writes one row at the end of the body with at most `budget` tokens: first, nested lists lose
    // rows; then the largest members are removed. A note names each of them.
    void fit_row(dom::element row, std::uint64_t budget) {
        const std::size_t begin = body_.size();
        writer_.row(row);
        std::uint64_t tokens = estimate_tokens(body_.from(begin)) + header_tokens();
        // A row far over the budget is not written six times over.
        const bool far = tokens / far_over > budget;
        for (const std::size_t most : nested_tries) {
            if (tokens <= budget) break;
            if (far && most > nested_when_far) continue;
            body_.cut(begin);
            writer_.forget_cuts();
            writer_.limit_nested(most);
            writer_.row(row);
            tokens = estimate_tokens(body_.from(begin)) + header_tokens();
        }
        was_cut_ = tokens > budget || !writer_.cut_arrays().empty();
        for (const auto& cut : writer_.cut_arrays())
            remarks_.notes.push_back(paths_.text(cut.path) + ": showing " +
                                     std::to_string(cut.shown) + " of " +
                                     std::to_string(cut.total) + " items.");
        if (tokens > budget) drop_members(begin, tokens, budget);
    }

    std::uint64_t header_tokens() {
        return estimate_tokens(write_header(object_parts(), remarks_, wanted_, paths_)) + 4;
    }

    // Removes the largest members of the last row until the rest fits.
    void drop_members(std::size_t begin, std::uint64_t tokens, std::uint64_t budget) {
        struct sized {
            answer_writer::span where;
            std::uint64_t tokens;
        };
        std::vector<sized> members;
        for (const auto& span : writer_.last_row()) {
            const std::string_view name = paths_[span.path].name;
            const bool identity = name == "id" || name == "object";
            if (identity && span.end - span.begin < 300) continue;
            const auto text = body_.view().substr(span.begin, span.end - span.begin);
            members.push_back({span, estimate_tokens(text) + 1});
        }
        std::ranges::sort(members, [](const sized& a, const sized& b) {
            return a.tokens != b.tokens ? a.tokens > b.tokens : a.where.begin < b.where.begin;
        });
        std::vector<answer_writer::span> gone;
        std::vector<std::string> names;
        // The maximum cost of the note about them.
        constexpr std::uint64_t note_tokens = 60;
        constexpr std::uint64_t name_tokens = 14;
        const std::size_t names_max = std::clamp<std::size_t>(rules_.tokens_max / 200, 4, 20);
        std::uint64_t notes = note_tokens;  // grows with the names
        for (const auto& one : members) {
            if (tokens + notes <= budget) break;
            gone.push_back(one.where);
            if (names.size() < names_max) {
                names.push_back(paths_.text(one.where.path) + " (" + with_commas(one.tokens) + ")");
                notes += name_tokens;
            }
            tokens -= std::min(tokens, one.tokens);
        }
        remarks_.notes.push_back(dropped_note(names, gone.size(), rules_));
        erase(begin, std::move(gone));
    }

    // Removes the members from the row, with their commas.
    void erase(std::size_t begin, std::vector<answer_writer::span> gone) {
        std::string kept = "{";
        for (const auto& span : writer_.last_row()) {
            const bool out = std::ranges::any_of(
                gone, [&](const auto& each) { return each.begin == span.begin; });
            if (out) continue;
            if (kept.size() > 1) kept += ',';
            kept += body_.view().substr(span.begin, span.end - span.begin);
        }
        kept += '}';
        body_.cut(begin);
        body_.put(kept);
    }

    header_parts object_parts() const {
        header_parts parts = common_parts();
        parts.object_bytes = body_.size();
        parts.paged = place_.next.has_value();
        if (place_.next) parts.cursor = *place_.next;
        return parts;
    }

    header_parts common_parts() const {
        header_parts parts;
        parts.raw = rules_.raw || rules_.verbatim;
        parts.tokens_max = rules_.tokens_max;
        return parts;
    }

    const operation& called_;
    const answer_rules& rules_;
    const answer_place& place_;
    answer_remarks remarks_;
    bool was_cut_ = false;  // the last row that was written
    wanted_fields wanted_;
    answer_paths paths_;
    flat_text body_;
    answer_writer writer_;
    std::vector<row_text> written_;
    std::size_t total_ = 0;  // rows on Stripe's page
};

}  // namespace

bool is_page(const operation& called) noexcept {
    return called.response() == response_kind::list || called.response() == response_kind::search ||
           called.response() == response_kind::v2_list;
}

std::string shape_answer(const operation& called, dom::element answer, const answer_rules& rules,
                         const answer_place& place, answer_remarks remarks, bool secrets) {
    shaping work(called, rules, place, std::move(remarks), secrets);
    dom::array rows;
    dom::object whole;
    if (is_page(called) && answer.get(whole) == simdjson::SUCCESS &&
        whole["data"].get(rows) == simdjson::SUCCESS)
        return work.page(whole, rows);
    return work.single(answer);
}

}  // namespace tollgate::stripe
