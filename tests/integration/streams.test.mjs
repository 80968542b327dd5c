// Streams on which clients listen: GET of the revisions before 2026-07-28, subscriptions/listen of that one.
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { openGet, openListen } from '../support/event_stream.mjs';
import { root, startGateway } from '../support/gateway.mjs';
import { RawConnection, request } from '../support/http.mjs';
import { twoInstances } from '../support/instances.mjs';
import { call, legacy, modern } from '../support/mcp.mjs';
import { parseMetrics, sample } from '../support/prometheus.mjs';
import { startRedis } from '../support/redis.mjs';
import { slowPages, totals } from '../support/streams.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { allowed, sleep, until, within } from '../support/wait.mjs';

const host = resolve(root, process.env.CONFORMANCE_HOST_BINARY ?? 'build/release/tests/conformance/conformance_host');
const toolsChanged = 'notifications/tools/list_changed';
const at = (server) => `/integrated-account/${server.account}/mcp/${server.id}`;
const retag = (gateway, server, tag) => gateway.must('PATCH', at(server), { config: { tags: [tag] } });
const eras = { GET: openGet, listen: openListen };
const open = async (gateway) => sample(parseMetrics(await gateway.metrics()), 'tollgate_streams_open', {});

test('a server declares in both eras that it announces changes', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const old = await legacy(server.url, 'initialize', { protocolVersion: '2025-11-25', capabilities: {},
    clientInfo: { name: 'x', version: '1' } });
  assert.equal(old.body.result.capabilities.tools.listChanged, true);
  const now = await modern(server.url, 'server/discover');
  assert.equal(now.body.result.capabilities.tools.listChanged, true);
});

