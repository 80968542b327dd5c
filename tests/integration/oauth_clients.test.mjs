// Who connects: clients that describe themselves at an address, and applications with a scheme of their own.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { legacy } from '../support/mcp.mjs';
import { OauthClient } from '../support/oauth.mjs';

const gateway = await startGateway({ after }, { 'oauth.private_client_documents': true });
const server = await gateway.mint({ config: { auth: 'both' } });

const call = (client, token = client.tokens.access_token) =>
  legacy(client.url, 'tools/list', {}, { headers: { authorization: `Bearer ${token}` } });
const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

test('a client that describes itself: its document is fetched, checked and believed no further', async (context) => {
  const answers = new Map();
  let asked = 0;
  const host = createServer((got, answer) => {
    asked += 1;
    const { status = 200, headers = { 'content-type': 'application/json' }, body } = answers.get(got.url) ?? { status: 404, body: '' };
    answer.writeHead(status, headers).end(body);
  });
  await new Promise((resolve) => host.listen(0, '127.0.0.1', resolve));
  context.after(() => host.close());
  const origin = `http://127.0.0.1:${host.address().port}`;
  const document = (path, more = {}) => JSON.stringify({ client_id: origin + path, client_name: 'Documented',
    redirect_uris: ['https://client.example/callback'], token_endpoint_auth_method: 'none', ...more });
  const put = (path, body, more = {}) => answers.set(path, { body, ...more });
  put('/good.json', document('/good.json'));
  put('/other.json', document('/good.json'));
  put('/moved.json', '', { status: 302, headers: { location: `${origin}/good.json` } });
  put('/large.json', document('/large.json', { filler: 'x'.repeat(20_000) }));
  put('/broken.json', '{');
  put('/evil.json', document('/evil.json', { redirect_uris: ['http://evil.example/'] }));
  const client = new OauthClient(gateway, server);
  client.clientId = `${origin}/good.json`;
  const tokens = await client.connect();
  assert.equal((await call(client, tokens.access_token)).status, 200);
  assert.equal(claims(tokens.access_token).client_id, client.clientId);
  const page = await request(client.authorizeUrl());
  assert.ok(page.text.includes(`${origin}/good.json`));
  assert.equal(asked, 1, 'the document is kept for a while');
  for (const path of ['/other.json', '/moved.json', '/large.json', '/broken.json', '/evil.json', '/missing.json', '/', '/../good.json']) {
    const answer = await request(client.authorizeUrl({ client_id: origin + path }));
    assert.equal(answer.status, 400, path);
    assert.match(answer.headers['content-type'], /html/);
  }
});

// Cursor and VS Code have schemes of their own; what is not on the list is no address of a browser's.
test('an application with a scheme of its own connects, if the list has it', async () => {
  const cursor = new OauthClient(gateway, server, 'cursor://anysphere.cursor-mcp/oauth/callback');
  await cursor.register();
  const page = await request(cursor.authorizeUrl());
  assert.equal(page.status, 200);
  assert.match(page.headers['content-security-policy'], /form-action 'self' cursor:/);
  assert.match(page.text, /cursor:\/\/anysphere\.cursor-mcp.*a program on the computer you are using/s);
  const answer = await cursor.decide();
  assert.equal(answer.location.href.split('?')[0], 'cursor://anysphere.cursor-mcp/oauth/callback');
  await cursor.connect();
  assert.equal((await call(cursor)).status, 200);
  for (const uri of ['cursor://evil/oauth/callback', 'javascript://a/', 'myapp://callback', 'https://a.example:65536/']) {
    const refused = await new OauthClient(gateway, server, uri).register();
    assert.equal(refused.status, 400, uri);
    assert.equal(refused.body.error, 'invalid_redirect_uri');
  }
});
