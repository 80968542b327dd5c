// tollgate people, approvals and policy apply: through the admin API of a running gateway, with their exit statuses.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { binary, cleanEnvironment, scratch, startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { password } from '../support/person.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const refund = 'create_a_stripe_refund';
const answers = (asked, response) => json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' });
const upstream = await startUpstream({ after }, answers);
const gateway = await startGateway({ after }, upstreamSettings(upstream));
const account = (await gateway.connect()).id;
const folder = scratch();

// { status, stdout, stderr }; the scripted Stripe is in this process, which must not stand still meanwhile.
function tollgate(words, { key = gateway.apiKey, input } = {}) {
  return new Promise((resolve, reject) => {
    const run = spawn(binary, [...words, '--url', gateway.adminBase],
      { env: cleanEnvironment({ TOLLGATE_API_KEY: key }), stdio: ['pipe', 'pipe', 'pipe'] });
    const done = { stdout: '', stderr: '' };
    run.stdout.on('data', (text) => { done.stdout += text; });
    run.stderr.on('data', (text) => { done.stderr += text; });
    run.on('error', reject);
    run.on('close', (status) => resolve({ ...done, status }));
    run.stdin.end(input ?? '');
  });
}
const lines = (text) => text.split('\n').filter(Boolean);
const member = (text, key) => new RegExp(`^${key}: (.*)$`, 'm').exec(text)?.[1];

async function pending(more = {}, amount = 900) {
  const rule = { id: 'large', tools: [refund], then: 'needs_approval', max_value: { argument: 'amount', value: 500 }, ...more };
  const server = await gateway.mint({ account, config: { guardrails: [rule] } });
  return (await call(server.url, refund, { charge: 'ch_1', amount })).value.approval.id;
}

test('people: invited, listed, changed, shown and removed', async () => {
  const made = await tollgate(['people', 'invite', '--name', 'Ana', '--email', 'ana@example.com', '--role', 'approver', '--group', 'finance', '--group', 'risk']);
  assert.deepEqual([made.status, made.stderr], [0, ''], made.stderr);
  const id = member(made.stdout, 'id');
  const { token } = JSON.parse(member(made.stdout, 'invitation'));
  assert.match(token, /^tgi_/);
  await gateway.must('POST', '/person/accept-invitation', { token, password }, { key: null });
  const listed = await tollgate(['people', 'list']);
  assert.equal(listed.stdout, `${id}  approver  ana@example.com  Ana  ["finance","risk"]\n`);
  assert.equal(JSON.parse((await tollgate(['people', 'list', '--json'])).stdout).email, 'ana@example.com');
  const changed = await tollgate(['people', 'change', id, '--role', 'viewer']);
  assert.equal(member(changed.stdout, 'role'), 'viewer');
  assert.equal(member((await tollgate(['people', 'show', id])).stdout, 'role'), 'viewer');
  const again = await tollgate(['people', 'invite-again', id, '--json']);
  assert.notEqual(JSON.parse(again.stdout).invitation.token, token);
  await gateway.must('POST', '/person/accept-invitation', { token: JSON.parse(again.stdout).invitation.token, password }, { key: null });
  const link = JSON.parse((await tollgate(['people', 'sign-in-link', id, '--json'])).stdout);
  const enter = () => gateway.admin('POST', '/session/link', { token: link.token }, { key: null, headers: { origin: gateway.adminBase } });
  assert.equal((await enter()).status, 201);
  assert.ok((await enter()).status >= 400, 'a link works once');
  assert.deepEqual(await tollgate(['people', 'sign-out', id]).then(({ status, stderr }) => [status, stderr]), [0, '']);
  assert.equal((await tollgate(['people', 'remove', id])).status, 0);
  assert.equal((await tollgate(['people', 'list'])).stdout, '');
});

test('what the gateway refuses, and wrong usage, have a sentence and a status', async () => {
  const missing = await tollgate(['people', 'show', 'per_none']);
  assert.deepEqual([missing.status, missing.stdout], [2, '']);
  assert.match(missing.stderr, /^tollgate: no such person/);
  const unknown = await tollgate(['people', 'list'], { key: 'tgk_wrong' });
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /give the API key \(tgk_…\) of the team/);
  const incomplete = await tollgate(['people', 'invite', '--name', 'Ana']);
  assert.equal(incomplete.status, 1);
  assert.equal((await tollgate(['approvals', 'deny', 'apr_1'])).status, 1, 'a denial needs a reason');
  assert.equal((await tollgate(['approvals', 'show', 'apr_none'])).status, 2);
});

