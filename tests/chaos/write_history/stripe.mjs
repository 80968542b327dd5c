// A scripted Stripe with Stripe's idempotency: an answer is stored by its key, and the same key with the same parameters gets it again.
// It counts what it executes. It lives in the process of the test, so it survives every gateway.
import { chosen } from '../../support/dice.mjs';
import { json, startUpstream } from '../../support/upstream.mjs';
import { sleep } from '../../support/wait.mjs';

// What happens to a write, by weight. The names are those of the faults in the ledger.
const weights = {
  none: 64,
  delay: 8,
  drop_before: 5, // the connection breaks, nothing was executed
  drop_after: 7, // it breaks after the execution
  drop_and_refuse: 2, // the same, and now and then no new connection is accepted for a moment
  silence_after: 1, // no answer comes
  rate_limit: 4, // 429: refused before anything else, not stored
  error_before: 2, // 500 before the execution, not stored
  error_after: 1, // 500 after the execution, stored: the key never gets another answer
  error_instead: 1, // 500 in place of the execution, stored
  decline: 5, // 402, stored
};
const refusedMs = 60;
const refusedAgainMs = 10_000; // so seldom that most calls reach it

const lastSegment = (url) => url.split('?')[0].split('/').at(-1);
const problem = (type, code, message = `scripted: ${code}`) => ({ error: { type, code, message } });

// { port, base, effects, stored, executing, requests }. `ledger.inject` is told of each fault before it happens.
//   executing: the sockets of the requests that are being executed now
//   effects: [{ key, write, kind, id, amount, at }] in the order of execution; `key` is null for a DELETE of v1
//   stored: key -> { params, status, body }, `status` undefined while it runs
export class ScriptedStripe {
  // ignoresKeys: every request is executed, as if it had no key
  constructor({ random, ledger, ignoresKeys = false }) {
    Object.assign(this, { random, ledger, ignoresKeys, effects: [], stored: new Map(), executing: new Set(), byId: new Map(), faulty: true, received: 0 });
  }

  async start(scope) {
    this.upstream = await startUpstream(scope, (asked, response, body) => this.#answer(asked, response, body));
    return this;
  }

  // From now on everything works.
  calm() { this.faulty = false; }

  #fault(key) {
    const fault = this.faulty ? chosen(weights, this.random) : 'none';
    if (fault !== 'none') this.ledger.inject({ fault, key });
    return fault;
  }

  async #answer(asked, response, body) {
    this.upstream.requests.length = 0; // thousands of them, which nobody reads
    ++this.received;
    if (asked.method === 'GET') return this.#read(asked, response);
    const key = asked.headers['idempotency-key'] ?? null;
    const fault = this.#fault(key ?? asked.url);
    if (fault === 'rate_limit') return json(response, 429, problem('rate_limit_error', 'rate_limit'));
    if (fault === 'drop_before') return asked.socket.destroy();
    if (fault === 'error_before') return json(response, 500, problem('api_error', 'before'));
    const params = `${asked.method} ${asked.url}\n${body}`;
    const known = this.ignoresKeys ? undefined : this.stored.get(key);
    if (known && known.params !== params) return json(response, 400, problem('idempotency_error', 'idempotency_error'));
    if (known && known.status === undefined) return json(response, 409, problem('idempotency_error', 'idempotency_key_in_use'));
    const entry = known ?? { params };
    if (!known) await this.#run(entry, asked, body, key, fault);
    return this.#finish(asked, response, entry, fault, known ? { 'idempotent-replayed': 'true' } : {});
  }

  // Stores the entry as running, executes it, and stores its answer.
  async #run(entry, asked, body, key, fault) {
    if (key !== null) this.stored.set(key, entry);
    const pause = fault === 'delay' ? 150 + this.random(400) : this.random(25);
    this.executing.add(asked.socket);
    await sleep(pause);
    Object.assign(entry, this.#execute(asked, new URLSearchParams(body), key, fault));
    await sleep(this.random(10));
    this.executing.delete(asked.socket);
  }

  #execute(asked, form, key, fault) {
    const missing = asked.method === 'DELETE' && this.byId.has(lastSegment(asked.url));
    if (missing) return { status: 404, body: problem('invalid_request_error', 'resource_missing') };
    if (fault === 'decline') return { status: 402, body: problem('card_error', 'card_declined') };
    if (fault === 'error_instead') return { status: 500, body: problem('api_error', 'instead') };
    const object = asked.method === 'DELETE' ? this.#delete(asked.url) : this.#refund(form, key);
    if (fault === 'error_after') return { status: 500, body: problem('api_error', 'after') };
    return { status: 200, body: object };
  }

  #refund(form, key) {
    const id = `re_${this.effects.length + 1}`;
    const amount = Number(form.get('amount'));
    const object = { id, object: 'refund', amount, currency: 'usd', status: 'succeeded', charge: form.get('charge'),
      metadata: { write: form.get('metadata[write]') } };
    this.effects.push({ key, write: Number(form.get('metadata[write]')), kind: 'refund', id, amount, at: performance.now() });
    this.byId.set(id, object);
    return object;
  }

  // Every customer exists until it is deleted: cus_w17 is the one of write 17.
  #delete(path) {
    const id = lastSegment(path);
    const object = { id, object: 'customer', deleted: true };
    this.effects.push({ key: null, write: Number(id.slice('cus_w'.length)), kind: 'delete', id, amount: null, at: performance.now() });
    this.byId.set(id, object);
    return object;
  }

  async #finish(asked, response, { status, body }, fault, headers) {
    if (fault === 'silence_after') return undefined;
    if (fault === 'drop_and_refuse') await this.#refuse();
    if (fault === 'drop_after' || fault === 'drop_and_refuse') return asked.socket.destroy();
    const key = asked.headers['idempotency-key'];
    return json(response, status, body, { ...(key && { 'idempotency-key': key }), ...headers });
  }

  // Connections that are in use stay, idle ones end, and new ones are refused for a moment.
  async #refuse() {
    if (this.refusing || performance.now() < (this.refusesAgainAt ?? 0)) return;
    this.refusing = true;
    this.refusesAgainAt = performance.now() + refusedAgainMs;
    const { server, port } = this.upstream;
    server.close();
    setTimeout(() => {
      server.listen(port, '127.0.0.1');
      this.refusing = false;
    }, refusedMs);
  }

  #read(asked, response) {
    const object = this.byId.get(lastSegment(asked.url));
    if (object) return json(response, 200, object);
    return json(response, 404, problem('invalid_request_error', 'resource_missing'));
  }
}
