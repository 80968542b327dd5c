// Approvals through the built binary: a rule asks, API keys agree or deny, Tollgate sends the call itself, once.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, afterEach, beforeEach, test } from 'node:test';
import { root, startGateway } from '../support/gateway.mjs';
import { call, legacy, toolNames } from '../support/mcp.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';
import { until } from '../support/wait.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after });
const settings = upstreamSettings(upstream);
const gateway = await startGateway({ after }, settings);
const account = (await gateway.connect()).id;
const other = await gateway.must('POST', '/api-key', { name: 'second', role: 'operator' });

const answers = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' });
beforeEach(() => { upstream.script = answers; });
afterEach(() => { upstream.requests.length = 0; });

const large = (more = {}) => ({ id: 'large_refunds', tools: [refund], then: 'needs_approval',
  max_value: { argument: 'amount', value: 500 }, ...more });
const mint = (rule = large(), config = {}) => gateway.mint({ account, config: { guardrails: [rule], ...config } });
const writes = () => upstream.requests.filter((sent) => sent.method === 'POST');
const approval = (id) => gateway.must('GET', `/approval/${id}`);
const say = (id, verdict, body = {}, key = gateway.apiKey) => gateway.admin('POST', `/approval/${id}/${verdict}`, body, { key });

async function ask(server, args = {}) {
  const answer = await call(server.url, refund, { charge: 'ch_1', amount: 900, ...args });
  assert.equal(answer.isError, false, JSON.stringify(answer.value));
  assert.equal(answer.value.approval?.state, 'pending', JSON.stringify(answer.value));
  return answer.value.approval;
}

