// Templates: the initial form of each object. Every field that Stripe always sends is here, null or
// empty; a test compares them with the catalogue's facts.
#include "stripe/sandbox/kernel/templates.hpp"

namespace tollgate::sandbox {

const char* const customer_template =
    R"({"id": "", "object": "customer", "address": null, "balance": 0, "created": 0,
"currency": null,
"customer_account": null, "default_source": null, "delinquent": false, "description": null,
"discount": null, "email": null, "invoice_prefix": null,
"invoice_settings": {"custom_fields": null, "default_payment_method": null, "footer": null,
"rendering_options": null}, "livemode": false, "metadata": {}, "name": null,
"next_invoice_sequence": 1, "phone": null, "preferred_locales": [], "shipping": null,
"tax_exempt": "none", "test_clock": null})";

const char* const product_template =
    R"({"id": "", "object": "product", "active": true, "created": 0, "default_price": null,
"description": null, "images": [], "livemode": false, "marketing_features": [], "metadata": {},
"name": "", "package_dimensions": null, "shippable": null, "statement_descriptor": null,
"tax_code": null, "tax_details": null, "type": "service", "unit_label": null, "updated": 0,
"url": null})";

const char* const price_template =
    R"({"id": "", "object": "price", "active": true, "billing_scheme": "per_unit", "created": 0,
"currency": "", "custom_unit_amount": null, "livemode": false, "lookup_key": null, "metadata": {},
"nickname": null, "product": "", "recurring": null, "tax_behavior": "unspecified",
"tiers_mode": null, "transform_quantity": null, "type": "one_time", "unit_amount": null,
"unit_amount_decimal": null})";

const char* const plan_template =
    R"({"id": "", "object": "plan", "active": true, "amount": null, "amount_decimal": null,
"billing_scheme": "per_unit", "created": 0, "currency": "", "interval": "", "interval_count": 0,
"livemode": false, "metadata": null, "meter": null, "nickname": null, "product": null,
"tiers_mode": null, "transform_usage": null, "trial_period_days": null, "usage_type": "licensed"})";

const char* const payment_method_template =
    R"({"id": "", "object": "payment_method", "allow_redisplay": "unspecified",
"billing_details": {"address": {"city": null, "country": null, "line1": null, "line2": null,
"postal_code": null, "state": null}, "email": null, "name": null, "phone": null, "tax_id": null},
"created": 0, "customer": null, "customer_account": null, "livemode": false, "metadata": {},
"type": "card"})";

const char* const card_template =
    R"({"id": "", "object": "card", "address_city": null, "address_country": null,
"address_line1": null,
"address_line1_check": null, "address_line2": null, "address_state": null, "address_zip": null,
"address_zip_check": null, "brand": "Visa", "country": "US", "cvc_check": null,
"dynamic_last4": null, "exp_month": 0, "exp_year": 0, "funding": "credit", "last4": "",
"metadata": {}, "name": null, "regulated_status": null, "tokenization_method": null})";

const char* const payment_intent_template =
    R"({"id": "", "object": "payment_intent", "allowed_payment_method_types": null, "amount": 0,
"amount_capturable": 0, "amount_details": {"tip": {}}, "amount_received": 0, "application": null,
"application_fee_amount": null, "automatic_payment_methods": null, "canceled_at": null,
"cancellation_reason": null, "capture_method": "automatic", "client_secret": null,
"confirmation_method": "automatic", "created": 0, "currency": "", "customer": null,
"customer_account": null, "description": null, "excluded_payment_method_types": null,
"last_payment_error": null, "latest_charge": null, "livemode": false, "managed_payments": null,
"metadata": {}, "next_action": null, "on_behalf_of": null, "payment_method": null,
"payment_method_configuration_details": null,
"payment_method_options": {"card": {"installments": null, "mandate_options": null,
"network": null, "request_three_d_secure": "automatic"}}, "payment_method_types": ["card"],
"payment_record": null, "processing": null, "receipt_email": null, "review": null,
"setup_future_usage": null, "shipping": null, "source": null, "statement_descriptor": null,
"statement_descriptor_suffix": null, "status": "requires_payment_method", "transfer_data": null,
"transfer_group": null})";

