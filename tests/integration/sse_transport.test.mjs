// The HTTP+SSE transport of 2024-11-05: a stream at …/sse, messages to …/messages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SseClient } from '../support/event_stream.mjs';
import { startGateway } from '../support/gateway.mjs';
import { RawConnection, request } from '../support/http.mjs';
import { twoInstances } from '../support/instances.mjs';
import { legacy } from '../support/mcp.mjs';
import { parseMetrics, sample } from '../support/prometheus.mjs';
import { startRedis } from '../support/redis.mjs';
import { slowPages } from '../support/streams.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { allowed, sleep, until, within } from '../support/wait.mjs';

const at = (server) => `/integrated-account/${server.account}/mcp/${server.id}`;
const hello = { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'old', version: '1' } };
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

async function connected(t, settings = {}, minted = {}) {
  const gateway = await startGateway(t, settings);
  const server = await gateway.mint(minted);
  const client = await SseClient.open(server.url + '/sse');
  t.after(() => client.close());
  return { gateway, server, client };
}

test('a whole conversation: endpoint, initialize, lists, calls, errors', async (t) => {
  const { server, client } = await connected(t);
  assert.equal(client.answer.headers['content-type'], 'text/event-stream');
  assert.equal(client.answer.headers['x-accel-buffering'], 'no');
  assert.match(client.answer.headers['cache-control'], /no-cache.*no-transform/);
  assert.equal(client.first.event, 'endpoint');
  assert.match(client.first.data, new RegExp(`^${server.path}/messages\\?sessionId=tgs_[0-9A-Za-z]{24}$`));
  const begun = await client.ask('initialize', hello);
  assert.equal(begun.result.protocolVersion, '2024-11-05');
  assert.equal(begun.result.capabilities.tools.listChanged, true);
  const noted = await client.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
  assert.equal(noted.status, 202);
  assert.deepEqual((await client.ask('ping')).result, {});
  const { result } = await client.ask('tools/list');
  assert.ok(result.tools.length > 0);
  const called = await client.ask('tools/call', { name: 'list_all_stripe_charges', arguments: { limit: 1 } });
  assert.equal(called.result.isError, false);
  assert.equal((await client.ask('tools/call', { name: 'no_such_tool', arguments: {} })).error.code, -32602);
  assert.equal((await client.ask('nonsense')).error.code, -32601);
  assert.equal(client.messages.length, 6);
});

test('the token may be in a header', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const token = server.url.split('/').pop();
  const headers = { authorization: `Bearer ${token}` };
  const client = await SseClient.open(gateway.base + '/mcp/sse', { headers });
  assert.match(client.first.data, /^\/mcp\/messages\?sessionId=/);
  assert.deepEqual((await client.ask('ping')).result, {});
  const without = await request(client.endpoint, { method: 'POST', body: JSON.stringify(ping),
    headers: { 'content-type': 'application/json' } });
  assert.equal(without.status, 401);
  assert.equal((await request(gateway.base + '/mcp/sse', { headers: { accept: 'text/event-stream' } })).status, 401);
  client.close();
});

test('what is refused, and how', async (t) => {
  const { gateway, server, client } = await connected(t);
  const other = await gateway.mint({ account: server.account });
  const status = async (url, options) => (await request(url, options)).status;
  const posting = (more = {}) => ({ method: 'POST', body: JSON.stringify(ping), ...more,
    headers: { 'content-type': 'application/json', ...more.headers } });
  const wrongMethod = await request(server.url + '/sse', posting());
  assert.equal(wrongMethod.status, 405);
  assert.equal(wrongMethod.headers.allow, 'GET');
  const get = await request(client.endpoint);
  assert.equal(get.status, 405);
  assert.equal(get.headers.allow, 'POST');
  for (const accept of ['text/html', 'text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'])
    assert.equal(await status(server.url + '/sse', { headers: { accept } }), 406, accept);
  for (const headers of [{ accept: '*/*' }, { accept: 'application/json, text/event-stream' }]) {
    const lenient = await SseClient.open(server.url + '/sse', { headers });
    assert.equal(lenient.answer.status, 200, headers.accept);
    lenient.close();
  }
  const wrong = [
    [client.endpoint.replace(/sessionId=.*/, 'sessionId=tgs_000000000000000000000000'), posting(), 404],
    [client.endpoint.replace(/\?.*/, ''), posting(), 404],
    [client.endpoint.replace(server.path, other.path), posting(), 404],
    [client.endpoint, posting({ headers: { 'content-type': 'text/plain' } }), 415],
    [client.endpoint, posting({ body: '{' }), 400],
    [client.endpoint, posting({ body: '[]' }), 400],
    [client.endpoint, posting({ body: '{"jsonrpc":"2.0"}' }), 400],
  ];
  for (const [url, options, expected] of wrong) assert.equal(await status(url, options), expected, JSON.stringify(options));
  // A token that is none gets the same words as everywhere.
  const plain = await legacy(server.url + 'x', 'ping');
  for (const [path, options] of [['x/sse', { headers: { accept: 'text/event-stream' } }], ['x/messages?sessionId=y', posting()]]) {
    const answer = await request(server.url + path, options);
    assert.equal(answer.status, 404);
    assert.equal(answer.text, plain.text);
  }
  assert.equal(await status(server.url + '/other', posting()), 404);
  assert.equal(client.messages.length, 0);
});

