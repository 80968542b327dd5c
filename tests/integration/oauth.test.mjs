// OAuth for connectors: discovery, registration, consent, codes, tokens, revocation.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { legacy } from '../support/mcp.mjs';
import { allowed, until } from '../support/wait.mjs';
import { asForm, form, hiddenRequest, OauthClient } from '../support/oauth.mjs';

const gateway = await startGateway({ after });
const server = await gateway.mint({ config: { auth: 'both' }, name: 'Connector <script>' });
const urlOnly = await gateway.mint({ account: server.account });

const call = (client, token = client.tokens.access_token) =>
  legacy(client.url, 'tools/list', {}, { headers: { authorization: `Bearer ${token}` } });
// Log lines are written a moment later.
const logged = (event) => until(event, () => gateway.log.includes(`"event":"${event}"`), 5_000);
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
const authorizations = (at = server) =>
  gateway.must('GET', `/integrated-account/${at.account}/mcp/${at.id}/authorization`);

async function connected(at = server, options) {
  const client = new OauthClient(gateway, at);
  await client.connect(options);
  return client;
}

test('an MCP server says how OAuth clients reach it', async () => {
  assert.equal(server.oauth_url, `${gateway.base}/mcp/${server.id}`);
  assert.match(server.url, /tgm_/);
  assert.equal(urlOnly.oauth_url, null);
  const shown = await gateway.must('GET', `/integrated-account/${server.account}/mcp/${server.id}`);
  assert.equal(shown.oauth_url, server.oauth_url);
  const only = await gateway.must('POST', `/integrated-account/${server.account}/mcp`,
    { name: 'OAuth only', config: { auth: 'oauth' } });
  assert.equal(only.url, null);
  assert.equal(only.token_prefix, null);
  const rotated = await gateway.admin('POST', `/integrated-account/${server.account}/mcp/${only.id}/rotate`, {});
  assert.equal(rotated.status, 409);
  assert.equal(rotated.body.code, 'no_url');
  const wrong = await gateway.admin('POST', `/integrated-account/${server.account}/mcp`,
    { name: 'x', config: { auth: 'basic' } });
  assert.equal(wrong.status, 400);
  assert.match(wrong.body.detail, /url, oauth, both/);
});

test('without a token: 401 that leads to the metadata, and from there to the endpoints', async () => {
  const refused = await legacy(server.oauth_url, 'ping');
  assert.equal(refused.status, 401);
  const header = refused.headers['www-authenticate'];
  assert.match(header, /^Bearer resource_metadata="[^"]+", scope="mcp"$/);
  const resource = await request(/resource_metadata="([^"]+)"/.exec(header)[1]);
  assert.equal(resource.status, 200);
  assert.equal(resource.body.resource, server.oauth_url);
  assert.deepEqual(resource.body.authorization_servers, [server.oauth_url]);
  const path = new URL(server.oauth_url).pathname;
  const documents = await Promise.all([`/.well-known/oauth-authorization-server${path}`,
    `/.well-known/openid-configuration${path}`, `${path}/.well-known/openid-configuration`].map((at) => request(gateway.base + at)));
  for (const { status, body } of documents) {
    assert.equal(status, 200);
    assert.equal(body.issuer, server.oauth_url);
    assert.deepEqual(body.code_challenge_methods_supported, ['S256']);
    assert.equal(body.client_id_metadata_document_supported, true);
    assert.equal(body.authorization_response_iss_parameter_supported, true);
  }
  const bad = await legacy(server.oauth_url, 'ping', {}, { headers: { authorization: 'Bearer nonsense' } });
  assert.equal(bad.status, 401);
  assert.match(bad.headers['www-authenticate'], /error="invalid_token"/);
});

test('a server with a URL only is a plain 404 everywhere, like one that does not exist', async () => {
  const foreign = `mcp_${'0'.repeat(24)}`;
  const bodies = new Set();
  for (const id of [urlOnly.id, foreign]) {
    for (const path of [`/.well-known/oauth-protected-resource/mcp/${id}`, `/.well-known/oauth-authorization-server/mcp/${id}`,
      `/.well-known/openid-configuration/mcp/${id}`, `/mcp/${id}/.well-known/openid-configuration`,
      `/oauth/${id}/authorize`, `/oauth/${id}/token`, `/oauth/${id}/register`, '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-protected-resource', `/.well-known/oauth-protected-resource${urlOnly.path}`]) {
      const answer = await request(gateway.base + path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers['www-authenticate'], undefined);
      assert.match(answer.headers['content-type'], /json/);
    }
    const answer = await legacy(`${gateway.base}/mcp/${id}`, 'ping');
    assert.equal(answer.status, 404);
    bodies.add(answer.text);
  }
  bodies.add((await legacy(`${gateway.base}/mcp/x`, 'ping')).text);
  assert.equal(bodies.size, 1, [...bodies].join('\n'));
});

