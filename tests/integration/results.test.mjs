// Results through the built binary: shaped, within the budget, with cursors good for one call only.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { pageOf } from '../support/heavy_pages.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const server = await gateway.mint();
const charges = 'list_all_stripe_charges';
beforeEach(() => { upstream.requests.length = 0; });

// Pages of all rows, as Stripe makes them: by starting_after and limit.
function serve(rows) {
  upstream.script = (asked, response) => {
    const query = new URL(asked.url, upstream.base).searchParams;
    const from = rows.findIndex((row) => row.id === query.get('starting_after')) + 1;
    const limit = Number(query.get('limit') ?? 10);
    json(response, 200, { object: 'list', url: '/v1/charges', has_more: from + limit < rows.length,
      data: rows.slice(from, from + limit) });
  };
}

test('pages over the budget, one after the other, give every row once', async () => {
  const rows = pageOf('charge', 150).data;
  serve(rows);
  const seen = [];
  const args = { limit: 100, max_tokens: 6000 };
  let cursor;
  for (let turn = 0; turn < 50; ++turn) {
    const page = (await call(server.url, charges, { ...args, ...(cursor && { next_cursor: cursor }) })).value;
    seen.push(...page.data.map((row) => row.id));
    cursor = page.next_cursor;
    assert.equal(page.has_more, cursor !== null);
    if (!cursor) break;
  }
  assert.deepEqual(seen, rows.map((row) => row.id));
});

test('a search cut short goes on within the same page of Stripe', async () => {
  const rows = pageOf('charge', 100).data;
  upstream.script = (asked, response) => json(response, 200,
    { object: 'search_result', has_more: true, next_page: 'page-2', data: rows });
  const args = { where: [{ field: 'amount', op: '>', value: 100 }], limit: 100, max_tokens: 8000 };
  const first = (await call(server.url, 'search_all_stripe_charges', args)).value;
  const second = (await call(server.url, 'search_all_stripe_charges', { ...args, next_cursor: first.next_cursor })).value;
  assert.ok(first.data.length < 100);
  assert.equal(second.data[0].id, rows[first.data.length].id);
  for (const sent of upstream.requests) {
    const query = new URL(sent.path, upstream.base).searchParams;
    assert.equal(query.get('query'), 'amount>100');
    assert.equal(query.get('page'), null);
    assert.equal(query.get('where'), null);
  }
});

test('a cursor is good for the same call only, says why not, and sends nothing', async () => {
  serve(pageOf('charge', 5).data);
  const { next_cursor } = (await call(server.url, charges, { limit: 2 })).value;
  upstream.requests.length = 0;
  const other = await gateway.mint({ account: (await gateway.connect()).id });
  const refused = [
    [server, charges, { limit: 3, next_cursor }, /of other arguments/],
    [server, 'list_all_stripe_refunds', { limit: 2, next_cursor }, /of another tool/],
    [other, charges, { limit: 2, next_cursor }, /of another account/],
    [server, charges, { limit: 2, next_cursor: next_cursor.slice(0, -1) }, /was changed/],
    [server, charges, { limit: 2, next_cursor: 'ch_1' }, /id of Stripe's/],
  ];
  for (const [at, tool, args, sentence] of refused) {
    const done = await call(at.url, tool, args);
    assert.equal(done.isError, true);
    assert.equal(done.value.error.code, 'bad_cursor');
    assert.match(done.value.error.message, sentence);
  }
  assert.equal(upstream.requests.length, 0);
  // fields and max_tokens may change from page to page.
  const next = await call(server.url, charges, { limit: 2, next_cursor, fields: ['amount'], max_tokens: 900 });
  assert.equal(next.isError, false);
});

test('a cursor of another team is refused like a changed one', async () => {
  serve(pageOf('charge', 5).data);
  const { next_cursor } = (await call(server.url, charges, { limit: 2 })).value;
  const team = await gateway.must('POST', '/team', { name: 'Other' });
  const { key } = team.api_key;
  const account = await gateway.must('POST', '/integrated-account', { name: 'B', credential: 'rk_test_other000000000000000000' }, { key });
  const foreign = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: 'B', config: {} }, { key });
  const done = await call(foreign.url, charges, { limit: 2, next_cursor });
  const changed = await call(server.url, charges, { limit: 2, next_cursor: next_cursor.slice(0, -1) + (next_cursor.endsWith('A') ? 'B' : 'A') });
  assert.equal(done.value.error.code, 'bad_cursor');
  assert.equal(done.value.error.message, changed.value.error.message);
});

