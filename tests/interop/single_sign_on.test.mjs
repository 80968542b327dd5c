// Sign-in with a company's identity provider: oidc-provider end to end, and a provider that sends what none should.
import assert from 'node:assert/strict';
import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import http from 'node:http';
import { test } from 'node:test';
import Provider from 'oidc-provider';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { scratch } from '../support/gateway.mjs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cheapPasswords, makePerson } from '../support/person.mjs';

const clientId = 'tollgate';

// Cookies of one browser, by origin.
class Jar {
  all = new Map();
  take(url, answer) {
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      const key = `${new URL(url).origin} ${name}`;
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line) || value === '') this.all.delete(key);
      else this.all.set(key, `${name}=${value}`);
    }
  }
  of(url) {
    const origin = `${new URL(url).origin} `;
    return [...this.all].filter(([key]) => key.startsWith(origin)).map(([, pair]) => pair).join('; ');
  }
  async get(url, more = {}) {
    const cookie = this.of(url);
    const answer = await request(url, { ...more, headers: { ...this.headers, ...(cookie && { cookie }), ...more.headers } });
    this.take(url, answer);
    return answer;
  }
  // Follows redirects until an address begins with `until`.
  async follow(url, until) {
    for (let i = 0; i < 12; ++i) {
      const answer = await this.get(url);
      if (answer.status < 300 || answer.status > 399) return { url, answer };
      url = new URL(answer.headers.location, url).href;
      if (url.startsWith(until)) return { url };
    }
    throw new Error('too many redirects');
  }
}

const session = async (gateway, jar) => {
  const answer = await jar.get(`${gateway.adminBase}/session/current`);
  return answer.status === 200 ? answer.body.person : undefined;
};

// A gateway that trusts the provider at `issuer`.
async function gatewayFor(t, issuer, more = {}) {
  const first = await startGateway(t, { ...cheapPasswords });
  const [team] = (await first.must('GET', '/team')).result;
  await first.stop();
  const settings = { ...cheapPasswords, 'oidc.issuer': issuer, 'oidc.client_id': clientId, 'oidc.team_id': team.id,
    'oidc.private_networks': true, 'server.trusted_proxies': '127.0.0.1', 'oidc.roles': 'gate-admins=admin,support=operator,all=viewer', ...more };
  return first.start(settings);
}

function listening(t, server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => {
    t.after(() => { server.closeAllConnections(); server.close(); });
    resolve(`http://127.0.0.1:${server.address().port}`);
  }));
}