test('register, consent, code, token, call; what comes back is bound and dated', async () => {
  const client = new OauthClient(gateway, server);
  const registered = await client.register({ token_endpoint_auth_method: 'client_secret_basic' });
  assert.equal(registered.status, 201);
  assert.equal(registered.body.token_endpoint_auth_method, 'none');
  assert.equal(registered.body.client_secret, undefined);
  const answer = await client.decide();
  assert.equal(answer.status, 303, answer.text);
  assert.equal(answer.location.origin + answer.location.pathname, client.redirectUri);
  assert.equal(answer.location.searchParams.get('state'), 's t&a=t e');
  assert.equal(answer.location.searchParams.get('iss'), server.oauth_url);
  const token = await client.exchange(answer.location.searchParams.get('code'));
  assert.equal(token.status, 200, token.text);
  assert.equal(token.headers['cache-control'], 'no-store');
  assert.equal(token.body.token_type, 'Bearer');
  assert.equal(token.body.scope, 'mcp');
  assert.ok(token.body.expires_in > 590 && token.body.expires_in <= 600);
  assert.match(token.body.refresh_token, /^tgr_[0-9A-Za-z]{68}$/);
  const said = claims(token.body.access_token);
  assert.deepEqual([said.iss, said.aud, said.client_id], [server.oauth_url, server.oauth_url, client.clientId]);
  const listed = await call(client, token.body.access_token);
  assert.equal(listed.status, 200, listed.text);
  assert.ok(listed.body.result.tools.length > 0);
});

test('an access token is good at its own server only, and the id alone nowhere', async () => {
  const client = await connected();
  const other = await gateway.mint({ account: server.account, config: { auth: 'both' } });
  const bearer = { headers: { authorization: `Bearer ${client.tokens.access_token}` } };
  assert.equal((await legacy(other.oauth_url, 'ping', {}, bearer)).status, 401);
  assert.equal((await legacy(`${gateway.base}/mcp`, 'ping', {}, bearer)).status, 401);
  assert.equal((await legacy(`${gateway.base}/mcp/${client.tokens.access_token}`, 'ping')).status, 404);
  const id = claims(client.tokens.access_token).sub;
  for (const guess of [id, `authorization ${id}`, client.tokens.refresh_token])
    assert.equal((await call(client, guess)).status, 401, guess);
  const [head, body, mac] = client.tokens.access_token.split('.');
  const forged = Buffer.from(JSON.stringify({ ...claims(client.tokens.access_token), exp: 4e9 })).toString('base64url');
  const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
  for (const token of [`${head}.${forged}.${mac}`, `${none}.${body}.`, `${none}.${body}.${mac}`, `${head}.${body}.`, `${head}.${body}`])
    assert.equal((await call(client, token)).status, 401, token);
});

test('with auth "oauth" the URL\'s token is refused, and with "url" the access token', async () => {
  const at = await gateway.mint({ account: server.account, config: { auth: 'both' } });
  const client = await connected(at);
  const patch = (auth) => gateway.must('PATCH', `/integrated-account/${at.account}/mcp/${at.id}`, { config: { auth } });
  await patch('oauth');
  assert.equal((await legacy(at.url, 'ping')).status, 404);
  assert.equal((await legacy(`${gateway.base}/mcp`, 'ping', {},
    { headers: { authorization: `Bearer ${at.url.split('/').pop()}` } })).status, 401);
  assert.equal((await call(client)).status, 200);
  await patch('url');
  assert.equal((await call(client)).status, 404);
  assert.equal((await legacy(at.url, 'ping')).status, 200);
  assert.equal((await client.refresh(client.tokens.refresh_token)).body.error ?? 'invalid_grant', 'invalid_grant');
});

