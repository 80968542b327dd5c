// Receipts through the built binary: a write is recorded, repeated calls are answered, lost answers are found out.
import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, toolNames } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const upstream = await startUpstream({ after });
const settings = upstreamSettings(upstream);
const gateway = await startGateway({ after }, settings);
const server = await gateway.mint();

const refund = { id: 're_1', object: 'refund', amount: 500, currency: 'usd', status: 'succeeded', charge: 'ch_1' };
const answers = (asked, response) =>
  json(response, 200, asked.method === 'GET' ? { ...refund, status: 'pending' } : refund);
beforeEach(() => { upstream.script = answers; });
afterEach(() => { upstream.requests.length = 0; });

const give = (args, options) => call(server.url, 'create_a_stripe_refund', args, options);
const receipts = (query = '') => gateway.must('GET', `/receipt${query}`).then((page) => page.result);
const receipt = (id) => gateway.must('GET', `/receipt/${id}`);
const writes = () => upstream.requests.filter((sent) => sent.method === 'POST');

test('a write has a receipt, whose id is its key: in the text, in _meta and in the admin API', async () => {
  const done = await give({ charge: 'ch_own', amount: 500 });
  const id = done.value.receipt;
  assert.match(id, /^rcp_[0-9A-Za-z]{24}$/);
  assert.equal(done.result._meta['tollgate/receipt'], id);
  assert.equal(done.result._meta['tollgate/operationKey'], id);
  assert.equal(writes()[0].headers['idempotency-key'], id);
  const stored = await receipt(id);
  assert.deepEqual({ ...stored, created_at: 0, finished_at: 0 }, {
    id, state: 'succeeded', tool: 'create_a_stripe_refund', integrated_account_id: server.account, mcp_server_id: server.id,
    connected_account: null, operation_key: id, object: 'refund', object_id: 're_1', amount: 500, currency: 'usd', status: 200,
    error_code: null, stripe_request: 'req_upstream', settled_by: null, settled_reason: null, attempts: 1, created_at: 0, finished_at: 0, next_attempt_at: null });
});

test('the same key and arguments: nothing is sent, and the object is read as it is now', async () => {
  const first = await give({ charge: 'ch_same', operation_key: 'same-1' });
  const again = await give({ charge: 'ch_same', operation_key: 'same-1' });
  assert.equal(writes().length, 1);
  assert.equal(again.isError, false);
  assert.equal(again.value.replayed, true);
  assert.equal(again.value.receipt, first.value.receipt);
  assert.equal(again.value.status, 'pending'); // of the GET
  assert.equal(again.result._meta['tollgate/replayed'], true);
});

test('where the object cannot be read, the receipt is the answer', async () => {
  const narrow = await gateway.mint({ account: server.account, config: { tools: { allow: ['create_a_stripe_refund'] } } });
  const once = () => call(narrow.url, 'create_a_stripe_refund', { charge: 'ch_narrow', operation_key: 'narrow-1' });
  const first = await once();
  const again = await once();
  assert.equal(upstream.requests.length, 1);
  assert.equal(again.value.receipt.id, first.value.receipt);
  assert.equal(again.value.receipt.object_id, 're_1');
  assert.equal(again.value.replayed, true);
});

test('the same key with other arguments is refused, and the argument is named', async () => {
  await give({ charge: 'ch_other', amount: 5, operation_key: 'other-1' });
  const other = await give({ charge: 'ch_other', amount: 6, operation_key: 'other-1' });
  assert.equal(other.isError, true);
  assert.equal(other.value.error.code, 'operation_key_reused');
  assert.equal(other.value.error.param, 'amount');
  assert.match(other.value.error.message, /These arguments differ: amount\./);
  assert.equal(writes().length, 1);
});

test('two equal calls at once: one is sent, both have its receipt', async () => {
  let held;
  upstream.script = (asked, response) => {
    if (asked.method === 'POST') held = () => json(response, 200, refund);
    else answers(asked, response);
  };
  const both = [1, 2].map(() => give({ charge: 'ch_once', operation_key: 'once-1' }));
  (await until('the request', () => held))();
  const [one, two] = await Promise.all(both);
  assert.equal(writes().length, 1);
  assert.equal(one.value.receipt, two.value.receipt);
});

test('two equal writes without a key both run, and the second says so', async () => {
  const first = await give({ charge: 'ch_twice' });
  const second = await give({ charge: 'ch_twice' });
  assert.equal(writes().length, 2);
  assert.notEqual(first.value.receipt, second.value.receipt);
  const note = second.value.notes.find((text) => text.startsWith('An equal write was made'));
  assert.ok(note.includes(first.value.receipt), note);
});

test('a declined write is replayed as declined; a rate limit lets the same key through later', async () => {
  upstream.script = (asked, response) => json(response, 402,
    { error: { type: 'card_error', code: 'card_declined', message: 'Declined.' } });
  await give({ charge: 'ch_declined', operation_key: 'declined-1' });
  const again = await give({ charge: 'ch_declined', operation_key: 'declined-1' });
  assert.equal(writes().length, 1);
  assert.equal(again.isError, true);
  assert.equal(again.value.error.code, 'card_declined');
  assert.equal(again.value.receipt.state, 'failed');
  upstream.script = (asked, response) => json(response, 429, { error: { type: 'rate_limit_error', message: 'Slow.' } });
  const limited = await give({ charge: 'ch_limited', operation_key: 'limited-1' });
  assert.equal((await receipt(limited.value.receipt)).state, 'failed');
  upstream.script = answers;
  const later = await give({ charge: 'ch_limited', operation_key: 'limited-1' });
  assert.equal(later.isError, false);
  assert.equal(later.value.receipt, limited.value.receipt);
  assert.equal((await receipt(limited.value.receipt)).attempts, 2);
});

