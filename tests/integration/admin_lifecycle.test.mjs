// An MCP server's life through the admin API of the built binary, and what its URL does meanwhile.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import { startGateway, testKey } from '../support/gateway.mjs';
import { legacy, toolNames } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const gateway = await startGateway({ after });

const alive = async (url) => (await legacy(url, 'ping')).status === 200;

// Runs curl as the seeds print it; the answer's status and JSON.
function curl(path, data) {
  const out = execFileSync('curl', ['-sS', '-w', '\n%{http_code}', '-X', 'POST', gateway.base + path,
    '-H', `Authorization: Bearer ${gateway.apiKey}`, '-H', 'Content-Type: application/json', '-d', data],
  { encoding: 'utf8' });
  const [, body, status] = /^([^]*)\n(\d{3})$/.exec(out);
  return { status: Number(status), body: JSON.parse(body) };
}

// A connected account is listed, read, changed and removed; its credential is never answered, only
// its last four characters.
test('an integrated account is connected, read, patched and deleted', async () => {
  const made = await gateway.connect({ name: 'First', tags: ['eu'] });
  assert.match(made.id, /^ia_\w+$/);
  assert.equal(made.mode, 'test');
  assert.equal(made.credential_kind, 'restricted');
  assert.equal(made.credential_last4, testKey.slice(-4));
  const one = await gateway.must('GET', `/integrated-account/${made.id}`);
  assert.deepEqual(one, made);
  const list = await gateway.must('GET', '/integrated-account');
  assert.ok(list.result.some((row) => row.id === made.id));
  const changed = await gateway.must('PATCH', `/integrated-account/${made.id}`, { name: 'Second', tags: [] });
  assert.equal(changed.name, 'Second');
  assert.deepEqual(changed.tags, []);
  const gone = await gateway.admin('DELETE', `/integrated-account/${made.id}`);
  assert.equal(gone.status, 200);
  assert.deepEqual(gone.body, { id: made.id, deleted: true, revoked: 0 });
  assert.equal((await gateway.admin('GET', `/integrated-account/${made.id}`)).status, 404);
  for (const text of [made, one, list, changed].map((value) => JSON.stringify(value)))
    assert.ok(!text.includes(testKey));
});

// Deleting an account takes its MCP URLs with it, on the next call.
test('deleting an account refuses its MCP URLs at once', async () => {
  const server = await gateway.mint();
  assert.ok(await alive(server.url));
  assert.equal((await gateway.admin('DELETE', `/integrated-account/${server.account}`)).body.code, 'count_differs');
  assert.ok(await alive(server.url));
  assert.equal((await gateway.admin('DELETE', `/integrated-account/${server.account}?expect=1&reason=test`)).body.revoked, 1);
  assert.equal((await legacy(server.url, 'ping')).status, 404);
});

// The curl bodies of both seeds create servers as printed there (host, key, account and year aside).
test('the seeds\' curl lines work as printed', async () => {
  const account = (await gateway.connect()).id;
  const year = new Date().getUTCFullYear() + 1;
  const first = curl(`/integrated-account/${account}/mcp`, `{
"name": "Claude Billing Analyst",
"config": {
"methods": ["read", "write"],
"tags": ["payments", "invoices"]
},
"expires_at": "${year}-12-31T23:59:59Z"
}`);
  assert.equal(first.status, 201, JSON.stringify(first.body));
  assert.equal(first.body.name, 'Claude Billing Analyst');
  assert.deepEqual(first.body.config, { methods: ['read', 'write'], tags: ['payments', 'invoices'] });
  assert.equal(first.body.expires_at, `${year}-12-31T23:59:59.000Z`);
  assert.match(first.body.id, /^mcp_/);
  assert.ok(await alive(first.body.url));
  const second = curl(`/integrated-account/${account}/mcp`, `{
"name": "Stripe Support Ops Server",
"config": {
"methods": ["read", "write"]
}
}`);
  assert.equal(second.status, 201);
  assert.equal(second.body.expires_at, null);
  assert.ok(await alive(second.body.url));
});

// The URL appears in the answer of the creation and nowhere afterwards.
test('a server is created, listed and read; its url is shown once', async () => {
  const server = await gateway.mint({ name: 'Once', config: { methods: ['read'], tags: ['disputes'] } });
  assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+\/mcp\/tgm_[0-9A-Za-z]{38}$/);
  assert.ok(server.url.includes(server.token_prefix));
  assert.ok(server.token_prefix.length < 12);
  assert.match(server.created_by, /^key_/);
  const one = await gateway.must('GET', `/integrated-account/${server.account}/mcp/${server.id}`);
  const list = await gateway.must('GET', `/integrated-account/${server.account}/mcp`);
  assert.deepEqual(list.result, [one]);
  assert.equal(one.status, 'active');
  assert.equal(one.use_count, 0);
  assert.equal(one.last_used_at, null);
  assert.ok(!JSON.stringify(one).includes(new URL(server.url).pathname.split('/').pop()));
});

