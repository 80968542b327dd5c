// Looks at the audit log from outside: makes gateways sign it, and exports and verifies it, against the key and the anchors of before.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { binary, cleanEnvironment, scratch } from '../../support/gateway.mjs';
import { sleep } from '../../support/wait.mjs';

const askEveryMs = 100;

// { status, said }; `status` is null after a signal, which `said` names. This process goes on meanwhile, since the scripted Stripe is in it.
function command(args) {
  return new Promise((resolve, reject) => {
    const run = spawn(binary, args, { env: cleanEnvironment({}), stdio: ['ignore', 'pipe', 'pipe'] });
    const parts = [];
    for (const stream of [run.stdout, run.stderr]) stream.on('data', (part) => parts.push(part));
    run.on('error', reject);
    run.on('close', (status, signal) => resolve({ status,
      said: `${signal ? `${args.slice(0, 2).join(' ')} was ended by ${signal}` : ''}${Buffer.concat(parts).toString().trim()}` }));
  });
}

export class Auditor {
  // every: which of the calls of afterKill() verify
  constructor({ cluster, every }) {
    Object.assign(this, { cluster, every, kills: 0, turns: 0, verified: 0, wrong: [], anchored: false, over: false });
  }

  start(scope) {
    this.directory = scratch();
    this.key = join(this.directory, 'kept.key');
    return this;
  }

  // Asks for proofs, for which a gateway signs the head of the log, so that lives of a second see that too.
  async ask() {
    for (let turn = 0; !this.over; ++turn) {
      const all = this.cluster.instances.filter((one) => one.up);
      const up = all[turn % all.length];
      try {
        const newest = up && (await up.gateway.admin('GET', '/receipt?state=succeeded&limit=1')).body.result?.[0];
        if (newest) await up.gateway.admin('GET', `/receipt/${newest.id}/proof`);
      } catch { /* it was killed meanwhile */ }
      await sleep(askEveryMs);
    }
  }

  async afterKill() {
    if (++this.kills % this.every === 0) await this.verify(`after kill ${this.kills}`);
  }

  // Before the first checkpoint there is nothing to verify; afterwards the log is there, whole, and what was anchored is its beginning.
  async verify(when) {
    const turn = ++this.turns; // several gateways may be down at once
    const folder = join(this.directory, `export-${turn}`);
    const before = join(this.directory, `anchors-${turn}`); // other gateways go on: what they anchor later is not in the export
    const wasAnchored = this.anchored;
    if (existsSync(this.cluster.anchors)) copyFileSync(this.cluster.anchors, before);
    const exported = await command(['audit', 'export', '--to', folder, '--team', this.cluster.team, ...this.cluster.databaseFlags]);
    if (exported.status !== 0) {
      if (existsSync(this.key) || !/no checkpoint yet|no audit log yet|name the team/.test(exported.said)) this.wrong.push(`${when}: ${exported.said}`);
      return;
    }
    if (!existsSync(this.key)) copyFileSync(join(folder, 'key'), this.key);
    const anchored = existsSync(before) && readFileSync(before, 'utf8').includes(`/audit/${this.cluster.team}\n`);
    if (wasAnchored && !anchored) this.wrong.push(`${when}: the anchors of before are gone`);
    const anchors = anchored ? ['--against-anchor', before] : [];
    const checked = await command(['audit', 'verify', '--export', folder, '--key', this.key, ...anchors]);
    if (checked.status !== 0) this.wrong.push(`${when}: ${checked.said}`);
    this.anchored ||= anchored;
    ++this.verified;
    rmSync(folder, { recursive: true });
    rmSync(before, { force: true });
  }

  // All entries of the log.
  async records() {
    const file = join(this.directory, 'records.jsonl');
    const done = await command(['audit', 'export', '--jsonl', file, '--team', this.cluster.team, ...this.cluster.databaseFlags]);
    if (done.status !== 0) throw new Error(`the records could not be exported: ${done.said}`);
    return readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }
}