test('approvals: listed, shown, and approved with the outcome as the exit status', async () => {
  const id = await pending();
  const listed = await tollgate(['approvals', 'list', '--state', 'pending']);
  assert.equal(listed.status, 0, listed.stderr);
  assert.match(lines(listed.stdout)[0], new RegExp(`^${id}  pending  ${refund}  20\\S+Z  20\\S+Z  large  'amount' is 900`));
  const shown = await tollgate(['approvals', 'show', id]);
  assert.equal(member(shown.stdout, 'arguments'), '{"charge":"ch_1","amount":900}');
  const done = await tollgate(['approvals', 'approve', id, '--reason', 'The customer called.']);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(member(done.stdout, 'state'), 'executed');
  const late = await tollgate(['approvals', 'approve', id]);
  assert.equal(late.status, 2);
  assert.match(late.stderr, /enough people agreed already/);
  assert.deepEqual(lines((await tollgate(['approvals', 'list', '--state', 'executed', '--limit', '1', '--json'])).stdout).map((line) => JSON.parse(line).id), [id]);
});

test('approvals: one that others must agree to waits; a denied one and a failed call have their own status', async () => {
  const two = await pending({ approval: { needed: 2 } });
  assert.equal((await tollgate(['approvals', 'approve', two])).status, 3);
  const denied = await tollgate(['approvals', 'deny', two, '--reason', 'Wrong customer.']);
  assert.equal(denied.status, 0);
  assert.equal(member(denied.stdout, 'end_reason'), 'Wrong customer.');
  upstream.script = (asked, response) => json(response, 402, { error: { type: 'card_error', code: 'charge_already_refunded' } });
  const failed = await tollgate(['approvals', 'approve', await pending({}, 901)]);
  upstream.script = answers;
  assert.equal(failed.status, 4, failed.stdout);
  upstream.script = (asked) => asked.socket.destroy();
  const lost = await tollgate(['approvals', 'approve', await pending({}, 902)]);
  upstream.script = answers;
  assert.equal(lost.status, 5, lost.stdout);
  assert.match(lost.stderr, /not known whether the call was done\. Do not repeat it: tollgate approvals show apr_/);
});

test('policy apply: in force at once, or with a second person', async () => {
  const file = join(folder, 'rules.yaml');
  const write = (value) => writeFileSync(file, `rules:\n  - id: small\n    tools: [${refund}]\n    max_value: {argument: amount, value: ${value}}\n`);
  write(1000);
  const alone = await tollgate(['policy', 'apply', file]);
  assert.deepEqual([alone.status, member(alone.stdout, 'version')], [0, '1'], alone.stderr);
  await gateway.must('PATCH', '/team', { policy_changes: 'second_person' });
  write(500);
  const waits = await tollgate(['policy', 'apply', file]);
  assert.equal(waits.status, 3);
  const id = member(waits.stdout, 'id');
  assert.equal(waits.stderr, `A second person must confirm this change: tollgate policy confirm ${id}\n`);
  assert.match((await tollgate(['policy', 'changes'])).stdout, new RegExp(`^${id}  rules  -  key_`));
  const own = await tollgate(['policy', 'confirm', id]);
  assert.equal(own.status, 2);
  assert.match(own.stderr, /somebody else must confirm this change/);
  const { id: team } = (await gateway.must('GET', '/team')).result[0];
  const invited = JSON.parse((await tollgate(['people', 'invite', '--name', 'Ben', '--email', 'ben@example.com', '--role', 'admin', '--json'])).stdout);
  await gateway.must('POST', '/person/accept-invitation', { token: invited.invitation.token, password }, { key: null });
  const refused = await tollgate(['policy', 'refuse', id, '--reason', 'Too small.']);
  assert.deepEqual([refused.status, member(refused.stdout, 'state')], [0, 'refused'], team);
  assert.equal((await tollgate(['policy', 'changes'])).stdout, '');
  writeFileSync(file, 'rules:\n  - id: x\n    tools: [no_such_tool]\n');
  const wrong = await tollgate(['policy', 'apply', file]);
  assert.equal(wrong.status, 1);
  assert.match(wrong.stderr, /rules\.yaml:3:/);
});