test('answers find their stream from any loop', async (t) => {
  const { client } = await connected(t, { 'server.loops': 2 });
  const asked = await Promise.all(Array.from({ length: 60 }, () => client.ask('tools/list')));
  assert.equal(new Set(asked.map(({ id }) => id)).size, 60);
  const more = await Promise.all(Array.from({ length: 10 }, () => SseClient.open(client.endpoint.replace(/messages.*/, 'sse'))));
  for (const one of more) assert.deepEqual((await one.ask('ping')).result, {});
  for (const one of more) one.close();
});

test('a long call is accepted at once, reports its progress on the stream, and can be cancelled', async (t) => {
  const upstream = await startUpstream(t);
  upstream.script = slowPages();
  const { client } = await connected(t, upstreamSettings(upstream), { config: { listing: 'full' } });
  const began = Date.now();
  const sent = await client.post({ jsonrpc: '2.0', id: 'long', method: 'tools/call', params: { name: 'list_all_stripe_refunds',
    arguments: { aggregate: { value: 'amount' } }, _meta: { progressToken: 'p' } } });
  assert.equal(sent.status, 202);
  assert.ok(Date.now() - began < allowed(1_000));
  await client.message('notifications/progress');
  await client.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'long' } });
  const answer = await client.message(({ id }) => id === 'long');
  assert.equal(JSON.parse(answer.result.content[0].text).aggregate.complete, false);
});

test('clients are notified of changes of the server, and its end ends the stream', async (t) => {
  const { gateway, server, client } = await connected(t, { 'timeouts.keep_alive': 100 });
  await until('comments', () => client.comments.length >= 3);
  await gateway.must('PATCH', at(server), { config: { tags: ['refunds'] } });
  await client.message('notifications/tools/list_changed');
  await gateway.must('DELETE', at(server));
  assert.equal(await client.whole(), true);
  assert.match(client.comments.at(-1), /no longer valid/);
  assert.equal((await client.post(ping)).status, 404);
});

test('the end of the stream is that of the session, and cancels nothing that was sent', async (t) => {
  const upstream = await startUpstream(t);
  let answer;
  upstream.script = (asked, response) => { answer = () => json(response, 200, { id: 'cus_1', object: 'customer' }); };
  const { gateway, client } = await connected(t, upstreamSettings(upstream), { config: { listing: 'full' } });
  const sent = await client.post({ jsonrpc: '2.0', id: 1, method: 'tools/call',
    params: { name: 'create_a_stripe_customer', arguments: { name: 'X' } } });
  assert.equal(sent.status, 202);
  await until('the call', () => answer);
  client.close();
  await until('the end of the session', async () => (await client.post(ping)).status === 404);
  answer();
  await until('its outcome in the log', () => /"sse_answer".*create_a_stripe_customer.*"tool_failed":false/.test(gateway.log));
});

test('SIGTERM: what was sent is answered before the stream ends', async (t) => {
  const upstream = await startUpstream(t);
  let answer;
  upstream.script = (asked, response) => { answer = () => json(response, 200, { id: 'cus_1', object: 'customer' }); };
  const { gateway, server, client } = await connected(t, upstreamSettings(upstream), { config: { listing: 'full' } });
  const idle = await SseClient.open(server.url + '/sse');
  await client.post({ jsonrpc: '2.0', id: 'last', method: 'tools/call',
    params: { name: 'create_a_stripe_customer', arguments: { name: 'X' } } });
  await until('the call', () => answer);
  const stopped = gateway.stop();
  assert.equal(await idle.whole(), true);
  assert.match(idle.comments.at(-1), /connect again/);
  answer();
  assert.equal((await client.message(({ id }) => id === 'last')).result.isError, false);
  assert.equal(await client.whole(), true);
  await stopped;
});

test('as many requests as may run; more are 503', async (t) => {
  const upstream = await startUpstream(t);
  const waiting = [];
  upstream.script = (asked, response) => waiting.push(response);
  const { client } = await connected(t, { ...upstreamSettings(upstream), 'limits.requests_per_token': 2 }, { config: { listing: 'full' } });
  const charges = (id) => client.post({ jsonrpc: '2.0', id, method: 'tools/call',
    params: { name: 'list_all_stripe_charges', arguments: {} } });
  assert.deepEqual([(await charges('a')).status, (await charges('b')).status], [202, 202]);
  await until('both calls', () => waiting.length === 2);
  assert.equal((await charges('c')).status, 503);
  for (const response of waiting) json(response, 200, { object: 'list', data: [], has_more: false, url: '/v1/charges' });
  for (const id of ['a', 'b']) await client.message((message) => message.id === id);
  assert.equal((await charges('d')).status, 202);
  await until('a third call', () => waiting.length === 3);
  json(waiting[2], 200, { object: 'list', data: [], has_more: false, url: '/v1/charges' });
  await client.message(({ id }) => id === 'd');
});