// A changed filter is what the next tools/list and the next tools/call see.
test('PATCH takes effect on the next call', async () => {
  const server = await gateway.mint({ config: { methods: ['read'] } });
  assert.ok(!(await toolNames(server.url)).includes('create_a_stripe_customer'));
  const at = `/integrated-account/${server.account}/mcp/${server.id}`;
  await gateway.must('PATCH', at, { config: { methods: ['create'] }, name: 'Writer' });
  const names = await toolNames(server.url);
  assert.ok(names.includes('create_a_stripe_customer'));
  assert.ok(!names.includes('list_all_stripe_charges'));
  const refused = await legacy(server.url, 'tools/call', { name: 'list_all_stripe_charges', arguments: {} });
  assert.equal(refused.body.error.code, -32602);
  assert.equal((await gateway.must('GET', at)).name, 'Writer');
});

// expires_at can be set and cleared later.
test('PATCH sets and clears expires_at', async () => {
  const server = await gateway.mint();
  const at = `/integrated-account/${server.account}/mcp/${server.id}`;
  const when = new Date(Date.now() + 3_600_000).toISOString();
  assert.equal((await gateway.must('PATCH', at, { expires_at: when })).expires_at, when);
  const offset = when.replace('Z', '+00:00');
  assert.equal((await gateway.must('PATCH', at, { expires_at: offset })).expires_at, when);
  assert.equal((await gateway.must('PATCH', at, { expires_at: null })).expires_at, null);
});

// With an overlap both URLs work until the old one's millisecond has come; then only the new one does.
test('rotate with overlap keeps the old URL alive until its time, then refuses it', async () => {
  const server = await gateway.mint();
  const rotate = `/integrated-account/${server.account}/mcp/${server.id}/rotate`;
  const rotated = await gateway.must('POST', rotate, { overlap_seconds: 1 });
  assert.notEqual(rotated.url, server.url);
  const end = Date.parse(rotated.old_token_expires_at);
  const left = end - Date.now();
  assert.ok(left > 0 && left <= 1000, `old token ends in ${left} ms`);
  assert.ok(await alive(server.url));
  assert.ok(await alive(rotated.url));
  // The answer to a request sent before the end may be either; after the end it is always 404.
  await until('the old URL\'s end', async () => Date.now() >= end);
  assert.equal((await legacy(server.url, 'ping')).status, 404);
  assert.ok(await alive(rotated.url));
});

// Without an overlap the old URL is refused on the next call.
test('rotate without overlap refuses the old URL at once', async () => {
  const server = await gateway.mint();
  assert.ok(await alive(server.url));
  const rotated = await gateway.must('POST',
    `/integrated-account/${server.account}/mcp/${server.id}/rotate`, {});
  assert.equal(rotated.old_token_expires_at, null);
  assert.equal((await legacy(server.url, 'ping')).status, 404);
  assert.ok(await alive(rotated.url));
});

// A revoked URL is refused on the next call, stays listed as revoked, and cannot be changed back.
test('revoke refuses on the next call and is final', async () => {
  const server = await gateway.mint();
  assert.ok(await alive(server.url));
  const at = `/integrated-account/${server.account}/mcp/${server.id}`;
  assert.equal((await gateway.admin('DELETE', at)).status, 204);
  assert.equal((await legacy(server.url, 'ping')).status, 404);
  const one = await gateway.must('GET', at);
  assert.equal(one.status, 'revoked');
  assert.match(one.revoked_at, /^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/);
  for (const [method, path, body] of [['PATCH', at, { name: 'x' }], ['POST', `${at}/rotate`, {}]]) {
    const refused = await gateway.admin(method, path, body);
    assert.equal(refused.status, 409);
    assert.equal(refused.body.code, 'server_revoked');
  }
});

// Use is counted: tools/call raises use_count, any message moves last_used_at.
test('use_count and last_used_at follow use', async () => {
  const server = await gateway.mint();
  for (let i = 0; i < 3; ++i)
    await legacy(server.url, 'tools/call', { name: 'list_all_stripe_charges', arguments: { limit: 1 } });
  const at = `/integrated-account/${server.account}/mcp/${server.id}`;
  const one = await until('the use to be counted', async () => {
    const read = await gateway.must('GET', at);
    return read.use_count === 3 && read;
  });
  assert.ok(Date.now() - Date.parse(one.last_used_at) < 15_000);
});

// The preview answers what a filter would expose, and that is what the URL then lists.
test('the tools preview equals the list of a server with that filter', async () => {
  const server = await gateway.mint({ config: { methods: ['read'], tags: ['disputes', 'refunds'] } });
  const preview = await gateway.must('GET',
    `/integrated-account/${server.account}/tools?methods=read&tags=disputes,refunds`);
  assert.deepEqual(preview.result.map((tool) => tool.name).sort(), (await toolNames(server.url)).sort());
  assert.equal(preview.tool_count, preview.result.length);
  assert.ok(preview.tokens > 100);
});
