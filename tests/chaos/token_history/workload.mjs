// Clients that make, use, rotate and revoke MCP servers at any instance, and write down what they saw.
import { sleep } from '../../support/wait.mjs';

const serversAlive = 40;
const deadRemembered = 150;
// The record store could not do it, and says that it did nothing.
const nothingDone = new Set(['store_unavailable', 'store_busy', 'unavailable', 'server_revoked', 'server_expired']);

const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_all_stripe_charges', arguments: {} } };

export class Workload {
  // random: a number below its argument
  constructor(cluster, random) {
    Object.assign(this, { cluster, random, history: [], faults: [], servers: [], dead: [], made: 0, over: false });
  }

  any(list) { return list[this.random(list.length)]; }
  instance() { return this.any(this.cluster.instances); }

  // `ask`, with the times around it.
  async timed(ask) {
    const event = { start: performance.now(), wallStart: Date.now() };
    const answer = await ask();
    return { answer, event: { ...event, wallEnd: Date.now(), end: performance.now() } };
  }

  async use(token, instance, last = false) {
    const message = this.any([ping, ping, ping, ping, ping, ping, call, call, list]);
    const { answer, event } = await this.timed(() => instance.ask('POST', token.path, message));
    const outcome = { 200: answer.body?.result && 'accepted', 404: 'refused', 401: 'refused', 503: 'unavailable', 0: 'unavailable' };
    const use = { type: 'use', token: token.name, instance: instance.number, ...event, status: answer.status,
      outcome: outcome[answer.status] || 'strange' };
    if (last) use.last = true;
    if (use.outcome === 'strange') use.answer = answer;
    this.history.push(use);
    return use;
  }

  useEverywhere(tokens, last = false) {
    return Promise.all(tokens.flatMap((token) => this.cluster.instances.map((instance) => this.use(token, instance, last))));
  }

  // A token that an acknowledged answer gave us.
  born(server, url, event) {
    const token = { name: `t${++this.made}`, path: new URL(url).pathname, server };
    const { expiresAt } = server;
    this.history.push({ type: 'create', token: token.name, ...event, ...(expiresAt && { expiresAt }) });
    server.tokens.push(token);
    server.ever.push(token);
    return token;
  }

  async create({ expiring = this.random(4) === 0, instance = this.instance() } = {}) {
    const expiresAt = expiring ? this.cluster.clock.now() + 61_000 + this.random(3000) : undefined;
    const body = { name: 's', config: { methods: ['list'] }, ...(expiring && { expires_at: new Date(expiresAt).toISOString() }) };
    const { answer, event } = await this.timed(() => instance.admin('POST', this.cluster.servers, body));
    if (answer.status !== 201) return undefined;
    const server = { id: answer.body.id, expiresAt, tokens: [], ever: [], busy: false };
    const token = this.born(server, answer.body.url, event);
    this.servers.push(server);
    await this.useEverywhere([token]);
    return server;
  }

  // What an answer says of the change that was asked for.
  outcome({ status, body }, success) {
    if (status === success) return 'done';
    return nothingDone.has(body?.code) ? 'none' : 'maybe';
  }

  bury(tokens) {
    this.dead.push(...tokens);
    if (this.dead.length > deadRemembered) this.dead.splice(0, this.dead.length - deadRemembered);
  }

  // One client at a time changes a server; all may use it. Returns how it went. `quiet`: without uses afterwards.
  async revoke(server, { instance = this.instance(), quiet = false } = {}) {
    server.busy = true;
    const { answer, event } = await this.timed(() => instance.admin('DELETE', `${this.cluster.servers}/${server.id}`));
    const outcome = this.outcome(answer, 204);
    for (const { name } of server.ever) this.history.push({ type: 'end', token: name, why: 'revoke', instance: instance.number, ...event, outcome });
    server.busy = false;
    if (outcome === 'done') {
      this.servers = this.servers.filter((one) => one !== server);
      this.bury(server.tokens);
      if (!quiet) await this.useEverywhere(server.ever.slice(-2));
    }
    return { outcome, ms: event.end - event.start };
  }

  async rotate(server) {
    server.busy = true;
    const overlap = this.any([0, 0, 1, 2]);
    const instance = this.instance();
    const { answer, event } = await this.timed(() => instance.admin('POST',
      `${this.cluster.servers}/${server.id}/rotate`, { overlap_seconds: overlap }));
    const outcome = this.outcome(answer, 200);
    const type = overlap ? 'cap' : 'end';
    const older = server.tokens;
    const until = Date.parse(answer.body?.old_token_expires_at);
    for (const { name } of server.ever)
      this.history.push({ type, token: name, why: 'rotate', instance: instance.number, ...event, outcome, ...(overlap && { expiresAt: until }) });
    if (outcome === 'done') {
      server.tokens = [];
      this.born(server, answer.body.url, event);
      this.bury(older);
      await this.useEverywhere([...older.slice(-1), ...server.tokens]);
    }
    server.busy = false;
  }

  async step() {
    const die = this.random(100);
    const idle = this.servers.filter((server) => !server.busy);
    if (die < 8 || this.servers.length < 4) {
      if (this.servers.length < serversAlive) await this.create();
    } else if (die < 14 && idle.length) {
      await this.rotate(this.any(idle));
    } else if (die < 20 && idle.length) {
      const server = this.any(idle);
      for (let tries = 0; tries < 3; ++tries) if ((await this.revoke(server)).outcome === 'done') break;
    } else if (die < 40 && this.dead.length) {
      await this.use(this.any(this.dead.slice(-20)), this.instance());
    } else if (this.servers.length) {
      await this.use(this.any(this.any(this.servers).tokens), this.instance());
    }
  }

  async client() {
    while (!this.over) {
      await this.step();
      await sleep(this.random(4));
    }
  }

  // clients: how many at once. Ends after `over` is set.
  run(clients) { return Promise.all(Array.from({ length: clients }, () => this.client())); }

  // All works again: every token that is known, at every instance.
  async lastUses() {
    const tokens = [...this.dead, ...this.servers.flatMap((server) => server.tokens)];
    for (let at = 0; at < tokens.length; at += 10) await this.useEverywhere(tokens.slice(at, at + 10), true);
  }
}
