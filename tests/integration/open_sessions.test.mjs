// Which sessions and streams are open at an MCP server, and the end of one session.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openGet, openListen, SseClient } from '../support/event_stream.mjs';
import { startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { legacy, modern } from '../support/mcp.mjs';
import { startRedis } from '../support/redis.mjs';
import { until } from '../support/wait.mjs';

const pathOf = (server) => `/integrated-account/${server.account}/mcp/${server.id}/sessions`;
const openAt = (gateway, server) => gateway.must('GET', pathOf(server));

async function begin(url, name = 'Claude') {
  const answer = await legacy(url, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name, version: '1.2' } },
    { headers: { 'user-agent': 'python-httpx/0.27' } });
  return answer.headers['mcp-session-id'];
}
const ping = (url, id) => legacy(url, 'ping', undefined, { headers: { 'mcp-session-id': id, 'user-agent': 'python-httpx/0.27', 'mcp-protocol-version': '2025-06-18' } });

const gateway404 = async (gateway, path) => {
  const answer = await gateway.admin('DELETE', path);
  assert.equal(answer.status, 404);
  return answer.body.detail;
};

test('a session is open from initialize to DELETE, with its client and its newest use, and without its id', async (t) => {
  const gateway = await startGateway(t, { 'server.loops': 2 });
  const server = await gateway.mint();
  const other = await gateway.mint({ account: server.account });
  const empty = await openAt(gateway, server);
  assert.deepEqual(empty, { covers: 'this_instance', instances: { running: null, answered: [] }, sessions: { total: 0, result: [] }, streams: { total: 0, result: [] } });

  const id = await begin(server.url);
  await begin(other.url, 'Another');
  const { sessions } = await openAt(gateway, server);
  assert.deepEqual([sessions.total, sessions.result.length], [1, 1]);
  const [one] = sessions.result;
  assert.deepEqual([one.title, one.client, one.revision], ['Claude 1.2', 'python-httpx/0.27', '2025-06-18']);
  assert.equal(one.last_used_at, one.began_at);
  const text = JSON.stringify(sessions);
  for (const part of [id, id.slice(0, 12), id.slice(-12)]) assert.ok(!text.includes(part), 'a part of the id');

  await until('a later use', async () => {
    assert.equal((await ping(server.url, id)).status, 200);
    const [used] = (await openAt(gateway, server)).sessions.result;
    return used.last_used_at > one.last_used_at && used.began_at <= one.began_at;
  });
  assert.equal((await openAt(gateway, server)).sessions.total, 1, 'one session, whichever loop served it');

  await legacy(server.url, 'ping'); // without a session
  await modern(server.url, 'tools/list'); // a revision that has none
  assert.equal((await openAt(gateway, server)).sessions.total, 1);
});

test('a session that is ended at the admin API is refused until its client begins again', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const other = await gateway.mint({ account: server.account });
  const id = await begin(server.url);
  const [{ id: name }] = (await openAt(gateway, server)).sessions.result;
  assert.match(name, /^mses_[0-9a-f]{24}$/);
  assert.equal((await gateway.admin('DELETE', `${pathOf(other)}/${name}`)).status, 404, 'not of that MCP server');
  assert.equal((await ping(server.url, id)).status, 200);
  const { key: viewer } = await gateway.must('POST', '/api-key', { name: 'reader', role: 'viewer' });
  assert.equal((await gateway.admin('DELETE', `${pathOf(server)}/${name}`, undefined, { key: viewer })).status, 403);
  assert.equal((await gateway.admin('GET', pathOf(server), undefined, { key: viewer })).status, 200);

  assert.equal((await gateway.admin('DELETE', `${pathOf(server)}/${name}`)).status, 204);
  assert.equal((await ping(server.url, id)).status, 404);
  assert.equal((await openAt(gateway, server)).sessions.total, 0);
  assert.equal((await gateway.admin('DELETE', `${pathOf(server)}/${name}`)).status, 404, 'a second time');
  assert.notEqual(await begin(server.url), id);
  assert.equal((await openAt(gateway, server)).sessions.total, 1);
  const { result } = await gateway.must('GET', '/audit?kind=admin_finished');
  assert.ok(result.some((one) => one.action === `DELETE ${pathOf(server)}/${name}`), 'audited by its name');
});

