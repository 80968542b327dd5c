// aggregate through the built binary: totals over many pages, progress as it goes, and its ends.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call, legacy, modernVersion } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const server = await gateway.mint({ config: { listing: 'full' } });
const reasons = ['duplicate', 'fraudulent', null];
const rows = Array.from({ length: 250 }, (_, i) => ({ id: `re_${i}`, object: 'refund', amount: 100 + i,
  currency: i % 5 === 0 ? 'jpy' : 'usd', reason: reasons[i % 3] }));
let pause = 0;

// A list that pages like Stripe's.
function pages(asked, response) {
  const query = new URL(asked.url, upstream.base).searchParams;
  const from = query.has('starting_after') ? rows.findIndex((row) => row.id === query.get('starting_after')) + 1 : 0;
  const data = rows.slice(from, from + Number(query.get('limit') ?? 10));
  setTimeout(() => json(response, 200, { object: 'list', data, has_more: from + data.length < rows.length, url: '/v1/refunds' }), pause);
}
beforeEach(() => { upstream.requests.length = 0; upstream.script = pages; pause = 0; });

test('count, sum, least and greatest by currency and reason, in one call', async () => {
  const { value } = await call(server.url, 'list_all_stripe_refunds', { aggregate: { group_by: 'reason', value: 'amount' } });
  assert.equal(upstream.requests.length, 3);
  assert.ok(upstream.requests.every((sent) => sent.path.includes('limit=100')));
  const { aggregate } = value;
  assert.equal(aggregate.complete, true);
  assert.equal(aggregate.rows, 250);
  assert.equal(value.next_cursor, null);
  for (const reason of reasons) {
    const group = aggregate.groups.find((one) => one.group === (reason ?? 'none'));
    const mine = rows.filter((row) => row.reason === reason);
    assert.equal(group.count, mine.length);
    for (const currency of ['usd', 'jpy']) {
      const amounts = mine.filter((row) => row.currency === currency).map((row) => row.amount);
      const got = group.amounts.find((one) => one.currency === currency);
      assert.equal(got.sum, amounts.reduce((a, b) => a + b));
      assert.equal(got.min, Math.min(...amounts));
      assert.equal(got.max, Math.max(...amounts));
    }
  }
  const usd = aggregate.all.amounts.find((one) => one.currency === 'usd');
  assert.equal(usd.sum_formatted, `${(usd.sum / 100).toFixed(2)} USD`);
  assert.match(aggregate.all.amounts.find((one) => one.currency === 'jpy').sum_formatted, /^\d+ JPY$/);
});

test('the filters of the list hold, and the answer is small', async () => {
  const { result } = await call(server.url, 'list_all_stripe_refunds', { created: { gte: 5 }, aggregate: { value: 'amount' } });
  assert.ok(upstream.requests.every((sent) => decodeURIComponent(sent.path).includes('created[gte]=5')));
  assert.ok(result.content[0].text.length < 600);
});

test('a page that fails ends the walk: what was read, why, and a cursor that adds up the rest', async () => {
  let page = 0;
  upstream.script = (asked, response, body) => (++page === 3
    ? json(response, 429, { error: { type: 'invalid_request_error', message: 'slow down' } }) : pages(asked, response, body));
  const args = { aggregate: { group_by: 'currency', value: 'amount' } };
  const first = await call(server.url, 'list_all_stripe_refunds', args);
  assert.equal(first.value.aggregate.complete, false);
  assert.equal(first.value.aggregate.rows, 200);
  assert.match(first.value.notes[0], /next_cursor adds up the rest/);
  upstream.script = pages;
  const rest = await call(server.url, 'list_all_stripe_refunds', { ...args, next_cursor: first.value.next_cursor });
  assert.equal(rest.value.aggregate.complete, true);
  assert.equal(rest.value.aggregate.rows, 50);
  const total = (answer) => answer.value.aggregate.all.amounts.reduce((sum, one) => sum + one.sum, 0);
  assert.equal(total(first) + total(rest), rows.reduce((sum, row) => sum + row.amount, 0));
});

test('a first page that fails is the usual error', async () => {
  upstream.script = (asked, response) => json(response, 403, { error: { type: 'invalid_request_error',
    message: "The key does not have the required permissions. Having the 'rak_refund_read' permission would allow this." } });
  const refused = await call(server.url, 'list_all_stripe_refunds', { aggregate: {} });
  assert.equal(refused.isError, true);
  assert.equal(refused.value.error.missing_permission, 'rak_refund_read');
});

test('a list without an end is left after fifty pages', async () => {
  let id = 0;
  upstream.script = (asked, response) => json(response, 200, { object: 'list', has_more: true, url: '/v1/refunds',
    data: [{ id: `re_${++id}`, object: 'refund', amount: 1, currency: 'usd' }] });
  const { value } = await call(server.url, 'list_all_stripe_refunds', { aggregate: { value: 'amount' } });
  assert.equal(upstream.requests.length, 50);
  assert.equal(value.aggregate.complete, false);
  assert.equal(value.aggregate.all.amounts[0].sum, 50);
});

