// Fills the orders of an account from its payments at Stripe, a page at a time.
#pragma once
#include <cstdint>
#include <string>

#include "tenancy/environment.hpp"
#include "tenancy/orders/orders.hpp"
#include "tenancy/orders/payment_pages.hpp"

namespace tollgate::tenancy {

struct order_sync_page {
    storage::import_counts customers;
    storage::import_counts orders;
    std::int64_t not_paid = 0;
    std::int64_t no_customer = 0;
    // Payments that became an order under their own id, because another payment's order already has
    // the id that they name.
    std::int64_t id_taken = 0;
    std::string next;  // payment_page::next
};

// Thread-safe after read_with().
class order_sync {
public:
    // References live as long as this object.
    order_sync(const environment& env, orders& into) : env_(env), orders_(into) {}

    // Where payments are read from: it lives as long as this object. Call before the first page().
    void read_with(payment_pages& pages) { pages_ = &pages; }

    // Reads one page of payments and imports it; importing the same page again changes nothing. An
    // existing order with that payment keeps its id, customer and date. Fails as
    // payment_pages::read() and orders::import() do, and with not_found. Resumes on the caller's
    // executor.
    base::awaitable<base::result<order_sync_page>> page(storage::order_place of,
                                                        payment_page_request what);

private:
    const environment& env_;
    orders& orders_;
    payment_pages* pages_ = nullptr;
};

}  // namespace tollgate::tenancy
