// An upstream that is limited, down, slow or broken: the caller learns who failed and what to do, at
// once, and nothing is sent twice.
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { call } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { allowed, until } from '../support/wait.mjs';

const upstream = await startUpstream({ after });
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), 'stripe.answer_timeout': 700,
  'stripe.answer_bytes': 200_000 });
const server = await gateway.mint();
beforeEach(() => { upstream.requests.length = 0; });

const list = () => call(server.url, 'list_all_stripe_charges');
const create = () => call(server.url, 'create_a_stripe_customer', { name: 'x' });

test('a 429 passes at once, unretried, with RateLimit facts in headers and result', async () => {
  upstream.script = (asked, response) => json(response, 429,
    { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' } },
    { 'stripe-rate-limited-reason': 'global-rate', 'stripe-should-retry': 'true' });
  const started = Date.now();
  const done = await list();
  assert.ok(Date.now() - started < allowed(600));
  assert.equal(upstream.requests.length, 1);
  assert.equal(done.isError, true);
  assert.deepEqual(done.value.error.rate_limit,
    { limit: 25, remaining: 0, reset_seconds: 1, reason: 'global-rate', synthesised: true });
  assert.equal(done.value.error.status, 429);
  assert.equal(done.headers['ratelimit-limit'], '25');
  assert.equal(done.headers['ratelimit-remaining'], '0');
  assert.equal(done.headers['ratelimit-reset'], '1');
  assert.equal(done.headers.ratelimit, '"stripe";r=0;t=1');
  assert.equal(done.headers['ratelimit-policy'], '"stripe";q=25;w=1');
  assert.equal(done.headers['retry-after'], '1');
});

test('a 429\'s Retry-After is honoured, and an epoch reset becomes seconds', async () => {
  upstream.script = (asked, response) => json(response, 429, { error: { message: 'slow down' } },
    { 'retry-after': '7', 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3) });
  const done = await list();
  assert.equal(done.headers['ratelimit-limit'], '5000');
  assert.equal(done.headers['ratelimit-reset'], '7');
  assert.equal(done.headers['retry-after'], '7');
  assert.equal(done.value.error.rate_limit.synthesised, false);
});

