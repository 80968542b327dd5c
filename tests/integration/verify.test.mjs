// `tollgate verify` against running gateways: all holds; each promise that is broken is found; what cannot be tried is no pass.
import assert from 'node:assert/strict';
import http from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runBinaryAsync, scratch, startGateway } from '../support/gateway.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const gateway = await startGateway({ after });
const account = (await gateway.connect()).id;
// A sandbox takes no live keys.
const upstream = await startUpstream({ after });
upstream.script = (asked, response) => json(response, 200, { id: 're_1', object: 'refund' });
const liveGateway = await startGateway({ after }, upstreamSettings(upstream));
const live = { at: liveGateway, of: (await liveGateway.connect({ credential: ['rk', 'live', 'test00000000000000000000'].join('_') })).id };
const other = await gateway.must('POST', '/team', { name: 'Other' });
const work = scratch();

const verify = async (args = [], { at = gateway, url = at.adminBase, key = at.apiKey, env = {}, of = account } = {}) => {
  const done = await runBinaryAsync(['verify', '--url', url, '--json', '--account', of, ...args], { env: { TOLLGATE_API_KEY: key, ...env } });
  const reports = done.stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return { ...done, reports, outcome: Object.fromEntries(reports.map(({ name, outcome }) => [name, outcome])) };
};

// But for --slow, which takes a minute, and what is of live accounts.
test('on a sound gateway all holds, and nothing is left behind', async () => {
  const servers = (await gateway.must('GET', '/mcp?limit=100')).result.length;
  const keys = (await gateway.must('GET', '/api-key')).result.length;
  const file = join(work, 'junit.xml');
  const done = await verify(['--writes', '--freeze', '--junit', file], { env: { TOLLGATE_OTHER_API_KEY: other.api_key.key } });
  assert.deepEqual(done.reports.filter(({ outcome }) => outcome !== 'held').map(({ name, outcome }) => [name, outcome]), [['expiry', 'not_applied'], ['live_writes', 'not_applied']]);
  assert.equal(done.status, 3, done.stderr);
  assert.equal(done.stderr, '');
  const open = (await gateway.must('GET', '/mcp?limit=100')).result.filter(({ revoked_at: at, expires_at: until }) => !at && Date.parse(until) > Date.now());
  assert.equal(open.length, servers);
  assert.equal((await gateway.must('GET', '/api-key')).result.length, keys);
  assert.equal((await gateway.must('GET', `/integrated-account/${account}`)).frozen_at, null);
  for (const name of ['call_limit', 'writes_frozen']) assert.match(readFileSync(file, 'utf8'), new RegExp(`name="${name}"`));
  assert.match(readFileSync(file, 'utf8'), new RegExp(`tests="${done.reports.length}" failures="0" skipped="2"`));
});

test('what cannot be tried is no pass', async () => {
  const done = await verify();
  assert.equal(done.status, 3);
  assert.deepEqual(done.reports.filter(({ outcome }) => outcome === 'not_applied').map(({ name }) => name).sort(),
    ['expiry', 'live_writes', 'model_cannot_approve', 'repeated_write', 'teams_apart', 'writes_frozen']);
  const team = (value) => liveGateway.must('PATCH', '/team', { allow_live_writes: value });
  await team(true);
  assert.equal((await verify([], live)).outcome.live_writes, 'not_applied');
  await team(false);
});

test('of a live account all holds too', async () => {
  const done = await verify(['--freeze'], live);
  assert.deepEqual(done.reports.filter(({ outcome }) => outcome !== 'held').map(({ name, outcome }) => [name, outcome]),
    [['expiry', 'not_applied'], ['model_cannot_approve', 'not_applied'], ['repeated_write', 'not_applied'], ['teams_apart', 'not_applied']]);
  assert.equal(upstream.requests.filter((sent) => sent.method === 'POST').length, 0);
});

test('an account that is frozen already is left frozen, and is no pass', async () => {
  const freeze = `/integrated-account/${live.of}/freeze`;
  const { frozen_at: since } = await liveGateway.must('POST', freeze);
  const done = await verify(['--freeze'], live);
  assert.equal(done.outcome.writes_frozen, 'not_applied');
  assert.equal((await liveGateway.must('GET', `/integrated-account/${live.of}`)).frozen_at, since);
  await liveGateway.must('DELETE', freeze);
});

test('a gateway that cannot be asked, a wrong key, a viewer\'s key and a wrong account say what to do', async () => {
  const away = await verify([], { url: 'http://127.0.0.1:1' });
  assert.equal(away.status, 2);
  assert.match(away.stderr, /could not be asked/);
  const wrong = await verify([], { key: 'tgk_wrong' });
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /API key/);
  const account = await verify([], { of: 'ia_none' });
  assert.equal(account.status, 2);
  const { key: viewer } = await gateway.must('POST', '/api-key', { name: 'v', role: 'viewer' });
  const low = await verify([], { key: viewer });
  assert.equal(low.status, 1); // nothing can be shown: unclear, never a pass
  assert.equal(low.outcome.revoked_address, 'unclear');
});

