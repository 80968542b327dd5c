// Receipts of several instances on one database: one key is one write, whichever instance is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneMore, twoInstances } from '../support/instances.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

// Three instances, and a Stripe that takes a moment for each refund and never makes two alike.
async function three(t) {
  let made = 0;
  const upstream = await startUpstream(t);
  upstream.script = (asked, response) => {
    if (asked.method === 'GET') return json(response, 200, { id: asked.url.split('/').at(-1), object: 'refund', amount: 5, currency: 'usd' });
    return setTimeout(() => json(response, 200, { id: `re_${++made}`, object: 'refund', amount: 5, currency: 'usd' }), 30);
  };
  const { one, two, settings } = await twoInstances(t, upstreamSettings(upstream));
  const bases = [one, two, await oneMore(t, one, settings)].map((gateway) => gateway.base);
  const server = await one.mint();
  const give = (i, args) => call(bases[i % 3] + server.path, 'create_a_stripe_refund', { charge: 'ch_1', amount: 5, ...args });
  return { one, give, made: () => made };
}

test('64 equal calls with one key at once: one write, 64 equal receipts', async (t) => {
  const { one, give, made } = await three(t);
  const all = await Promise.all(Array.from({ length: 64 }, (_, i) => give(i, { operation_key: 'once' })));
  assert.equal(made(), 1);
  for (const done of all) assert.equal(done.isError, false, JSON.stringify(done.value));
  assert.equal(new Set(all.map((done) => done.value.receipt)).size, 1);
  assert.equal(new Set(all.map((done) => done.value.id)).size, 1);
  assert.equal((await one.must('GET', '/receipt')).result.length, 1);
});

test('64 equal calls without a key at once: 64 writes, each with its receipt', async (t) => {
  const { one, give, made } = await three(t);
  const all = await Promise.all(Array.from({ length: 64 }, (_, i) => give(i, {})));
  assert.equal(made(), 64);
  assert.equal(new Set(all.map((done) => done.value.receipt)).size, 64);
  const stored = (await one.must('GET', '/receipt?limit=100')).result;
  assert.deepEqual(new Set(stored.map((one) => one.object_id)), new Set(all.map((done) => done.value.id)));
  assert.ok(stored.every((receipt) => receipt.state === 'succeeded'));
});