// [status, error, what the value must hold]
const errors = [
  [400, { type: 'invalid_request_error', code: 'parameter_unknown', param: 'created[x]', message: 'Received unknown parameter' },
    { param: 'created.x', code: 'parameter_unknown' }],
  [402, { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds', message: 'Declined.' },
    { decline_code: 'insufficient_funds' }],
  [404, { type: 'invalid_request_error', code: 'resource_missing', message: 'No such charge' }, { code: 'resource_missing' }],
  [409, { type: 'invalid_request_error', code: 'idempotency_key_in_use', message: 'in use' }, { retryable: true }],
  [500, { type: 'api_error', message: 'oops' }, { retryable: true }],
];
for (const [status, error, held] of errors) {
  test(`Stripe's ${status} is an error result that names Stripe, and is not retried`, async () => {
    upstream.script = (asked, response) => json(response, status, { error });
    const done = await create();
    assert.equal(done.isError, true);
    assert.equal(upstream.requests.length, 1);
    const value = done.value.error;
    assert.equal(value.source, 'stripe');
    assert.equal(value.status, status);
    assert.equal(value.request_id, 'req_upstream');
    assert.ok(value.next_step.length > 20);
    for (const [key, expected] of Object.entries(held)) assert.deepEqual(value[key], expected, key);
  });
}

test('keys that Stripe quotes in its messages are masked', async () => {
  upstream.script = (asked, response) => json(response, 401, { error: { type: 'invalid_request_error',
    message: 'Invalid API Key provided: rk_test_********************0000 and sk_test_51Habcdefghij' } });
  // An account of its own: nothing is sent for it any more.
  const done = await call((await gateway.mint()).url, 'list_all_stripe_charges');
  assert.equal(done.isError, true);
  assert.ok(!/0000|51Habcdefghij/.test(done.result.content[0].text), done.result.content[0].text);
});

test('an upstream that does not answer in time is a deadline, and the outcome of a write is unknown', async () => {
  upstream.script = () => {};
  const read = await list();
  assert.equal(read.isError, true);
  assert.equal(read.value.error.source, 'tollgate');
  const write = await create();
  assert.equal(write.value.error.code, 'outcome_unknown');
  assert.match(write.value.error.next_step, /same arguments and this operation_key/);
  assert.equal(write.value.error.operation_key, upstream.requests[1].headers['idempotency-key']);
  assert.equal(upstream.requests.length, 2);
});

const partial = {
  'half a header': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Ty'),
  'half a body': (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id":'),
  'half a chunk': (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n{"id":'),
  'nothing': (socket) => socket.destroy(),
  'no HTTP': (socket) => socket.end('220 smtp ready\r\n\r\n'),
};
for (const [what, act] of Object.entries(partial)) {
  test(`an upstream that answers ${what} is an unknown outcome, sent once`, async () => {
    upstream.script = (asked) => act(asked.socket);
    const done = await create();
    assert.equal(done.isError, true);
    assert.equal(done.value.error.source, 'tollgate');
    assert.equal(done.value.error.code, 'outcome_unknown');
    // A kept connection that closes without a byte is replaced once, by the same bytes: one call at Stripe.
    assert.ok(upstream.requests.length <= (what === 'nothing' ? 2 : 1), String(upstream.requests.length));
    assert.equal(new Set(upstream.requests.map((one) => one.headers['idempotency-key'])).size, 1);
  });
}

test('a huge answer is cut off with a clear error', async () => {
  upstream.script = (asked, response) => json(response, 200, { id: 'x', text: 'y'.repeat(400_000) });
  const done = await list();
  assert.equal(done.isError, true);
  assert.match(done.value.error.message, /large|big|bytes|limit/i);
  upstream.script = (asked, response) => json(response, 200, { object: 'list', data: [], has_more: false });
  assert.equal((await list()).isError, false);
});

test('HTML and other non-JSON answers are described, not repeated', async () => {
  for (const status of [200, 502]) {
    upstream.script = (asked, response) => {
      response.writeHead(status, { 'content-type': 'text/html' });
      response.end('<html><body>Bad gateway MARK</body></html>');
    };
    const done = await list();
    assert.equal(done.isError, true, String(status));
    assert.equal(done.value.error.type, 'unreadable_answer');
    assert.ok(!done.result.content[0].text.includes('MARK'));
  }
});

test('redirects are not followed', async () => {
  upstream.script = (asked, response) => {
    response.writeHead(302, { location: `${upstream.base}/elsewhere` });
    response.end();
  };
  const done = await list();
  assert.equal(done.isError, true);
  assert.equal(upstream.requests.length, 1);
});

// A kept connection that the upstream closed while idle costs no call.
test('a stale kept connection is replaced without the caller noticing, and without a second send', async () => {
  upstream.script = (asked, response) => json(response, 200, { id: 'cus_1', object: 'customer' });
  for (let i = 0; i < 8; ++i) await create();
  for (const socket of upstream.sockets) socket.destroy();
  await until('the sockets to close', () => upstream.sockets.size === 0);
  upstream.requests.length = 0;
  for (let i = 0; i < 8; ++i) assert.equal((await create()).isError, false);
  assert.equal(upstream.requests.length, 8);
});

test('a call to an upstream that is down is reported as not sent; the gateway stays ready', async (t) => {
  const gone = await startUpstream(t);
  const settings = upstreamSettings(gone);
  await gone.close();
  const own = await startGateway(t, settings);
  const made = await own.mint();
  const done = await call(made.url, 'create_a_stripe_customer', { name: 'x' });
  assert.equal(done.isError, true);
  assert.equal(done.value.error.source, 'tollgate');
  assert.equal(done.value.error.code, 'not_sent');
  assert.match(done.value.error.next_step, /Nothing was done at Stripe/);
  assert.equal((await request(own.base + '/readyz')).status, 200);
});

test('a live key is never sent to a test upstream', async () => {
  const account = await gateway.connect({ credential: ['rk', 'live', 'abcdefgh12345678'].join('_') });
  const live = await gateway.mint({ account: account.id });
  const done = await call(live.url, 'list_all_stripe_charges');
  assert.equal(done.isError, true);
  assert.equal(done.value.error.code, 'live_key_refused');
  assert.equal(upstream.requests.length, 0);
});
