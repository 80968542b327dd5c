// People who sign in at a gateway under test: invited, with a cookie, as a browser keeps it.
import assert from 'node:assert/strict';
import { request } from './http.mjs';

export const password = 'correct horse battery';

// Settings that make hashing a password cheap.
export const cheapPasswords = { 'people.password_passes': 1, 'people.password_memory_kib': 8, 'people.cheap_passwords': true };

// A browser at one gateway; `headers` go with every request.
export class Browser {
  constructor(gateway, headers = {}) {
    this.gateway = gateway;
    this.headers = headers;
    this.cookie = undefined; // name=value
    this.csrf = undefined;
  }

  get origin() { return this.gateway.adminBase; }

  send(method, path, body, { headers = {} } = {}) {
    return request(this.gateway.adminBase + path, { method,
      headers: { origin: this.origin, ...(this.cookie && { cookie: this.cookie }),
        ...(this.csrf && method !== 'GET' && { 'x-csrf-token': this.csrf }),
        ...(body !== undefined && { 'content-type': 'application/json' }), ...this.headers, ...headers },
      body: body === undefined ? undefined : JSON.stringify(body) });
  }

  // The answer of a sign-in; a good one leaves its cookie here.
  async signIn(email, more = {}) {
    const answer = await this.send('POST', '/session', { email, password, ...more });
    if (answer.status !== 201) return answer;
    this.cookie = answer.headers['set-cookie'][0].split(';')[0];
    this.csrf = answer.body.csrf_token;
    return answer;
  }
}

// Invites a person, and sets the password: what the invitation answered.
export async function makePerson(gateway, email, role = 'viewer', more = {}) {
  const made = await gateway.must('POST', '/person', { name: email.split('@')[0], email, role, ...more });
  await gateway.must('POST', '/person/accept-invitation', { token: made.invitation.token, password }, { key: null });
  return made;
}

// A person of that role who has signed in: a browser with `id`.
export async function signedIn(gateway, email, role, more = {}) {
  const { id } = await makePerson(gateway, email, role, more);
  const browser = new Browser(gateway);
  const answer = await browser.signIn(email);
  assert.equal(answer.status, 201, answer.text);
  return Object.assign(browser, { id });
}
