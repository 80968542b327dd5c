// Links that sign a person in once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { twoInstances } from '../support/instances.mjs';
import { Browser, cheapPasswords, makePerson, signedIn } from '../support/person.mjs';

const use = (browser, token) => browser.send('POST', '/session/link', { token });

test('a link signs in whoever opens it first, once, and is stored as a hash', async (t) => {
  const gateway = await startGateway(t, { ...cheapPasswords });
  const { id } = await makePerson(gateway, 'ana@example.com', 'operator');
  const made = await gateway.must('POST', `/person/${id}/sign-in-link`);
  assert.match(made.token, /^tgi_\w{38}$/);
  const left = Date.parse(made.expires_at) - Date.now();
  assert.ok(left > 590_000 && left <= 600_000, String(left));
  const browsers = Array.from({ length: 8 }, () => new Browser(gateway));
  const answers = await Promise.all(browsers.map((one) => use(one, made.token)));
  const [good] = answers.filter((one) => one.status === 201);
  assert.equal(answers.filter((one) => one.status === 201).length, 1);
  for (const other of answers.filter((one) => one.status !== 201)) assert.deepEqual([other.status, other.body.code], [401, 'invalid_link']);
  assert.equal(good.body.person.id, id);
  const records = (await gateway.must('GET', `/audit?actor=${id}`)).result;
  assert.ok(records.some((one) => one.action === 'POST /session/link' && one.outcome === 'succeeded'));
  assert.ok(!JSON.stringify((await gateway.must('GET', '/audit?limit=100')).result).includes(made.token));
  assert.ok(!gateway.log.includes(made.token));
});

test('a new link ends the old one; a removed person takes theirs along; a wrong one is refused alike', async (t) => {
  const gateway = await startGateway(t, { ...cheapPasswords });
  const { id } = await makePerson(gateway, 'ana@example.com', 'operator');
  const old = await gateway.must('POST', `/person/${id}/sign-in-link`);
  const fresh = await gateway.must('POST', `/person/${id}/sign-in-link`);
  await gateway.must('DELETE', `/person/${id}`);
  for (const token of [old.token, fresh.token, 'tgi_x', ''])
    assert.equal((await use(new Browser(gateway), token)).body.code, 'invalid_link', token);
  const foreign = await new Browser(gateway).send('POST', '/session/link', { token: old.token }, { headers: { origin: 'https://evil.example' } });
  assert.equal(foreign.status, 403);
});

test('a person makes no link, and there is none for one-time codes', async (t) => {
  const gateway = await startGateway(t, { ...cheapPasswords });
  const admin = await signedIn(gateway, 'ana@example.com', 'admin');
  const { id } = await makePerson(gateway, 'bo@example.com', 'admin');
  const refused = await admin.send('POST', `/person/${id}/sign-in-link`, {});
  assert.deepEqual([refused.status, refused.body.code], [403, 'first_key_needed']);
  const own = await admin.send('POST', '/api-key', { name: 'own', role: 'admin' });
  const second = await gateway.must('POST', '/api-key', { name: 'second', role: 'admin' }, { key: own.body.key });
  for (const { key } of [own.body, second])
    assert.equal((await gateway.admin('POST', `/person/${id}/sign-in-link`, undefined, { key })).body.code, 'first_key_needed');
  const key = await gateway.must('POST', '/api-key', { name: 'op', role: 'operator' });
  assert.equal((await gateway.admin('POST', `/person/${id}/sign-in-link`, undefined, { key: key.key })).status, 403);
});

test('a link made at one instance signs in at the other', async (t) => {
  const { one, two } = await twoInstances(t, { ...cheapPasswords });
  const { id } = await makePerson(one, 'ana@example.com', 'viewer');
  const made = await one.must('POST', `/person/${id}/sign-in-link`);
  assert.equal((await use(new Browser(two), made.token)).status, 201);
  assert.equal((await use(new Browser(one), made.token)).status, 401);
});

test('a leaked link is found and ended; it ends with all sessions of the person', async (t) => {
  const gateway = await startGateway(t, { ...cheapPasswords });
  const ana = await signedIn(gateway, 'ana@example.com', 'operator');
  const { id } = (await ana.send('GET', '/session/current')).body.person;
  const fresh = async () => (await gateway.must('POST', `/person/${id}/sign-in-link`)).token;
  const gone = async (token) => assert.equal((await use(new Browser(gateway), token)).body.code, 'invalid_link');

  const leaked = await fresh();
  const found = (await gateway.must('POST', '/revoke', { token: leaked }));
  assert.deepEqual([found.kind, found.id, found.name !== null], ['sign_in_link', id, true]);
  await gone(leaked);
  assert.equal((await gateway.admin('POST', '/revoke', { token: leaked })).status, 404);
  assert.equal((await ana.send('GET', '/session/current')).status, 200);

  const signedOut = await fresh();
  await gateway.must('DELETE', `/person/${id}/session`);
  await gone(signedOut);
});