test('equal calls give equal bytes, and a cursor outlives a restart', async () => {
  serve(pageOf('charge', 5).data);
  const own = await startGateway({ after }, upstreamSettings(upstream));
  const { url, path } = await own.mint();
  const one = await call(url, charges, { limit: 2 });
  const two = await call(url, charges, { limit: 2 });
  assert.equal(one.result.content[0].text, two.result.content[0].text);
  await own.stop();
  await own.start(upstreamSettings(upstream));
  const later = await call(own.base + path, charges, { limit: 2, next_cursor: one.value.next_cursor });
  assert.equal(later.isError, false);
  assert.match(upstream.requests.at(-1).path, new RegExp(`starting_after=${one.value.data[1].id}`));
});

test('redaction and raw mode are per server, secrets go in both, errors included', async () => {
  const body = { id: 'pi_1', object: 'payment_intent', amount: 500, currency: 'usd', livemode: false,
    client_secret: 'pi_1_secret_abcdefgh', receipt_email: 'ada@example.com', description: 'for ada@example.com', review: null };
  upstream.script = (asked, response) => json(response, 200, body);
  const tool = 'get_single_stripe_payment_intent_by_id';
  const raw = await gateway.mint({ config: { results: 'raw' } });
  assert.deepEqual((await call(raw.url, tool, { id: 'pi_1' })).value, { ...body, client_secret: '[redacted]' });
  const strict = await gateway.mint({ config: { redact: ['email'] } });
  const shown = (await call(strict.url, tool, { id: 'pi_1', fields: ['*'] })).value;
  assert.equal(shown.receipt_email, '[redacted]');
  assert.equal(shown.description, 'for [redacted]');
  assert.equal(shown.amount_formatted, '5.00 USD');
  upstream.script = (asked, response) => json(response, 400, { error: { type: 'invalid_request_error',
    param: 'intent', message: 'No such thing for ada@example.com with rk_test_51abc' } });
  const failed = (await call(strict.url, tool, { id: 'pi_1' })).value.error;
  assert.equal(failed.message, 'No such thing for [redacted] with rk_test_***');
  assert.equal(failed.param, 'id');
});

test('what a call expands is shown, also when it is no default field', async () => {
  upstream.script = (asked, response) => json(response, 200, { object: 'list', has_more: false, url: '/x', data: [
    { id: 'ch_1', object: 'charge', amount: 1, currency: 'usd', livemode: false, source_transfer: { id: 'tr_1', object: 'transfer', description: 'rule' } }] });
  const plain = (await call(server.url, charges, { limit: 1 })).value;
  assert.equal(plain.data[0].source_transfer, undefined);
  assert.deepEqual(plain.omitted.fields, ['source_transfer']);
  const expanded = (await call(server.url, charges, { limit: 1, expand: ['data.source_transfer'] })).value;
  assert.equal(expanded.data[0].source_transfer.description, 'rule');
  assert.equal(expanded.data[0].amount, 1);
  const named = (await call(server.url, charges, { limit: 1, expand: ['data.source_transfer'], fields: ['currency'] })).value;
  assert.deepEqual(Object.keys(named.data[0]), ['id', 'object', 'currency', 'source_transfer']);
});

test('an amount that cannot be meant is refused before anything is sent', async () => {
  for (const amount of [0, -5, 5.5, '5.50']) {
    const done = await call(server.url, 'create_a_stripe_payment_intent', { amount, currency: 'usd' });
    assert.equal(done.value.error.code, 'bad_amount');
    assert.equal(done.value.error.param, 'amount');
  }
  assert.equal(upstream.requests.length, 0);
});