test('a client that does not read its answers is disconnected, and no other client is affected', async (t) => {
  const gateway = await startGateway(t, { 'timeouts.write': 60_000, 'server.loops': 1 });
  const server = await gateway.mint({ config: { listing: 'full', list_tokens_max: 500_000 } });
  const raw = await RawConnection.open(gateway.port);
  raw.send(`GET ${server.path}/sse HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`);
  await until('the endpoint', () => raw.text().includes('sessionId='));
  const endpoint = gateway.base + /data: (\S+)/.exec(raw.text())[1];
  raw.socket.pause();
  let statuses = [];
  for (let i = 0; i < 400 && !statuses.includes(404); ++i) {
    const answers = await Promise.all([1, 2, 3, 4].map((id) => request(endpoint, { method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list' }), headers: { 'content-type': 'application/json' } })));
    statuses = answers.map(({ status }) => status);
  }
  assert.ok(statuses.includes(404), 'the stream was not cut');
  assert.equal((await legacy(server.url, 'ping')).status, 200);
  assert.equal(sample(parseMetrics(await gateway.metrics()), 'tollgate_streams_open', {}), 0);
  raw.destroy();
});

test('the log has neither the token nor the session', async (t) => {
  const { gateway, server, client } = await connected(t, { 'log.level': 'debug' });
  await client.ask('ping');
  const session = /sessionId=(\w+)/.exec(client.endpoint)[1];
  await request(client.endpoint + 'x', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  await until('the line of the answer', () => gateway.log.includes('sse_answer'));
  assert.ok(!gateway.log.includes(server.url.split('/').pop()));
  await until('the line of the refusal', () => /sse_session_unknown.*without Redis/.test(gateway.log));
  assert.ok(!gateway.log.includes(session));
});

test('the stream at one instance, the messages at another, through Redis and unreadable there', async (t) => {
  const redis = await startRedis(t);
  const { one, two } = await twoInstances(t, { 'redis.url': redis.url });
  const server = await one.mint();
  const seen = await RawConnection.open(Number(new URL(redis.url).port));
  seen.send('MONITOR\r\n');
  await until('the monitor', () => seen.text().includes('+OK'));
  const client = await SseClient.open(one.base + server.path + '/sse', { at: two.base });
  assert.ok(client.endpoint.startsWith(two.base));
  assert.equal((await client.ask('initialize', hello)).result.protocolVersion, '2024-11-05');
  const asked = await Promise.all(Array.from({ length: 20 }, () => client.ask('tools/list')));
  for (const { result } of asked) assert.ok(result.tools.length > 0);
  assert.equal((await client.ask('tools/call', { name: 'list_all_stripe_charges', arguments: {} })).result.isError, false);
  const session = /sessionId=(\w+)/.exec(client.endpoint)[1];
  await until('what was published', () => seen.text().includes('"PUBLISH"'));
  for (const word of [session, 'jsonrpc', 'list_all_stripe', server.url.split('/').pop()])
    assert.ok(!seen.text().includes(word), `Redis saw ${word}`);
  client.close();
  await until('the end of the session', async () => (await client.post(ping)).status === 404);
  // One whose instance was killed has nobody who could hear.
  const lost = await SseClient.open(one.base + server.path + '/sse', { at: two.base });
  assert.deepEqual((await lost.ask('ping')).result, {});
  await one.kill();
  await until('a 404', async () => (await lost.post(ping)).status === 404);
  seen.destroy();
});

test('without Redis the messages must come to the instance that has the stream', async (t) => {
  const { one, two } = await twoInstances(t);
  const server = await one.mint();
  const client = await SseClient.open(one.base + server.path + '/sse');
  assert.deepEqual((await client.ask('ping')).result, {});
  const elsewhere = await request(client.endpoint.replace(one.base, two.base), { method: 'POST', body: JSON.stringify(ping),
    headers: { 'content-type': 'application/json' } });
  assert.equal(elsewhere.status, 404);
  await until('the log', () => /sse_session_unknown.*one instance/.test(two.log));
  client.close();
});

test('an answer that comes when the session is new or old: many clients come and go', async (t) => {
  const { gateway, server } = await connected(t, { 'server.loops': 2 });
  await Promise.all(Array.from({ length: 12 }, async () => {
    for (let i = 0; i < 10; ++i) {
      const client = await SseClient.open(server.url + '/sse');
      if (client.answer.status !== 200) throw new Error(client.text);
      if (i % 2) assert.deepEqual((await client.ask('ping')).result, {});
      else await client.post(ping);
      client.close();
    }
  }));
  await until('all gone', async () => sample(parseMetrics(await gateway.metrics()), 'tollgate_streams_open', {}) === 1);
  await within(1_000, 'nothing more', sleep(10));
});