test('the end of a session ends the streams of its client at this instance, and no others', async (t) => {
  const gateway = await startGateway(t, { 'server.loops': 2 });
  const server = await gateway.mint();
  const [mine, other] = [await begin(server.url), await begin(server.url, 'Other')];
  const headers = (id) => ({ headers: { 'mcp-session-id': id, 'mcp-protocol-version': '2025-06-18' } });
  const ended = [await openGet(server.url, headers(mine)), await openGet(server.url, headers(mine))];
  const open = [await openGet(server.url, headers(other)), await openGet(server.url)];
  const { sessions, streams } = await openAt(gateway, server);
  assert.equal(streams.total, 4);
  await gateway.must('DELETE', `${pathOf(server)}/${sessions.result.find((one) => one.title === 'Claude 1.2').id}`);
  await until('two streams are left', async () => (await openAt(gateway, server)).streams.total === 2);
  for (const one of [...ended, ...open]) one.close();
});

test('without Redis, a session ends at the instance that was asked, as the documentation says', async (t) => {
  const { one, two } = await twoInstances(t);
  const server = await one.mint();
  const id = await begin(server.url);
  const there = two.base + new URL(server.url).pathname;
  await until('the other instance knows the URL', async () => (await ping(there, id)).status === 200);
  const [{ id: name }] = (await openAt(one, server)).sessions.result;
  await one.must('DELETE', `${pathOf(server)}/${name}`);
  assert.equal((await ping(server.url, id)).status, 404);
  assert.equal((await ping(there, id)).status, 200);
  const again = await gateway404(one, `${pathOf(server)}/${name}`);
  assert.match(again, /an instance that did not answer may have: try again, or suspend the MCP server/);
  assert.equal((await openAt(one, server)).covers, 'this_instance');
});

test('streams are listed by kind, and leave the list when they close', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  const get = await openGet(server.url);
  const listen = await openListen(server.url);
  const { streams } = await openAt(gateway, server);
  assert.deepEqual(streams.result.map((one) => one.kind).sort(), ['get', 'listen']);
  assert.equal(streams.total, 2);
  for (const one of streams.result) assert.ok(Math.abs(Date.now() - Date.parse(one.opened_at)) < 60_000);
  get.close();
  await until('one stream', async () => (await openAt(gateway, server)).streams.total === 1);
  listen.close();
});

test('nothing is open at a suspended MCP server, and another team learns nothing', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  await begin(server.url);
  const { api_key: stranger } = await gateway.must('POST', '/team', { name: 'Other' });
  assert.equal((await gateway.admin('GET', pathOf(server), undefined, { key: stranger.key })).status, 404);
  await gateway.must('POST', pathOf(server).replace('/sessions', '/suspend'), {});
  assert.equal((await openAt(gateway, server)).sessions.total, 0);
});

test('of many sessions, the newest hundred are listed, with the number of all', async (t) => {
  const gateway = await startGateway(t);
  const server = await gateway.mint();
  for (let made = 0; made < 102; ++made) await begin(server.url, `client ${made}`);
  await new Promise((resolve) => setTimeout(resolve, 5)); // the time of a use has milliseconds
  await begin(server.url, 'client 102');
  const { sessions } = await openAt(gateway, server);
  assert.deepEqual([sessions.total, sessions.result.length, sessions.result[0].title], [103, 100, 'client 102 1.2']);
});

