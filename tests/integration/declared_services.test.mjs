// Declared tools of a REST service that is not Stripe: each request as it is sent, and what keeps it where the
// operator and the declarations allow it.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { makeCertificate } from '../support/certificate.mjs';
import { root, runBinary, runBinaryAsync, scratch, startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { twoInstances } from '../support/instances.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { json, startUpstream } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const jobs = readFileSync(join(root, 'tests/fixtures/declarations/jobs.yaml'), 'utf8');
const canary = 'canary-7f3d/"credential"-of-a-service';
const service = await startUpstream({ after });
const host = `127.0.0.1:${service.port}`;
const secured = makeCertificate(scratch(), 'service');
const secure = await startUpstream({ after }, undefined, {
  cert: readFileSync(secured.certificate), key: readFileSync(secured.key) });
const settings = {
  'declarations.hosts': `private+http://${host},private+https://localhost:${secure.port},localhost:${secure.port + 1},localhost`,
  'declarations.ca_file': secured.certificate, 'stripe.answer_bytes': 200_000, 'stripe.answer_timeout': 3_000, 'log.level': 'debug' };
const gateway = await startGateway({ after }, settings);

const answers = (asked, response) => json(response, 200, { id: 'job_1', state: 'queued', name: 'Nightly' });
beforeEach(() => { service.script = answers; });
afterEach(() => { service.requests.length = 0; });

const at = (base, document = jobs) => document.replace('https://jobs.example.com', base);
const block = (base_url = `http://${host}/v2`, more = {}) => ({ base_url, auth: 'bearer', ...more });
const connecting = (more = {}) => ({ name: 'Jobs', credential: canary, mode: 'test', service: block(), ...more });
const connect = async (more = {}, on = gateway) => (await on.must('POST', '/integrated-account', connecting(more))).id;
const path = (account) => `/integrated-account/${account}/declarations`;

async function declared({ document = at(`http://${host}`), account = {}, config = {}, on = gateway } = {}) {
  const id = await connect(account, on);
  await on.must('PUT', path(id), { document });
  return on.mint({ account: id, config });
}
const server = await declared();
const sent = () => service.requests.map((one) => `${one.method} ${one.path} ${one.body}`);
const receipt = (answer) => gateway.must('GET', `/receipt/${answer.value.receipt}`);

function failed(answer) {
  assert.equal(answer.isError, true, JSON.stringify(answer.value));
  return answer.value.error;
}

test('account: a service is connected only at a host that the operator named; its credential is never shown', async () => {
  const made = await gateway.must('POST', '/integrated-account', connecting());
  assert.deepEqual(made.service, { base_url: `http://${host}/v2`, auth: 'bearer', header: null });
  assert.equal(made.mode, 'test');
  assert.equal(made.credential_kind, 'bearer');
  for (const base of ['https://api.example.com', `https://${host}`, 'http://localhost', `http://127.0.0.1:${service.port + 1}`,
    `https://localhost:${secure.port + 2}`]) {
    const refused = await gateway.admin('POST', '/integrated-account', connecting({ service: block(base) }));
    assert.equal(refused.status, 403, refused.text);
    assert.equal(refused.body.code, 'host_not_allowed');
    assert.match(refused.body.detail, /declarations\.hosts/);
  }
  for (const [more, code] of [[{ service: block('ftp://x') }, 'invalid_base_url'], [{ service: block(`http://a@${host}`) }, 'invalid_base_url'],
    [{ service: block(`http://${host}/../x`) }, 'invalid_base_url'], [{ service: block(`http://${host}/v2?a=b`) }, 'invalid_base_url'],
    [{ service: block(undefined, { auth: 'digest' }) }, 'invalid_service_auth'],
    [{ service: block(undefined, { auth: 'header' }) }, 'invalid_service_header'],
    [{ service: block(undefined, { auth: 'header', header: 'Host' }) }, 'invalid_service_header'],
    [{ service: block(undefined, { header: 'X-Api-Key' }) }, 'invalid_service_header'],
    [{ credential: ['rk', 'live', '0123456789abcdef'].join('_') }, 'stripe_key'], [{ credential: 'short' }, 'credential_shape'],
    [{ credential: 'line\nbreak-12345678' }, 'credential_shape'], [{ stripe_account: 'acct_1' }, 'not_of_service'],
    [{ connected_accounts: ['acct_1'] }, 'not_of_service'], [{ orders: 'tables' }, 'not_of_service'], [{ verify: true }, 'not_of_service']]) {
    const refused = await gateway.admin('POST', '/integrated-account', connecting(more));
    assert.equal(refused.status, 400, `${code} ${refused.text}`);
    assert.equal(refused.body.code, code);
    assert.ok(!refused.text.includes('canary'));
  }
  const asked = await gateway.admin('POST', `/integrated-account/${made.id}/verify`);
  assert.equal(asked.body.code, 'not_of_service');
});

test('account: without declarations it has no tools, and a call says so; mode is live unless the administrator says test', async () => {
  const account = await connect();
  const bare = await gateway.mint({ account });
  assert.deepEqual(await toolNames(bare.url), []);
  for (const tool of ['list_jobs', 'list_all_stripe_charges', 'get_receipt', 'find_stripe_operation']) {
    const answer = await legacy(bare.url, 'tools/call', { name: tool, arguments: {} });
    assert.equal(answer.body.error.code, -32602);
    assert.match(answer.body.error.message, /no tools are declared for it yet/);
  }
  const live = await gateway.admin('POST', '/integrated-account', { ...connecting(), mode: undefined });
  assert.equal(live.body.code, 'live_keys_off'); // this gateway has its sandbox in Stripe's place
});

test('declarations of an account must be about its own service', async () => {
  const account = await connect();
  for (const document of [jobs, at(`http://${host}`).replace('/v2', '/v3'), readFileSync(join(root, 'tests/fixtures/declarations/stripe.yaml'), 'utf8')]) {
    const refused = await gateway.admin('PUT', path(account), { document });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /the account is one of http:\/\/127/);
  }
  const stripe = (await gateway.connect()).id;
  assert.match((await gateway.admin('PUT', path(stripe), { document: at(`http://${host}`) })).text, /this account is Stripe's/);
  const wide = await gateway.admin('PUT', path(account), { document: at(`http://${host}`) + 'only: false\n' });
  assert.match(wide.text, /no tools but the declared ones/);
});

test('every method, with its parameters in path, query, form and JSON', async () => {
  assert.deepEqual(await toolNames(server.url),
    ['list_jobs', 'get_job', 'start_job', 'rename_job', 'replace_note', 'delete_job', 'get_receipt']);
  service.script = (asked, response) => json(response, 200, [{ id: 'job_1' }, { id: 'job_2' }]);
  const list = await call(server.url, 'list_jobs', { state: 'done', label: ['a b', 'c&d=e'] });
  assert.deepEqual(list.value.data, [{ id: 'job_1' }, { id: 'job_2' }]);
  service.script = answers;
  const job = await call(server.url, 'get_job', { job_id: 'job_1' });
  assert.deepEqual({ id: job.value.id, state: job.value.state, name: job.value.name }, { id: 'job_1', state: 'queued', name: undefined });
  const started = await call(server.url, 'start_job', { kind: 'sum', priority: 2, options: { deep: [1, { a: null }] } });
  assert.equal(started.isError, false, JSON.stringify(started.value));
  await call(server.url, 'rename_job', { job_id: 'job_1', name: 'Möbius "x"' });
  await call(server.url, 'replace_note', { job_id: 'job_1', text: 'a=b&c\r\nd', tag: ['x', 'y'] });
  assert.deepEqual(sent(), ['GET /v2/jobs?state=done&label=a%20b&label=c%26d%3De&limit=20 ', 'GET /v2/jobs/job_1 ',
    'POST /v2/jobs {"kind":"sum","priority":2,"options":{"deep":[1,{"a":null}]}}', 'PATCH /v2/jobs/job_1 {"name":"Möbius \\"x\\""}',
    'PUT /v2/jobs/job_1/note text=a%3Db%26c%0D%0Ad&tag=x&tag=y']);
  const [, , post, patch, put] = service.requests;
  assert.equal(post.headers['content-type'], 'application/json');
  assert.equal(put.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.equal(post.headers['idempotency-key'], started.value.receipt); // declared: the service honours it
  for (const other of [patch, put]) assert.equal(other.headers['idempotency-key'], undefined);
  for (const one of service.requests) {
    assert.equal(one.headers.authorization, `Bearer ${canary}`);
    assert.equal(one.headers.host, host);
    assert.equal(one.headers['stripe-version'], undefined);
  }
  assert.equal((await receipt(started)).object_id, 'job_1');
});

test('the credential in a header of the service, or as a user and a password', async () => {
  const header = await declared({ account: { service: block(undefined, { auth: 'header', header: 'X-Api-Key' }) } });
  await call(header.url, 'get_job', { job_id: '1' });
  assert.equal(service.requests[0].headers['x-api-key'], canary);
  assert.equal(service.requests[0].headers.authorization, undefined);
  const basic = await declared({ account: { credential: 'user:pass word-1', service: block(undefined, { auth: 'basic' }) } });
  await call(basic.url, 'get_job', { job_id: '1' });
  assert.equal(service.requests[1].headers.authorization, `Basic ${Buffer.from('user:pass word-1').toString('base64')}`);
  await gateway.must('PATCH', `/integrated-account/${basic.account}`, { credential: 'user:another-one' });
  await call(basic.url, 'get_job', { job_id: '1' });
  assert.equal(service.requests[2].headers.authorization, `Basic ${Buffer.from('user:another-one').toString('base64')}`);
  assert.equal((await gateway.admin('PATCH', `/integrated-account/${basic.account}`, { credential: 'rk_test_0123456789' })).body.code, 'stripe_key');
});

test('no argument leaves its place in the path', async () => {
  const attacks = ['a?x=1', 'a#b', 'a%2f..', 'a\r\nX-Evil: 1', 'a b', 'é', '..;', '...'];
  for (const job_id of attacks) await call(server.url, 'get_job', { job_id });
  assert.deepEqual(sent(), attacks.map((id) => `GET /v2/jobs/${encodeURIComponent(id).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase())} `));
  for (const one of service.requests) {
    assert.equal(one.path.split('/').length, 4);
    assert.equal(one.headers['x-evil'], undefined);
  }
  service.requests.length = 0;
  for (const job_id of ['', '.', '..', '../../admin', 'a/b', '//evil.example', 'http://evil.example/', 'a\\b', '..\\x', '.../x']) assert.equal(failed(await call(server.url, 'get_job', { job_id })).code, 'invalid_value');
  assert.equal(failed(await call(server.url, 'get_job', { job_id: ['a'] })).code, 'wrong_type');
  assert.equal(failed(await call(server.url, 'get_job', { job_id: 'a', base_url: 'http://evil.example' })).code, 'unknown_argument');
  assert.deepEqual(sent(), []);
});

test('a redirect is not followed: a read fails, and the outcome of a write is unknown', async () => {
  const elsewhere = await startUpstream({ after });
  service.script = (asked, response) => { response.writeHead(307, { location: `${elsewhere.base}/v2/jobs` }); response.end(); };
  const read = failed(await call(server.url, 'get_job', { job_id: '1' }));
  assert.equal(read.type, 'redirect');
  assert.match(read.next_step, /redirects are not followed/);
  const write = await call(server.url, 'rename_job', { job_id: '1', name: 'x' });
  assert.equal(failed(write).status, 307);
  assert.match(write.value.error.next_step, /whether it acted is not known\. The call is not sent again/);
  assert.equal((await receipt(write)).state, 'unknown');
  assert.equal(elsewhere.requests.length, 0);
  assert.equal(service.requests.length, 2);
});

test('a 429 is passed through at once, with what the service says of it', async () => {
  service.script = (asked, response) => json(response, 429, { message: 'slow down' }, { 'retry-after': '7' });
  const limited = await call(server.url, 'get_job', { job_id: '1' });
  const error = failed(limited);
  assert.equal(error.status, 429);
  assert.equal(error.retryable, true);
  assert.equal(error.retry_after_seconds, 7);
  assert.match(error.service_text, /slow down/);
  assert.equal(limited.headers['retry-after'], '7');
  assert.equal(service.requests.length, 1);
});

test('a write without a key whose answer is lost is never sent again; one with a key is', async () => {
  service.script = (asked) => asked.socket.destroy();
  const lost = await call(server.url, 'rename_job', { job_id: '9', name: 'lost', operation_key: 'lost-1' });
  assert.equal(failed(lost).retryable, false);
  assert.match(lost.value.error.next_step, /not sent again/);
  service.script = answers;
  const again = await call(server.url, 'rename_job', { job_id: '9', name: 'lost', operation_key: 'lost-1' });
  assert.equal(failed(again).type, 'outcome_unknown');
  const [known] = (await gateway.must('GET', '/receipt?operation_key=lost-1')).result;
  assert.equal(known.state, 'unknown');
  assert.equal(known.next_attempt_at, null);
  const asked = await gateway.must('POST', `/receipt/${known.id}/reconcile`);
  assert.equal(asked.state, 'unknown');
  assert.equal(asked.error_code, 'not_repeatable');
  assert.equal(service.requests.length, 1);
  const lostAnswers = 3; // the first is sent once more at once: it was on a kept-alive connection
  service.script = (asked_, response) => (service.requests.length <= lostAnswers ? asked_.socket.destroy() : answers(asked_, response));
  const keyed = await call(server.url, 'start_job', { kind: 'lost', operation_key: 'lost-2' });
  assert.equal(failed(keyed).retryable, true);
  const found = await call(server.url, 'start_job', { kind: 'lost', operation_key: 'lost-2' });
  assert.equal(found.isError, false, JSON.stringify(found.value));
  const keys = service.requests.slice(1).map((one) => one.headers['idempotency-key']);
  assert.ok(keys.length >= 3 && keys.every((key) => key === 'lost-2'), String(keys));
});

test('a lost write is sent again only while the declarations say that its key is honoured', async () => {
  const made = await declared();
  const put = (from, to) => gateway.must('PUT', path(made.account), { document: at(`http://${host}`).replace(from, to) });
  const lose = (asked) => asked.socket.destroy();
  service.script = lose;
  await call(made.url, 'rename_job', { job_id: '9', name: 'x', operation_key: 'keyless-1' });
  await put('method: PATCH', 'idempotency_key: true\n    method: PATCH');
  service.script = answers;
  assert.equal(failed(await call(made.url, 'rename_job', { job_id: '9', name: 'x', operation_key: 'keyless-1' })).code, 'operation_key_reused');
  assert.equal(service.requests.length, 1);
  service.script = lose;
  await call(made.url, 'start_job', { kind: 'x', operation_key: 'keyed-1' });
  const [lost] = (await gateway.must('GET', '/receipt?operation_key=keyed-1')).result;
  await put('idempotency_key: true\n    inputs:\n      kind', 'inputs:\n      kind');
  service.script = answers;
  const before = service.requests.length;
  const kept = await gateway.must('POST', `/receipt/${lost.id}/reconcile`);
  assert.equal(kept.error_code, 'not_declared');
  assert.equal(service.requests.length, before);
  await put('', '');
  // A refusal does not show that the lost attempt did nothing.
  service.script = (asked, response) => json(response, 404, { error: { code: 'approval_required' } });
  const refused = await gateway.must('POST', `/receipt/${lost.id}/reconcile`);
  assert.deepEqual([refused.state, refused.error_code], ['unknown', 'http_404']);
  assert.equal(failed(await call(made.url, 'start_job', { kind: 'x', operation_key: 'keyed-1' })).type, 'outcome_unknown');
  service.script = answers;
  assert.equal((await gateway.must('POST', `/receipt/${lost.id}/reconcile`)).state, 'succeeded');
});

test('an answer is shown as the service wrote it', async () => {
  const value = { object: 'file', note: null, tags: [], text: '', created: 1_700_000_000, amount: 500, currency: 'usd' };
  service.script = (asked, response) => json(response, 200, value);
  assert.deepEqual((await call(server.url, 'list_jobs')).value, value);
});

test('max_per_request: a list without limit, or with none or less, is refused', async () => {
  const made = await declared({ document: at(`http://${host}`)
    .replace('default: 20, constraints: {max_value: 50}', 'constraints: {max_per_request: 20}') });
  for (const args of [{}, { limit: 0 }, { limit: -1 }, { limit: 21 }]) failed(await call(made.url, 'list_jobs', args));
  await call(made.url, 'list_jobs', { limit: 20 });
  assert.deepEqual(sent(), ['GET /v2/jobs?limit=20 ']);
});

test('an answer that is too large, no JSON, or empty', async () => {
  service.script = (asked, response) => json(response, 200, { text: 'x'.repeat(300_000) });
  assert.equal(failed(await call(server.url, 'get_job', { job_id: '1' })).code, 'answer_too_large');
  service.script = (asked, response) => { response.writeHead(200, { 'content-type': 'text/plain' }); response.end('plain <b>text</b>'); };
  assert.equal((await call(server.url, 'list_jobs')).value.text, 'plain <b>text</b>');
  service.script = (asked, response) => { response.writeHead(204); response.end(); };
  assert.equal((await call(server.url, 'rename_job', { job_id: '1', name: 'n' })).value.status, 204);
  service.script = (asked, response) => json(response, 200, { rows: Array.from({ length: 9_000 }, (_, i) => ({ id: i, text: 'word' })) });
  const small = await gateway.mint({ account: server.account, config: { result_tokens_max: 1_000 } });
  const cut = await call(small.url, 'list_jobs');
  assert.ok(JSON.stringify(cut.value).length < 6_000);
});

test('addresses: a name of a private network is refused unless its entry says private; TLS is verified', async () => {
  const shut = await declared({ document: at('https://localhost'), account: { service: block('https://localhost/v2') } });
  const refused = failed(await call(shut.url, 'get_job', { job_id: '1' }));
  assert.equal(refused.code, 'host_refused');
  assert.match(refused.message, /private network/);
  const base = `https://localhost:${secure.port}`;
  const open = await declared({ document: at(base), account: { service: block(`${base}/v2`) } });
  secure.script = answers;
  assert.equal((await call(open.url, 'get_job', { job_id: '1' })).value.id, 'job_1');
  assert.equal(secure.requests.at(-1).headers.authorization, `Bearer ${canary}`);
});

test('addresses: a certificate of another authority, or of another name, gets no request', async () => {
  const others = [['stranger', ['IP:127.0.0.1,DNS:localhost'], false], ['elsewhere', ['DNS:elsewhere.example'], true]];
  for (const [name, names, trusted] of others) {
    const made = makeCertificate(scratch(), name, ...names);
    const impostor = await startUpstream({ after }, answers, { cert: readFileSync(made.certificate), key: readFileSync(made.key) });
    const own = await startGateway({ after }, { ...settings, 'declarations.hosts': `private+https://localhost:${impostor.port}`,
      'declarations.ca_file': trusted ? made.certificate : secured.certificate });
    const base = `https://localhost:${impostor.port}`;
    const shut = await declared({ on: own, document: at(base), account: { service: block(`${base}/v2`) } });
    assert.equal(failed(await call(shut.url, 'get_job', { job_id: '1' })).code, 'not_sent');
    assert.equal(impostor.requests.length, 0);
  }
});

test('a host that the operator allows no more is not called', async (t) => {
  const own = await startGateway(t, settings);
  const made = await declared({ on: own });
  assert.equal((await call(made.url, 'get_job', { job_id: '1' })).isError, false);
  await own.stop();
  await own.start({ ...settings, 'declarations.hosts': '' });
  service.requests.length = 0;
  const refused = failed(await call(own.base + made.path, 'get_job', { job_id: '1' }));
  assert.equal(refused.code, 'host_refused');
  assert.match(refused.message, /declarations\.hosts/);
  assert.equal(service.requests.length, 0);
});

test('rules: constraints, the filter, rules of the team and a freeze hold for services, too', async () => {
  assert.match(failed(await call(server.url, 'list_jobs', { limit: 51 })).message, /list_jobs\.limit\.max_value/);
  const reading = await gateway.mint({ account: server.account, config: { methods: ['read'] } });
  assert.deepEqual(await toolNames(reading.url), ['list_jobs', 'get_job']);
  const hidden = await legacy(reading.url, 'tools/call', { name: 'start_job', arguments: { kind: 'x' } });
  assert.match(hidden.body.error.message, /not exposed by this MCP server/);
  const rules = `/integrated-account/${server.account}/policy`;
  await gateway.must('PUT', rules, { rules: [{ id: 'no_changes', methods: ['update'] }] });
  const names = await toolNames(server.url);
  assert.ok(!names.includes('rename_job') && names.includes('start_job'), String(names));
  const refused = await legacy(server.url, 'tools/call', { name: 'rename_job', arguments: { job_id: '1', name: 'x' } });
  assert.ok(refused.body.error || refused.body.result.isError, refused.text);
  await gateway.must('PUT', rules, { rules: [] });
  await gateway.must('PUT', '/team/policy', { rules: [{ id: 'no_changes_of_the_team', methods: ['update'] }] });
  assert.ok(!(await toolNames(server.url)).includes('rename_job'));
  await gateway.must('PUT', '/team/policy', { rules: [] });
  const guarded = await gateway.mint({ account: server.account, config: { guardrails: [{ id: 'no_changes_here', methods: ['update'] }] } });
  assert.ok(!(await toolNames(guarded.url)).includes('rename_job'));
  await gateway.must('PUT', rules, { rules: [{ id: 'of_one', scope: { customers: ['cus_1'] } }] });
  assert.match(JSON.stringify((await legacy(server.url, 'tools/call', { name: 'get_job', arguments: { job_id: '1' } })).body), /of_one|not exposed/);
  assert.equal(service.requests.length, 0);
  await gateway.must('PUT', rules, { rules: [] });
  await gateway.must('POST', `/integrated-account/${server.account}/freeze`);
  assert.equal(failed(await call(server.url, 'start_job', { kind: 'x' })).type, 'frozen');
  assert.equal((await call(server.url, 'get_job', { job_id: '1' })).isError, false);
  await gateway.must('DELETE', `/integrated-account/${server.account}/freeze`);
  assert.deepEqual(sent(), ['GET /v2/jobs/1 ']);
});

test('consent: a person agrees, and exactly one request is sent', async () => {
  const asked = await call(server.url, 'delete_job', { job_id: 'job_7' });
  assert.equal(asked.value.approval.state, 'pending', JSON.stringify(asked.value));
  assert.deepEqual(sent(), []);
  const pending = await gateway.must('GET', `/approval/${asked.value.approval.id}`);
  assert.match(pending.preview, /delete_job at http:\/\/127[^]*job_id: "job_7"/);
  const done = await gateway.must('POST', `/approval/${pending.id}/approve`, {});
  assert.equal(done.state, 'executed', JSON.stringify(done));
  assert.equal((await gateway.admin('POST', `/approval/${pending.id}/approve`, {})).status, 409);
  assert.deepEqual(sent(), ['DELETE /v2/jobs/job_7 ']);
});

test('consent: two tools that make the same request are approved each for itself', async () => {
  const twice = at(`http://${host}`).replace('permissions:', `  - name: purge_job
    description: The same request under another name
    method: DELETE
    path: /jobs/{job_id}
    permission: admin
    consent_required: true
    inputs:
      job_id: {type: string, required: true}
permissions:`);
  const two = await declared({ document: twice });
  const [first, second] = [await call(two.url, 'delete_job', { job_id: '5' }), await call(two.url, 'purge_job', { job_id: '5' })];
  assert.notEqual(first.value.approval.id, second.value.approval.id);
  const again = await call(two.url, 'delete_job', { job_id: '5' });
  assert.equal(again.value.approval.id, first.value.approval.id);
  await gateway.must('POST', `/approval/${first.value.approval.id}/approve`, {});
  assert.equal((await gateway.must('GET', `/approval/${second.value.approval.id}`)).state, 'pending');
  assert.deepEqual(sent(), ['DELETE /v2/jobs/5 ']);
});

test('explain shows the request without its credential', async () => {
  const explained = await gateway.must('POST', `/integrated-account/${server.account}/mcp/${server.id}/explain`,
    { tool: 'start_job', arguments: { kind: 'sum' } });
  assert.equal(explained.allowed, true, JSON.stringify(explained));
  assert.equal(explained.request.url, `http://${host}/v2/jobs`);
  assert.equal(explained.request.headers.Authorization, 'Bearer ***');
  assert.equal(explained.request.body, '{"kind":"sum","priority":1}');
  assert.equal(service.requests.length, 0);
});

test('a credential that a service repeats is masked everywhere', async () => {
  const echo = (status) => (asked, response) => json(response, status,
    { id: asked.headers.authorization, error: { code: canary }, all: asked.headers }, { 'request-id': canary });
  const escaped = [...canary].map((c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')).join('');
  const echoEscaped = (status) => (asked, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`{"id":"${escaped}","error":{"code":"${escaped}"}}`);
  };
  for (const script of [200, 400, 500].flatMap((status) => [echo(status), echoEscaped(status)])) {
    service.script = script;
    for (const [tool, args] of [['list_jobs', {}], ['rename_job', { job_id: '1', name: 'x' }]]) {
      const answer = await legacy(server.url, 'tools/call', { name: tool, arguments: args });
      assert.ok(!answer.text.includes('canary') && !answer.text.includes(escaped), answer.text);
    }
  }
  const pages = [];
  for (const page of ['/receipt', '/audit', '/integrated-account', `/integrated-account/${server.account}/mcp`, '/approval'])
    pages.push((await gateway.admin('GET', page)).text);
  pages.push(gateway.log, gateway.stdout, gateway.stderr, (await request(`${gateway.adminBase}/metrics`)).text);
  for (const text of pages) assert.ok(!text.includes('canary'), text.slice(0, 400));
});

test('a revoked server and a removed account call nothing', async () => {
  const made = await declared();
  assert.equal((await call(made.url, 'get_job', { job_id: '1' })).isError, false);
  await gateway.must('DELETE', `/integrated-account/${made.account}/mcp/${made.id}`);
  assert.equal((await legacy(made.url, 'tools/call', { name: 'get_job', arguments: { job_id: '1' } })).status, 404);
  assert.equal(service.requests.length, 1);
});

test('two instances on one database: what is declared at one is listed and called at the other', async (t) => {
  const { one, two } = await twoInstances(t, settings);
  const made = await declared({ on: one });
  assert.ok((await toolNames(two.base + made.path)).includes('list_jobs'));
  assert.equal((await call(two.base + made.path, 'get_job', { job_id: '1' })).value.id, 'job_1');
  await one.must('PUT', path(made.account), { document: at(`http://${host}`).replaceAll('get_job', 'read_job') });
  assert.ok((await toolNames(two.base + made.path)).includes('read_job'));
  await two.must('POST', `/integrated-account/${made.account}/freeze`);
  await until('the freeze', async () => (await call(one.base + made.path, 'start_job', { kind: 'x' })).value.error?.type === 'frozen');
});

test('validate, inspect and test take a file of another service', async () => {
  const file = join(root, 'tests/fixtures/declarations/jobs.yaml');
  assert.equal(runBinary(['validate', file]).stdout, 'valid (Jobs, 6 capabilities)\n');
  assert.match(runBinary(['inspect', file]).stdout, /^write start_job +POST \/jobs +start_job/m);
  const all = runBinary(['test', '--all', '--dry-run', '-f', file]);
  assert.match(all.stdout, /^ok get_job GET https:\/\/jobs\.example\.com\/v2\/jobs\/\{job_id\}$/m, all.stderr);
  const one = runBinary(['test', 'start_job', '-p', 'kind=sum', '--dry-run', '-f', file]);
  assert.match(one.stdout, /^POST https:\/\/jobs\.example\.com\/v2\/jobs\n[^]*Authorization: Bearer \*\*\*\n[^]*\{"kind":"sum","priority":1\}\n$/, one.stderr);
});

test('the example of the documentation runs', async () => {
  const page = readFileSync(join(root, 'docs/declarations.md'), 'utf8');
  const example = page.split('## Another REST service')[1].match(/```yaml\n([^]*?)```/)[1];
  const shown = await declared({ document: at(`http://${host}`, example) });
  assert.equal((await call(shown.url, 'get_job', { job_id: 'job_1' })).value.id, 'job_1');
  assert.equal((await call(shown.url, 'start_job', { kind: 'sum', options: { deep: true } })).value.approval.state, 'pending');
  assert.deepEqual(sent(), ['GET /v2/jobs/job_1 ']);
});

test('tollgate account connect connects a service', async () => {
  const file = join(scratch(), 'credential');
  writeFileSync(file, canary, { mode: 0o600 });
  const done = await runBinaryAsync(['account', 'connect', '--name', 'By hand', '--mode', 'test', '--credential-file', file,
    '--service-url', `http://${host}/v2`, '--service-auth', 'header', '--service-header', 'X-Api-Key', '--json'],
  { env: { TOLLGATE_ADMIN_URL: gateway.adminBase, TOLLGATE_API_KEY: gateway.apiKey } });
  assert.equal(done.status, 0, done.stderr);
  assert.deepEqual(JSON.parse(done.stdout).service, { base_url: `http://${host}/v2`, auth: 'header', header: 'X-Api-Key' });
});
