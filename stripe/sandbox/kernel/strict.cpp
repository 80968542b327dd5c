#include "stripe/sandbox/kernel/strict.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::sandbox {
namespace {

using stripe::response_kind;

// The prefixes of Stripe's ids, where they are predictable; others begin with "obj_".
constexpr std::pair<std::string_view, std::string_view> prefixes[] = {
    {"account", "acct_"},
    {"application_fee", "fee_"},
    {"bank_account", "ba_"},
    {"billing.alert", "alrt_"},
    {"billing.credit_grant", "credgr_"},
    {"billing.meter", "mtr_"},
    {"billing_portal.configuration", "bpc_"},
    {"billing_portal.session", "bps_"},
    {"card", "card_"},
    {"credit_note", "cn_"},
    {"customer_balance_transaction", "cbtxn_"},
    {"entitlements.feature", "feat_"},
    {"fee_refund", "fr_"},
    {"file", "file_"},
    {"file_link", "link_"},
    {"financial_connections.account", "fca_"},
    {"identity.verification_session", "vs_"},
    {"issuing.authorization", "iauth_"},
    {"issuing.card", "ic_"},
    {"issuing.cardholder", "ich_"},
    {"issuing.dispute", "idp_"},
    {"payment_method_configuration", "pmc_"},
    {"payment_method_domain", "pmd_"},
    {"person", "person_"},
    {"quote", "qt_"},
    {"radar.value_list", "rsl_"},
    {"radar.value_list_item", "rsli_"},
    {"reporting.report_run", "frr_"},
    {"review", "prv_"},
    {"setup_intent", "seti_"},
    {"shipping_rate", "shr_"},
    {"source", "src_"},
    {"subscription_schedule", "sub_sched_"},
    {"tax.calculation", "taxcalc_"},
    {"tax.registration", "taxreg_"},
    {"tax.transaction", "tax_"},
    {"tax_id", "txi_"},
    {"tax_rate", "txr_"},
    {"terminal.configuration", "tmc_"},
    {"terminal.location", "tml_"},
    {"terminal.reader", "tmr_"},
    {"test_helpers.test_clock", "clock_"},
    {"token", "tok_"},
    {"topup", "tu_"},
    {"transfer", "tr_"},
    {"transfer_reversal", "trr_"},
    {"treasury.financial_account", "fa_"},
    {"v2.core.account", "acct_"},
    {"v2.core.event_destination", "ed_"},
    {"webhook_endpoint", "we_"},
};

std::string_view prefix_of(std::string_view object) {
    const auto* found =
        std::ranges::find(prefixes, object, [](const auto& row) { return row.first; });
    return found == std::end(prefixes) ? "obj_" : found->second;
}

std::string object_of(const stripe::operation& op) {
    const auto names = op.response_objects();
    if (names.empty()) return "object";
    constexpr std::string_view deleted = "deleted_";
    auto name = names.front();
    if (name.starts_with(deleted)) name.remove_prefix(deleted.size());
    return std::string(name);
}

std::string id_for(call& call, std::string_view object) {
    const bool made = call.op.kind() == tenancy::method::create || call.ids.empty();
    return made ? call.in.make_id(prefix_of(object)) : call.ids.back();
}

// The v2 form of times, e.g. 1970-01-01T00:00:00.000Z.
std::string iso_time(std::int64_t seconds) {
    const auto at = std::chrono::sys_seconds{std::chrono::seconds{seconds}};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{at - day};
    const auto two = [](auto value) {
        const auto text = std::to_string(value);
        return text.size() < 2 ? '0' + text : text;
    };
    return std::to_string(static_cast<int>(date.year())) + '-' +
           two(static_cast<unsigned>(date.month())) + '-' + two(static_cast<unsigned>(date.day())) +
           'T' + two(time.hours().count()) + ':' + two(time.minutes().count()) + ':' +
           two(time.seconds().count()) + ".000Z";
}

json plain_object(call& call) {
    const auto object = object_of(call.op);
    const bool v2 = call.op.path_template().starts_with("/v2/");
    json out = json::object();
    out["id"] = id_for(call, object);
    out["object"] = object;
    out["created"] = v2 ? json(iso_time(call.in.now())) : json(call.in.now());
    out["livemode"] = false;
    for (const auto& [name, value] : call.params.items())
        if (name != "expand" && name != "include" && name != "id" && name != "object")
            out[name] = value;
    return out;
}

}  // namespace

json strict_answer(call& call) {
    const std::string url(call.op.path_template());
    switch (call.op.response()) {
        case response_kind::list:
            return {{"object", "list"}, {"data", json::array()}, {"has_more", false}, {"url", url}};
        case response_kind::search:
            return {{"object", "search_result"},
                    {"data", json::array()},
                    {"has_more", false},
                    {"next_page", nullptr},
                    {"url", url}};
        case response_kind::v2_list:
            return {{"data", json::array()},
                    {"next_page_url", nullptr},
                    {"previous_page_url", nullptr}};
        case response_kind::deleted: {
            const auto object = object_of(call.op);
            return {{"id", id_for(call, object)}, {"object", object}, {"deleted", true}};
        }
        default:
            return plain_object(call);
    }
}

std::string strict_pdf() {
    return "%PDF-1.4\n"
           "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
           "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
           "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
           "trailer<</Root 1 0 R>>\n"
           "%%EOF\n";
}

}  // namespace tollgate::sandbox
