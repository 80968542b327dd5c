// Stripe look-alikes that nobody here wrote, reached through the whole gateway.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, startGateway, upstreamPort } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const settings = (port) => ({ 'sandbox.enabled': false, 'stripe.api_base': `http://127.0.0.1:${port}`,
  'stripe.test_upstream_host': '127.0.0.1' });

// stripe-stateful-mock on a free loopback port.
async function statefulMock(t) {
  const { createExpressApp } = createRequire(import.meta.url)('stripe-stateful-mock');
  const server = http.createServer(createExpressApp());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }));
  return server.address().port;
}

async function emulate(t) {
  const port = await upstreamPort();
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath,
    join(root, 'tests/interop/node_modules/emulate/dist/index.js'), 'start', '--service', 'stripe', '--port', String(port)],
  { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('close', resolve));
  t.after(() => { child.kill('SIGKILL'); return ended; });
  await until('emulate', () => request(`http://127.0.0.1:${port}/v1/customers`).catch(() => null), 20_000);
  return port;
}

test('stripe-stateful-mock: customer, charges, refund, decline, replay', async (t) => {
  const gateway = await startGateway(t, settings(await statefulMock(t)));
  const account = await gateway.connect({ credential: ['sk', 'test', 'interop0001'].join('_') });
  const { url } = await gateway.mint({ account: account.id });
  const customer = await call(url, 'create_a_stripe_customer', { email: 'a@example.com', metadata: { plan: 'x y' } });
  assert.equal(customer.value.metadata.plan, 'x y');
  const charge = await call(url, 'create_a_stripe_charge', { amount: 2000, currency: 'usd', source: 'tok_visa' });
  assert.equal(charge.isError, false, JSON.stringify(charge.value));
  assert.equal(charge.value.status, 'succeeded');
  assert.match(charge.result._meta['stripe/requestId'], /^req_/);
  const list = await call(url, 'list_all_stripe_charges', { limit: 1 });
  assert.equal(list.value.data[0].id, charge.value.id);
  const refund = await call(url, 'create_a_stripe_refund', { charge: charge.value.id, amount: 500 });
  assert.equal(refund.value.amount, 500);
  const read = await call(url, 'get_single_stripe_charge_by_id', { id: charge.value.id });
  assert.equal(read.value.amount_refunded, 500);
  const declined = await call(url, 'create_a_stripe_charge', { amount: 100, currency: 'usd', source: 'tok_chargeDeclined' });
  assert.equal(declined.isError, true);
  assert.equal(declined.value.error.status, 402);
  assert.equal(declined.value.error.code, 'card_declined');
});

test('stripe-stateful-mock: one operation key makes one charge, other parameters are refused', async (t) => {
  const gateway = await startGateway(t, settings(await statefulMock(t)));
  const account = await gateway.connect({ credential: ['sk', 'test', 'interop0002'].join('_') });
  const { url } = await gateway.mint({ account: account.id });
  const args = { amount: 700, currency: 'usd', source: 'tok_visa', operation_key: 'once' };
  const first = await call(url, 'create_a_stripe_charge', args);
  const second = await call(url, 'create_a_stripe_charge', args);
  assert.equal(second.value.id, first.value.id);
  assert.equal(second.value.receipt, first.value.receipt);
  assert.equal(second.value.replayed, true);
  const charges = (await call(url, 'list_all_stripe_charges', { limit: 100 })).value.data;
  assert.equal(charges.filter((charge) => charge.amount === 700).length, 1);
  const other = await call(url, 'create_a_stripe_charge', { ...args, amount: 800 });
  assert.equal(other.value.error.code, 'operation_key_reused');
});

test('stripe-stateful-mock: a key it does not take is a 401 that names Stripe and hides the key', async (t) => {
  const gateway = await startGateway(t, settings(await statefulMock(t)));
  const account = await gateway.connect({ credential: ['rk', 'test', 'unknownkey0003'].join('_') });
  const { url } = await gateway.mint({ account: account.id });
  const done = await call(url, 'list_all_stripe_charges');
  assert.equal(done.isError, true);
  assert.equal(done.value.error.status, 401);
  assert.equal(done.value.error.source, 'stripe');
  assert.ok(!done.result.content[0].text.includes('unknownkey0003'));
});

test('emulate: customers, payment intents, and its epoch rate limit as seconds', async (t) => {
  const gateway = await startGateway(t, settings(await emulate(t)));
  const account = await gateway.connect({ credential: ['sk', 'test', 'emulate0001'].join('_') });
  const { url } = await gateway.mint({ account: account.id });
  const customer = await call(url, 'create_a_stripe_customer', { email: 'b@example.com', name: 'B' });
  assert.equal(customer.isError, false, JSON.stringify(customer.value));
  assert.ok(Number(customer.headers['ratelimit-limit']) > 0, JSON.stringify(customer.headers));
  assert.ok(Number(customer.headers['ratelimit-remaining']) > 0);
  const reset = Number(customer.headers['ratelimit-reset']);
  assert.ok(reset >= 0 && reset <= 3600, `reset ${reset}`);
  const read = await call(url, 'get_single_stripe_customer_by_id', { id: customer.value.id });
  assert.equal(read.value.email, 'b@example.com');
  const intent = await call(url, 'create_a_stripe_payment_intent', { amount: 1500, currency: 'usd', customer: customer.value.id });
  assert.equal(intent.value.amount, 1500);
  const missing = await call(url, 'list_all_stripe_disputes');
  assert.equal(missing.isError, true);
  assert.equal(missing.value.error.status, 404);
});
