#include "storage/postgresql/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <libpq-fe.h>
#include <poll.h>
#include <vector>

namespace tollgate::storage::postgresql {

using sql::fault_kind;
using sql::sql_error;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr milliseconds network_grace{2'000};

// libpq's messages contain line breaks.
std::string one_line(const char* text) {
    std::string out = text == nullptr ? "" : text;
    while (!out.empty() && out.back() == '\n') out.pop_back();
    std::replace(out.begin(), out.end(), '\n', ' ');
    std::replace(out.begin(), out.end(), '\t', ' ');
    return out;
}

fault_kind kind_of(std::string_view state) {
    if (state == "23505") return fault_kind::unique;
    if (state == "23503") return fault_kind::foreign_key;
    if (state == "22021" || state == "22P05") return fault_kind::not_text;
    if (state == "40001" || state == "40P01") return fault_kind::collision;
    // Shutdown, connection failure, read-only after a failover, or dropped prepared statements.
    if (state.starts_with("57P") || state.starts_with("08") || state == "25006" ||
        state == "26000" || state == "0A000")
        return fault_kind::lost;
    return fault_kind::other;
}

// Turns "WHERE a = ? AND b = ?" into "WHERE a = $1 AND b = $2". None of our literals contains a
// '?'.
std::string numbered(std::string_view sql) {
    std::string out;
    int count = 0;
    for (const char c : sql) {
        if (c == '?') {
            out += '$' + std::to_string(++count);
        } else {
            out += c;
        }
    }
    return out;
}

std::array<char, 8> big_endian(std::int64_t number) {
    std::array<char, 8> out{};
    auto bits = static_cast<std::uint64_t>(number);
    for (std::size_t i = out.size(); i-- > 0; bits >>= 8U) out[i] = static_cast<char>(bits & 0xffU);
    return out;
}

// Values in the form of libpq: all in binary, so that nothing needs quoting and a NUL does not end
// a value.
struct bound_parameters {
    explicit bound_parameters(std::span<const sql::value> values) {
        numbers.reserve(values.size());  // reserved, because pointers refer into it
        for (const sql::value& one : values) {
            if (const auto* number = std::get_if<std::int64_t>(&one)) {
                numbers.push_back(big_endian(*number));
                add({numbers.back().data(), numbers.back().size()});
            } else if (const auto* text = std::get_if<std::string_view>(&one)) {
                add(*text);
            } else if (const auto* bytes = std::get_if<sql::blob>(&one)) {
                add(bytes->bytes);
            } else {
                pointers.push_back(nullptr);
                lengths.push_back(0);
            }
        }
        formats.assign(values.size(), 1);
    }
    void add(std::string_view bytes) {
        pointers.push_back(bytes.data() == nullptr ? "" : bytes.data());  // a null pointer would
                                                                          // mean NULL
        lengths.push_back(static_cast<int>(bytes.size()));
    }

    std::vector<std::array<char, 8>> numbers;
    std::vector<const char*> pointers;
    std::vector<int> lengths;
    std::vector<int> formats;
};

}  // namespace

// The rows of an answer, all in memory.
class result_cursor final : public sql::cursor {
public:
    explicit result_cursor(connection::answer rows)
        : rows_(std::move(rows)), count_(PQntuples(rows_.get())) {}
    bool next() override { return ++row_ < count_; }
    bool null(int column) const override { return PQgetisnull(rows_.get(), row_, column) != 0; }
    std::int64_t integer(int column) const override {
        const std::string_view raw = bytes(column);
        if (raw.empty()) return 0;  // NULL
        const bool negative = (static_cast<unsigned char>(raw.front()) & 0x80U) != 0;
        std::int64_t bits = negative ? -1 : 0;
        for (const char c : raw)
            bits = static_cast<std::int64_t>((static_cast<std::uint64_t>(bits) << 8U) |
                                             static_cast<unsigned char>(c));
        return bits;
    }
    std::string_view bytes(int column) const override {
        return {PQgetvalue(rows_.get(), row_, column),
                static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column))};
    }

private:
    connection::answer rows_;
    int count_;
    int row_ = -1;
};

bool well_formed(const std::string& url) {
    char* complaint = nullptr;
    PQconninfoOption* const options = PQconninfoParse(url.c_str(), &complaint);
    PQfreemem(complaint);
    if (options == nullptr) return false;
    PQconninfoFree(options);
    return true;
}

void connection::close_connection::operator()(pg_conn* handle) const noexcept {
    PQfinish(handle);
}

void connection::clear_result::operator()(pg_result* handle) const noexcept {
    PQclear(handle);
}

