// Stripe's own client against the sandbox: what it takes for Stripe, the gateway may too.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import Stripe from 'stripe';
import { clientOf, control, startSandbox, stopSandbox } from './host.mjs';

let url;
let stripe;

before(async () => {
  url = await startSandbox();
  stripe = clientOf(url);
});
beforeEach(() => control(url, 'reset'));
after(stopSandbox);

async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}

test('auto-paging meets every charge once', async () => {
  const seen = new Set();
  for await (const charge of stripe.charges.list({ limit: 7 })) {
    assert.ok(!seen.has(charge.id));
    seen.add(charge.id);
  }
  assert.ok(seen.size >= 60, `${seen.size} charges`);
  const whole = await stripe.charges.list({ limit: 100 });
  assert.equal(whole.data.length, seen.size);
  assert.equal(whole.has_more, false);
});

test('auto-paging backwards works too', async () => {
  const all = (await stripe.charges.list({ limit: 100 })).data;
  const seen = [];
  for await (const charge of stripe.charges.list({ limit: 9, ending_before: all.at(-1).id }))
    seen.push(charge.id);
  assert.equal(new Set(seen).size, all.length - 1);
});

test('a declined card is a StripeCardError', async () => {
  const error = await rejection(
    stripe.paymentIntents.create({
      amount: 1500,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_chargeDeclinedInsufficientFunds',
    }),
  );
  assert.ok(error instanceof Stripe.errors.StripeCardError);
  assert.equal(error.code, 'card_declined');
  assert.equal(error.decline_code, 'insufficient_funds');
  assert.equal(error.payment_intent.status, 'requires_payment_method');
  assert.match(error.requestId, /^req_/);
  const charge = await stripe.charges.retrieve(error.charge);
  assert.equal(charge.status, 'failed');
});

test('an unknown parameter and an unknown id are StripeInvalidRequestErrors', async () => {
  const unknown = await rejection(stripe.customers.create({ custmer: 'x' }));
  assert.ok(unknown instanceof Stripe.errors.StripeInvalidRequestError);
  assert.equal(unknown.code, 'parameter_unknown');
  assert.equal(unknown.param, 'custmer');
  const missing = await rejection(stripe.customers.retrieve('cus_no'));
  assert.ok(missing instanceof Stripe.errors.StripeInvalidRequestError);
  assert.equal(missing.statusCode, 404);
  assert.equal(missing.code, 'resource_missing');
});

test('a wrong key is a StripeAuthenticationError, a live one too', async () => {
  for (const key of ['rk_test_wrong1234', 'sk_live_sandbox1234']) {
    const error = await rejection(clientOf(url, key).balance.retrieve());
    assert.ok(error instanceof Stripe.errors.StripeAuthenticationError);
    assert.match(error.message, /1234/);
    assert.ok(!error.message.includes(key));
  }
});

test('a read-only key is a StripePermissionError on writes', async () => {
  const readonly = clientOf(url, 'rk_test_sandbox_readonly_1');
  assert.equal((await readonly.customers.list({ limit: 1 })).data.length, 1);
  const error = await rejection(readonly.customers.create({ name: 'Ada' }));
  assert.ok(error instanceof Stripe.errors.StripePermissionError);
  assert.match(error.message, /rak_customer_write/);
});

test('a planned 429 is a StripeRateLimitError with its reason', async () => {
  await control(url, 'fail', JSON.stringify({ status: 429, reason: 'endpoint-rate' }));
  const error = await rejection(stripe.charges.list());
  assert.ok(error instanceof Stripe.errors.StripeRateLimitError);
  assert.equal(error.headers['stripe-rate-limited-reason'], 'endpoint-rate');
  assert.equal((await stripe.charges.list()).object, 'list');
});

test('a planned 500 is a StripeAPIError, and a retry of the client gets through', async () => {
  await control(url, 'fail', JSON.stringify({ status: 500 }));
  const error = await rejection(stripe.balance.retrieve());
  assert.ok(error instanceof Stripe.errors.StripeAPIError);
  await control(url, 'fail', JSON.stringify({ status: 503 }));
  const balance = await stripe.balance.retrieve({}, { maxNetworkRetries: 1 });
  assert.equal(balance.object, 'balance');
});

