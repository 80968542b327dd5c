// Templates: the initial form of each object. Every field that Stripe always sends is here, null or
// empty; a test compares them with the catalogue's facts.
#include "stripe/sandbox/kernel/templates.hpp"

namespace tollgate::sandbox {

const char* const checkout_session_template =
    R"({"id": "", "object": "checkout.session", "adaptive_pricing": {"enabled": false},
"after_expiration": null, "allow_promotion_codes": null, "allowed_payment_method_types": null,
"amount_subtotal": null, "amount_total": null, "automatic_tax": {"enabled": false,
"liability": null, "provider": null, "status": null}, "billing_address_collection": null,
"cancel_url": null, "client_reference_id": null, "client_secret": null,
"collected_information": null, "consent": null, "consent_collection": null, "created": 0,
"currency": null, "currency_conversion": null, "custom_fields": [],
"custom_text": {"after_submit": null, "shipping_address": null, "submit": null,
"terms_of_service_acceptance": null}, "customer": null, "customer_account": null,
"customer_creation": null, "customer_details": null, "customer_email": null, "discounts": null,
"expires_at": 0, "integration_identifier": null, "invoice": null, "invoice_creation": null,
"livemode": false, "locale": null, "managed_payments": null, "metadata": {}, "mode": "payment",
"origin_context": null, "payment_intent": null, "payment_link": null,
"payment_method_collection": "if_required", "payment_method_configuration_details": null,
"payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
"payment_method_types": ["card"], "payment_status": "unpaid", "permissions": null,
"phone_number_collection": {"enabled": false}, "recovered_from": null,
"saved_payment_method_options": null, "setup_intent": null, "shipping_address_collection": null,
"shipping_cost": null, "shipping_options": [], "status": "open", "submit_type": null,
"subscription": null, "success_url": null, "total_details": {"amount_discount": 0,
"amount_shipping": 0, "amount_tax": 0}, "ui_mode": "hosted_page", "url": null,
"wallet_options": null})";

const char* const payment_link_template =
    R"({"id": "", "object": "payment_link", "active": true,
"after_completion": {"hosted_confirmation": {"custom_message": null},
"type": "hosted_confirmation"}, "allow_promotion_codes": false, "application": null,
"application_fee_amount": null, "application_fee_percent": null,
"automatic_tax": {"enabled": false, "liability": null}, "billing_address_collection": "auto",
"consent_collection": null, "currency": "", "custom_fields": [],
"custom_text": {"after_submit": null, "shipping_address": null, "submit": null,
"terms_of_service_acceptance": null}, "customer_creation": "if_required",
"inactive_message": null, "invoice_creation": {"enabled": false,
"invoice_data": {"account_tax_ids": null, "custom_fields": null, "description": null,
"footer": null, "issuer": null, "metadata": {}, "rendering_options": null}}, "livemode": false,
"managed_payments": null, "metadata": {}, "on_behalf_of": null, "payment_intent_data": null,
"payment_method_collection": "if_required", "payment_method_options": null,
"payment_method_types": null, "phone_number_collection": {"enabled": false}, "restrictions": null,
"shipping_address_collection": null, "shipping_options": [], "submit_type": "auto",
"subscription_data": null, "tax_id_collection": {"enabled": false, "required": "never"},
"transfer_data": null, "url": ""})";

const char* const subscription_template =
    R"({"id": "", "object": "subscription", "application": null, "application_fee_percent": null,
"automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null},
"billing_cycle_anchor": 0, "billing_cycle_anchor_config": null,
"billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible",
"updated_at": null}, "billing_schedules": [], "billing_thresholds": null, "cancel_at": null,
"cancel_at_period_end": false, "canceled_at": null, "cancellation_details": {"comment": null,
"feedback": null, "reason": null}, "collection_method": "charge_automatically", "created": 0,
"currency": "", "customer": "", "customer_account": null, "days_until_due": null,
"default_payment_method": null, "default_source": null, "default_tax_rates": [],
"description": null, "discounts": [], "ended_at": null,
"invoice_settings": {"account_tax_ids": null, "custom_fields": null, "description": null,
"footer": null, "issuer": {"type": "self"}}, "items": {"object": "list", "data": [],
"has_more": false, "url": ""}, "latest_invoice": null, "livemode": false,
"managed_payments": null, "metadata": {}, "next_pending_invoice_item_invoice": null,
"on_behalf_of": null, "pause_collection": null,
"payment_settings": {"payment_method_options": null, "payment_method_types": null,
"save_default_payment_method": "off"}, "pending_invoice_item_interval": null,
"pending_setup_intent": null, "pending_update": null, "schedule": null, "start_date": 0,
"status": "active", "test_clock": null, "transfer_data": null, "trial_end": null,
"trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
"trial_start": null})";

const char* const subscription_item_template =
    R"({"id": "", "object": "subscription_item", "billing_thresholds": null, "created": 0,