test('reading only: asked for by the client, or chosen by the person', async () => {
  const asked = await connected(server, { ask: { scope: 'mcp:read' } });
  assert.equal(asked.tokens.scope, 'mcp:read');
  const client = new OauthClient(gateway, server);
  await client.register();
  const answer = await client.decide('allow_read');
  client.tokens = (await client.exchange(answer.location.searchParams.get('code'))).body;
  assert.equal(client.tokens.scope, 'mcp:read');
  for (const one of [asked, client]) {
    const refused = await legacy(one.url, 'tools/call', { name: 'create_a_stripe_customer', arguments: { name: 'Ada' } },
      { headers: { authorization: `Bearer ${one.tokens.access_token}` } });
    assert.equal(refused.body.error?.code ?? refused.body.result?.isError, -32602, refused.text);
    const read = await legacy(one.url, 'tools/call', { name: 'list_all_stripe_charges', arguments: { limit: 1 } },
      { headers: { authorization: `Bearer ${one.tokens.access_token}` } });
    assert.equal(read.body.result.isError ?? false, false, read.text);
  }
});

test('the consent page escapes what others wrote, runs nothing and cannot be framed', async () => {
  const client = new OauthClient(gateway, server);
  await client.register({ client_name: '<img src=x onerror=alert(1)>"\'&' });
  const page = await request(client.authorizeUrl());
  assert.equal(page.status, 200);
  assert.match(page.headers['content-type'], /^text\/html; charset=utf-8/);
  assert.equal(page.headers['cache-control'], 'no-store');
  assert.equal(page.headers['x-frame-options'], 'DENY');
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['referrer-policy'], 'no-referrer, same-origin');
  const policy = page.headers['content-security-policy'];
  for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'",
    "form-action 'self' https://client.example"]) assert.ok(policy.includes(part), policy);
  assert.ok(!/<(script|img)/.test(page.text), page.text);
  assert.ok(page.text.includes('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;'));
  assert.ok(page.text.includes('Connector &lt;script&gt;'));
  assert.ok(page.text.includes('client.example'));
  assert.match(page.text, /test mode: no real money/);
  assert.match(page.text, /\d+ tools: \d+ that only read/);
  assert.match(page.text, /until \d{4}-\d\d-\d\d \(90 days\)/);
  assert.match(page.text, /type="password"/);
});