test('an idempotency key replays, and refuses other parameters', async () => {
  const options = { idempotencyKey: 'order-42' };
  const one = await stripe.customers.create({ name: 'Ada' }, options);
  const two = await stripe.customers.create({ name: 'Ada' }, options);
  assert.equal(one.id, two.id);
  assert.equal(two.lastResponse.headers['idempotent-replayed'], 'true');
  assert.equal(two.lastResponse.headers['original-request'], one.lastResponse.requestId);
  const error = await rejection(stripe.customers.create({ name: 'Bea' }, options));
  assert.ok(error instanceof Stripe.errors.StripeIdempotencyError);
});

test('expand reaches objects and left-out lists', async () => {
  const page = await stripe.refunds.list({
    limit: 3,
    expand: ['data.charge.customer', 'data.balance_transaction'],
  });
  for (const refund of page.data) {
    assert.equal(refund.charge.customer.object, 'customer');
    assert.equal(refund.balance_transaction.amount, -refund.amount);
  }
  const charge = await stripe.charges.retrieve(page.data[0].charge.id, { expand: ['refunds'] });
  assert.ok(charge.refunds.data.some((refund) => refund.id === page.data[0].id));
});

test('search pages by next_page', async () => {
  const seen = [];
  for await (const charge of stripe.charges.search({ query: 'status:"failed"', limit: 2 }))
    seen.push(charge);
  assert.ok(seen.length >= 4);
  assert.ok(seen.every((charge) => charge.status === 'failed'));
  const found = await stripe.customers.search({ query: 'metadata["account_number"]:"1001"' });
  assert.equal(found.data[0].email, 'sarah.jones@example.com');
});

test('the legacy routes answer rawRequest', async () => {
  const [customer] = (await stripe.customers.list({ email: 'sarah.jones@example.com' })).data;
  const subscriptions = await stripe.rawRequest(
    'GET',
    `/v1/customers/${customer.id}/subscriptions?limit=1`,
  );
  assert.equal(subscriptions.data[0].status, 'active');
  const charges = await stripe.charges.list({ customer: customer.id });
  const paid = charges.data.find((charge) => charge.status === 'succeeded');
  const refund = await stripe.rawRequest('POST', `/v1/charges/${paid.id}/refunds`, {
    amount: 1500,
    reason: 'requested_by_customer',
  });
  assert.equal(refund.amount, 1500);
  const listed = await stripe.rawRequest('GET', `/v1/charges/${paid.id}/refunds?limit=1`);
  assert.equal(listed.data[0].id, refund.id);
});

test('a deleted customer is answered, marked deleted', async () => {
  const { id } = await stripe.customers.create({ name: 'Ada' });
  assert.equal((await stripe.customers.del(id)).deleted, true);
  assert.deepEqual({ ...(await stripe.customers.retrieve(id)) }, {
    id,
    object: 'customer',
    deleted: true,
  });
});

test('nested parameters arrive: a checkout session by price_data', async () => {
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: 'https://example.com/welcome',
    metadata: { 'order id': 'a&b=c' },
    line_items: [
      {
        quantity: 1,
        price_data: {
          currency: 'usd',
          unit_amount: 250000,
          product_data: { name: 'Onboarding' },
        },
      },
    ],
  });
  assert.equal(session.amount_total, 250000);
  assert.match(session.url, /^https:/);
  assert.deepEqual(session.metadata, { 'order id': 'a&b=c' });
  const lines = await stripe.checkout.sessions.listLineItems(session.id);
  assert.equal(lines.data[0].description, 'Onboarding');
});

test('a payout is the sum of its balance transactions', async () => {
  for (const payout of (await stripe.payouts.list()).data) {
    let sum = 0;
    for await (const each of stripe.balanceTransactions.list({ payout: payout.id }))
      if (each.type !== 'payout') sum += each.net;
    assert.equal(sum, payout.amount);
  }
});
