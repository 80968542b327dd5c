// An OAuth client by hand: every step of the code flow apart, so that a test can get one wrong.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { request } from './http.mjs';

export const form = (values) => new URLSearchParams(values).toString();
export const asForm = { 'content-type': 'application/x-www-form-urlencoded' };

// What the consent page holds for its form, read as a browser would.
export function hiddenRequest(page) {
  return /name="request" value="([^"]+)"/.exec(page)?.[1];
}

export class OauthClient {
  // `server` as mint() gives it, with config.auth oauth or both.
  constructor(gateway, server, redirectUri = 'https://client.example/callback') {
    this.gateway = gateway;
    this.resource = server.oauth_url; // what the gateway calls itself
    this.move(new URL(this.resource).origin);
    this.redirectUri = redirectUri;
    this.verifier = randomBytes(40).toString('base64url');
  }

  // Where the gateway is reached, when that is another address than the one it calls its own.
  move(origin) {
    this.url = origin + new URL(this.resource).pathname;
    this.endpoints = this.url.replace('/mcp/', '/oauth/');
  }

  post(endpoint, values, headers = {}) {
    return request(`${this.endpoints}/${endpoint}`, { method: 'POST', headers: { ...asForm, ...headers },
      body: form(values) });
  }

  async register(more = {}) {
    const answer = await request(`${this.endpoints}/register`, { method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Test client', redirect_uris: [this.redirectUri], ...more }) });
    this.clientId = answer.body?.client_id;
    return answer;
  }

  authorizeUrl(more = {}) {
    const values = { response_type: 'code', client_id: this.clientId, redirect_uri: this.redirectUri, state: 's t&a=t e',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'), code_challenge_method: 'S256',
      resource: this.resource, ...more };
    for (const name of Object.keys(values)) if (values[name] === undefined) delete values[name];
    return `${this.endpoints}/authorize?${form(values)}`;
  }

  // What the page answers to a decision; `location` is the URL that the browser is sent to.
  async decide(decision = 'allow', { key = this.gateway.apiKey, person, ask = {}, headers = {} } = {}) {
    const page = await request(this.authorizeUrl(ask));
    assert.equal(page.status, 200, page.text);
    const answer = await this.post('authorize', { request: hiddenRequest(page.text), decision,
      ...(person ?? { api_key: key }) }, headers);
    return { ...answer, location: answer.headers.location && new URL(answer.headers.location) };
  }

  async code(options) {
    const answer = await this.decide('allow', options);
    assert.equal(answer.status, 303, answer.text);
    return answer.location.searchParams.get('code');
  }

  exchange(code, more = {}) {
    return this.post('token', { grant_type: 'authorization_code', code, client_id: this.clientId,
      redirect_uri: this.redirectUri, code_verifier: this.verifier, resource: this.resource, ...more });
  }

  refresh(token, more = {}) {
    return this.post('token', { grant_type: 'refresh_token', refresh_token: token, client_id: this.clientId, ...more });
  }

  // Registered, allowed, with tokens.
  async connect(options) {
    if (!this.clientId) await this.register();
    const answer = await this.exchange(await this.code(options));
    assert.equal(answer.status, 200, answer.text);
    this.tokens = answer.body;
    return answer.body;
  }
}