for (const [name, openIn] of Object.entries(eras)) {
  test(`${name}: a change of the server's config is told within 100 ms, and only to its own streams`, async (t) => {
    const gateway = await startGateway(t);
    const server = await gateway.mint();
    const other = await gateway.mint({ account: server.account });
    const mine = await openIn(server.url);
    const theirs = await openIn(other.url);
    assert.equal(mine.answer.status, 200);
    assert.equal(mine.answer.headers['content-type'], 'text/event-stream');
    assert.equal(mine.answer.headers['x-accel-buffering'], 'no');
    assert.match(mine.answer.headers['cache-control'], /no-cache.*no-transform/);
    assert.match(mine.answer.headers['x-request-id'], /^req_/);
    await until('a first byte', () => mine.text);
    for (const tag of ['refunds', 'disputes', 'payouts']) {
      const before = mine.messages.filter(({ method }) => method === toolsChanged).length;
      await retag(gateway, server, tag);
      const acknowledged = performance.now();
      const told = await until('a list_changed', () => mine.events.filter(({ data }) => data?.includes(toolsChanged))[before]);
      assert.ok(told.at - acknowledged < allowed(100), `${told.at - acknowledged} ms`);
    }
    assert.equal(theirs.messages.filter(({ method }) => method === toolsChanged).length, 0);
    mine.close();
    theirs.close();
    await until('no stream', async () => await open(gateway) === 0);
  });

  test(`${name}: a policy that takes a tool away, of the team or the account, is told to the servers it concerns`, async (t) => {
    const gateway = await startGateway(t);
    const server = await gateway.mint();
    const other = await gateway.mint();
    const mine = await openIn(server.url);
    const theirs = await openIn(other.url);
    await until('a first byte', () => mine.text && theirs.text);
    const told = (stream) => stream.messages.filter(({ method }) => method === toolsChanged).length;
    const rules = [{ id: 'no_refunds', tools: ['create_a_stripe_refund'] }];
    await gateway.must('PUT', `/integrated-account/${server.account}/policy`, { rules });
    await until('the account\'s policy', () => told(mine) === 1);
    assert.equal(told(theirs), 0);
    await gateway.must('PUT', '/team/policy', { rules });
    await until('the team\'s policy', () => told(mine) === 2 && told(theirs) === 1);
    mine.close();
    theirs.close();
  });

  test(`${name}: changes that come at once are told once`, async (t) => {
    const gateway = await startGateway(t);
    const server = await gateway.mint();
    const stream = await openIn(server.url);
    await Promise.all(['refunds', 'disputes', 'payouts', 'customers'].map((tag) => retag(gateway, server, tag)));
    await stream.message(toolsChanged);
    await sleep(300);
    assert.ok(stream.messages.filter(({ method }) => method === toolsChanged).length <= 2);
    stream.close();
  });

  const ends = {
    'a revoke': (gateway, server) => gateway.must('DELETE', at(server)),
    'a rotation without overlap': (gateway, server) => gateway.must('POST', at(server) + '/rotate', { overlap_seconds: 0 }),
    'the revoke of an account': (gateway, server) => gateway.revokeAll(`/integrated-account/${server.account}/revoke`),
    'a suspend': (gateway, server) => gateway.must('POST', at(server) + '/suspend'),
    'the suspend of an account': (gateway, server) => gateway.must('POST', `/integrated-account/${server.account}/suspend`),
    'the suspend of a team': (gateway) => gateway.must('POST', '/team/suspend'),
  };
  for (const [why, end] of Object.entries(ends)) {
    test(`${name}: after ${why} the stream has its last event and ends`, async (t) => {
      const gateway = await startGateway(t);
      const server = await gateway.mint();
      const stream = await openIn(server.url);
      await end(gateway, server);
      assert.equal(await stream.whole(), true, stream.text);
      if (name === 'listen') {
        const last = stream.messages.at(-1);
        assert.equal(last.id, 'l1');
        assert.equal(last.result.resultType, 'complete');
        assert.equal(last.result._meta['io.modelcontextprotocol/subscriptionId'], 'l1');
      } else {
        assert.match(stream.comments.at(-1), /^closing: .* no longer valid$/);
      }
      const again = await openIn(server.url);
      assert.equal(again.answer.status, why.includes('suspend') ? 403 : 404);
    });
  }

  test(`${name}: with an overlap the old token's stream goes on until the overlap is over`, async (t) => {
    const gateway = await startGateway(t);
    const server = await gateway.mint();
    const before = await openIn(server.url);
    const rotated = await gateway.must('POST', at(server) + '/rotate', { overlap_seconds: 2 });
    const after = await openIn(rotated.url);
    await retag(gateway, server, 'refunds');
    await before.message(toolsChanged);
    await after.message(toolsChanged);
    assert.equal(await before.whole(), true);
    await retag(gateway, server, 'disputes');
    await until('a second change', () => after.messages.filter(({ method }) => method === toolsChanged).length === 2);
    after.close();
  });

  test(`${name}: SIGTERM ends streams at once, each with its last event`, async (t) => {
    const gateway = await startGateway(t);
    const server = await gateway.mint();
    const streams = await Promise.all(Array.from({ length: 20 }, () => openIn(server.url)));
    const began = Date.now();
    const stopped = gateway.stop();
    for (const stream of streams) {
      assert.equal(await stream.whole(), true);
      if (name === 'listen') assert.equal(stream.messages.at(-1).id, 'l1');
      else assert.match(stream.comments.at(-1), /^closing: .*connect again$/);
    }
    await stopped;
    assert.ok(Date.now() - began < allowed(4_000), `${Date.now() - began} ms`);
  });

  test(`${name}: as many streams as a server may have, and as the instance may`, async (t) => {
    const gateway = await startGateway(t, { 'limits.streams_per_token': 2, 'limits.streams': 3, 'limits.requests_per_token': 1 });
    const server = await gateway.mint();
    const other = await gateway.mint({ account: server.account });
    const first = await openIn(server.url);
    const second = await openIn(server.url);
    // They take no place of calls, either, once the request that opened them has ended: a moment after its first bytes.
    await until('a call that is answered', () =>
      call(server.url, 'list_all_stripe_charges').then((answer) => answer.isError === false, () => false));
    assert.deepEqual([first, second].map(({ answer }) => answer.status), [200, 200]);
    const third = await openIn(server.url);
    assert.equal(third.answer.status, 503);
    assert.equal(third.answer.headers['retry-after'], '1');
    await until('the reason', () => third.text.includes('This MCP server has as many streams'));
    const fourth = await openIn(other.url);
    assert.equal(fourth.answer.status, 200);
    const fifth = await openIn(other.url);
    await until('the reason', () => fifth.text.includes('The gateway has as many streams'));
    assert.equal(await open(gateway), 3);
    first.close();
    await until('a free place', async () => await open(gateway) === 2);
    assert.equal((await openIn(other.url)).answer.status, 200);
  });

  test(`${name}: comments keep a quiet stream alive, longer than a request may take`, async (t) => {
    const gateway = await startGateway(t, { 'timeouts.keep_alive': 200, 'timeouts.request': 500, 'timeouts.idle': 500,
      'timeouts.write': 500 });
    const server = await gateway.mint();
    const stream = await openIn(server.url);
    await until('comments', () => stream.comments.filter((text) => text === 'keep-alive').length >= 8);
    await retag(gateway, server, 'refunds');
    await stream.message(toolsChanged);
    stream.close();
  });
}

