// The gateways that are killed: one on SQLite, or three on one PostgreSQL. Each restarts on the data it had.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, flagsOf, Gateway, scratch } from '../../support/gateway.mjs';
import { sharedKeys } from '../../support/instances.mjs';
import { allowed, sleep, until } from '../../support/wait.mjs';
import { startPostgres } from '../../support/postgres.mjs';
import { upstreamSettings } from '../../support/upstream.mjs';

export const stores = { sqlite: 1, postgresql: 3 }; // and how many gateways
const settleMs = 90_000;
const killed = (exit) => exit?.signal === 'SIGKILL';

// Before, in and after every durable step of a write, of its place in the audit log, of the signed head, and of its anchor.
const labels = ['receipt.before_intent', 'receipt.after_intent', 'receipt.answered', 'receipt.after_outcome', 'receipt.before_resend',
  'audit.before_integrate', 'audit.inside_integrate', 'audit.after_integrate', 'audit.before_sign', 'audit.inside_sign', 'audit.after_sign',
  'delivery.before_send', 'anchor.before_write', 'anchor.before_sync', 'anchor.after_sync', 'delivery.after_send', 'delivery.after_note'];

// Between a person's agreement and the outcome: the agreement is stored, the outcome is not.
export const betweenLabels = ['approval.after_vote', 'approval.before_call', 'receipt.before_intent', 'receipt.after_intent', 'receipt.answered'];
// From a person's agreement to the stored outcome.
export const approvalLabels = [...betweenLabels, 'receipt.after_outcome'];

// Those of the labels `wanted` that the binary has: none, if it was built without crash points.
export function crashLabels(wanted = labels) {
  const program = readFileSync(binary);
  return wanted.filter((label) => program.includes(label));
}

export class Instance {
  constructor(cluster, number) {
    Object.assign(this, { cluster, number, up: false });
    this.gateway = new Gateway(mkdtempSync(join(tmpdir(), 'tollgate-test-')));
  }

  // Starts it on its data; false if it died at `crashAt` before it listened.
  async start(crashAt = undefined) {
    this.gateway.apiKey ??= this.cluster.apiKey;
    const settings = this.cluster.settings;
    try {
      await this.gateway.start(settings, crashAt ? { CRASH_AT: crashAt } : {});
    } catch (error) {
      if (crashAt && killed(this.gateway.exit)) return false;
      throw error;
    }
    this.cluster.apiKey ??= this.gateway.apiKey;
    this.up = true;
    this.gateway.ended.then(() => { this.up = false; });
    return true;
  }

  get died() { return killed(this.gateway.exit); }
}

export class Cluster {
  // scope: { after }, which ends it
  constructor(store, stripe, count = stores[store]) {
    Object.assign(this, { store, stripe });
    this.instances = Array.from({ length: count }, (_, number) => new Instance(this, number));
  }

  async start(scope) {
    scope.after(() => this.#stop());
    this.settings = { ...upstreamSettings(this.stripe.upstream), 'stripe.answer_timeout': 1500, 'timeouts.request': 20_000,
      'log.requests': false, 'server.loops': 2, 'audit.anchor_file': this.anchors = join(scratch(), 'anchors'), 'audit.anchor_every': 1000 };
    if (this.store === 'postgresql') {
      const postgres = await startPostgres(scope);
      Object.assign(this.settings, sharedKeys(), { 'data.url': await postgres.database() });
    }
    for (const instance of this.instances) await instance.start();
    const { gateway } = this.instances[0];
    this.path = (await gateway.mint()).path;
    this.team = (await gateway.must('GET', '/team')).result[0].id;
    return this;
  }

  // The flags by which a command finds the database and the keys.
  get databaseFlags() {
    const { 'data.url': url, 'vault.master_key_file': key } = this.settings;
    if (url) return flagsOf({ 'data.url': url, 'vault.master_key_file': key, 'data.directory': this.instances[0].gateway.data });
    return flagsOf({ 'data.directory': this.instances[0].gateway.data });
  }

  // Every receipt of the team that `query` selects, page by page.
  async receipts(query = '') {
    const { gateway } = this.instances.find((one) => one.up);
    const found = [];
    for (let cursor = ''; ;) {
      const page = await gateway.must('GET', `/receipt?limit=100${query}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      found.push(...page.result);
      if (!page.next_cursor) return found;
      cursor = page.next_cursor;
    }
  }

  // Waits until every receipt has its outcome, but for those of which it can never be learned; what is unknown is asked for.
  async settle(staysUnknown = () => false) {
    const began = performance.now();
    for (;;) {
      const { gateway } = this.instances.find((one) => one.up);
      const unknown = await this.receipts('&state=unknown');
      const open = [...await this.receipts('&state=intended'), ...unknown.filter((one) => !staysUnknown(one))];
      if (!open.length || performance.now() - began > allowed(settleMs)) return;
      for (const { id, state } of open) if (state === 'unknown') await gateway.admin('POST', `/receipt/${id}/reconcile`);
      await sleep(250);
    }
  }

  // An instance that is up, chosen by `random`.
  anyUp(random) {
    return until('a gateway', () => {
      const up = this.instances.filter((one) => one.up);
      return up[random(up.length)];
    }, 60_000);
  }

  async #stop() {
    for (const { gateway } of this.instances) {
      try {
        if (gateway.process && gateway.exit === null) await gateway.stop();
        else gateway.checkOutput();
      } finally {
        rmSync(gateway.directory, { recursive: true, force: true });
      }
    }
  }
}
