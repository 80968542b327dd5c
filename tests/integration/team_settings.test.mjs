// The settings of a team: who may change them, what is accepted, and what the audit log says of a change. The log of what belongs to no
// team is served to an instance owner only.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { call } from '../support/mcp.mjs';
import { until } from '../support/wait.mjs';

const gateway = await startGateway({ after });
const own = async () => (await gateway.must('GET', '/team')).result[0];

test('team settings: they have defaults, and a change is durable and shown', async () => {
  const team = await own();
  assert.deepEqual([team.receipt_retention_days, team.audit_retention_days, team.audit_legal_hold], [400, null, false]);
  const changed = await gateway.must('PATCH', '/team', { receipt_retention_days: 30, audit_retention_days: 3650, audit_legal_hold: true });
  assert.deepEqual([changed.receipt_retention_days, changed.audit_retention_days, changed.audit_legal_hold], [30, 3650, true]);
  await gateway.stop();
  await gateway.start();
  assert.deepEqual(await gateway.must('GET', `/team/${team.id}`), changed);
  assert.equal((await gateway.must('PATCH', '/team', { receipt_metadata: true })).receipt_metadata, true);
  const back = await gateway.must('PATCH', `/team/${team.id}`, { audit_retention_days: null, audit_legal_hold: false });
  assert.deepEqual([back.receipt_retention_days, back.audit_retention_days, back.audit_legal_hold], [30, null, false]);
});

test('team settings: a change is in the audit log with the values before and after', async () => {
  await gateway.must('PATCH', '/team', { audit_retention_days: 90 });
  const record = await until('the record', async () => (await gateway.must('GET', '/audit?kind=admin_finished')).result
    .find((one) => one.changed_to?.audit_retention_days === 90));
  assert.deepEqual([record.changed_from, record.changed_to], [{ audit_retention_days: null }, { audit_retention_days: 90 }]);
  assert.equal(record.action, 'PATCH /team');
});

test('team settings: what is out of range, unknown or of another type is refused, and names the field', async () => {
  const rows = [
    [{ receipt_retention_days: 29 }, 'invalid_retention', 'receipt_retention_days'], [{ audit_retention_days: 3651 }, 'invalid_retention', 'audit_retention_days'],
    [{ receipt_retention_days: null }, 'wrong_type', 'receipt_retention_days'], [{ audit_retention_days: '90' }, 'wrong_type', 'audit_retention_days'],
    [{ audit_retention_days: 90.5 }, 'wrong_type', 'audit_retention_days'], [{ audit_legal_hold: 1 }, 'wrong_type', 'audit_legal_hold'], [{ receipt_metadata: 'yes' }, 'wrong_type', 'receipt_metadata'],
    [{ retention: 90 }, 'unknown_field', 'retention'], [{}, 'empty_patch', undefined]];
  const before = await own();
  for (const [body, code, field] of rows) {
    const answer = await gateway.admin('PATCH', '/team', body);
    assert.deepEqual([answer.status, answer.body.code, answer.body.field], [400, code, field], answer.text);
  }
  assert.deepEqual(await own(), before, 'a refused change was made');
});

test('team settings: only an admin changes them, and only of its own team', async () => {
  const operator = (await gateway.must('POST', '/api-key', { name: 'o', role: 'operator' })).key;
  assert.equal((await gateway.admin('PATCH', '/team', { audit_legal_hold: true }, { key: operator })).status, 403);
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  const key = other.api_key.key;
  const mine = await own();
  assert.equal((await gateway.admin('PATCH', `/team/${(await gateway.must('GET', '/team')).result.at(-1).id}`, { audit_legal_hold: true }, { key })).status, 404);
  assert.equal((await gateway.must('PATCH', `/team/${other.id}`, { audit_legal_hold: true })).audit_legal_hold, true, 'an instance owner');
  assert.equal((await gateway.must('PATCH', '/team', { audit_legal_hold: false }, { key })).audit_legal_hold, false);
  assert.deepEqual(await own(), mine);
});

test('with audit_arguments redacted, the next call\'s record has its arguments without a text', async () => {
  const server = await gateway.mint();
  const create = (name) => call(server.url, 'create_a_stripe_customer', { name, balance: -50, metadata: { note: 'kanarienvogel' } });
  const records = async (count) => until('the records', async () => {
    const { result } = await gateway.must('GET', '/audit?kind=write_intended');
    return result.length === count && result;
  });
  assert.ok(!(await create('Ada Lovelace')).isError);
  assert.equal((await records(1))[0].arguments, undefined);
  assert.equal((await gateway.admin('PATCH', '/team', { audit_arguments: 'all' })).body.code, 'invalid_audit_arguments');
  const cut = await gateway.admin('PATCH', '/team', { audit_arguments: `${'a'.repeat(39)}é` });
  assert.equal(cut.body.code, 'invalid_audit_arguments');
  assert.match(cut.text, /audit_arguments is a{39}: send/, 'no half of a character');
  assert.equal((await gateway.must('PATCH', '/team', { audit_arguments: 'redacted' })).audit_arguments, 'redacted');
  assert.ok(!(await create('Ada Lovelace')).isError);
  const [record] = await records(2);
  assert.deepEqual(record.arguments, { name: '[text of 12 characters]', balance: -50, metadata: '[1 entries]' });
  assert.match(record.arguments_digest, /^[0-9a-f]{64}$/);
  assert.doesNotMatch(JSON.stringify(await gateway.must('GET', '/audit?limit=100')), /Lovelace|kanarienvogel/);
  await gateway.must('PATCH', '/team', { audit_arguments: 'digest' });
  assert.ok(!(await create('Grace')).isError);
  assert.equal((await records(3))[0].arguments, undefined);
});

// A stranger's request is recorded in the log of the installation.
test('the log of the installation is served to an instance owner only', async () => {
  await gateway.admin('GET', '/team', undefined, { key: `tgk_${'x'.repeat(38)}` });
  const note = await until('a checkpoint', async () => {
    const answer = await gateway.admin('GET', '/audit/log/installation/checkpoint');
    return answer.status === 200 && answer.text;
  }, 20_000);
  assert.match(note, /^tollgate-[0-9A-Za-z]+\/audit\/installation\n/);
  const size = Number(note.split('\n')[1]);
  const paths = ['checkpoint', 'key', `tile/0/000.p/${size}`, `tile/entries/000.p/${size}`];
  const admin = (await gateway.must('POST', '/api-key', { name: 'a', role: 'admin' })).key;
  for (const path of paths) {
    assert.equal((await gateway.admin('GET', `/audit/log/installation/${path}`)).status, 200, path);
    assert.equal((await gateway.admin('GET', `/audit/log/installation/${path}`, undefined, { key: admin })).status, 404, path);
  }
  for (const path of ['/team/installation', '/team/installation/freeze'])
    assert.equal((await gateway.admin('GET', path)).status, 404, path);
});