test('a lost answer is found out by itself: the same bytes with the same key', async () => {
  upstream.script = (asked) => asked.socket.destroy();
  const lost = await give({ charge: 'ch_lost', amount: 7 });
  assert.equal(lost.value.error.code, 'outcome_unknown');
  const id = lost.value.receipt;
  assert.equal((await receipt(id)).state, 'unknown');
  assert.ok((await receipt(id)).next_attempt_at);
  upstream.script = answers;
  await until('its outcome', async () => (await receipt(id)).state === 'succeeded', 20_000);
  const [first, ...more] = writes();
  assert.ok(more.length >= 1);
  for (const sent of more) {
    assert.equal(sent.body, first.body);
    assert.equal(sent.headers['idempotency-key'], first.headers['idempotency-key']);
  }
});

test('a server error is not known to be a failure; reconcile looks at once, and says what it finds', async () => {
  upstream.script = (asked, response) => json(response, 500, { error: { type: 'api_error', message: 'Oops.' } });
  const lost = await give({ charge: 'ch_500' });
  const id = lost.value.receipt;
  assert.equal((await receipt(id)).state, 'unknown');
  upstream.script = answers;
  const found = await gateway.must('POST', `/receipt/${id}/reconcile`);
  assert.equal(found.state, 'succeeded');
  assert.equal((await gateway.must('POST', `/receipt/${id}/reconcile`)).state, 'succeeded');
  assert.equal(writes().length, 2);
});

test('kill -9 between the request and its answer: after the restart the outcome is found out', async (t) => {
  const own = await startGateway(t, settings);
  const { path } = await own.mint();
  const repeat = () => call(own.base + path, 'create_a_stripe_refund', { charge: 'ch_kill', operation_key: 'kill-1' });
  upstream.script = () => {};
  const lost = repeat().catch(() => {});
  await until('the request', () => writes().length === 1);
  await own.kill();
  await lost;
  upstream.script = answers;
  await own.start(settings);
  const state = async () => (await own.must('GET', '/receipt?operation_key=kill-1')).result[0].state;
  await until('its outcome', async () => await state() === 'succeeded', 20_000);
  const sent = writes().map((one) => `${one.headers['idempotency-key']} ${one.body}`);
  assert.deepEqual([...new Set(sent)], ['kill-1 charge=ch_kill']);
  const again = await repeat();
  assert.equal(again.value.replayed, true);
});

test('a model asks about the writes of its own server, and of no other', async () => {
  const made = await give({ charge: 'ch_ask', operation_key: 'ask-1' });
  for (const name of [made.value.receipt, 'ask-1']) {
    const shown = await call(server.url, 'get_receipt', { receipt: name });
    assert.equal(shown.value.id, made.value.receipt);
    assert.equal(shown.value.state, 'succeeded');
  }
  const other = await gateway.mint({ account: server.account });
  const refused = await call(other.url, 'get_receipt', { receipt: made.value.receipt });
  assert.equal(refused.value.error.code, 'no_such_receipt');
  const reader = await gateway.mint({ account: server.account, config: { methods: ['read'] } });
  assert.ok((await toolNames(server.url)).includes('get_receipt'));
  assert.ok(!(await toolNames(reader.url)).includes('get_receipt'));
});

test('how long the two records of a write took is measured', async () => {
  const counted = async (record) =>
    Number(new RegExp(`^tollgate_receipt_store_seconds_count\\{record="${record}"\\} (\\d+)$`, 'm').exec(await gateway.metrics())[1]);
  const before = [await counted('intent'), await counted('outcome')];
  await give({ charge: 'ch_measured', operation_key: 'measured-1' });
  await give({ charge: 'ch_measured', operation_key: 'measured-1' }); // answered from the receipt: nothing is recorded
  assert.deepEqual([await counted('intent'), await counted('outcome')], before.map((count) => count + 1));
});

test('reads have no receipt, and receipts are filtered', async () => {
  const before = (await receipts('?limit=100')).length;
  await call(server.url, 'list_all_stripe_refunds');
  assert.equal((await receipts('?limit=100')).length, before);
  await give({ charge: 'ch_filter', operation_key: 'filter-1' });
  const [one] = await receipts('?operation_key=filter-1');
  assert.equal(one.object_id, 're_1');
  assert.equal((await receipts(`?mcp_server_id=${server.id}&state=succeeded&amount_min=500&amount_max=500&limit=1`)).length, 1);
  assert.equal((await receipts('?amount_min=501')).length, 0);
  assert.equal((await receipts(`?created_before=${one.created_at}&operation_key=filter-1`)).length, 0);
  assert.equal((await receipts(`?created_from=${one.created_at}&operation_key=filter-1`)).length, 1);
  for (const [query, code] of [['state=lost', 'invalid_state'], ['amount_min=5.5', 'invalid_amount'],
    ['created_from=soon', 'invalid_time'], ['sate=unknown', 'unknown_parameter']])
    assert.equal((await gateway.admin('GET', `/receipt?${query}`)).body.code, code);
});

test('nothing that Stripe returned is stored, but ids, codes and amounts', async () => {
  upstream.script = (asked, response) => json(response, 200, { ...refund, id: 're_secret', reason: 'visible-nowhere',
    metadata: { note: 'visible-nowhere' } });
  await give({ charge: 'ch_secret', metadata: { note: 'visible-nowhere' } });
  const [row] = await receipts('?object_id=re_secret');
  assert.ok(!JSON.stringify(row).includes('visible-nowhere'));
});