"current_period_end": 0, "current_period_start": 0, "current_trial": null, "discounts": [],
"metadata": {}, "plan": {}, "price": {}, "quantity": 1, "subscription": "", "tax_rates": []})";

const char* const invoice_template =
    R"({"id": "", "object": "invoice", "account_country": "US", "account_name": "Northwind Studio",
"account_tax_ids": null, "amount_due": 0, "amount_overpaid": 0, "amount_paid": 0,
"amount_remaining": 0, "amount_shipping": 0, "application": null, "attempt_count": 0,
"attempted": false, "auto_advance": false, "automatic_tax": {"enabled": false, "liability": null,
"status": null, "provider": null, "disabled_reason": null}, "automatically_finalizes_at": null,
"billing_reason": "manual", "collection_method": "charge_automatically", "created": 0,
"currency": "", "custom_fields": null, "customer": null, "customer_account": null,
"customer_address": null, "customer_email": null, "customer_name": null, "customer_phone": null,
"customer_shipping": null, "customer_tax_exempt": "none", "customer_tax_ids": [],
"default_payment_method": null, "default_source": null, "default_tax_rates": [],
"description": null, "discounts": [], "due_date": null, "effective_at": null,
"ending_balance": null, "footer": null, "from_invoice": null, "hosted_invoice_url": null,
"invoice_pdf": null, "issuer": {"type": "self"}, "last_finalization_error": null,
"latest_revision": null, "lines": {"object": "list", "data": [], "has_more": false, "url": ""},
"livemode": false, "metadata": {}, "next_payment_attempt": null, "number": null,
"on_behalf_of": null, "parent": null, "payment_settings": {"default_mandate": null,
"payment_method_options": null, "payment_method_types": null}, "period_end": 0, "period_start": 0,
"post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0,
"receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null,
"starting_balance": 0, "statement_descriptor": null, "status": "draft",
"status_transitions": {"finalized_at": null, "marked_uncollectible_at": null, "paid_at": null,
"voided_at": null}, "subtotal": 0, "subtotal_excluding_tax": null, "test_clock": null, "total": 0,
"total_discount_amounts": [], "total_excluding_tax": null, "total_pretax_credit_amounts": [],
"total_taxes": [], "webhooks_delivered_at": null})";

const char* const invoiceitem_template =
    R"({"id": "", "object": "invoiceitem", "amount": 0, "currency": "", "customer": "",
"customer_account": null, "date": 0, "description": null, "discountable": true, "discounts": [],
"invoice": null, "livemode": false, "metadata": {}, "parent": null, "period": {"end": 0,
"start": 0}, "pricing": null, "proration": false, "quantity": 1, "quantity_decimal": "1",
"tax_rates": [], "test_clock": null})";

const char* const line_item_template =
    R"({"id": "", "object": "line_item", "amount": 0, "currency": "", "description": null,
"discount_amounts": [], "discountable": true, "discounts": [], "invoice": null, "livemode": false,
"metadata": {}, "parent": null, "period": {"end": 0, "start": 0}, "pretax_credit_amounts": [],
"pricing": null, "quantity": 1, "quantity_decimal": "1", "subscription": null, "subtotal": 0,
"taxes": []})";

const char* const item_template =
    R"({"id": "", "object": "item", "adjustable_quantity": null, "amount_discount": 0,
"amount_subtotal": 0, "amount_tax": 0, "amount_total": 0, "currency": "", "description": null,
"metadata": {}, "price": null, "quantity": 1})";

const char* const coupon_template =
    R"({"id": "", "object": "coupon", "amount_off": null, "created": 0, "currency": null,
"duration": "",
"duration_in_months": null, "livemode": false, "max_redemptions": null, "metadata": {},
"name": null, "percent_off": null, "redeem_by": null, "times_redeemed": 0, "valid": true})";

const char* const promotion_code_template =
    R"({"id": "", "object": "promotion_code", "active": true, "code": "", "created": 0,
"customer": null,
"customer_account": null, "expires_at": null, "livemode": false, "max_redemptions": null,
"metadata": {}, "promotion": {"coupon": null, "type": "coupon"},
"restrictions": {"first_time_transaction": false, "minimum_amount": null,
"minimum_amount_currency": null}, "times_redeemed": 0})";

const char* const event_template =
    R"({"type": "", "data": {"object": null}, "id": "", "object": "event", "api_version": null,
"created": 0, "livemode": false, "pending_webhooks": 0, "request": {"id": null,
"idempotency_key": null}})";

const char* const invoice_payment_template =
    R"({"id": "", "object": "invoice_payment", "amount_paid": null, "amount_requested": 0,
"created": 0,
"currency": "", "invoice": "", "is_default": true, "livemode": false,
"payment": {"type": "payment_intent"}, "status": "open",
"status_transitions": {"canceled_at": null, "paid_at": null}})";

}  // namespace tollgate::sandbox