test('listen: the first message is the honoured filter, and every notification has the id', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  for (const id of ['l1', 7]) {
    const stream = await openListen(server.url, { toolsListChanged: true, resourceSubscriptions: ['a://b'] }, { id });
    const tag = { 'io.modelcontextprotocol/subscriptionId': id };
    const first = await stream.message(() => true);
    assert.equal(first.method, 'notifications/subscriptions/acknowledged');
    assert.deepEqual(first.params, { _meta: tag, notifications: { toolsListChanged: true } });
    await retag(gateway, server, id === 7 ? 'refunds' : 'disputes');
    assert.deepEqual((await stream.message(toolsChanged)).params, { _meta: tag });
    stream.close();
  }
});

test('listen: refusals name what is wrong', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const wrong = await modern(server.url, 'subscriptions/listen', {}, { id: 'x' });
  assert.equal(wrong.status, 200);
  assert.equal(wrong.body.error.code, -32602);
  assert.equal(wrong.body.id, 'x');
  const json = await modern(server.url, 'subscriptions/listen', { notifications: { toolsListChanged: true } },
    { headers: { accept: 'application/json' } });
  assert.equal(json.status, 406);
  const old = await legacy(server.url, 'subscriptions/listen', { notifications: { toolsListChanged: true } });
  assert.equal(old.body.error.code, -32601);
});

test('GET without events, or of the stateless revision, is 405', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const asked = (headers) => request(server.url, { headers });
  for (const headers of [{}, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, { accept: '*/*' },
    { accept: 'text/event-stream', 'mcp-protocol-version': '2026-07-28' }]) {
    const answer = await asked(headers);
    assert.equal(answer.status, 405, JSON.stringify(headers));
    assert.match(answer.headers.allow, /^POST/);
  }
  assert.equal((await asked({ accept: 'text/event-stream', 'mcp-protocol-version': '1999-01-01' })).status, 400);
  assert.equal((await asked({ accept: 'text/event-stream', 'mcp-session-id': 'made up' })).status, 404);
  assert.equal((await request(server.url + 'x', { headers: { accept: 'text/event-stream' } })).status, 404);
});

test('GET: the first event has an id; a client that reconnects with it is notified of what changed meanwhile', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const first = await openGet(server.url);
  const primed = await until('the first event', () => first.events[0]);
  assert.equal(primed.data, '');
  assert.ok(Number(primed.retry) >= 1000);
  first.close();
  const same = await openGet(server.url, { headers: { 'last-event-id': primed.id } });
  await until('the first event', () => same.events[0]);
  await retag(gateway, server, 'refunds');
  await same.message(toolsChanged);
  assert.equal(same.messages.filter(({ method }) => method === toolsChanged).length, 1);
  same.close();
  const later = await openGet(server.url, { headers: { 'last-event-id': primed.id } });
  await later.message(toolsChanged);
  later.close();
  // Before 2025-11-25 an event without data would be a broken message.
  for (const version of ['2025-06-18', '2025-03-26', null]) {
    const old = await openGet(server.url, { version });
    await until('a first byte', () => old.text);
    assert.deepEqual(old.events, []);
    old.close();
  }
});