test('wrong aggregates are refused, nothing is sent', async () => {
  for (const aggregate of [7, 'amount', [], { by: 'reason' }, { group_by: 5 }, { value: '' }]) {
    const refused = await call(server.url, 'list_all_stripe_refunds', { aggregate });
    assert.equal(refused.isError, true, JSON.stringify(aggregate));
    assert.match(refused.value.error.param, /^aggregate/);
  }
  for (const name of ['search_all_stripe_charges', 'get_single_stripe_balance_by_id'])
    assert.equal((await call(server.url, name, { aggregate: {} })).value.error.code, 'unknown_argument');
  assert.equal(upstream.requests.length, 0);
});

// A tools/call with a progress token, read as it comes: { type, events, done }.
function stream(url, { modern = false, id = 77, headers = {} } = {}) {
  const version = modern ? { 'mcp-protocol-version': modernVersion, 'mcp-method': 'tools/call', 'mcp-name': 'list_all_stripe_refunds' } : {};
  const meta = { progressToken: 'p-1', ...(modern && { 'io.modelcontextprotocol/protocolVersion': modernVersion,
    'io.modelcontextprotocol/clientCapabilities': {} }) };
  const message = { jsonrpc: '2.0', id, method: 'tools/call',
    params: { name: 'list_all_stripe_refunds', arguments: { aggregate: { value: 'amount' } }, _meta: meta } };
  const out = { events: [], text: '' };
  out.done = new Promise((resolve, reject) => {
    out.request = http.request(url, { method: 'POST', headers: { 'content-type': 'application/json',
      accept: 'application/json, text/event-stream', ...version, ...headers } }, (response) => {
      out.type = response.headers['content-type'];
      out.headers = response.headers;
      response.setEncoding('utf8');
      response.on('data', (part) => { out.text += part; });
      response.on('end', () => {
        out.events = out.text.split('\n\n').filter(Boolean)
          .map((event) => JSON.parse(event.split('\n').find((line) => line.startsWith('data: ')).slice(6)));
        resolve(out);
      });
      response.on('error', reject);
    });
    out.request.on('error', reject);
    out.request.end(JSON.stringify(message));
  });
  return out;
}

for (const modern of [false, true]) {
  test(`progress is told while pages are read (${modern ? 'modern' : 'legacy'} era)`, async () => {
    const { events, type, headers } = await stream(server.url, { modern }).done;
    assert.equal(type, 'text/event-stream');
    assert.equal(headers['x-accel-buffering'], 'no');
    assert.ok(headers['x-request-id']);
    assert.deepEqual(events.slice(0, -1).map((event) => [event.method, event.params.progressToken, event.params.progress]),
      [1, 2, 3].map((page) => ['notifications/progress', 'p-1', page]));
    const last = events.at(-1);
    assert.equal(last.id, 77);
    assert.equal(JSON.parse(last.result.content[0].text).aggregate.rows, 250);
  });
}

test('a client that takes JSON only gets JSON', async () => {
  const answer = await legacy(server.url, 'tools/call', { name: 'list_all_stripe_refunds', arguments: { aggregate: {} },
    _meta: { progressToken: 1 } }, { headers: { accept: 'application/json' } });
  assert.match(answer.headers['content-type'], /^application\/json/);
  assert.equal(JSON.parse(answer.body.result.content[0].text).aggregate.rows, 250);
});

test('a value that no row has is said, not summed to nothing', async () => {
  const { value } = await call(server.url, 'list_all_stripe_refunds', { aggregate: { value: 'metadata.amount' } });
  assert.equal(value.aggregate.rows_without_value, 250);
  assert.match(value.notes[0], /No row has a whole number at 'metadata.amount'/);
});

test('a connection that carried a stream carries the next request', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const first = stream(server.url);
  await first.done;
  const again = await legacy(server.url, 'tools/list');
  assert.equal(again.status, 200);
  agent.destroy();
});

async function requestsSettle() {
  let before = -1;
  while (before !== upstream.requests.length) {
    before = upstream.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  return before;
}

// Endless pages, 100 ms each.
function slowly() {
  let id = 0;
  upstream.script = (asked, response) => setTimeout(() => json(response, 200, { object: 'list', has_more: true, url: '/v1/refunds',
    data: [{ id: `re_${++id}`, object: 'refund', amount: 1, currency: 'usd' }] }), 100);
}

test('modern era: a client that goes away ends the walk', async () => {
  slowly();
  const running = stream(server.url, { modern: true });
  running.done.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 350));
  running.request.destroy();
  assert.ok(await requestsSettle() < 12);
});

test('legacy era: notifications/cancelled ends the walk, from any connection', async () => {
  slowly();
  const running = stream(server.url, { id: 'slow-1' });
  await new Promise((resolve) => setTimeout(resolve, 350));
  const told = await legacy(server.url, 'notifications/cancelled', { requestId: 'slow-1' }, { id: null });
  assert.equal(told.status, 202);
  const { events } = await running.done;
  const value = JSON.parse(events.at(-1).result.content[0].text);
  assert.equal(value.aggregate.complete, false);
  assert.match(value.notes[0], /cancelled/);
  assert.ok(upstream.requests.length < 12);
});