// A proxy that undoes one promise.
const broken = {
  revoked_address: (asked) => asked.method === 'DELETE' && asked.url.includes('/mcp/') && { status: 204, body: '' },
  filtered_tools: (asked, body) => body.includes('tools/list') && { after: (text) => text.replace(/"readOnlyHint":true/, '"readOnlyHint":false') },
  second_factor: (asked, body) => asked.method === 'POST' && asked.url.endsWith('/mcp') && { before: (text) => text.replace('"require_api_token_auth":true', '"require_api_token_auth":false') },
  foreign_page: (asked) => asked.headers.origin && { headers: (all) => { delete all.origin; } },
  rule_refuses: (asked, body) => body.includes('max_value') && !body.includes('needs_approval') && { before: (text) => text.replace('"value":500', '"value":50000') },
  refusals_recorded: (asked) => asked.url.startsWith('/audit?') && { after: () => '{"result":[],"next_cursor":null}' },
  log_is_signed: (asked) => asked.url.endsWith('/checkpoint') && { after: (text) => text.replace(/\n\d+\n/, '\n1\n') },
  roles: (asked) => asked.method === 'POST' && asked.url === '/api-key' && asked.headers['content-length'] === '0' && { status: 400, body: '{}' },
  secrets_hidden: (asked) => asked.method === 'GET' && /^\/integrated-account\/ia_\w+$/.test(asked.url) && { after: (text) => text.replace('"credential_last4":', '"credential":"rk_test_abcdefghij0123","credential_last4":') },
  model_cannot_approve: (asked) => asked.url.endsWith('/approve') && { headers: (all) => { all.authorization = `Bearer ${gateway.apiKey}`; } },
  cap_refuses: (asked, body) => body.includes('"cap":') && { before: (text) => text.replace('"usd":500', '"usd":50000') },
  call_limit: (asked, body) => body.includes('"max_calls":') && { before: (text) => text.replace('"calls":1,', '"calls":50,') },
  writes_frozen: (asked) => asked.method === 'POST' && asked.url.endsWith('/freeze') && { status: 200, body: '{}' },
  live_writes: (asked, body) => body.includes('"methods":["read","create"]}') && { before: (text) => text.replace('"create"]}', '"create"],"allow_live_writes":true}') },
  admin_key: (asked) => asked.url === '/team' && !asked.headers.authorization && { status: 200, body: '{}' },
};
const needed = { model_cannot_approve: { args: ['--writes'] }, writes_frozen: { args: ['--freeze'] }, live_writes: live };
for (const [name, undo] of Object.entries(broken)) {
  test(`a gateway on which ${name} does not hold is found out`, async (t) => {
    const { args = [], at = gateway, of = account } = needed[name] ?? {};
    const server = http.createServer((asked, answer) => {
      const parts = [];
      asked.on('data', (part) => parts.push(part));
      asked.on('end', () => {
        let body = Buffer.concat(parts).toString();
        const how = undo(asked, body) || {};
        if (how.status) return answer.writeHead(how.status, { 'content-type': 'application/json' }).end(how.body);
        if (how.before) body = how.before(body);
        const headers = { ...asked.headers, 'content-length': Buffer.byteLength(body) };
        if (asked.method === 'GET') delete headers['content-length'];
        how.headers?.(headers);
        const upstream = http.request({ host: at.host, port: at.port, method: asked.method, path: asked.url, headers: { ...headers, host: `${at.host}:${at.port}` } }, (got) => {
          const all = [];
          got.on('data', (part) => all.push(part));
          got.on('end', () => {
            let text = Buffer.concat(all).toString().replaceAll(at.base, base);
            if (how.after) text = how.after(text);
            answer.writeHead(got.statusCode, { 'content-type': got.headers['content-type'] ?? 'text/plain' }).end(text);
          });
        });
        upstream.on('error', (error) => { console.error(asked.method, asked.url, JSON.stringify(headers), body, error); answer.destroy(); });
        return upstream.end(body);
      });
    });
    await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    t.after(() => { server.closeAllConnections(); server.close(); });
    const base = `http://127.0.0.1:${server.address().port}`;
    const done = await verify(args, { url: base, at, of });
    assert.equal(done.status, 1, done.stderr);
    assert.deepEqual(done.reports.filter(({ outcome }) => outcome === 'broken').map((one) => one.name), [name]);
  });
}
