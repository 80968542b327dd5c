// tools/call through the built binary: one Stripe request a call, and what is refused before it.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const server = await gateway.mint();
beforeEach(() => { upstream.requests.length = 0; });

test('one call is one Stripe request, with the key, the pinned version and no cookie of ours', async () => {
  await call(server.url, 'list_all_stripe_charges', { limit: 3, created: { gte: 5 } });
  assert.equal(upstream.requests.length, 1);
  const [sent] = upstream.requests;
  assert.equal(sent.method, 'GET');
  const query = new URL(sent.path, upstream.base);
  assert.equal(query.pathname, '/v1/charges');
  assert.deepEqual([...query.searchParams].sort(), [['created[gte]', '5'], ['limit', '3']]);
  assert.equal(sent.headers.authorization, `Bearer ${testKey}`);
  assert.match(sent.headers['stripe-version'], /^\d{4}-\d\d-\d\d/);
  assert.equal(sent.headers['idempotency-key'], undefined);
  assert.equal(sent.headers['stripe-account'], undefined);
  assert.equal(sent.body, '');
});

test('a write is form encoded and carries one Idempotency-Key, which the result returns', async () => {
  const done = await call(server.url, 'create_a_stripe_customer',
    { name: 'Ada & Co', metadata: { 'referred by': 'Q3' }, email: 'a+b@example.com' });
  assert.equal(done.isError, false);
  const [sent] = upstream.requests;
  assert.equal(upstream.requests.length, 1);
  assert.equal(sent.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.deepEqual([...new URLSearchParams(sent.body)].sort(),
    [['email', 'a+b@example.com'], ['metadata[referred by]', 'Q3'], ['name', 'Ada & Co']]);
  const key = sent.headers['idempotency-key'];
  assert.ok(key.length >= 16);
  assert.equal(done.result._meta['tollgate/operationKey'], key);
  assert.equal(done.result._meta['stripe/requestId'], 'req_upstream');
  const again = await call(server.url, 'create_a_stripe_customer', { name: 'x' });
  assert.notEqual(again.result._meta['tollgate/operationKey'], key);
});

test('a given idempotency key is sent as it is, and a replay is reported', async () => {
  upstream.script = (asked, response) => json(response, 200, { id: 'cus_1', object: 'customer' },
    { 'idempotent-replayed': 'true' });
  const byMeta = await call(server.url, 'create_a_stripe_customer', {}, { operationKey: 'mine-1' });
  const byArgument = await call(server.url, 'create_a_stripe_customer', { idempotency_key: 'mine-2' });
  assert.deepEqual(upstream.requests.map((sent) => sent.headers['idempotency-key']), ['mine-1', 'mine-2']);
  assert.equal(byMeta.result._meta['stripe/idempotentReplayed'], true);
  assert.equal(byArgument.result._meta['tollgate/operationKey'], 'mine-2');
  assert.ok(!upstream.requests[1].body.includes('idempotency'));
});

test('a connected account and a pinned version travel in their headers', async () => {
  const account = await gateway.connect({ stripe_account: 'acct_1032D82eZvKYlo2C', stripe_version: '2024-06-20' });
  const other = await gateway.mint({ account: account.id });
  await call(other.url, 'list_all_stripe_charges');
  assert.equal(upstream.requests[0].headers['stripe-account'], 'acct_1032D82eZvKYlo2C');
  assert.equal(upstream.requests[0].headers['stripe-version'], '2024-06-20');
});

test('a hidden tool is absent from the list and refused on call, with nothing sent', async () => {
  const narrow = await gateway.mint({ config: { methods: ['read'],
    tools: { deny: ['get_single_stripe_balance_by_id'] } } });
  const names = await toolNames(narrow.url);
  for (const name of ['create_a_stripe_customer', 'create_a_stripe_refund', 'get_single_stripe_balance_by_id']) {
    assert.ok(!names.includes(name), name);
    const answer = await legacy(narrow.url, 'tools/call', { name, arguments: {} });
    assert.equal(answer.status, 200);
    assert.equal(answer.body.error.code, -32602);
    assert.match(answer.body.error.message, /not exposed by this MCP server/);
  }
  assert.equal(upstream.requests.length, 0);
});

test('an unknown tool is -32602 and names the nearest one that is exposed', async () => {
  const answer = await legacy(server.url, 'tools/call', { name: 'list_all_stripe_charge', arguments: {} });
  assert.equal(answer.body.error.code, -32602);
  assert.match(answer.body.error.message, /list_all_stripe_charges/);
});

// [tool, arguments, what the sentence must say]
const refused = [
  ['list_all_stripe_charges', { limitt: 3 }, /limit\b/],
  ['list_all_stripe_charges', { created: { gt_e: 3 } }, /gte/],
  ['list_all_stripe_charges', { limit: 'three' }, /limit/],
  ['list_all_stripe_charges', { limit: 1.5 }, /limit/],
  ['get_single_stripe_charge_by_id', {}, /id/],
  ['get_single_stripe_charge_by_id', { id: 'ch_1/refunds' }, /id/],
  ['get_single_stripe_charge_by_id', { id: '..' }, /id/],
  ['get_single_stripe_charge_by_id', { id: '' }, /id/],
  ['get_single_stripe_charge_by_id', { id: 'ch_1?x=1' }, /id/],
  ['create_a_stripe_customer', { idempotency_key: 'a b' }, /idempotency_key/],
];
for (const [tool, args, sentence] of refused) {
  test(`${tool} with ${JSON.stringify(args)} is an error result and nothing is sent`, async () => {
    const done = await call(server.url, tool, args);
    assert.equal(done.isError, true);
    assert.equal(done.value.error.source, 'tollgate');
    assert.match(done.value.error.message, sentence);
    assert.ok(done.value.error.next_step);
    assert.equal(upstream.requests.length, 0);
  });
}

test('a list carries next_cursor and has_more', async () => {
  upstream.script = (asked, response) => json(response, 200,
    { object: 'list', url: '/v1/charges', has_more: true, data: [{ id: 'ch_1' }, { id: 'ch_2' }] });
  const done = await call(server.url, 'list_all_stripe_charges', { limit: 2 });
  assert.match(done.value.next_cursor, /^tgc_/);
  assert.equal(done.value.has_more, true);
  await call(server.url, 'list_all_stripe_charges', { limit: 2, next_cursor: done.value.next_cursor });
  assert.match(upstream.requests[1].path, /starting_after=ch_2/);
});

test('structuredContent comes only where the config asks for it', async () => {
  upstream.script = (asked, response) => json(response, 200, { id: 'ch_1', object: 'charge' });
  const plain = await call(server.url, 'get_single_stripe_charge_by_id', { id: 'ch_1' });
  assert.equal(plain.result.structuredContent, undefined);
  const wide = await gateway.mint({ config: { structured_content: true } });
  const both = await call(wide.url, 'get_single_stripe_charge_by_id', { id: 'ch_1' });
  const { today, ...content } = both.result.structuredContent;
  assert.match(today, /^\d{4}-\d\d-\d\d$/);
  assert.deepEqual(content, { money: 'test', id: 'ch_1', object: 'charge' });
});

test('amounts beyond 2^53 and unusual text pass through unchanged', async () => {
  const text = '{"id":"ch_1","amount":9007199254740993,"text":"\\u0000\\ud83d\\ude00 </script>"}';
  upstream.script = (asked, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };
  const raw = await gateway.mint({ config: { results: 'raw' } });
  const done = await call(raw.url, 'get_single_stripe_charge_by_id', { id: 'ch_1' });
  assert.equal(done.result.content[0].text, text);
  const shaped = await call(server.url, 'get_single_stripe_charge_by_id', { id: 'ch_1' });
  assert.match(shaped.result.content[0].text, /"amount":9007199254740993,/);
  assert.equal(shaped.value.text, '\u0000\u{1f600} </script>');
});

test('fifty calls at once are fifty requests, each answered with its own', async () => {
  upstream.script = (asked, response) => json(response, 200, { id: asked.url.split('/').pop(), object: 'charge' });
  const ids = Array.from({ length: 50 }, (_, i) => `ch_${i}`);
  const done = await Promise.all(ids.map((id) => call(server.url, 'get_single_stripe_charge_by_id', { id })));
  assert.deepEqual(done.map((one) => one.value.id), ids);
  assert.equal(upstream.requests.length, 50);
});
