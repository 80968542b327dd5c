// Keys, roles and teams: who may do what, and that teams never see each other. Replay and paging.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { legacy } from '../support/mcp.mjs';

const gateway = await startGateway({ after });

const makeKey = async (role) => (await gateway.must('POST', '/api-key', { name: role, role })).key;

// A viewer reads; an operator also handles MCP servers; only an admin handles accounts and keys.
test('roles allow exactly what they name', async () => {
  const account = (await gateway.connect()).id;
  const servers = `/integrated-account/${account}/mcp`;
  const [viewer, operator, admin] = await Promise.all(['viewer', 'operator', 'admin'].map(makeKey));
  const rows = [
    ['GET', '/integrated-account', undefined, [200, 200, 200]],
    ['GET', servers, undefined, [200, 200, 200]],
    ['POST', servers, { name: 'x' }, [403, 201, 201]],
    ['POST', '/integrated-account', { name: 'x', credential: testKey }, [403, 403, 201]],
    ['PATCH', `/integrated-account/${account}`, { name: 'y' }, [403, 403, 200]],
    ['GET', '/api-key', undefined, [403, 403, 200]],
    ['POST', '/api-key', { name: 'x', role: 'viewer' }, [403, 403, 201]],
  ];
  for (const [method, path, body, expected] of rows)
    for (const [index, key] of [viewer, operator, admin].entries()) {
      const answer = await gateway.admin(method, path, body, { key });
      assert.equal(answer.status, expected[index], `${method} ${path} as ${index}: ${answer.text}`);
      if (answer.status === 403) assert.equal(answer.body.code, 'role_too_low');
    }
});

// A deleted key is refused on the next call.
test('a deleted API key is refused at once', async () => {
  const made = await gateway.must('POST', '/api-key', { name: 'gone', role: 'admin' });
  assert.equal((await gateway.admin('GET', '/team', undefined, { key: made.key })).status, 200);
  assert.equal((await gateway.admin('DELETE', `/api-key/${made.id}`)).status, 204);
  assert.equal((await gateway.admin('GET', '/team', undefined, { key: made.key })).status, 401);
  assert.equal((await gateway.admin('GET', `/api-key/${made.id}`)).status, 404);
});

// Every id of one team is a 404 for another, whatever the verb, and appears in none of its lists.
test('another team\'s ids are 404', async () => {
  const server = await gateway.mint();
  const key = await gateway.must('POST', '/api-key', { name: 'mine', role: 'viewer' });
  const team = await gateway.must('POST', '/team', { name: 'Other' });
  const other = { key: team.api_key.key };
  const one = `/integrated-account/${server.account}`;
  const rows = [['GET', one], ['PATCH', one, { name: 'x' }], ['DELETE', one], ['GET', `${one}/tools`],
    ['GET', `${one}/mcp`], ['POST', `${one}/mcp`, { name: 'x' }], ['GET', `${one}/mcp/${server.id}`],
    ['PATCH', `${one}/mcp/${server.id}`, { name: 'x' }], ['POST', `${one}/mcp/${server.id}/rotate`, {}],
    ['DELETE', `${one}/mcp/${server.id}`], ['GET', `/api-key/${key.id}`], ['DELETE', `/api-key/${key.id}`]];
  for (const [method, path, body] of rows)
    assert.equal((await gateway.admin(method, path, body, other)).status, 404, `${method} ${path}`);
  assert.deepEqual((await gateway.must('GET', '/integrated-account', undefined, other)).result, []);
  const teams = (await gateway.must('GET', '/team', undefined, other)).result;
  assert.deepEqual(teams.map((row) => row.id), [team.id]);
  assert.equal((await gateway.admin('POST', '/team', { name: 'z' }, other)).status, 403);
  assert.equal((await legacy(server.url, 'ping')).status, 200, 'the server was touched');
});

// The same key and body are answered from what was stored, secret included; nothing is made twice.
test('Idempotency-Key replays an answer and refuses another body', async () => {
  const account = (await gateway.connect()).id;
  const path = `/integrated-account/${account}/mcp`;
  const headers = { 'idempotency-key': 'once-1' };
  const first = await gateway.admin('POST', path, { name: 'a' }, { headers });
  const second = await gateway.admin('POST', path, { name: 'a' }, { headers });
  assert.equal(first.status, 201);
  assert.equal(second.status, 201);
  assert.deepEqual(second.body, first.body);
  assert.equal(first.headers['idempotent-replayed'], undefined);
  assert.equal(second.headers['idempotent-replayed'], 'true');
  assert.equal((await gateway.must('GET', path)).result.length, 1);
  const other = await gateway.admin('POST', path, { name: 'b' }, { headers });
  assert.equal(other.status, 422);
  assert.equal(other.body.code, 'idempotency_key_reused');
  for (const bad of ['', 'x'.repeat(256), 'a b'])
    assert.equal((await gateway.admin('POST', path, { name: 'a' }, { headers: { 'idempotency-key': bad } })).status,
      400, JSON.stringify(bad));
});

// Two requests at once under one key make one server.
test('concurrent requests under one Idempotency-Key make one thing', async () => {
  const account = (await gateway.connect()).id;
  const path = `/integrated-account/${account}/mcp`;
  const answers = await Promise.all(Array.from({ length: 8 }, () =>
    gateway.admin('POST', path, { name: 'a' }, { headers: { 'idempotency-key': 'together' } })));
  const ids = new Set(answers.filter((one) => one.status === 201).map((one) => one.body.id));
  assert.equal(ids.size, 1, JSON.stringify(answers.map((one) => [one.status, one.text])));
  assert.equal((await gateway.must('GET', path)).result.length, 1);
});

// Walking the pages shows every row once, newest first, though rows are added meanwhile.
test('cursor paging shows every row once', async () => {
  const account = (await gateway.connect()).id;
  const path = `/integrated-account/${account}/mcp`;
  const made = [];
  for (let i = 0; i < 7; ++i) made.push((await gateway.must('POST', path, { name: `s${i}` })).id);
  const seen = [];
  let cursor = '';
  for (let pages = 0; pages < 10; ++pages) {
    const page = await gateway.must('GET', `${path}?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    seen.push(...page.result.map((row) => row.id));
    if (pages === 0) await gateway.must('POST', path, { name: 'late' });
    if (!page.next_cursor) break;
    assert.equal(page.result.length, 3);
    cursor = page.next_cursor;
  }
  // Rows of the same millisecond may come in any order; none is missing and none comes twice.
  assert.deepEqual(seen.toSorted(), made.toSorted());
});

// The document the server ships is OpenAPI 3.1 and needs no key.
test('openapi.yaml is served without a key', async () => {
  const answer = await gateway.admin('GET', '/openapi.yaml', undefined, { key: null });
  assert.equal(answer.status, 200);
  assert.match(answer.text, /^openapi: 3\.1/);
});
