// Which clients were seen at an MCP server, how far each got, and the sentence that says what to do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { twoInstances } from '../support/instances.mjs';
import { call, legacy, modern } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

async function desk(gateway, config = {}) {
  const account = await gateway.must('POST', '/integrated-account', { name: 'Acme', credential: testKey });
  const server = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: 'desk', config });
  return { account, server, path: `/integrated-account/${account.id}/mcp/${server.id}/clients` };
}

const agent = (name) => ({ headers: { 'user-agent': name } });
const info = (name, version) => ({ meta: { 'io.modelcontextprotocol/clientInfo': { name, version } } });
const hello = (name, version) => ({ protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name, version } });

test('a client is followed from its first message to its first call, in both eras', async (t) => {
  const gateway = await startGateway(t);
  const { server, path } = await desk(gateway);
  const seen = () => gateway.must('GET', path);
  const empty = await seen();
  assert.deepEqual([empty.state, empty.result], ['never_seen', []]);
  assert.match(empty.advice, /^No client has reached this MCP server yet\./);

  await legacy(server.url, 'initialize', hello('Claude', '1.2'), agent('python-httpx/0.27'));
  const [began] = (await seen()).result;
  assert.deepEqual([began.client, began.title, began.era, began.state, began.listed_at],
    ['python-httpx/0.27', 'Claude 1.2', '2025', 'discovered', null]);
  await legacy(server.url, 'tools/list', undefined, agent('python-httpx/0.27'));
  const listed = await seen();
  assert.deepEqual([listed.state, listed.result.length, listed.result[0].called_at], ['listed', 1, null]);
  assert.match(listed.advice, /has the list of tools and has called none/);

  await modern(server.url, 'server/discover', {}, info('Cursor', '3.0'));
  await modern(server.url, 'tools/list', {}, info('Cursor', '3.0'));
  await call(server.url, 'list_all_stripe_charges', { limit: 1 }, agent('python-httpx/0.27'));
  const all = await until('the call is seen', async () => {
    const now = await seen();
    return now.state === 'calls' && now;
  });
  assert.equal(all.advice, null);
  const of = Object.fromEntries(all.result.map((one) => [one.client, one]));
  assert.deepEqual(Object.keys(of).sort(), ['Cursor/3.0', 'python-httpx/0.27']);
  assert.deepEqual([of['Cursor/3.0'].era, of['Cursor/3.0'].state], ['2026-07-28', 'listed']);
  assert.equal(of['python-httpx/0.27'].state, 'calls');
  assert.equal(of['python-httpx/0.27'].title, 'Claude 1.2');
});

test('a refused client is seen with the status that it got, and with what to do about it', async (t) => {
  const gateway = await startGateway(t);
  const { server, path } = await desk(gateway);
  const oauth = await desk(gateway, { auth: 'oauth' });
  const locked = await desk(gateway, { require_api_token_auth: true });
  const statusOf = async (where, name) => (await gateway.must('GET', where)).result.find((one) => one.client === name);
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const post = (url, headers) => request(url, { method: 'POST', body, headers });
  const usual = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

  assert.equal((await post(server.url, { ...usual, accept: 'text/plain', 'user-agent': 'A' })).status, 406);
  assert.equal((await post(server.url, { ...usual, 'content-type': 'text/plain', 'user-agent': 'B' })).status, 415);
  assert.equal((await post(server.url, { ...usual, 'mcp-session-id': 'gone', 'user-agent': 'C' })).status, 404);
  assert.equal((await post(locked.server.url, { ...usual, 'user-agent': 'D' })).status, 401);
  assert.equal((await post(oauth.server.oauth_url, { ...usual, 'user-agent': 'E' })).status, 401);
  for (const [where, name, status] of [[path, 'A', 406], [path, 'B', 415], [path, 'C', 404], [locked.path, 'D', 401], [oauth.path, 'not signed in', 401]]) {
    const one = await statusOf(where, name);
    assert.deepEqual([one.state, one.refused_status], ['refused', status], name);
    assert.match(one.advice, new RegExp(`answered with ${status}:`));
  }
  // The same without a credential, and with a token in a header.
  assert.equal((await post(oauth.server.oauth_url, { ...usual, accept: 'text/plain' })).status, 406);
  assert.equal((await statusOf(oauth.path, 'not signed in')).refused_status, 406);
  const token = new URL(server.url).pathname.split('/').pop();
  const inHeader = { ...usual, accept: 'text/plain', authorization: `Bearer ${token}`, 'user-agent': 'H' };
  assert.equal((await post(new URL('/mcp', server.url).href, inHeader)).status, 406);
  assert.equal((await statusOf(path, 'H')).refused_status, 406);
  // What comes after the refusal counts.
  await post(server.url, { ...usual, 'user-agent': 'A' });
  assert.equal((await statusOf(path, 'A')).state, 'listed');
  // A wrong URL is nobody's, and a browser is no client.
  await post(`${server.url.slice(0, -1)}0`, { ...usual, 'user-agent': 'F' });
  await request(server.url, { headers: { accept: 'text/html', 'user-agent': 'G' } });
  for (const name of ['F', 'G']) assert.equal(await statusOf(path, name), undefined);
});