test('with Redis, sessions and streams of all instances are listed at each, and a session is one wherever it is used', async (t) => {
  const { one, two } = await twoInstances(t, { 'redis.url': (await startRedis(t)).url, 'server.loops': 2 });
  const server = await one.mint();
  const there = two.base + new URL(server.url).pathname;
  const id = await begin(server.url);
  await until('the other instance knows the URL', async () => (await ping(there, id)).status === 200);
  const second = await begin(there, 'Cursor');
  const open = [await openGet(server.url), await openGet(there), await openListen(there)];
  for (const gateway of [one, two]) {
    const seen = await openAt(gateway, server);
    assert.equal(seen.covers, 'all_instances');
    assert.equal(seen.instances.running, 2);
    assert.equal(new Set(seen.instances.answered).size, 2);
    for (const name of seen.instances.answered) assert.match(name, /^inst_/);
    assert.equal(seen.sessions.total, 2);
    assert.deepEqual(seen.sessions.result.map((each) => each.title), ['Cursor 1.2', 'Claude 1.2'], 'the newest use first');
    assert.equal(seen.streams.total, 3);
    assert.deepEqual(seen.streams.result.map((each) => each.kind).sort(), ['get', 'get', 'listen']);
    const text = JSON.stringify(seen);
    for (const part of [id, second, id.slice(0, 12), second.slice(-12)]) assert.ok(!text.includes(part), 'a part of an id');
  }
  for (const each of open) each.close();
  await until('no stream', async () => (await openAt(one, server)).streams.total === 0);
});

test('a session is ended at an instance that has never seen it, with its streams at every instance, HTTP+SSE too', async (t) => {
  const { one, two } = await twoInstances(t, { 'redis.url': (await startRedis(t)).url, 'server.loops': 2 });
  const server = await one.mint();
  const there = two.base + new URL(server.url).pathname;
  const id = await begin(server.url);
  await until('the other instance knows the URL', async () => (await ping(there, id)).status === 200);
  const other = await begin(there, 'Other');
  const headers = (session) => ({ headers: { 'mcp-session-id': session, 'mcp-protocol-version': '2025-06-18' } });
  const streams = [await openGet(server.url, headers(id)), await openGet(there, headers(id)), await openGet(there, headers(other))];
  const { sessions } = await openAt(two, server);
  const { id: name } = sessions.result.find((each) => each.title === 'Claude 1.2');
  await two.must('DELETE', `${pathOf(server)}/${name}`);
  await until('the streams of the other session are left', async () => (await openAt(one, server)).streams.total === 1);
  await until('ended at both', async () => (await ping(server.url, id)).status === 404 && (await ping(there, id)).status === 404);
  assert.equal((await ping(there, other)).status, 200);
  assert.equal((await one.admin('DELETE', `${pathOf(server)}/${name}`)).status, 404, 'a second time, at the other');

  const sse = await SseClient.open(server.url + '/sse');
  await sse.ask('initialize', { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'Old client', version: '1.2' } });
  const old = (await openAt(two, server)).sessions.result.find((each) => each.title === 'Old client 1.2');
  assert.ok(old, 'a session of HTTP+SSE');
  await two.must('DELETE', `${pathOf(server)}/${old.id}`);
  await sse.whole();
  for (const each of streams) each.close();
});

test('an instance that does not answer is counted, and the others are waited for a second at most', async (t) => {
  const { one, two } = await twoInstances(t, { 'redis.url': (await startRedis(t)).url });
  const server = await one.mint();
  const id = await begin(server.url);
  assert.equal((await openAt(one, server)).covers, 'all_instances');
  process.kill(two.process.pid, 'SIGSTOP');
  t.after(() => two.exit === null && process.kill(two.process.pid, 'SIGCONT'));
  const began = Date.now();
  const seen = await openAt(one, server);
  assert.ok(Date.now() - began < 2_500, `${Date.now() - began} ms`);
  assert.deepEqual([seen.covers, seen.instances.running, seen.instances.answered.length], ['some_instances', 2, 1]);
  assert.equal(seen.sessions.total, 1);
  const [{ id: name }] = seen.sessions.result;
  assert.equal((await one.admin('DELETE', `${pathOf(server)}/${name}`)).status, 204, 'its own session ends all the same');
  assert.equal((await ping(server.url, id)).status, 404);
  process.kill(two.process.pid, 'SIGCONT');
});
