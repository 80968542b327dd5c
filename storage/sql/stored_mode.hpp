// Reads the mode of an account from the text in the database.
#pragma once
#include <string>

#include "storage/account_mode.hpp"
#include "storage/sql/session.hpp"

namespace tollgate::storage::sql {

// The mode that `text` names, of the account with that id. Throws sql_error if it names none: with
// a default, a live account could pass for a test account.
inline account_mode read_mode(const std::string& text, const std::string& account_id) {
    const auto mode = account_mode_named(text);
    if (mode) return *mode;
    throw sql_error(fault_kind::other, "integrated account " + account_id + ": its mode is '" +
                                           text + "', and only test and live are known");
}

}  // namespace tollgate::storage::sql