test('a method that there is not is no refusal of the client', async (t) => {
  const gateway = await startGateway(t);
  const { server, path } = await desk(gateway);
  await modern(server.url, 'tools/list', {}, info('Cursor', '3.0'));
  assert.equal((await modern(server.url, 'prompts/none', {}, info('Cursor', '3.0'))).status, 404);
  assert.deepEqual((await gateway.must('GET', path)).result.map((one) => [one.client, one.state]), [['Cursor/3.0', 'listed']]);
});

test('strangers who make up names are one row of an OAuth connector, and displace nobody', async (t) => {
  const gateway = await startGateway(t);
  const { server, path } = await desk(gateway, { auth: 'both' });
  await legacy(server.url, 'tools/list', undefined, agent('Claude'));
  for (let n = 0; n < 60; ++n) {
    const sent = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'user-agent': `stranger ${n}` } };
    assert.equal((await request(server.oauth_url, sent)).status, 401);
  }
  assert.deepEqual((await gateway.must('GET', path)).result.map((one) => one.client).sort(), ['Claude', 'not signed in']);
});

test('a call that people must approve is a call of its client', async (t) => {
  const gateway = await startGateway(t);
  const rule = { id: 'ask', tools: ['create_a_stripe_refund'], then: 'needs_approval' };
  const { server, path } = await desk(gateway, { guardrails: [rule] });
  const held = await call(server.url, 'create_a_stripe_refund', { charge: 'ch_1', amount: 900 }, agent('Claude'));
  assert.equal(held.value.approval?.state, 'pending', JSON.stringify(held.value));
  await until('the call is seen', async () => (await gateway.must('GET', path)).state === 'calls');
});

test('a client that only calls has a network too, and another one as soon as it calls from there', async (t) => {
  const gateway = await startGateway(t, { 'server.trusted_proxies': '127.0.0.1' });
  const { server, path } = await desk(gateway);
  const from = (address) => modern(server.url, 'tools/call', { name: 'list_all_stripe_charges', arguments: { limit: 1 } },
    { ...info('Robot', '1'), headers: { 'x-forwarded-for': address } });
  const networkBecomes = (network) => until(network, async () => (await gateway.must('GET', path)).result.some((one) => one.client === 'Robot/1' && one.network === network));
  for (const [address, network] of [['192.0.2.7', '192.0.2.0/24'], ['198.51.100.7', '198.51.100.0/24'], ['192.0.2.8', '192.0.2.0/24']]) {
    assert.equal((await from(address)).status, 200);
    await networkBecomes(network);
  }
  const [one] = (await gateway.must('GET', path)).result;
  assert.deepEqual([one.state, one.era, one.discovered_at, one.listed_at], ['calls', '2026-07-28', null, null]);
});

test('a client that goes on calling keeps the network from which it began, though later calls are recorded first', async (t) => {
  const gateway = await startGateway(t, { 'server.trusted_proxies': '127.0.0.1' });
  const { server, path } = await desk(gateway);
  let calls = 0;
  const from = async (address) => {
    await modern(server.url, 'tools/call', { name: 'list_all_stripe_charges', arguments: { limit: 1 } },
      { ...info('Busy', '1'), headers: { 'x-forwarded-for': address } });
    ++calls;
    await until('the call is in the log', async () =>
      (await gateway.must('GET', '/audit?kind=call&limit=100')).result.filter((one) => one.position !== null).length === calls);
  };
  for (const [address, network] of [['192.0.2.7', '192.0.2.0/24'], ['198.51.100.7', '198.51.100.0/24']]) {
    for (let n = 0; n < 3; ++n) await from(address);
    assert.equal((await gateway.must('GET', path)).result[0].network, network);
  }
});

test('names are text of strangers: cut, storable, and not kept without end', async (t) => {
  const gateway = await startGateway(t);
  const { server, path } = await desk(gateway);
  await modern(server.url, 'tools/list', {}, info(`<script>\u0000${'x'.repeat(500)}`, '1'));
  for (let n = 0; n < 60; ++n) await legacy(server.url, 'tools/list', undefined, agent(`client ${n}`));
  const { result } = await gateway.must('GET', path);
  assert.equal(result.length, 50);
  for (const one of result) assert.ok(Buffer.byteLength(one.client) <= 200 && !one.client.includes('\u0000'));
});

test('a client that does not name itself is called unknown, with what it did', async (t) => {
  const gateway = await startGateway(t);
  const { server, path } = await desk(gateway);
  await legacy(server.url, 'tools/list');
  await call(server.url, 'list_all_stripe_charges', { limit: 1 });
  const [one] = await until('the call', async () => {
    const { state, result } = await gateway.must('GET', path);
    return state === 'calls' && result;
  });
  assert.deepEqual([one.client, one.state, one.listed_at !== null], ['unknown', 'calls', true]);
});

test('another team learns nothing of them', async (t) => {
  const gateway = await startGateway(t);
  const { server, path } = await desk(gateway);
  await legacy(server.url, 'tools/list', undefined, agent('A'));
  const { api_key: other } = await gateway.must('POST', '/team', { name: 'Other' });
  const answer = await gateway.admin('GET', path, undefined, { key: other.key });
  assert.equal(answer.status, 404, answer.text);
});

test('two instances with one database see the same clients', async (t) => {
  const { one: first, two: second } = await twoInstances(t);
  const { server, path } = await desk(first);
  await legacy(second.base + new URL(server.url).pathname, 'tools/list', undefined, agent('at the second'));
  await until('seen', async () => (await first.must('GET', path)).result.some((one) => one.client === 'at the second'));
});
