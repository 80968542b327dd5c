// The four workflows people ask for, walked as a model would, over MCP against the sandbox's business.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startGateway } from '../support/gateway.mjs';
import { unpack } from '../support/mcp.mjs';

const gateway = await startGateway({ after });

// A connected client whose `call(tool, arguments)` returns the parsed object of a successful call.
async function connect(t, config) {
  const server = await gateway.mint({ config });
  const client = new Client({ name: 'workflow', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
  t.after(() => client.close());
  return async (name, args) => {
    const done = unpack(await client.callTool({ name, arguments: args }));
    assert.equal(done.isError, false, `${name}: ${JSON.stringify(done.value)}`);
    return done.value;
  };
}

// How many refunds a customer has had, each charge's refunds adding up to what the charge says.
async function refundHistory(call, customer) {
  let count = 0;
  const charges = (await call('list_all_stripe_charges', { customer, limit: 100 })).data;
  for (const charge of charges) {
    const { data } = await call('list_all_stripe_charge_refunds', { charge_id: charge.id });
    assert.equal(data.reduce((total, refund) => total + refund.amount, 0), charge.amount_refunded);
    count += data.length;
  }
  return count;
}

test('dispute triage: open disputes, their charges, customers and refund history', async (t) => {
  const call = await connect(t, { methods: ['read'], tags: ['disputes', 'payments', 'refunds', 'customers'] });
  const disputes = await call('list_all_stripe_disputes', { limit: 100 });
  const open = disputes.data.filter((dispute) => dispute.status === 'needs_response');
  assert.deepEqual(open.map((dispute) => dispute.amount).sort((a, b) => b - a), [45000, 12900, 8900]);
  for (const dispute of open) {
    const charge = await call('get_single_stripe_charge_by_id', { id: dispute.charge, expand: ['customer'] });
    assert.equal(charge.amount, dispute.amount);
    assert.equal(charge.disputed, true);
    assert.match(charge.customer.email, /@/);
    await refundHistory(call, charge.customer.id);
  }
  const refunded = (await call('list_all_stripe_refunds', { limit: 1, expand: ['data.charge'] })).data[0];
  assert.ok(await refundHistory(call, refunded.charge.customer) > 0);
  const largest = open.find((dispute) => dispute.amount === 45000);
  const days = (Date.parse(largest.evidence_details.due_by) - Date.now()) / 86_400_000;
  assert.ok(days > 1.9 && days < 4.1, `evidence due in ${days} days`);
});

test('payment link: a checkout session for a customer, with a URL to share', async (t) => {
  const call = await connect(t, { methods: ['read', 'write'], tags: ['checkout', 'customers', 'payments'] });
  const [customer] = (await call('list_all_stripe_customers', { email: 'alice@example.com' })).data;
  const session = await call('create_a_stripe_checkout_session', { mode: 'payment', customer: customer.id,
    success_url: 'https://example.com/onboarding',
    line_items: [{ quantity: 1, price_data: { currency: 'usd', unit_amount: 250000,
      product_data: { name: 'Onboarding fee' } } }] });
  assert.equal(session.amount_total, 250000);
  assert.equal(session.currency, 'usd');
  assert.equal(session.customer, customer.id);
  assert.equal(session.status, 'open');
  assert.match(session.url, /^https?:\/\//);
  const again = await call('get_single_stripe_checkout_session_by_id', { id: session.id });
  assert.equal(again.url, session.url);
});

test('payout reconciliation: what a payout is made of, to the cent', async (t) => {
  const call = await connect(t, { methods: ['read'], tags: ['payouts', 'balance'] });
  const [payout] = (await call('list_all_stripe_payouts', { status: 'paid', limit: 1 })).data;
  const one = await call('get_single_stripe_payout_by_id', { id: payout.id });
  assert.ok(one.amount > 0 && Date.parse(one.arrival_date) > Date.parse(one.created));
  const rows = [];
  for (let cursor; ;) {
    const page = await call('list_all_stripe_balance_transactions',
      { payout: one.id, limit: 5, ...(cursor && { next_cursor: cursor }) });
    rows.push(...page.data);
    if (!page.next_cursor) break;
    cursor = page.next_cursor;
  }
  assert.equal(new Set(rows.map((row) => row.id)).size, rows.length);
  const others = rows.filter((row) => row.type !== 'payout');
  assert.equal(others.reduce((sum, row) => sum + row.net, 0), one.amount);
  const top = others.toSorted((a, b) => b.amount - a.amount).slice(0, 5).map((row) => row.id);
  assert.equal(top.length, 5);
  const balance = await call('get_single_stripe_balance_by_id', {});
  assert.ok(balance.pending.some((row) => row.currency === 'usd'));
});

test('subscription audit and a partial refund of 15 dollars', async (t) => {
  const call = await connect(t);
  const [customer] = (await call('list_all_stripe_customers', { email: 'sarah.jones@example.com' })).data;
  const subscriptions = await call('list_all_stripe_customer_subscriptions',
    { customer_id: customer.id });
  const active = subscriptions.data.filter((one) => one.status === 'active');
  assert.equal(active.length, 1);
  const product = await call('get_single_stripe_product_by_id', { id: active[0].items.data[0].price.product });
  assert.equal(product.name, 'Pro Tier');
  const charges = await call('list_all_stripe_charges', { customer: customer.id, limit: 100 });
  const charge = charges.data.find((one) => one.status === 'succeeded');
  const refund = await call('create_a_stripe_refund',
    { charge: charge.id, amount: 1500, reason: 'requested_by_customer' });
  assert.match(refund.id, /^re_/);
  assert.equal(refund.amount, 1500);
  assert.equal(refund.status, 'succeeded');
  const after = await call('get_single_stripe_charge_by_id', { id: charge.id });
  assert.equal(after.amount_refunded, charge.amount_refunded + 1500);
  assert.equal(after.refunded, false);
});
