// The official clients' own OAuth: from a bare 401 to calls, refreshed tokens, and a revoked authorization.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client as ClientTwo, StreamableHTTPClientTransport as TransportTwo } from '@modelcontextprotocol/client';
import { Client as ClientOne } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportOne } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { startGateway } from '../support/gateway.mjs';
import { request } from '../support/http.mjs';
import { asForm, form, hiddenRequest } from '../support/oauth.mjs';

const info = { name: 'interop', version: '1.0.0' };

// What an application gives the SDK: it keeps what it is told, and "opens" the browser.
class Provider {
  constructor(key) { this.key = key; }
  redirectUrl = 'http://127.0.0.1:33418/callback';
  clientMetadata = { client_name: 'Interop', redirect_uris: [this.redirectUrl], grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'], token_endpoint_auth_method: 'none' };
  state() { return 'the state'; }
  clientInformation() { return this.registered; }
  saveClientInformation(given) { this.registered = given; }
  tokens() { return this.kept; }
  saveTokens(given) { this.kept = given; this.saved = (this.saved ?? 0) + 1; }
  saveCodeVerifier(given) { this.verifier = given; }
  codeVerifier() { return this.verifier; }
  invalidateCredentials() { this.kept = undefined; }

  // The person: reads the page, types a key, presses Allow.
  async redirectToAuthorization(url) {
    const page = await request(String(url));
    assert.equal(page.status, 200, page.text);
    const action = /action="([^"]+)"/.exec(page.text)[1];
    const answer = await request(action, { method: 'POST', headers: { ...asForm, origin: url.origin },
      body: form({ request: hiddenRequest(page.text), decision: 'allow', api_key: this.key }) });
    assert.equal(answer.status, 303, answer.text);
    this.back = new URL(answer.headers.location);
  }
}

for (const [name, Client, Transport] of [['sdk 1', ClientOne, TransportOne], ['sdk 2', ClientTwo, TransportTwo]]) {
  test(`${name}: connects by OAuth, refreshes by itself, and is out when revoked`, async (context) => {
    const gateway = await startGateway(context, { 'oauth.access_token_lifetime': 3000 });
    const account = await gateway.connect();
    const server = await gateway.must('POST', `/integrated-account/${account.id}/mcp`, { name: 'OAuth', config: { auth: 'oauth' } });
    const provider = new Provider(gateway.apiKey);
    const open = () => new Transport(new URL(server.oauth_url), { authProvider: provider });

    const first = open();
    await assert.rejects(new Client(info).connect(first), /Unauthorized/i);
    assert.equal(provider.back.searchParams.get('state'), 'the state');
    assert.equal(provider.back.searchParams.get('iss'), server.oauth_url);
    await first.finishAuth(provider.back.searchParams.has('iss') && name === 'sdk 2'
      ? provider.back.searchParams : provider.back.searchParams.get('code'));
    assert.match(provider.kept.refresh_token, /^tgr_/);

    const client = new Client(info);
    await client.connect(open());
    context.after(() => client.close());
    const { tools } = await client.listTools();
    assert.ok(tools.length > 0);
    const before = provider.saved;
    // The access token lasts three seconds: the SDK fetches the next one when it is refused.
    await new Promise((resolve) => setTimeout(resolve, 3100));
    assert.ok((await client.listTools()).tools.length > 0);
    assert.ok(provider.saved > before, 'no token was refreshed');

    const path = `/integrated-account/${account.id}/mcp/${server.id}/authorization`;
    const [given] = (await gateway.must('GET', path)).result;
    assert.equal(given.client_name, 'Interop');
    await gateway.must('DELETE', `${path}/${given.id}`);
    provider.redirectToAuthorization = async () => { throw new Error('asked the person again'); };
    await assert.rejects(client.listTools(), /asked the person again/);
  });
}
