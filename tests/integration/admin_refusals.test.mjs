// Every refusal of the admin API that its reference names: status, stable code, field and a sentence.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';

const gateway = await startGateway({ after });
const account = (await gateway.connect()).id;
const server = await gateway.mint({ account });

function checkProblem(answer, status, code, field) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'], /^application\/problem\+json/);
  assert.equal(answer.body.status, status);
  assert.equal(answer.body.code, code, answer.text);
  assert.equal(answer.body.field, field, answer.text);
  assert.ok(answer.body.detail.length > 15, answer.text);
  assert.match(answer.body.request_id, /^req_/);
}

const soon = new Date(Date.now() + 20_000).toISOString();
const past = '2020-01-01T00:00:00Z';
const mcp = (config, more = {}) => ({ name: 'x', config, ...more });

// body → code and field, for POST /integrated-account/:id/mcp.
const refusedServers = [
  [mcp({ methods: ['reads'] }), 'unknown_method', 'config.methods[0]'],
  [mcp({ methods: ['read', 'GET'] }), 'unknown_method', 'config.methods[1]'],
  [mcp({ methods: [] }), 'empty_list', 'config.methods'],
  [mcp({ tags: ['no_such_tag'] }), 'unknown_tag', 'config.tags[0]'],
  [mcp({ tools: { allow: ['no_such_tool'] } }), 'unknown_tool', 'config.tools.allow[0]'],
  [mcp({ methods: ['delete'], tags: ['balance'] }), 'filter_matches_no_tool', 'config'],
  [mcp({}, { expires_at: soon }), 'expires_too_soon', 'expires_at'],
  [mcp({}, { expires_at: past }), 'expires_too_soon', 'expires_at'],
  [mcp({}, { expires_at: 'tomorrow' }), 'invalid_expires_at', 'expires_at'],
  [mcp({}, { expires_at: '2030-01-01T00:00:00' }), 'invalid_expires_at', 'expires_at'],
];

for (const [body, code, field] of refusedServers) {
  test(`a server with ${JSON.stringify(body)} is refused`, async () => {
    checkProblem(await gateway.admin('POST', `/integrated-account/${account}/mcp`, body), 400, code, field);
  });
}

// The refusal of a method lists every legal word.
test('an unknown method is refused with the legal words', async () => {
  const answer = await gateway.admin('POST', `/integrated-account/${account}/mcp`, mcp({ methods: ['x'] }));
  for (const word of ['read', 'write', 'custom', 'list', 'get', 'search', 'create', 'update', 'delete'])
    assert.ok(answer.body.detail.includes(word), word);
});

const refusedAccounts = [
  [{ name: 'x', credential: 'pk_test_0000000000000000' }, 'publishable_key', 'credential'],
  [{ name: 'x', credential: 'sk_org_00000000000000000' }, 'organization_key', 'credential'],
  [{ name: 'x', credential: 'whsec_000000000000000000' }, 'webhook_secret', 'credential'],
  [{ name: 'x', credential: 'hello' }, 'credential_shape', 'credential'],
  [{ name: 'x', credential: 'rk_test_sandbox00000000', mode: 'live' }, 'mode_mismatch', 'credential'],
  [{ name: 'x', credential: 'rk_test_sandbox00000000', stripe_account: 'cus_1' }, 'invalid_stripe_account', 'stripe_account'],
  [{ name: 'x', credential: 'rk_test_sandbox00000000', stripe_version: 'new' }, 'invalid_stripe_version', 'stripe_version'],
  [{ name: '', credential: 'rk_test_sandbox00000000' }, 'invalid_name', 'name'],
];

for (const [body, code, field] of refusedAccounts) {
  test(`an account with ${JSON.stringify(body)} is refused`, async () => {
    const answer = await gateway.admin('POST', '/integrated-account', body);
    checkProblem(answer, 400, code, field);
    assert.ok(!answer.text.includes(body.credential), 'the credential is echoed');
  });
}

// Broken JSON, wrong types, unknown and missing members name the place.
test('malformed bodies are refused and name the member', async () => {
  const path = `/integrated-account/${account}/mcp`;
  for (const body of ['{', '', '[]', '"x"', '{"name":"a","name":"b"}', '[['.repeat(2000)])
    assert.equal((await gateway.admin('POST', path, body)).status, 400, body.slice(0, 30));
  const unknown = await gateway.admin('POST', path, { name: 'x', confg: {} });
  assert.equal(unknown.status, 400);
  assert.equal(unknown.body.field, 'confg');
  assert.match(unknown.body.detail, /config/);
  const missing = await gateway.admin('POST', path, { config: {} });
  assert.equal(missing.status, 400);
  assert.equal(missing.body.field, 'name');
  const wrong = await gateway.admin('POST', path, { name: 7 });
  assert.equal(wrong.status, 400);
  assert.equal(wrong.body.field, 'name');
});

test('a body that is not JSON by its media type is 415', async () => {
  const answer = await gateway.admin('POST', `/integrated-account/${account}/mcp`, '{"name":"x"}',
    { headers: { 'content-type': 'text/plain' } });
  checkProblem(answer, 415, 'unsupported_media_type', undefined);
});

test('no key, a wrong key and an MCP token are 401 with WWW-Authenticate', async () => {
  const wrong = gateway.apiKey.slice(0, -1) + (gateway.apiKey.endsWith('a') ? 'b' : 'a');
  const token = server.url.split('/').pop();
  for (const key of [null, 'tgk_x', wrong, token, 'x'.repeat(5000)]) {
    const answer = await gateway.admin('GET', '/integrated-account', undefined, { key });
    assert.equal(answer.status, 401, answer.text);
    assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer/);
    if (key) assert.ok(!answer.text.includes(key));
  }
});

test('unknown paths are 404, known paths with another verb are 405 with Allow', async () => {
  checkProblem(await gateway.admin('GET', '/integrated-account/x/y/z'), 404, 'unknown_path', undefined);
  const answer = await gateway.admin('PUT', '/integrated-account', {});
  assert.equal(answer.status, 405);
  assert.ok(answer.headers.allow.includes('POST'));
});

test('ids that do not exist are 404', async () => {
  for (const path of ['/integrated-account/ia_none', `/integrated-account/${account}/mcp/mcp_none`,
    '/integrated-account/ia_none/mcp', '/integrated-account/ia_none/tools', '/api-key/key_none'])
    assert.equal((await gateway.admin('GET', path)).status, 404, path);
  const foreign = await gateway.connect();
  const path = `/integrated-account/${foreign.id}/mcp/${server.id}`;
  assert.equal((await gateway.admin('GET', path)).status, 404, 'a server under another account');
});

test('an empty patch, an unknown query and a broken cursor are 400', async () => {
  const one = `/integrated-account/${account}/mcp/${server.id}`;
  assert.equal((await gateway.admin('PATCH', one, {})).body.code, 'empty_patch');
  assert.equal((await gateway.admin('GET', '/integrated-account?cursor=zzz')).body.code, 'invalid_cursor');
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'limt=5'])
    assert.equal((await gateway.admin('GET', `/integrated-account?${query}`)).status, 400, query);
});

test('overlap_seconds out of range is refused', async () => {
  const rotate = `/integrated-account/${account}/mcp/${server.id}/rotate`;
  for (const overlap_seconds of [-1, 2_592_001, 'x'])
    assert.equal((await gateway.admin('POST', rotate, { overlap_seconds })).status, 400, String(overlap_seconds));
});