// What is asked for by scope is in the ID token, or, as OpenID Connect has it for the code flow, at UserInfo only.
async function signInWithProvider(t, conformIdTokenClaims) {
  const server = http.createServer();
  const issuer = await listening(t, server);
  const secret = randomBytes(24).toString('hex');
  const file = join(scratch(), 'secret');
  writeFileSync(file, secret, { mode: 0o600 });
  const gateway = await gatewayFor(t, issuer, { 'oidc.client_secret_file': file, 'oidc.scopes': 'profile,email,groups' });
  let groups = ['support'];
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: secret, redirect_uris: [`${gateway.adminBase}/session/oidc/callback`],
      post_logout_redirect_uris: [`${gateway.adminBase}/console/`] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    conformIdTokenClaims,
    pkce: { required: () => true },
    findAccount: (context, id) => ({ accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: 'Ana Lima', groups }) }),
  });
  server.on('request', provider.callback());

  const signIn = async (jar) => {
    let { url } = await jar.follow(`${gateway.adminBase}/session/oidc`, `${issuer}/interaction/`);
    const asForm = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    let answer = await jar.get(url, { ...asForm, body: 'prompt=login&login=ana&password=x' });
    ({ url } = await jar.follow(new URL(answer.headers.location, url).href, `${issuer}/interaction/`));
    if (url.startsWith(issuer)) {
      answer = await jar.get(url, { ...asForm, body: 'prompt=consent' });
      ({ url } = await jar.follow(new URL(answer.headers.location, url).href, `${gateway.adminBase}/session/oidc/callback`));
    }
    return url;
  };

  const jar = new Jar();
  const back = await signIn(jar);
  assert.ok(back.startsWith(`${gateway.adminBase}/session/oidc/callback?`), back);
  const stolen = new Jar(); // another browser has no cookie of the attempt
  assert.match((await stolen.get(back)).headers.location, /#sign-on=sign_on_expired$/);
  const saved = new Map(jar.all);
  const done = await jar.get(back);
  assert.equal(done.status, 302);
  assert.equal(done.headers.location, '/console/');
  assert.match(done.headers['set-cookie'].join('\n'), /tollgate_session=tgp_\w+; Path=\/; HttpOnly; SameSite=Strict/);
  const person = await session(gateway, jar);
  assert.deepEqual([person.email, person.name, person.role, person.has_password], ['ana@example.com', 'Ana Lima', 'operator', false]);

  const again = new Jar(); // the same code a second time, with the cookie that the browser had
  again.all = saved;
  assert.match((await again.get(back)).headers.location, /#sign-on=sign_on_expired$/);
  assert.equal(await session(gateway, again), undefined);

  groups = ['gate-admins', 'support'];
  const later = new Jar();
  await later.get(await signIn(later));
  const same = await session(gateway, later);
  assert.deepEqual([same.id, same.role], [person.id, 'admin']);

  groups = ['others'];
  const without = new Jar();
  assert.match((await without.get(await signIn(without))).headers.location, /#sign-on=no_role$/);

  // Signed out at the provider, which asks first, the next sign-in asks who it is.
  const leave = await later.get(`${gateway.adminBase}/session/oidc/end`);
  assert.equal(leave.status, 302);
  const there = new URL(leave.headers.location);
  assert.equal(there.href.split('?')[0], `${issuer}/session/end`);
  assert.deepEqual(Object.fromEntries(there.searchParams), { client_id: clientId, post_logout_redirect_uri: `${gateway.adminBase}/console/` });
  const question = await later.get(there.href);
  assert.equal(question.status, 200, question.text);
  const xsrf = /name="xsrf" value="(\w+)"/.exec(question.text)[1];
  const left = await later.get(`${issuer}/session/end/confirm`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `xsrf=${xsrf}&logout=yes` });
  assert.equal(left.headers.location, `${gateway.adminBase}/console/`);
  assert.equal((await session(gateway, later)).id, person.id); // the session here is ended by DELETE /session/current alone

  const records = (await gateway.must('GET', `/audit?actor=${person.id}`)).result;
  assert.ok(records.some((one) => one.action === 'GET /session/oidc/callback' && one.outcome === 'succeeded'));
  assert.ok(!gateway.log.includes(secret));
}

test('a person signs in with oidc-provider: code with PKCE, a role from the claims, the session of any other sign-in', (t) => signInWithProvider(t, false));
test('a person signs in with oidc-provider, whose claims are at UserInfo', (t) => signInWithProvider(t, true));

const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

// A provider that answers whatever `of.token` makes of the claims and keys.
async function scripted(t) {
  const makeKey = (kid, type = 'rsa') => {
    const pair = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { kid, ...pair, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig' } };
  };
  const of = { key: makeKey('one'), published: undefined, makeKey, exchanged: [] };
  of.sign = (claims, { key = of.key, header = {} } = {}) => {
    const alg = key.privateKey.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
    const text = `${b64({ alg, kid: key.kid, ...header })}.${b64(claims)}`;
    const signature = createSign('SHA256').update(text).sign({ key: key.privateKey, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  };
  of.token = (claims) => of.sign(claims);
  const server = http.createServer((asked, answer) => {
    const send = (value) => { answer.setHeader('content-type', 'application/json'); answer.end(JSON.stringify(value)); };
    if (asked.url === '/.well-known/openid-configuration') {
      of.discovered = (of.discovered ?? 0) + 1;
      if (of.away) return send({});
      return send({ issuer: of.named ?? of.issuer, authorization_endpoint: `${of.issuer}/authorize`, token_endpoint: `${of.issuer}/token`, jwks_uri: `${of.issuer}/keys`,
        ...(of.endSession && { end_session_endpoint: of.endSession }),
        ...(of.userinfo && { userinfo_endpoint: `${of.issuer}/userinfo` }) });
    }
    if (asked.url === '/userinfo') {
      (of.informed ??= []).push(asked.headers.authorization);
      return send(of.userinfo());
    }
    if (asked.url === '/keys') return send({ keys: of.published ?? [of.key.jwk] });
    let body = '';
    asked.on('data', (part) => { body += part; });
    asked.on('end', async () => {
      of.exchanged.push(new URLSearchParams(body));
      if (of.gate) await of.gate;
      send({ access_token: of.accessToken ?? 'at', token_type: 'Bearer', id_token: of.token(of.claims()) });
    });
  });
  of.issuer = await listening(t, server);
  const now = () => Math.floor(Date.now() / 1000);
  of.claims = (more = {}) => ({ iss: of.issuer, aud: clientId, sub: 'user-1', exp: now() + 300, iat: now(), nonce: of.nonce,
    email: 'eve@example.com', email_verified: true, name: 'Eve', groups: ['support'], ...more });
  return of;
}

let visitors = 0;

// One sign-in up to the callback, from an address of its own; `change` may alter what the browser brings back.
async function tryOnce(gateway, of, change = (back) => back, from = `198.51.100.${++visitors}`) {
  const jar = new Jar();
  jar.headers = { 'x-forwarded-for': from };
  const begun = await jar.get(`${gateway.adminBase}/session/oidc`);
  assert.equal(begun.status, 302, begun.text);
  const there = new URL(begun.headers.location);
  of.nonce = there.searchParams.get('nonce');
  const back = change(new URLSearchParams({ code: 'code-1', state: there.searchParams.get('state'), iss: of.issuer }));
  const answer = await jar.get(`${gateway.adminBase}/session/oidc/callback?${back}`);
  return { asked: there, jar, code: /#sign-on=(\w+)$/.exec(answer.headers.location)?.[1], person: await session(gateway, jar) };
}

test('a browser is led to sign out at https or loopback only; elsewhere, and without a provider, nowhere', async (t) => {
  const led = async (endSession) => {
    const of = await scripted(t);
    of.endSession = endSession;
    const gateway = await gatewayFor(t, of.issuer);
    const { location } = (await request(`${gateway.adminBase}/session/oidc/end`)).headers;
    // The sign-in page offers it only where it leads somewhere.
    const { body } = await request(`${gateway.adminBase}/session/ways?sign_out=true`);
    assert.deepEqual(body, { password: true, single_sign_on: true, single_sign_out: location !== '/console/' });
    return location;
  };
  assert.match(await led('https://login.example.com/end?tenant=1'), /^https:\/\/login\.example\.com\/end\?tenant=1&client_id=tollgate&post_logout_redirect_uri=http%3A%2F%2F127/);
  for (const other of [undefined, 'http://login.example.com/end', 'javascript:alert(1)', 'https://login.example.com/\r\nX: 1', 7])
    assert.equal(await led(other), '/console/', String(other));
  const alone = await startGateway(t, { ...cheapPasswords });
  assert.equal((await request(`${alone.adminBase}/session/oidc/end`)).status, 404);
});

test('the request has PKCE, state and nonce; the exchange has the verifier', async (t) => {
  const of = await scripted(t);
  const gateway = await gatewayFor(t, of.issuer);
  const { asked, person } = await tryOnce(gateway, of);
  assert.equal(person.email, 'eve@example.com');
  for (const [name, shape] of Object.entries({ response_type: /^code$/, code_challenge_method: /^S256$/, code_challenge: /^[\w-]{43}$/,
    state: /^\w{43}$/, nonce: /^\w{43}$/, scope: /^openid profile email$/, client_id: /^tollgate$/ }))
    assert.match(asked.searchParams.get(name), shape, name);
  assert.match(of.exchanged[0].get('code_verifier'), /^\w{43}$/);
  assert.equal(of.exchanged[0].get('redirect_uri'), `${gateway.adminBase}/session/oidc/callback`);
});

test('UserInfo is asked for an e-mail address that the ID token lacks, and only believed of the same person', async (t) => {
  const of = await scripted(t);
  of.userinfo = () => ({ sub: 'user-1', email: 'eve@example.com', email_verified: true, name: 'Eve', groups: ['gate-admins'] });
  const gateway = await gatewayFor(t, of.issuer);
  const whole = of.claims;
  of.claims = () => ({ ...whole(), email: undefined, email_verified: undefined, name: undefined });
  const { person } = await tryOnce(gateway, of);
  // What the ID token says is not replaced: its groups have no admin.
  assert.deepEqual([person.email, person.name, person.role], ['eve@example.com', 'Eve', 'operator']);
  assert.deepEqual(of.informed, ['Bearer at']);

  of.claims = () => ({ ...whole({ sub: 'user-2' }), email: undefined });
  const other = await tryOnce(gateway, of);
  assert.deepEqual([other.person, other.code], [undefined, 'provider_answer']);
  of.userinfo = () => 'no object';
  assert.equal((await tryOnce(gateway, of)).code, 'provider_answer');
  of.userinfo = () => ({ sub: 'user-2', email: 'mallory@example.com', email_verified: false });
  assert.equal((await tryOnce(gateway, of)).code, 'email_not_verified');

  // A token with a line break would add a header to the request.
  of.accessToken = 'at\r\nX-Added: 1';
  const { length } = of.informed;
  assert.equal((await tryOnce(gateway, of)).person, undefined);
  assert.equal(of.informed.length, length, 'such a token was sent');

  of.accessToken = 'at';
  of.claims = whole;
  const before = of.informed.length;
  await tryOnce(gateway, of);
  assert.equal(of.informed.length, before, 'asked although nothing was missing');
});

test('attacks: none of these tokens and answers signs anybody in', async (t) => {
  const of = await scripted(t);
  const gateway = await gatewayFor(t, of.issuer);
  const refused = { code: 'sign_on_refused' };
  const past = Math.floor(Date.now() / 1000) - 120;
  const hs256 = (claims) => {
    const text = `${b64({ alg: 'HS256', kid: 'one' })}.${b64(claims)}`;
    const pem = of.key.publicKey.export({ type: 'spki', format: 'pem' });
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
  };
  const attacks = {
    'another nonce': [(claims) => of.sign({ ...claims, nonce: 'x'.repeat(43) })],
    'no nonce': [(claims) => of.sign({ ...claims, nonce: undefined })],
    'alg none': [(claims) => `${b64({ alg: 'none' })}.${b64(claims)}.`],
    'alg none with a signature': [(claims) => of.sign(claims, { header: { alg: 'none' } })],
    'HS256 with the public key': [hs256],
    'another key under the same id': [(claims) => of.sign(claims, { key: of.makeKey('one') })],
    'a key that is not published': [(claims) => of.sign(claims, { key: of.makeKey('other') })],
    'another audience': [(claims) => of.sign({ ...claims, aud: 'other' })],
    'several audiences, given to another client': [(claims) => of.sign({ ...claims, aud: [clientId, 'other'], azp: 'other' })],
    'several audiences, given to nobody': [(claims) => of.sign({ ...claims, aud: [clientId, 'other'] })],
    'another issuer': [(claims) => of.sign({ ...claims, iss: 'https://evil.example' })],
    expired: [(claims) => of.sign({ ...claims, exp: past })],
    'no expiry': [(claims) => of.sign({ ...claims, exp: undefined })],
    'issued in the future': [(claims) => of.sign({ ...claims, iat: past + 600 })],
    'no subject': [(claims) => of.sign({ ...claims, sub: undefined })],
    'a critical header': [(claims) => of.sign(claims, { header: { crit: ['b64'] } })],
    'changed claims': [(claims) => of.sign(claims).replace(/\.[^.]+\./, `.${b64({ ...claims, groups: ['gate-admins'] })}.`)],
    'a token that is none': [() => 'x.y'],
    'unverified e-mail': [(claims) => of.sign({ ...claims, email_verified: false }), 'email_not_verified'],
    'no key named, and none of the published ones': [(claims) => of.sign(claims, { key: of.makeKey('other'), header: { kid: undefined } })],
    'an e-mail that says "true"': [(claims) => of.sign({ ...claims, email_verified: 'true' }), 'email_not_verified'],
    'no role': [(claims) => of.sign({ ...claims, groups: ['nobody'] }), 'no_role'],
  };
  for (const [name, [token, code = refused.code]] of Object.entries(attacks)) {
    of.token = token;
    const outcome = await tryOnce(gateway, of);
    assert.deepEqual([outcome.code, outcome.person], [code, undefined], name);
  }
  of.token = (claims) => of.sign(claims);
  for (const [name, change] of Object.entries({
    'another state': (back) => { back.set('state', 'x'.repeat(43)); return back; },
    'no state': (back) => { back.delete('state'); return back; },
    'two states': (back) => { back.append('state', back.get('state')); return back; },
    'an error with another state': (back) => { back.set('state', 'x'.repeat(43)); back.set('error', 'access_denied'); return back; },
    'another issuer in the answer': (back) => { back.set('iss', 'https://evil.example'); return back; },
  })) assert.deepEqual([(await tryOnce(gateway, of, change)).code], ['sign_on_expired'], name);
  const seen = (await gateway.must('GET', '/person')).result;
  assert.deepEqual(seen, []);
  assert.equal((await tryOnce(gateway, of)).person.email, 'eve@example.com');
});

test('keys: ES256 works, a rotated key is found, and one that was taken back is refused', async (t) => {
  const of = await scripted(t);
  const gateway = await gatewayFor(t, of.issuer);
  assert.ok((await tryOnce(gateway, of)).person);
  const old = of.key;
  of.key = of.makeKey('two', 'ec');
  assert.ok((await tryOnce(gateway, of)).person);
  of.key = of.makeKey('three');
  of.token = (claims) => of.sign(claims, { header: { kid: undefined } });
  assert.ok((await tryOnce(gateway, of)).person, 'a rotated key that the token does not name');
  of.token = (claims) => of.sign(claims, { key: old });
  assert.equal((await tryOnce(gateway, of)).code, 'sign_on_refused');
});

test('a person with a password is not taken over by an equal e-mail address; a removed person does not come back; a provider of another name is refused', async (t) => {
  const of = await scripted(t);
  const gateway = await gatewayFor(t, of.issuer);
  const made = await makePerson(gateway, 'eve@example.com', 'admin');
  const outcome = await tryOnce(gateway, of);
  assert.deepEqual([outcome.code, outcome.person], ['email_taken', undefined]);
  await gateway.must('DELETE', `/person/${made.id}`);
  const fresh = (await tryOnce(gateway, of)).person;
  assert.equal(fresh.role, 'operator');
  await gateway.must('DELETE', `/person/${fresh.id}`);
  assert.deepEqual([(await tryOnce(gateway, of)).code, (await gateway.must('GET', '/person')).result], ['person_removed', []]);
  const invited = await gateway.must('POST', '/person', { name: 'Eve', email: 'eve@example.com', role: 'viewer' });
  assert.equal((await tryOnce(gateway, of)).code, 'email_taken');
  await gateway.must('DELETE', `/person/${invited.id}`);
  const back = (await tryOnce(gateway, of)).person;
  assert.ok(back && back.id !== fresh.id);

  const other = await scripted(t);
  other.named = 'https://evil.example';
  const second = await gatewayFor(t, other.issuer);
  assert.match((await request(`${second.adminBase}/session/oidc`)).headers.location, /#sign-on=provider_answer$/);
});

test('a person who is known needs no verified address; a changed role is one record', async (t) => {
  const of = await scripted(t);
  const gateway = await gatewayFor(t, of.issuer);
  const { id } = (await tryOnce(gateway, of)).person;
  of.token = (claims) => of.sign({ ...claims, email: undefined, email_verified: undefined, groups: ['gate-admins'] });
  const later = (await tryOnce(gateway, of)).person;
  assert.deepEqual([later.id, later.role, later.email], [id, 'admin', 'eve@example.com']);
  const records = (await gateway.must('GET', `/audit?actor=${id}`)).result.filter((one) => one.changed_to?.role === 'admin');
  assert.deepEqual(records.map((one) => [one.kind, one.outcome, one.changed_from.role]), [['admin_finished', 'succeeded', 'operator']]);
});

test('a sign-in that the person ends at the provider is said so, and nothing is asked', async (t) => {
  const of = await scripted(t);
  const gateway = await gatewayFor(t, of.issuer);
  const denied = (error) => (back) => { back.delete('code'); back.set('error', error); return back; };
  assert.equal((await tryOnce(gateway, of, denied('access_denied'))).code, 'sign_on_cancelled');
  assert.equal((await tryOnce(gateway, of, denied('server_error'))).code, 'sign_on_refused');
  assert.equal((await tryOnce(gateway, of, (back) => { back.delete('code'); return back; })).code, 'sign_on_refused');
  assert.equal(of.exchanged.length, 0);
});

test('failed sign-ins from an address are limited, as those with a password; good ones are not', async (t) => {
  const of = await scripted(t);
  const gateway = await gatewayFor(t, of.issuer);
  for (let i = 0; i < 12; ++i) assert.ok((await tryOnce(gateway, of, undefined, '203.0.113.1')).person);
  of.token = () => 'x.y';
  const codes = [];
  for (let i = 0; i < 12; ++i) codes.push((await tryOnce(gateway, of, undefined, '203.0.113.1')).code);
  assert.deepEqual(codes, [...Array(10).fill('sign_on_refused'), ...Array(2).fill('too_many_sign_ins')]);
  assert.equal(of.exchanged.length, 22);
  assert.equal((await tryOnce(gateway, of, undefined, '203.0.113.2')).code, 'sign_on_refused');
});

test('eight exchanges at once, no more; a discovery that failed is not repeated at once', async (t) => {
  const of = await scripted(t);
  const gateway = await gatewayFor(t, of.issuer);
  of.token = () => 'x.y';
  let open;
  of.gate = new Promise((resolve) => { open = resolve; });
  const running = Array.from({ length: 8 }, () => tryOnce(gateway, of));
  while (of.exchanged.length < 8) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal((await tryOnce(gateway, of)).code, 'sign_in_busy');
  open();
  for (const one of await Promise.all(running)) assert.equal(one.code, 'sign_on_refused');

  const away = await scripted(t);
  away.away = true;
  const second = await gatewayFor(t, away.issuer);
  for (let i = 0; i < 3; ++i)
    assert.match((await request(`${second.adminBase}/session/oidc`)).headers.location, /#sign-on=provider_answer$/);
  assert.equal(away.discovered, 1);
});

test('a team that does not exist is refused at the start', async (t) => {
  const of = await scripted(t);
  await assert.rejects(gatewayFor(t, of.issuer, { 'oidc.team_id': 'team_none' }), /no such team/);
});

test('without a provider there is no single sign-on, and the sign-in page does not offer it', async (t) => {
  const gateway = await startGateway(t);
  assert.deepEqual((await request(`${gateway.adminBase}/session/ways`)).body, { password: true, single_sign_on: false });
  assert.deepEqual((await request(`${gateway.adminBase}/session/ways?sign_out=true`)).body, { password: true, single_sign_on: false, single_sign_out: false });
  assert.equal((await request(`${gateway.adminBase}/session/oidc`)).status, 404);
});
