// People through the built binary: invited, signed in, limited by their role, signed out, removed.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { runBinary, startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { twoInstances } from '../support/instances.mjs';
import { legacy } from '../support/mcp.mjs';
import { Browser, cheapPasswords, makePerson, password, signedIn } from '../support/person.mjs';
import { until } from '../support/wait.mjs';

const settings = { ...cheapPasswords, 'server.trusted_proxies': '127.0.0.1' };
const gateway = await startGateway({ after }, settings);
const overTls = { 'x-forwarded-proto': 'https', origin: gateway.adminBase.replace('http:', 'https:') };

test('an invitation is accepted once; then e-mail address and password sign in', async () => {
  const made = await gateway.must('POST', '/person', { name: 'Ana', email: 'Ana@Example.com', role: 'viewer' });
  assert.match(made.id, /^per_[0-9A-Za-z]{24}$/);
  assert.equal(made.email, 'ana@example.com');
  const { token } = made.invitation;
  const accept = (word) => gateway.admin('POST', '/person/accept-invitation', { token, password: word }, { key: null });
  assert.equal((await accept('too short')).body.code, 'weak_password');
  assert.equal((await accept(password)).status, 200);
  assert.equal((await accept(password)).body.code, 'invalid_invitation');
  const ana = new Browser(gateway);
  const answer = await ana.signIn(' ANA@example.com');
  assert.equal(answer.status, 201, answer.text);
  const [set] = answer.headers['set-cookie'];
  assert.match(set, /^tollgate_session=tgp_[0-9A-Za-z]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  const current = await ana.send('GET', '/session/current');
  assert.equal(current.body.person.id, made.id);
  assert.equal((await gateway.must('GET', `/person/${made.id}`)).has_password, true);
  for (const secret of [token.slice(8), ana.cookie.slice(25), password]) assert.ok(!gateway.log.includes(secret));
});

test('over https the cookie is Secure and bound to the host; plain http from elsewhere is refused', async () => {
  await makePerson(gateway, 'tls@example.com');
  const secure = new Browser(gateway, overTls);
  const answer = await secure.signIn('tls@example.com');
  assert.match(answer.headers['set-cookie'][0], /^__Host-tollgate_session=tgp_\w+; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
  assert.equal((await secure.send('GET', '/session/current')).status, 200);
  const plain = Object.assign(new Browser(gateway), { cookie: secure.cookie });
  assert.equal((await plain.send('GET', '/session/current')).status, 401);
  const remote = new Browser(gateway, { host: '192.0.2.7', origin: 'http://192.0.2.7' });
  const without = await remote.signIn('tls@example.com');
  assert.deepEqual([without.status, without.body.code, without.headers['set-cookie']], [403, 'https_needed', undefined]);
  const own = new Browser(gateway); // a cookie of the own machine opens nothing from elsewhere
  await own.signIn('tls@example.com');
  assert.equal((await own.send('GET', '/session/current')).status, 200);
  remote.cookie = own.cookie;
  assert.equal((await remote.send('GET', '/session/current')).status, 401);
  const accepted = await remote.send('POST', '/person/accept-invitation', { token: 'tgi_x', password });
  assert.deepEqual([accepted.status, accepted.body.code], [403, 'https_needed']);
  const from = (origin) => new Browser(gateway, { ...overTls, host: '192.0.2.7', origin }).signIn('tls@example.com');
  assert.equal((await from('http://192.0.2.7')).body.code, 'foreign_origin');
  assert.equal((await from('https://192.0.2.7')).status, 201);
});

test('a role does what it may; a change needs the session\'s token and an own page', async () => {
  const viewer = await signedIn(gateway, 'viewer@example.com', 'viewer');
  const admin = await signedIn(gateway, 'admin@example.com', 'admin');
  assert.equal((await viewer.send('GET', '/integrated-account')).status, 200);
  const refused = await viewer.send('POST', '/integrated-account', {});
  assert.equal(refused.body.code, 'role_too_low');
  const key = { name: 'by a person', role: 'viewer' };
  const attempts = [
    [{ 'x-csrf-token': '' }, 'csrf_token'],
    [{ 'x-csrf-token': viewer.csrf }, 'csrf_token'],
    [{ origin: 'https://evil.example' }, undefined], // refused before: it is no origin of ours at all
    [{ origin: 'https://claude.ai' }, 'foreign_origin'], // may read answers, and change nothing
  ];
  for (const [headers, code] of attempts) {
    const answer = await admin.send('POST', '/api-key', key, { headers });
    assert.equal(answer.status, 403, answer.text);
    if (code) assert.equal(answer.body.code, code);
  }
  const made = await admin.send('POST', '/api-key', key);
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.created_by, admin.id);
  const { result } = await gateway.must('GET', `/audit?actor=${admin.id}&kind=admin_finished`);
  assert.ok(result.some((one) => one.action === 'POST /api-key'), JSON.stringify(result));
  await until('the refusal in the audit log', async () =>
    (await gateway.must('GET', `/audit?actor=${viewer.id}&kind=admin_refused`)).result.some((one) => one.rule === 'role_too_low'));
});

test('a person who is removed is out at once; sessions end one by one and all', async () => {
  const one = await signedIn(gateway, 'ben@example.com', 'operator');
  const two = new Browser(gateway);
  const second = await two.signIn('ben@example.com');
  assert.notEqual(two.cookie, one.cookie);
  assert.equal((await one.send('DELETE', `/session/${second.body.session.id}`)).status, 204);
  assert.equal((await two.send('GET', '/team')).body.code, 'session_ended');
  await two.signIn('ben@example.com');
  assert.equal((await gateway.admin('DELETE', `/person/${one.id}`)).status, 204);
  for (const browser of [one, two]) assert.equal((await browser.send('GET', '/team')).body.code, 'session_ended');
  assert.equal((await one.signIn('ben@example.com')).body.code, 'invalid_sign_in');
});

test('an MCP server that needs a second credential takes the session of a person of its team', async () => {
  const server = await gateway.mint({ config: { require_api_token_auth: true } });
  const list = (headers) => legacy(server.url, 'tools/list', {}, { headers });
  const person = await signedIn(gateway, 'mcp@example.com', 'viewer');
  const other = await gateway.must('POST', '/team', { name: 'Other' });
  const made = await gateway.must('POST', '/person', { name: 'Eve', email: 'eve@example.com', role: 'admin' }, { key: other.api_key.key });
  await gateway.must('POST', '/person/accept-invitation', { token: made.invitation.token, password }, { key: null });
  const foreign = new Browser(gateway);
  await foreign.signIn('eve@example.com');
  assert.equal((await list({})).status, 401);
  assert.equal((await list({ cookie: foreign.cookie })).status, 401);
  assert.equal((await list({ cookie: person.cookie, origin: 'https://claude.ai' })).status, 401);
  assert.equal((await list({ cookie: person.cookie })).status, 200);
  assert.equal((await list({ cookie: person.cookie, origin: person.origin })).status, 200);
  await person.send('DELETE', '/session');
  assert.equal((await list({ cookie: person.cookie })).status, 401);
});

test('guesses are slowed, in the same words for an address that nobody has', async () => {
  await makePerson(gateway, 'target@example.com');
  const guess = async (email) => {
    const answers = [];
    const browser = new Browser(gateway, { 'x-forwarded-for': '198.51.100.9' });
    for (let i = 0; i < 11; ++i) answers.push(await browser.signIn(email, { password: 'wrong horse battery' }));
    return answers.map((answer) => {
      const { request_id, ...rest } = answer.body;
      return JSON.stringify([answer.status, rest]);
    });
  };
  const known = await guess('target@example.com');
  assert.match(known[0], /invalid_sign_in/);
  assert.match(known.at(-1), /429.*too_many_sign_ins/);
  const unknown = await guess('nobody@example.com');
  assert.deepEqual(unknown.slice(0, 10), known.slice(0, 10));
  assert.match(unknown.at(-1), /429.*too_many_sign_ins/);
  const elsewhere = new Browser(gateway, { 'x-forwarded-for': '198.51.100.10' });
  assert.equal((await elsewhere.signIn('target@example.com')).status, 201);
});

test('passwords that are too cheap to guess are refused as a setting', () => {
  for (const [flag, value] of [['--people-password-memory-kib', '19455'], ['--people-password-passes', '1']]) {
    const done = runBinary(['config', 'print', flag, value]);
    assert.notEqual(done.status, 0);
    assert.match(done.stderr, /password_(memory_kib|passes) must be from/);
  }
});

test('two instances: a session made on one works on the other, and ends there at once', async (t) => {
  const { one, two } = await twoInstances(t, settings);
  const here = await signedIn(one, 'ana@example.com', 'admin');
  const there = Object.assign(new Browser(two), { cookie: here.cookie, csrf: here.csrf });
  const made = await there.send('POST', '/person', { name: 'Ben', email: 'ben@example.com', role: 'viewer' });
  assert.equal(made.status, 201, made.text);
  assert.equal((await here.send('GET', `/person/${made.body.id}`)).status, 200);
  assert.equal((await there.send('DELETE', '/session/current')).status, 204);
  assert.equal((await here.send('GET', '/team')).body.code, 'session_ended');
  await here.signIn('ana@example.com');
  assert.equal((await two.admin('DELETE', `/person/${here.id}`)).status, 204);
  assert.equal((await here.send('GET', '/team')).body.code, 'session_ended');
});

test('two instances: guesses at one are counted at the other, and a right password costs nothing', async (t) => {
  const { one, two, settings: shared } = await twoInstances(t, settings);
  await makePerson(one, 'target@example.com');
  const at = (gateway) => new Browser(gateway, { 'x-forwarded-for': '198.51.100.77' });
  for (let i = 0; i < 12; ++i) assert.equal((await at(i % 2 ? one : two).signIn('target@example.com')).status, 201);
  for (let i = 0; i < 10; ++i)
    assert.equal((await at(i % 2 ? one : two).signIn('target@example.com', { password: 'wrong horse battery' })).status, 401);
  for (const gateway of [one, two]) {
    const late = await at(gateway).signIn('target@example.com');
    assert.deepEqual([late.status, late.body.code], [429, 'too_many_sign_ins'], late.text);
  }
  await one.stop();
  await one.start(shared);
  assert.equal((await at(one).signIn('target@example.com')).status, 429, 'a restart forgets nothing');
});

test('a person who is in many teams signs in to each of them by its name', async () => {
  const email = 'everywhere@example.com';
  const teams = [];
  for (let i = 0; i < 18; ++i) {
    const team = await gateway.must('POST', '/team', { name: `Team ${i}` });
    const made = await gateway.must('POST', '/person', { name: 'Eve', email, role: 'viewer' }, { key: team.api_key.key });
    await gateway.must('POST', '/person/accept-invitation', { token: made.invitation.token, password }, { key: null });
    teams.push(team.id);
  }
  for (const team_id of [teams[0], teams[17]]) {
    const browser = new Browser(gateway);
    assert.equal((await browser.signIn(email, { team_id })).status, 201);
    assert.equal((await browser.send('GET', '/session/current')).body.person.team_id ?? team_id, team_id);
  }
  assert.equal((await new Browser(gateway).signIn(email)).status, 401, 'without the name it is nobody');
});

test('a text that no database takes becomes one in the audit log, and holds up no other record', async (t) => {
  const { one } = await twoInstances(t, settings);
  await makePerson(one, 'odd@example.com');
  // With a body of bytes, node sends the header as it stands: a byte that is no UTF-8.
  const send = (url, body) => request(url, { method: 'POST', body: Buffer.from(JSON.stringify(body)),
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', 'user-agent': 'a\xffb' } });
  const signIn = (word) => send(`${one.adminBase}/session`, { email: 'odd@example.com', password: word });
  assert.equal((await signIn(password)).status, 201);
  assert.equal((await signIn('wrong horse battery')).status, 401);
  const server = await one.mint();
  await send(server.url, { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a\u0000b', arguments: {} } });
  await legacy(server.url, 'tools/call', { name: 'list_all_stripe_charges', arguments: {} });
  const all = async () => (await one.must('GET', '/audit?limit=100')).result;
  await until('the later record', async () => (await all()).some((found) => found.tool === 'list_all_stripe_charges'));
  const found = await all();
  assert.ok(found.some((row) => row.tool === 'a?b' && row.client === 'a?b'), JSON.stringify(found));
  assert.ok(found.some((row) => row.rule === 'invalid_sign_in' && row.client === 'a?b'));
});