test('a write says what it did, and a search after it that it may lag', async () => {
  upstream.script = (asked, response) => json(response, 200, asked.method === 'POST'
    ? { id: 'pi_1', object: 'payment_intent', amount: 500, currency: 'usd', status: 'requires_payment_method' }
    : { object: 'search_result', has_more: false, next_page: null, data: [] });
  const search = ['search_all_stripe_payment_intents', { where: [{ field: 'status', op: '=', value: 'succeeded' }] }];
  const fresh = await gateway.mint({ account: (await gateway.connect()).id });
  assert.equal((await call(fresh.url, ...search)).value.notes, undefined);
  const done = await call(fresh.url, 'create_a_stripe_payment_intent', { amount: 500, currency: 'usd' });
  assert.equal(done.value.summary, 'Payment intent pi_1 of 5.00 USD is requires_payment_method.');
  assert.match((await call(fresh.url, ...search)).value.notes[0], /written \d s ago through this gateway/);
});

test('an answer far over the budget is whole JSON and names what it lacks', async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => ({ id: `il_${i}`, object: 'line_item', amount: i, currency: 'usd' }));
  upstream.script = (asked, response) => json(response, 200, { id: 'in_1', object: 'invoice', currency: 'usd', total: 5,
    footer: 'x'.repeat(200_000), lines: { object: 'list', data: lines, has_more: false, url: '/x' } });
  for (const config of [{}, { results: 'raw' }]) {
    const at = await gateway.mint({ config: { ...config, result_tokens_max: 2000 } });
    const { value, result } = await call(at.url, 'get_single_stripe_invoice_by_id', { id: 'in_1', ...(config.results ? {} : { fields: ['*'] }) });
    assert.equal(value.id, 'in_1');
    assert.ok(result.content[0].text.length < 12_000);
    assert.match(value.notes.join(' '), /lines\.data: showing \d+ of 5000 items|lines \(/);
    assert.match(value.notes.join(' '), /footer \(/);
  }
});

test('an invoice comes with what paid it, a payment link with what it costs, and both with date and kind of money', async () => {
  upstream.requests.length = 0;
  upstream.script = (asked, response) => json(response, 200, { id: 'in_1', object: 'invoice', total: 500, currency: 'usd', status: 'paid',
    payments: { object: 'list', has_more: false, url: '/x', data: [{ id: 'inpay_1', object: 'invoice_payment', status: 'paid', amount_paid: 500,
      currency: 'usd', payment: { type: 'payment_intent', payment_intent: 'pi_1' } }] } });
  const invoice = (await call(server.url, 'get_single_stripe_invoice_by_id', { id: 'in_1' })).value;
  assert.equal(upstream.requests[0].path, '/v1/invoices/in_1?expand[0]=payments');
  assert.deepEqual(invoice.payments.data, [{ id: 'inpay_1', object: 'invoice_payment', status: 'paid', payment: { payment_intent: 'pi_1' } }]);
  assert.match(invoice.today, /^\d{4}-\d\d-\d\d$/);
  assert.equal(invoice.money, 'test');
  upstream.script = (asked, response) => json(response, 200, { id: 'plink_1', object: 'payment_link', currency: 'usd', url: 'https://buy.example/1',
    line_items: { object: 'list', has_more: false, url: '/x', data: [{ id: 'li_1', object: 'item', amount_total: 2000, currency: 'usd' }] } });
  const link = (await call(server.url, 'create_a_stripe_payment_link', { line_items: [{ price: 'price_1', quantity: 1 }] })).value;
  assert.ok(upstream.requests[1].body.endsWith('&expand[0]=line_items'));
  assert.equal(link.summary, 'Payment link plink_1 for 20.00 USD is at https://buy.example/1.');
  assert.equal(link.line_items.data[0].amount_total_formatted, '20.00 USD');
});

test('a key in the Request-Id of an answer reaches neither the model nor the log', async () => {
  const key = 'rk_test_51HabcdefghijklmnopQRST';
  upstream.script = (asked, response) => json(response, 200, { object: 'charge', id: 'ch_1', amount: 5, currency: 'usd' }, { 'request-id': key });
  const done = await call(server.url, 'get_single_stripe_charge_by_id', { id: 'ch_1' });
  assert.equal(done.result._meta['stripe/requestId'], 'rk_test_***');
  await until('the line', () => gateway.log.includes('"stripe_request":"rk_test_***"'));
  assert.ok(!gateway.log.includes(key) && !JSON.stringify(done).includes('51Habc'));
});