test('only an API key of the team, of an operator or admin, allows; nothing else changes hands', async () => {
  const client = new OauthClient(gateway, server);
  await client.register();
  const viewer = (await gateway.must('POST', '/api-key', { name: 'v', role: 'viewer' })).key;
  const operator = (await gateway.must('POST', '/api-key', { name: 'o', role: 'operator' })).key;
  const foreign = (await gateway.must('POST', '/team', { name: 'Other' })).api_key.key;
  for (const key of [viewer, foreign, 'tgk_nonsense', '', `tgk_${'0'.repeat(38)}`]) {
    const answer = await client.decide('allow', { key });
    assert.equal(answer.status, 403, key);
    assert.equal(answer.headers.location, undefined);
    assert.ok(!key || !answer.text.includes(key));
    assert.match(answer.text, /not an API key of this MCP server&#39;s team/);
  }
  assert.equal((await client.decide('allow', { key: operator })).status, 303);
  const denied = await client.decide('deny', { key: '' });
  assert.equal(denied.location.searchParams.get('error'), 'access_denied');
  assert.equal(denied.location.searchParams.get('state'), 's t&a=t e');
  for (const event of ['oauth_denied', 'oauth_key_refused', 'oauth_allowed']) await logged(event);
});

test('a changed or foreign form is refused', async () => {
  const client = new OauthClient(gateway, server);
  await client.register();
  const sealed = hiddenRequest((await request(client.authorizeUrl())).text);
  const other = new OauthClient(gateway, await gateway.mint({ account: server.account, config: { auth: 'oauth' } })
    .catch(async () => gateway.must('POST', `/integrated-account/${server.account}/mcp`, { name: 'x', config: { auth: 'oauth' } })));
  const send = (at, values) => at.post('authorize', { decision: 'allow', api_key: gateway.apiKey, ...values });
  assert.equal((await send(client, { request: sealed.slice(0, -2) + 'xx' })).status, 400);
  assert.equal((await send(client, { request: '' })).status, 400);
  assert.equal((await send(other, { request: sealed })).status, 400);
  assert.equal((await request(`${client.endpoints}/authorize`, { method: 'POST', headers: { 'content-type': 'application/json' },
    body: '{}' })).status, 400);
  const foreign = await request(`${client.endpoints}/authorize`, { method: 'POST',
    headers: { ...asForm, origin: 'https://evil.example' }, body: form({ request: sealed, decision: 'allow', api_key: gateway.apiKey }) });
  assert.equal(foreign.status, 403);
  const own = await request(`${client.endpoints}/authorize`, { method: 'POST',
    headers: { ...asForm, origin: gateway.base }, body: form({ request: sealed, decision: 'deny' }) });
  assert.equal(own.status, 303);
});

test('an unknown client or address to return to gets a page, never a redirect', async () => {
  const client = new OauthClient(gateway, server);
  await client.register();
  for (const more of [{ client_id: 'oac_' + 'x'.repeat(24) }, { client_id: undefined }, { client_id: 'nonsense' },
    { redirect_uri: 'https://evil.example/callback' }, { redirect_uri: 'https://client.example/callback/' },
    { redirect_uri: 'https://client.example/callback?x=1' }, { redirect_uri: 'javascript:alert(1)' }]) {
    const answer = await request(client.authorizeUrl(more));
    assert.equal(answer.status, 400, JSON.stringify(more));
    assert.equal(answer.headers.location, undefined);
    assert.match(answer.headers['content-type'], /html/);
    assert.ok(answer.headers['content-security-policy'].includes("form-action 'none'"));
  }
  const twice = await request(`${client.authorizeUrl()}&client_id=x`);
  assert.equal(twice.status, 400);
});

// A redirect without a person would make the gateway's address lead to whatever somebody registered.
test('what is wrong with the rest of a request is shown, and goes back to the client by a link', async () => {
  const client = new OauthClient(gateway, server);
  await client.register();
  for (const [more, error] of [[{ response_type: 'token' }, 'unsupported_response_type'],
    [{ code_challenge: undefined }, 'invalid_request'], [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge_method: undefined }, 'invalid_request'], [{ scope: 'admin' }, 'invalid_scope'],
    [{ resource: `${gateway.base}/mcp/${urlOnly.id}` }, 'invalid_target'], [{ prompt: 'none' }, 'interaction_required'],
    [{ request: 'eyJ' }, 'request_not_supported']]) {
    const answer = await request(client.authorizeUrl(more));
    assert.equal(answer.status, 400, JSON.stringify(more));
    assert.equal(answer.headers.location, undefined);
    const location = new URL(/href="([^"]+)"/.exec(answer.text)[1].replaceAll('&amp;', '&'));
    assert.equal(location.origin, 'https://client.example');
    assert.equal(location.searchParams.get('error'), error);
    assert.equal(location.searchParams.get('state'), 's t&a=t e');
    assert.equal(location.searchParams.get('iss'), server.oauth_url);
  }
  assert.equal((await request(client.authorizeUrl({ resource: undefined, state: undefined }))).status, 200);
});

test('programs on this computer choose their port; others must be exact', async () => {
  const client = new OauthClient(gateway, server, 'http://127.0.0.1/callback');
  await client.register();
  client.redirectUri = 'http://127.0.0.1:41234/callback';
  assert.ok((await client.connect()).access_token);
  const page = await request(client.authorizeUrl());
  assert.match(page.text, /a program on the computer you are using/);
  assert.ok(page.headers['content-security-policy'].includes("form-action 'self' http://127.0.0.1:41234"));
  assert.equal((await request(client.authorizeUrl({ redirect_uri: 'http://127.0.0.1:41234/other' }))).status, 400);
  for (const uri of ['http://client.example/callback', 'ftp://client.example/', 'https://u@client.example/', 'https://client.example/#x',
    'https:///x', 'cursor://x/y', '']) {
    const refused = await new OauthClient(gateway, server, uri).register();
    assert.equal(refused.status, 400, uri);
    assert.equal(refused.body.error, 'invalid_redirect_uri');
  }
  for (const body of ['[]', '{', '{"redirect_uris":"x"}', '{"redirect_uris":["https://a.example/"],"client_name":5}']) {
    const refused = await request(`${client.endpoints}/register`, { method: 'POST', body });
    assert.equal(refused.status, 400, body);
    assert.equal(refused.body.error, 'invalid_client_metadata');
  }
});