const char* const charge_template =
    R"({"id": "", "object": "charge", "amount": 0, "amount_captured": 0, "amount_refunded": 0,
"application": null, "application_fee": null, "application_fee_amount": null,
"balance_transaction": null, "billing_details": {"address": {"city": null, "country": null,
"line1": null, "line2": null, "postal_code": null, "state": null}, "email": null, "name": null,
"phone": null, "tax_id": null}, "calculated_statement_descriptor": null, "captured": true,
"created": 0, "currency": "", "customer": null, "description": null, "disputed": false,
"failure_balance_transaction": null, "failure_code": null, "failure_message": null,
"fraud_details": {}, "livemode": false, "metadata": {}, "on_behalf_of": null, "outcome": null,
"paid": true, "payment_intent": null, "payment_method": null, "payment_method_details": null,
"receipt_email": null, "receipt_number": null, "receipt_url": null, "refunded": false,
"review": null, "shipping": null, "source": null, "source_transfer": null,
"statement_descriptor": null, "statement_descriptor_suffix": null, "status": "succeeded",
"transfer_data": null, "transfer_group": null})";

const char* const refund_template =
    R"({"id": "", "object": "refund", "amount": 0, "balance_transaction": null, "charge": null,
"created": 0, "currency": "", "customer": null, "customer_account": null,
"destination_details": {"card": {"reference": null, "reference_status": "pending",
"reference_type": "acquirer_reference_number", "type": "refund"}, "type": "card"}, "metadata": {},
"payment_intent": null, "payment_method": null, "reason": null, "receipt_number": null,
"source_transfer_reversal": null, "status": "succeeded", "transfer_reversal": null})";

const char* const dispute_template =
    R"({"id": "", "object": "dispute", "amount": 0, "balance_transactions": [], "charge": "",
"created": 0, "currency": "", "enhanced_eligibility_types": [],
"evidence": {"access_activity_log": null, "billing_address": null, "cancellation_policy": null,
"cancellation_policy_disclosure": null, "cancellation_rebuttal": null,
"customer_communication": null, "customer_email_address": null, "customer_name": null,
"customer_purchase_ip": null, "customer_signature": null, "duplicate_charge_documentation": null,
"duplicate_charge_explanation": null, "duplicate_charge_id": null, "product_description": null,
"receipt": null, "refund_policy": null, "refund_policy_disclosure": null,
"refund_refusal_explanation": null, "service_date": null, "service_documentation": null,
"shipping_address": null, "shipping_carrier": null, "shipping_date": null,
"shipping_documentation": null, "shipping_tracking_number": null, "uncategorized_file": null,
"uncategorized_text": null, "enhanced_evidence": {}}, "evidence_details": {"due_by": null,
"enhanced_eligibility": {}, "has_evidence": false, "past_due": false, "submission_count": 0},
"intended_submission_method": null, "is_charge_refundable": false, "livemode": false,
"metadata": {}, "network_reason_code": null, "payment_intent": null,
"payment_method_details": {"card": {"brand": "visa", "case_type": "chargeback",
"network_reason_code": null}, "type": "card"}, "reason": "", "status": "needs_response"})";

const char* const payout_template =
    R"({"id": "", "object": "payout", "amount": 0, "application_fee": null,
"application_fee_amount": null, "arrival_date": 0, "automatic": false,
"balance_transaction": null, "created": 0, "currency": "", "description": null,
"destination": null, "failure_balance_transaction": null, "failure_code": null,
"failure_message": null, "livemode": false, "metadata": {}, "method": "standard",
"original_payout": null, "payout_method": null, "reconciliation_status": "not_applicable",
"reversed_by": null, "source_type": "card", "statement_descriptor": null, "status": "pending",
"trace_id": null, "type": "bank_account"})";

const char* const balance_transaction_template =
    R"({"id": "", "object": "balance_transaction", "amount": 0, "available_on": 0,
"balance_type": "payments", "created": 0, "currency": "", "description": null,
"exchange_rate": null, "fee": 0, "fee_details": [], "net": 0, "reporting_category": "",
"source": null, "status": "pending", "type": ""})";

}  // namespace tollgate::sandbox