test('a bearer token, and a second factor, open streams as they do calls', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint({ config: { require_api_token_auth: true } });
  const token = server.url.split('/').pop();
  assert.equal((await openGet(server.url)).answer.status, 401);
  assert.equal((await openGet(gateway.base + '/mcp')).answer.status, 401);
  const stream = await openGet(gateway.base + '/mcp', { headers: { authorization: `Bearer ${token}`,
    'x-tollgate-api-key': gateway.apiKey } });
  assert.equal(stream.answer.status, 200);
  await retag(gateway, server, 'refunds');
  await stream.message(toolsChanged);
  stream.close();
});

test('a running call that says nothing sends comments, too', async (t) => {
  const upstream = await startUpstream(t);
  const pages = slowPages();
  const last = { object: 'list', has_more: false, url: '/v1/refunds', data: [] };
  upstream.script = (asked, response) => {
    if (upstream.requests.length < 3) pages(asked, response);
    else setTimeout(() => json(response, 200, last), 1200);
  };
  const gateway = await startGateway(t, { ...upstreamSettings(upstream), 'timeouts.keep_alive': 150 });
  const server = await gateway.mint({ config: { listing: 'full' } });
  const running = totals(server.url);
  const { comments, events } = await within(10_000, 'the result', running);
  assert.ok(comments >= 4, `${comments} comments`);
  assert.ok(events.at(-1).result);
});

test('a change at one instance is announced, and a revoke ends streams, at the other one', async (t) => {
  const redis = await startRedis(t);
  const { one, two } = await twoInstances(t, { 'redis.url': redis.url });
  const server = await one.mint();
  const streams = [await openGet(two.base + server.path), await openListen(two.base + server.path)];
  await retag(one, server, 'refunds');
  for (const stream of streams) await stream.message(toolsChanged, 2_000);
  await one.must('DELETE', at(server));
  for (const stream of streams) assert.equal(await stream.whole(2_000), true);
});

test('a client that opens a stream and sends its next request on the same connection is answered after it', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const raw = await RawConnection.open(gateway.port);
  raw.send(`GET ${server.path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`);
  await until('the stream', () => raw.text().includes('retry:'));
  raw.send('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await gateway.must('DELETE', at(server));
  await until('the answer', () => raw.text().endsWith('{"status":"ok"}'));
  raw.destroy();
});

// Stripe's resources are read when they are asked for, and tell of nothing: only a program of the tests does.
test('the clients that subscribed are notified of updates of resources, in each era', async (t) => {
  const gateway = await startGateway(t, {}, {}, 'serve', host);
  const server = await gateway.mint();
  const updated = 'notifications/resources/updated';
  const uri = 'test://static-text';
  const listening = await openListen(server.url, { resourceSubscriptions: [uri] });
  const other = await openListen(server.url, { resourceSubscriptions: ['test://static-binary'], toolsListChanged: true });
  const get = await openGet(server.url);
  const update = () => legacy(server.url, 'tools/call', { name: 'test_update_resource', arguments: {} });
  await update();
  assert.deepEqual((await listening.message(updated)).params,
    { _meta: { 'io.modelcontextprotocol/subscriptionId': 'l1' }, uri });
  assert.deepEqual((await legacy(server.url, 'resources/subscribe', { uri })).body.result, {});
  await update();
  assert.deepEqual((await get.message(updated)).params, { uri });
  assert.deepEqual((await legacy(server.url, 'resources/unsubscribe', { uri })).body.result, {});
  await update();
  await legacy(server.url, 'tools/call', { name: 'test_trigger_tool_change', arguments: {} });
  await other.message(toolsChanged);
  await get.message(toolsChanged);
  assert.equal(get.messages.filter(({ method }) => method === updated).length, 1);
  assert.equal(other.messages.filter(({ method }) => method === updated).length, 0);
  for (const stream of [listening, other, get]) stream.close();
  assert.equal((await modern(server.url, 'resources/subscribe', { uri })).status, 404);
  const plain = await startGateway(t);
  const refused = await legacy((await plain.mint()).url, 'resources/subscribe', { uri });
  assert.equal(refused.body.error.code, -32601);
});