async function approved(id, body) {
  const answer = await say(id, 'approve', body);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

test('a refund above the limit waits; one key agrees; Tollgate sends it once, and get_receipt tells', async () => {
  const server = await mint();
  assert.ok((await toolNames(server.url)).includes('get_receipt'));
  const pending = await ask(server);
  assert.match(pending.id, /^apr_[0-9A-Za-z]{24}$/);
  assert.equal(writes().length, 0);
  const shown = await approval(pending.id);
  assert.equal(shown.rule, 'large_refunds');
  assert.match(shown.preview, /amount: 900/);
  assert.deepEqual(shown.arguments, { charge: 'ch_1', amount: 900 });
  const { tool, arguments: again } = pending.ask_again;
  assert.equal((await call(server.url, tool, again)).value.approval.state, 'pending');
  const done = await approved(pending.id, { reason: 'The customer called.' });
  assert.equal(done.state, 'executed');
  assert.equal(done.receipt.state, 'succeeded');
  assert.equal(done.receipt.id, done.receipt_id);
  assert.equal(done.receipt.object_id, 're_1');
  assert.equal(done.arguments, null);
  assert.deepEqual(done.votes.map((vote) => [vote.verdict, vote.reason]), [['approve', 'The customer called.']]);
  assert.equal(writes().length, 1);
  assert.equal(writes()[0].headers['idempotency-key'], done.receipt_id);
  assert.match(writes()[0].body, /amount=900/);
  const told = await call(server.url, tool, again);
  assert.equal(told.value.approval.state, 'executed');
  assert.equal(told.value.approval.approver_reason, 'The customer called.');
  assert.equal(told.value.receipt.object_id, 're_1');
  const second = await say(pending.id, 'approve');
  assert.equal(second.status, 409);
  assert.equal(second.body.code, 'approval_ended');
  assert.equal(writes().length, 1);
  const { result } = await gateway.must('GET', `/audit?receipt_id=${done.receipt_id}`);
  assert.deepEqual(result.map((one) => [one.kind, one.approval]),
    [['write_finished', pending.id], ['write_intended', pending.id]]);
});

test('the same call gets the same approval; changed arguments need a new one', async () => {
  const server = await mint();
  const first = await ask(server);
  assert.equal((await ask(server)).id, first.id);
  const changed = await ask(server, { amount: 901 });
  assert.notEqual(changed.id, first.id);
  assert.equal((await approved(changed.id)).receipt.state, 'succeeded');
  assert.match(writes()[0].body, /amount=901/);
  assert.equal((await approval(first.id)).state, 'pending');
  assert.equal(writes().length, 1);
});

test('a denial needs a reason, sends nothing, and the model reads the reason', async () => {
  const server = await mint();
  const { id } = await ask(server);
  assert.equal((await say(id, 'deny')).body.code, 'invalid_reason');
  const denied = await say(id, 'deny', { reason: 'Wrong customer.' });
  assert.equal(denied.body.state, 'denied', denied.text);
  const told = await call(server.url, 'get_receipt', { receipt: id });
  assert.equal(told.value.approval.state, 'denied');
  assert.equal(told.value.approval.approver_reason, 'Wrong customer.');
  assert.equal((await say(id, 'approve')).status, 409);
  assert.equal(writes().length, 0);
  const { result } = await gateway.must('GET', '/audit?kind=admin_finished&limit=20');
  const record = result.find((one) => one.action === `POST /approval/${id}/deny` && one.outcome === 'succeeded');
  assert.equal(record.changed_from.state, 'pending');
  assert.equal(record.changed_to.state, 'denied');
  assert.notEqual((await ask(server)).id, id);
});

test('two approvers: one key twice counts once', async () => {
  const server = await mint(large({ approval: { needed: 2 } }));
  const { id, approvals_needed } = await ask(server);
  assert.equal(approvals_needed, 2);
  assert.equal((await approved(id)).state, 'pending');
  assert.equal((await approved(id)).state, 'pending');
  assert.equal(writes().length, 0);
  const last = await say(id, 'approve', {}, other.key);
  assert.equal(last.body.state, 'executed', last.text);
  assert.equal(last.body.votes.length, 2);
  assert.equal(writes().length, 1);
});

test('roles and teams: a viewer reads, and a key of another team finds nothing', async () => {
  const server = await mint();
  const { id } = await ask(server);
  const viewer = await gateway.must('POST', '/api-key', { name: 'viewer', role: 'viewer' });
  assert.equal((await gateway.admin('GET', `/approval/${id}`, undefined, { key: viewer.key })).status, 200);
  assert.equal((await say(id, 'approve', {}, viewer.key)).status, 403);
  const team = await gateway.must('POST', '/team', { name: 'Other' });
  for (const verdict of ['approve', 'deny'])
    assert.equal((await say(id, verdict, { reason: 'no' }, team.api_key.key)).status, 404);
  assert.equal((await gateway.admin('GET', `/approval/${id}`, undefined, { key: team.api_key.key })).status, 404);
  const foreign = await gateway.admin('GET', '/approval', undefined, { key: team.api_key.key });
  assert.deepEqual(foreign.body.result, []);
  const mine = await gateway.must('GET', `/approval?state=pending&mcp_server_id=${server.id}&tool=${refund}`);
  assert.deepEqual(mine.result.map((one) => one.id), [id]);
  assert.equal((await gateway.admin('GET', '/approval?state=lost')).body.code, 'invalid_state');
  assert.equal((await approval(id)).state, 'pending');
});

test('what changed since the question makes it void: revoked, filtered, forbidden by a rule', async () => {
  const path = (server) => `/integrated-account/${account}/mcp/${server.id}`;
  const changes = [
    ['server_gone', (server) => gateway.admin('DELETE', path(server))],
    ['filter', (server) => gateway.admin('PATCH', path(server), { config: { guardrails: [large()], methods: ['read'] } })],
    ['policy', (server) => gateway.admin('PATCH', path(server), { config: { guardrails: [large({ then: 'deny' })] } })],
    ['suspended', (server) => gateway.admin('POST', `${path(server)}/suspend`, {})],
    ['token_ended', (server) => gateway.admin('POST', `${path(server)}/rotate`, {})],
  ];
  for (const [code, change] of changes) {
    const server = await mint();
    const { id } = await ask(server);
    const changed = await change(server);
    assert.ok(changed.status < 300, changed.text);
    const answer = await say(id, 'approve');
    if (answer.status === 409) assert.match(answer.body.detail, /revoked/); // noticed before
    const ended = await approval(id);
    assert.equal(ended.state, 'voided', code);
    assert.equal(ended.end_code, code, JSON.stringify(ended));
    assert.equal(ended.arguments, null);
  }
  assert.equal(writes().length, 0);
});

test('a model cannot approve: every tool, resource and prompt called with the id changes nothing', async () => {
  const server = await mint();
  const { id } = await ask(server);
  const { tools } = (await legacy(server.url, 'tools/list')).body.result;
  upstream.script = (asked, response) => json(response, 404, { error: { type: 'invalid_request_error', code: 'resource_missing' } });
  for (const tool of tools) {
    const named = Object.fromEntries(Object.keys(tool.inputSchema.properties ?? {}).map((name) => [name, id]));
    for (const args of [named, { id }, { receipt: id }, { approval: id, state: 'approved' }])
      await legacy(server.url, 'tools/call', { name: tool.name, arguments: args });
  }
  for (const name of ['approve', 'approve_call', 'approval', id])
    await legacy(server.url, 'tools/call', { name, arguments: { id } });
  const { resources } = (await legacy(server.url, 'resources/list')).body.result ?? { resources: [] };
  for (const uri of [...resources.map((one) => one.uri), `stripe://approval/${id}`, `/approval/${id}/approve`])
    await legacy(server.url, 'resources/read', { uri });
  const { prompts } = (await legacy(server.url, 'prompts/list')).body.result ?? { prompts: [] };
  for (const prompt of prompts)
    await legacy(server.url, 'prompts/get', { name: prompt.name,
      arguments: Object.fromEntries((prompt.arguments ?? []).map((one) => [one.name, id])) });
  // Nor does its token open the admin API.
  const token = server.path.split('/').at(-1);
  assert.equal((await say(id, 'approve', {}, token)).status, 401);
  const left = await approval(id);
  assert.equal(left.state, 'pending');
  assert.deepEqual(left.votes, []);
  assert.ok(!writes().some((sent) => /amount=900/.test(sent.body)));
});

test('another MCP server does not learn of it', async () => {
  const { id } = await ask(await mint());
  const refused = await call((await mint()).url, 'get_receipt', { receipt: id });
  assert.equal(refused.isError, true);
  assert.equal(refused.value.error.code, 'no_such_receipt');
});

test('an own operation key: after the execution the same call is answered from its receipt', async () => {
  const server = await mint();
  const { id } = await ask(server, { operation_key: 'approved-1' });
  assert.equal((await approved(id)).receipt.operation_key, 'approved-1');
  const again = await call(server.url, refund, { charge: 'ch_1', amount: 900, operation_key: 'approved-1' });
  assert.equal(again.value.replayed, true, JSON.stringify(again.value));
  assert.equal(writes().length, 1);
  assert.equal(writes()[0].headers['idempotency-key'], 'approved-1');
});

test('a lost answer: the approve waits no longer than it must, and the receipt says unknown', async () => {
  const server = await mint();
  const { id } = await ask(server);
  upstream.script = (asked) => asked.socket.destroy();
  const done = await approved(id);
  assert.equal(done.state, 'executed');
  assert.equal(done.receipt.state, 'unknown');
  upstream.script = answers;
  await until('its outcome', async () => (await approval(id)).receipt.state === 'succeeded', 20_000);
  assert.equal(new Set(writes().map((sent) => `${sent.headers['idempotency-key']} ${sent.body}`)).size, 1);
});

test('kill -9 between the last answer and the execution: executed once after the restart', async (t) => {
  const own = await startGateway(t, settings);
  // The only call of a minute is used up, so that the approved one has to wait.
  const server = await own.mint({ config: { guardrails: [large()], rate_limit: { calls: 1, seconds: 10 } } });
  const url = own.base + server.path;
  const pending = (await call(url, refund, { charge: 'ch_kill', amount: 900 })).value.approval;
  await call(url, 'list_all_stripe_refunds');
  const click = own.admin('POST', `/approval/${pending.id}/approve`, {}).catch(() => {});
  const state = async () => (await own.must('GET', `/approval/${pending.id}`)).state;
  await until('the approval', async () => await state() === 'approved');
  assert.equal(writes().length, 0);
  await own.kill();
  await click;
  await own.start(settings);
  await until('the execution', async () => await state() === 'executed', 30_000);
  await until('the outcome', async () => (await own.must('GET', `/approval/${pending.id}`)).receipt.state === 'succeeded');
  assert.equal(writes().length, 1);
});

test('kill -9 while Stripe executes it: found out with the same key, never a second effect', async (t) => {
  const own = await startGateway(t, settings);
  const server = await own.mint({ config: { guardrails: [large()] } });
  const pending = (await call(own.base + server.path, refund, { charge: 'ch_kill', amount: 900 })).value.approval;
  upstream.script = () => {};
  const click = own.admin('POST', `/approval/${pending.id}/approve`, {}).catch(() => {});
  await until('the request', () => writes().length === 1);
  await own.kill();
  await click;
  upstream.script = answers;
  await own.start(settings);
  const shown = () => own.must('GET', `/approval/${pending.id}`);
  assert.equal((await shown()).state, 'executed');
  await until('the outcome', async () => (await shown()).receipt.state === 'succeeded', 20_000);
  assert.equal(new Set(writes().map((sent) => `${sent.headers['idempotency-key']} ${sent.body}`)).size, 1);
});

test('docs/approvals.md runs as written: a rule, a call that waits, an answer, a webhook', async () => {
  const page = readFileSync(join(root, 'docs/approvals.md'), 'utf8');
  const [make, answer, webhook, again, ...more] = [...page.matchAll(/```sh\n([^]*?)```/g)].map((found) => found[1]);
  assert.equal(more.length, 0, 'another block: run it here too');
  const shell = async (text, env) => (await promisify(execFile)('bash', ['-c', text],
    { env: { ...process.env, BASE: gateway.adminBase, KEY: gateway.apiKey, ACCOUNT: account, ...env } })).stdout;
  const { url } = JSON.parse(await shell(make));
  const pending = await ask({ url }, { amount: 25000 });
  const shown = JSON.parse(page.match(/```json\n([^]*?)```/)[1]);
  assert.deepEqual(Object.keys(pending).sort(), Object.keys(shown.approval).sort());
  assert.equal(pending.reason, shown.approval.reason);
  const told = await shell(answer, { APPROVAL: pending.id });
  assert.match(told, /"state":"pending"[^]*"preview":"[^]*"state":"executed"[^]*"state":"succeeded"[^]*approval_ended/);
  const { id, host, secret } = JSON.parse(await shell(webhook));
  assert.equal(host, 'hooks.example');
  assert.match(secret, /^whsec_/);
  const tried = await shell(again, { WEBHOOK: id });
  assert.match(tried, /"delivered":false,"error":"[^"]*"[^]*"result":\[/);
});

test('the metrics count what happened', async () => {
  const text = await gateway.metrics();
  const count = (event) => Number(text.match(new RegExp(`tollgate_approvals_total\\{event="${event}"\\} (\\d+)`))[1]);
  for (const event of ['created', 'approved', 'denied', 'executed', 'voided']) assert.ok(count(event) > 0, event);
});