connection::connection(const connect_options& options) {
    const std::string timeout =
        std::to_string(std::chrono::ceil<std::chrono::seconds>(options.connect_timeout).count());
    const std::string silence = std::to_string(options.statement_timeout.count());
    // Later values override those of the URL.
    const std::array<const char*, 10> names{"fallback_application_name",
                                            "dbname",
                                            "connect_timeout",
                                            "client_encoding",
                                            "keepalives_idle",
                                            "keepalives_interval",
                                            "keepalives_count",
                                            "tcp_user_timeout",
                                            "gssencmode",
                                            nullptr};
    const std::array<const char*, 10> values{
        "tollgate", options.url.c_str(), timeout.c_str(), "UTF8", "10", "3",
        "3",        silence.c_str(),     "disable",       nullptr};
    handle_.reset(PQconnectdbParams(names.data(), values.data(), 1));
    if (!handle_) throw connect_error(refusal::absent, "out of memory");
    if (PQstatus(handle_.get()) != CONNECTION_OK) {
        const std::string what = one_line(PQerrorMessage(handle_.get()));
        const PGPing answers = PQpingParams(names.data(), values.data(), 1);
        const bool tls =
            what.find("SSL") != std::string::npos || what.find("certificate") != std::string::npos;
        const bool later = answers == PQPING_REJECT || (answers == PQPING_NO_RESPONSE && !tls);
        throw connect_error(later ? refusal::absent : refusal::final, what);
    }
    PQsetNoticeProcessor(handle_.get(), [](void*, const char*) {}, nullptr);
    PQsetnonblocking(handle_.get(), 1);
    timeout_ = options.statement_timeout + network_grace;
    // Keep remote_apply, which waits for even more than on.
    script(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE "
        "current_setting('synchronous_commit') <> 'remote_apply'; "
        "SET default_transaction_isolation = 'read committed'; "
        "SET idle_in_transaction_session_timeout = " +
        std::to_string(options.transaction_pause.count()));
    allow(options.statement_timeout);
}

connection::~connection() = default;
connection::connection(connection&&) noexcept = default;
connection& connection::operator=(connection&&) noexcept = default;

void connection::allow(milliseconds statement_timeout) {
    script("SET statement_timeout = " + std::to_string(statement_timeout.count()));
    timeout_ = statement_timeout + network_grace;
}

int connection::server_version() const {
    return PQserverVersion(handle_.get());
}

std::string connection::reported(const char* name) const {
    const char* const value = PQparameterStatus(handle_.get(), name);
    return value == nullptr ? "" : value;
}

bool connection::idle() const {
    return PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
}

void connection::begin() {
    script("BEGIN");
}

void connection::script(const std::string& sql) {
    exchange(PQsendQuery(handle_.get(), sql.c_str()) == 1);
}

std::unique_ptr<sql::cursor> connection::open(std::string_view sql,
                                              std::span<const sql::value> values) {
    return std::make_unique<result_cursor>(send(sql, values));
}

std::int64_t connection::execute(std::string_view sql, std::span<const sql::value> values) {
    const answer done = send(sql, values);
    const std::string_view count{PQcmdTuples(done.get())};
    std::int64_t out = 0;
    std::from_chars(count.data(), count.data() + count.size(), out);
    return out;
}

connection::answer connection::send(std::string_view sql, std::span<const sql::value> values) {
    const std::string& name = prepare(sql);
    const bound_parameters bound{values};
    constexpr int binary = 1;
    return exchange(PQsendQueryPrepared(handle_.get(), name.c_str(),
                                        static_cast<int>(values.size()), bound.pointers.data(),
                                        bound.lengths.data(), bound.formats.data(), binary) == 1);
}

const std::string& connection::prepare(std::string_view sql) {
    const auto known = prepared_.find(sql.data());
    if (known != prepared_.end()) return known->second;
    const std::string name = "s" + std::to_string(prepared_.size());
    const std::string text = numbered(sql);
    exchange(PQsendPrepare(handle_.get(), name.c_str(), text.c_str(), 0, nullptr) == 1);
    return prepared_.emplace(sql.data(), name).first->second;
}

// Flushes the request to the server and reads its whole answer: the last result, or the first
// error.
connection::answer connection::exchange(bool sent) {
    if (!sent) fail(nullptr);
    const auto until = steady_clock::now() + timeout_;
    for (;;) {
        const int unsent = PQflush(handle_.get());
        if (unsent < 0) fail(nullptr);
        if (unsent == 0) break;
        wait(true, until);
    }
    answer out;
    for (;;) {
        while (PQisBusy(handle_.get()) != 0) wait(false, until);
        answer one{PQgetResult(handle_.get())};
        if (!one) break;
        const ExecStatusType status = PQresultStatus(out.get());
        if (!out || status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) out = std::move(one);
    }
    const ExecStatusType status = PQresultStatus(out.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) fail(out.get());
    return out;
}

void connection::wait(bool for_writing, steady_clock::time_point until) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    pollfd socket{PQsocket(handle_.get()), POLLIN, 0};
    if (for_writing) socket.events = POLLIN | POLLOUT;
    const int ready = left.count() <= 0 ? 0 : ::poll(&socket, 1, static_cast<int>(left.count()));
    if (ready == 0) {
        broken_ = true;
        throw sql_error(fault_kind::silent, "the database gave no answer in time");
    }
    if (ready < 0 && errno != EINTR) fail(nullptr);
    if (ready > 0 && PQconsumeInput(handle_.get()) != 1) fail(nullptr);
}

void connection::fail(pg_result* about) {
    const char* const state =
        about == nullptr ? nullptr : PQresultErrorField(about, PG_DIAG_SQLSTATE);
    fault_kind kind = state == nullptr ? fault_kind::lost : kind_of(state);
    if (PQstatus(handle_.get()) != CONNECTION_OK) kind = fault_kind::lost;
    if (kind == fault_kind::lost) broken_ = true;
    // The whole message may contain a row (DETAIL), so only its primary line is used.
    const char* const primary =
        about == nullptr ? nullptr : PQresultErrorField(about, PG_DIAG_MESSAGE_PRIMARY);
    std::string what = one_line(primary == nullptr ? PQerrorMessage(handle_.get()) : primary);
    if (state != nullptr) what += std::string(" (") + state + ")";
    throw sql_error(kind, what);
}

}  // namespace tollgate::storage::postgresql