test('a code is good once, for its client, its address and its verifier', async () => {
  const client = new OauthClient(gateway, server);
  await client.register();
  const code = await client.code();
  for (const more of [{ code_verifier: 'x'.repeat(43) }, { code_verifier: 'short' }, { client_id: 'oac_' + 'y'.repeat(24) },
    { redirect_uri: 'https://client.example/other' }, { code: code.slice(0, -1) }, { code: 'tga_' }]) {
    const refused = await client.exchange(code, more);
    assert.equal(refused.status, 400, JSON.stringify(more));
    assert.equal(refused.body.error, 'invalid_grant');
  }
  assert.equal((await client.exchange(code, { resource: `${gateway.base}/mcp/${urlOnly.id}` })).body.error, 'invalid_target');
  const first = await client.exchange(code);
  assert.equal(first.status, 200);
  assert.equal((await call(client, first.body.access_token)).status, 200);
  const again = await client.exchange(code);
  assert.equal(again.body.error, 'invalid_grant');
  // Whoever has the code twice is one too many: what it gave is taken back.
  assert.equal((await call(client, first.body.access_token)).status, 401);
  assert.equal((await client.refresh(first.body.refresh_token)).body.error, 'invalid_grant');
  await logged('oauth_code_reused');
});

test('the token endpoint names what is wrong', async () => {
  const client = new OauthClient(gateway, server);
  for (const [values, error] of [[{}, 'invalid_request'], [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'authorization_code' }, 'invalid_request'], [{ grant_type: 'refresh_token', client_id: 'x' }, 'invalid_request'],
    [{ grant_type: 'refresh_token', client_id: 'x', refresh_token: 'tgr_x' }, 'invalid_grant']]) {
    const answer = await client.post('token', values);
    assert.equal(answer.status, 400, JSON.stringify(values));
    assert.equal(answer.body.error, error);
    assert.equal(answer.headers['cache-control'], 'no-store');
  }
  assert.equal((await client.post('token', {}, { authorization: 'Basic eDp5' })).status, 401);
  const got = await request(`${client.endpoints}/token`);
  assert.equal(got.status, 405);
  assert.equal(got.headers.allow, 'POST');
});

test('a refresh token is good once; a lost answer is given again, a stolen one ends everything', async () => {
  const client = await connected();
  const first = client.tokens.refresh_token;
  const second = await client.refresh(first);
  assert.equal(second.status, 200, second.text);
  assert.notEqual(second.body.refresh_token, first);
  const lost = await client.refresh(first);
  assert.equal(lost.body.refresh_token, second.body.refresh_token);
  const both = await Promise.all([client.refresh(second.body.refresh_token), client.refresh(second.body.refresh_token)]);
  assert.equal(both[0].body.refresh_token, both[1].body.refresh_token);
  assert.equal((await client.refresh(both[0].body.refresh_token, { client_id: 'oac_' + 'z'.repeat(24) })).body.error, 'invalid_grant');
  assert.equal((await call(client, both[0].body.access_token)).status, 200);
  // Two uses back: nobody who was given what came after has this one.
  assert.equal((await client.refresh(first)).body.error, 'invalid_grant');
  assert.equal((await call(client, both[0].body.access_token)).status, 401);
  assert.equal((await client.refresh(both[0].body.refresh_token)).body.error, 'invalid_grant');
  await logged('oauth_refresh_reused');
});

test('authorizations are listed, and one that is revoked is refused at once', async () => {
  const client = await connected();
  const id = claims(client.tokens.access_token).sub;
  const listed = await authorizations();
  const own = listed.result.find((one) => one.id === id);
  assert.equal(own.status, 'active');
  assert.equal(own.client_id, client.clientId);
  assert.equal(own.client_name, 'Test client');
  assert.equal(own.redirect_host, 'client.example');
  assert.match(own.allowed_by, /^key_/);
  assert.equal(typeof own.allowed_by_name, 'string');
  const path = `/integrated-account/${server.account}/mcp/${server.id}/authorization/${id}`;
  const foreign = (await gateway.must('POST', '/team', { name: 'Third' })).api_key.key;
  assert.equal((await gateway.admin('DELETE', path, undefined, { key: foreign })).status, 404);
  assert.equal((await call(client)).status, 200);
  assert.equal((await gateway.admin('DELETE', path)).status, 204);
  assert.equal((await call(client)).status, 401);
  assert.equal((await client.refresh(client.tokens.refresh_token)).body.error, 'invalid_grant');
  assert.equal((await authorizations()).result.find((one) => one.id === id).status, 'ended');
  assert.equal((await gateway.admin('DELETE', path.slice(0, -1) + (path.endsWith('x') ? 'y' : 'x'))).status, 404);
});

