// A second person for changes of a team's policies: asked for by one, confirmed or refused by another, in force only then.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Clock } from '../support/clock.mjs';
import { scratch, startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { cheapPasswords, signedIn } from '../support/person.mjs';
import { json, startUpstream, upstreamSettings } from '../support/upstream.mjs';

const refund = 'create_a_stripe_refund';
const upstream = await startUpstream({ after }, (asked, response) =>
  json(response, 200, { id: 're_1', object: 'refund', amount: 900, currency: 'usd' }));
const clock = new Clock(scratch());
const gateway = await startGateway({ after }, { ...upstreamSettings(upstream), ...cheapPasswords }, clock.environment());
const ana = await signedIn(gateway, 'ana@example.com', 'admin');
const ben = await signedIn(gateway, 'ben@example.com', 'admin');
const viewer = await signedIn(gateway, 'viewer@example.com', 'viewer');
const account = (await gateway.connect()).id;
const server = await gateway.mint({ account });

const rules = (value) => [{ id: 'small', tools: [refund], max_value: { argument: 'amount', value } }];
const put = (who, value, more = {}, path = '/team/policy') => who.send('PUT', path, { rules: rules(value), ...more });
const decide = (who, id, verdict = 'confirm', body = {}) => who.send('POST', `/policy-change/${id}/${verdict}`, body);
const inForce = async () => (await gateway.must('GET', '/team/policy')).rules;
const allowed = async (amount) => !(await call(server.url, refund, { charge: 'ch_1', amount })).isError;

async function asked(who, value, more, path) {
  const answer = await put(who, value, more, path);
  assert.equal(answer.status, 202, answer.text);
  assert.equal(answer.body.state, 'pending');
  return answer.body;
}

before(async () => {
  assert.equal((await gateway.must('GET', '/team')).result[0].policy_changes, 'alone');
  assert.equal((await put(ana, 1000)).status, 200, 'alone, unless the team wants otherwise');
  assert.equal((await gateway.must('PATCH', '/team', { policy_changes: 'second_person' })).policy_changes, 'second_person');
});

test('a change waits for another admin, and is in force for the next call once confirmed', async () => {
  const change = await asked(ana, 500);
  assert.match(change.id, /^pch_/);
  assert.equal(change.asked_by, ana.id);
  assert.equal(Date.parse(change.expires_at) - Date.parse(change.asked_at), 24 * 3600_000);
  assert.deepEqual(await inForce(), rules(1000));
  assert.ok(await allowed(900));
  const own = await decide(ana, change.id);
  assert.deepEqual([own.status, own.body.code], [403, 'asked_yourself']);
  assert.equal((await decide(viewer, change.id)).body.code, 'role_too_low');
  const { result } = await gateway.must('GET', '/policy-change?state=pending');
  assert.deepEqual(result.map((one) => one.id), [change.id]);
  assert.deepEqual(result[0].rules, rules(500));
  const done = await decide(ben, change.id, 'confirm', { reason: 'Looks right.' });
  assert.equal(done.status, 200, done.text);
  assert.deepEqual([done.body.state, done.body.decided_by, done.body.reason], ['confirmed', ben.id, 'Looks right.']);
  assert.deepEqual(await inForce(), rules(500));
  assert.ok(!(await allowed(900)));
  assert.equal((await gateway.must('GET', '/team/policy')).changed_by, ana.id);
  const again = await decide(ben, change.id);
  assert.deepEqual([again.status, again.body.code], [409, 'policy_change_ended']);
});

test('the audit log has who asked and who confirmed', async () => {
  const records = async (who) => (await gateway.must('GET', `/audit?actor=${who.id}&kind=admin_finished`)).result;
  const ask = (await records(ana)).find((one) => one.action === 'PUT /team/policy' && one.status === 202);
  assert.equal(ask.changed_to.state, 'pending');
  const confirmed = (await records(ben)).find((one) => /^POST \/policy-change\/pch_\w+\/confirm$/.test(one.action) && one.status === 200);
  assert.deepEqual([confirmed.changed_from.state, confirmed.changed_to.state], ['pending', 'confirmed']);
  const refused = (await records(ana)).find((one) => /confirm$/.test(one.action));
  assert.equal(refused.status, 403);
});

test('a refused change is never in force; the person who asked may withdraw it', async () => {
  const change = await asked(ana, 1);
  const refused = await decide(ben, change.id, 'refuse', { reason: 'Too small.' });
  assert.deepEqual([refused.body.state, refused.body.reason], ['refused', 'Too small.']);
  assert.equal((await decide(ben, change.id)).body.code, 'policy_change_ended');
  const own = await asked(ana, 2);
  assert.equal((await decide(ana, own.id, 'refuse')).body.state, 'refused');
  assert.deepEqual(await inForce(), rules(500));
});

test('of two changes of the same rules the second one must be asked for again', async () => {
  const [first, second] = [await asked(ana, 600), await asked(ana, 700)];
  assert.equal((await decide(ben, first.id)).status, 200);
  const late = await decide(ben, second.id);
  assert.deepEqual([late.status, late.body.code], [409, 'version_changed']);
  assert.deepEqual(await inForce(), rules(600));
  const { version } = await gateway.must('GET', '/team/policy');
  assert.equal((await put(ana, 700, { version: version - 1 })).status, 409, 'the version is compared when it is asked for too');
  await decide(ben, second.id, 'refuse');
});

test('the rules of an account wait too, and are another change', async () => {
  const path = `/integrated-account/${account}/policy`;
  const change = await asked(ben, 300, {}, path);
  assert.equal(change.integrated_account_id, account);
  assert.ok(await allowed(400));
  assert.equal((await decide(ana, change.id)).status, 200);
  assert.ok(!(await allowed(400)));
  assert.deepEqual((await gateway.must('GET', path)).rules, rules(300));
});

test('a key and the person who made it count as one', async () => {
  const made = (await ana.send('POST', '/api-key', { name: 'own', role: 'admin' })).body;
  const change = (await gateway.admin('PUT', '/team/policy', { rules: rules(800) }, { key: made.key })).body;
  assert.equal((await decide(ana, change.id)).body.code, 'asked_yourself');
  const back = await asked(ana, 801);
  const byKey = await gateway.admin('POST', `/policy-change/${back.id}/confirm`, {}, { key: made.key });
  assert.equal(byKey.body.code, 'asked_yourself');
  assert.equal((await decide(ben, change.id)).status, 200);
  await decide(ana, back.id, 'refuse');
});

test('wrong rules are refused at once, as are too many changes', async () => {
  const wrong = await ana.send('PUT', '/team/policy', { rules: [{ id: 'x', tools: ['no_such_tool'] }] });
  assert.equal(wrong.status, 400);
  const ids = [];
  for (let i = 0; i < 20; ++i) ids.push((await asked(ana, 900 + i)).id);
  const more = await put(ana, 999);
  assert.equal(more.body.code, 'limit_reached', more.text);
  for (const id of ids) await decide(ana, id, 'refuse');
});

test('another team sees and confirms nothing', async () => {
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  const key = other.api_key.key;
  const change = await asked(ana, 500);
  assert.equal((await gateway.admin('GET', `/policy-change/${change.id}`, undefined, { key })).status, 404);
  assert.equal((await gateway.admin('POST', `/policy-change/${change.id}/confirm`, {}, { key })).status, 404);
  assert.deepEqual((await gateway.must('GET', '/policy-change', undefined, { key })).result, []);
  await decide(ana, change.id, 'refuse');
});

test('the setting itself ends only with a second person', async () => {
  const mixed = await ana.send('PATCH', '/team', { policy_changes: 'alone', audit_legal_hold: false });
  assert.deepEqual([mixed.status, mixed.body.code], [409, 'second_person_needed']);
  const answer = await ana.send('PATCH', '/team', { policy_changes: 'alone' });
  assert.equal(answer.status, 202, answer.text);
  assert.deepEqual([answer.body.what, answer.body.rules], ['setting', null]);
  assert.equal((await put(ana, 555)).status, 202, 'still in force');
  assert.equal((await decide(ana, answer.body.id)).body.code, 'asked_yourself');
  assert.equal((await decide(ben, answer.body.id)).status, 200);
  assert.equal((await gateway.must('GET', '/team')).result[0].policy_changes, 'alone');
  assert.equal((await put(ana, 1000)).status, 200);
  await gateway.must('PATCH', '/team', { policy_changes: 'second_person' });
});

test('after 24 hours a change is expired, and cannot be confirmed', { skip: clock.preloaded ? false : 'libfaketime is not installed' }, async () => {
  const change = await asked(ana, 222);
  clock.write(24 * 3600_000 + 1000);
  const fresh = { method: 'GET', path: `/policy-change/${change.id}` };
  assert.equal((await gateway.must(fresh.method, fresh.path)).state, 'expired');
  const late = await gateway.admin('POST', `/policy-change/${change.id}/confirm`, {});
  assert.deepEqual([late.status, late.body.code], [409, 'policy_change_ended']);
  assert.deepEqual((await gateway.must('GET', '/policy-change?state=pending')).result, []);
  clock.write(0);
});
