// Three gateways on one PostgreSQL and one Redis, each behind proxies of its own, with one clock that can be set.
import http from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Clock } from '../../support/clock.mjs';
import { startFaultProxy } from '../../support/fault_proxy.mjs';
import { Gateway, scratch, testKey, upstreamPort } from '../../support/gateway.mjs';
import { startPostgres } from '../../support/postgres.mjs';
import { startRedis } from '../../support/redis.mjs';

const answerTimeoutMs = 4000; // a client gives up then

class Instance {
  constructor(cluster, number) {
    Object.assign(this, { cluster, number, agent: new http.Agent({ keepAlive: true, maxSockets: 64 }) });
    this.gateway = new Gateway(mkdtempSync(join(tmpdir(), 'tollgate-test-')));
    this.up = false; // and nobody stopped it
  }

  async start() {
    const { cluster } = this;
    this.port ??= await upstreamPort();
    this.store ??= await startFaultProxy(cluster.scope, cluster.postgres.port);
    this.redis ??= await startFaultProxy(cluster.scope, cluster.redis.port);
    this.gateway.apiKey ??= cluster.apiKey;
    const database = new URL(cluster.database);
    database.port = this.store.port;
    const keys = { 'vault.master_key_file': join(cluster.directory, 'master.key'),
      'vault.pepper_file': join(cluster.directory, 'pepper.key') };
    await this.gateway.start({ ...keys, 'server.listen': `127.0.0.1:${this.port}`, 'data.url': database.href,
      'redis.url': `redis://127.0.0.1:${this.redis.port}`, 'data.answer_timeout': 1000, 'server.loops': 2,
      'log.requests': false }, cluster.clock.environment());
    cluster.apiKey = this.gateway.apiKey;
    this.up = true;
  }

  async kill() {
    this.up = false;
    await this.gateway.kill();
  }
  pause() { return this.gateway.pause(); } // every thread
  resume() { this.gateway.process.kill('SIGCONT'); }

  // { status, body }; status 0 when there is no whole answer.
  ask(method, path, body, headers = {}) {
    return new Promise((resolve) => {
      const sent = http.request({ host: '127.0.0.1', port: this.port, method, path, agent: this.agent,
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers } });
      const timer = setTimeout(() => sent.destroy(new Error('too late')), answerTimeoutMs);
      const done = (answer) => { clearTimeout(timer); resolve(answer); };
      sent.on('error', (error) => done({ status: 0, why: error.message }));
      sent.on('response', (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', (error) => done({ status: 0, why: error.message }));
        answer.on('end', () => done({ status: answer.statusCode, body: parsed(Buffer.concat(parts).toString()) }));
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  admin(method, path, body) {
    return this.ask(method, path, body, { authorization: `Bearer ${this.cluster.apiKey}` });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export class Cluster {
  // scope: { after }, which ends it
  async start(scope, count = 3) {
    this.scope = scope;
    this.directory = scratch();
    this.clock = new Clock(this.directory);
    this.postgres = await startPostgres(scope);
    this.redis = await startRedis(scope);
    this.database = await this.postgres.database();
    this.instances = Array.from({ length: count }, (_, number) => new Instance(this, number));
    scope.after(() => this.stop());
    for (const instance of this.instances) await instance.start();
    const made = await this.instances[0].admin('POST', '/integrated-account', { name: 'Chaos', credential: testKey });
    if (made.status !== 201) throw new Error(`no account: ${JSON.stringify(made)}`);
    this.servers = `/integrated-account/${made.body.id}/mcp`;
    return this;
  }

  async stop() {
    for (const { gateway, agent } of this.instances) {
      if (gateway.process && gateway.exit === null) await gateway.stop();
      agent.destroy();
      rmSync(gateway.directory, { recursive: true, force: true });
    }
  }
}