test('rotation leaves authorizations, a revoked server ends them', async () => {
  const at = await gateway.mint({ account: server.account, config: { auth: 'both' } });
  const client = await connected(at);
  const path = `/integrated-account/${at.account}/mcp/${at.id}`;
  await gateway.must('POST', `${path}/rotate`, {});
  assert.equal((await legacy(at.url, 'ping')).status, 404);
  assert.equal((await call(client)).status, 200);
  await gateway.must('DELETE', path);
  assert.equal((await call(client)).status, 404);
  assert.equal((await client.refresh(client.tokens.refresh_token)).status, 404);
});

test('a client can revoke its own tokens; introspection shows the team what a token allows', async () => {
  const client = await connected();
  const ask = (token, key = gateway.apiKey) => client.post('introspect', { token }, { authorization: `Bearer ${key}` });
  for (const token of [client.tokens.access_token, client.tokens.refresh_token]) {
    const told = await ask(token);
    assert.equal(told.status, 200);
    assert.equal(told.body.active, true);
    assert.equal(told.body.client_id, client.clientId);
    assert.equal(told.body.aud, server.oauth_url);
  }
  assert.deepEqual((await ask('nonsense')).body, { active: false });
  assert.equal((await ask('x', 'tgk_nonsense')).status, 401);
  const foreign = (await gateway.must('POST', '/team', { name: 'Fourth' })).api_key.key;
  assert.equal((await ask(client.tokens.access_token, foreign)).status, 401);
  assert.equal((await client.post('revoke', { token: client.tokens.refresh_token, client_id: 'oac_other' })).status, 200);
  assert.equal((await call(client)).status, 200);
  assert.equal((await client.post('revoke', { token: client.tokens.refresh_token, client_id: client.clientId })).status, 200);
  assert.equal((await call(client)).status, 401);
  assert.deepEqual((await ask(client.tokens.access_token)).body, { active: false });
  assert.equal((await client.post('revoke', { token: 'nonsense', client_id: client.clientId })).status, 200);
});

test('a browser\'s tools can read the metadata and call the endpoints', async () => {
  const origin = 'http://localhost:6274';
  const wanted = 'authorization, mcp-protocol-version, mcp-param-customer, x-evil';
  for (const url of [`${gateway.base}/.well-known/oauth-protected-resource/mcp/${server.id}`,
    server.oauth_url.replace('/mcp/', '/oauth/') + '/token', server.oauth_url.replace('/mcp/', '/oauth/') + '/register', server.oauth_url]) {
    const answer = await request(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST',
      'access-control-request-headers': wanted } });
    assert.equal(answer.status, 204, url);
    assert.equal(answer.headers['access-control-allow-origin'], origin);
    const allowed = answer.headers['access-control-allow-headers'];
    assert.ok(allowed.includes('mcp-param-customer') && !allowed.includes('x-evil'), allowed);
  }
  const refused = await legacy(server.oauth_url, 'ping', {}, { headers: { origin } });
  assert.match(refused.headers['access-control-expose-headers'], /www-authenticate/);
});

test('no token, code or key is in the log', async () => {
  const client = await connected();
  await client.refresh(client.tokens.refresh_token);
  await client.post('revoke', { token: client.tokens.refresh_token, client_id: client.clientId });
  await logged('oauth_revoked');
  for (const secret of [client.tokens.access_token, client.tokens.refresh_token, gateway.apiKey, client.verifier])
    assert.ok(!gateway.log.includes(secret.slice(8)), secret.slice(0, 8));
  assert.ok(!/tg[ar]_[0-9A-Za-z]/.test(gateway.log));
});

// Many people may share an address: somebody's wrong keys make a right one wait, and no more.
test('after ten wrong keys a right one is still taken, two seconds later', async (t) => {
  const own = await startGateway(t);
  const at = await own.mint({ config: { auth: 'both' } });
  const client = new OauthClient(own, at);
  await client.register();
  for (let i = 0; i < 10; ++i) assert.equal((await client.decide('allow', { key: 'tgk_wrong' })).status, 403);
  const began = performance.now();
  assert.equal((await client.decide()).status, 303);
  const took = performance.now() - began;
  assert.ok(took > 1900 && took < allowed(8000), `${took} ms`);
  const many = await Promise.all(Array.from({ length: 60 }, () => client.decide('allow', { key: 'tgk_wrong' })));
  assert.ok(many.some((answer) => answer.status === 429) && many.some((answer) => answer.status === 403));
});
