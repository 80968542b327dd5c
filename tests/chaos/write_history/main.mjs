// Kills gateways in the middle of writes: see the sentence of `help`, and tests/chaos/README.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { dice } from '../../support/dice.mjs';
import { scoped } from '../../support/scope.mjs';
import { allowed, sleep } from '../../support/wait.mjs';
import { Auditor } from './auditor.mjs';
import { check } from './check.mjs';
import { Cluster, crashLabels, stores } from './cluster.mjs';
import { Kills } from './kills.mjs';
import { Ledger } from './ledger.mjs';
import { ScriptedStripe } from './stripe.mjs';
import { Workload } from './workload.mjs';

const help = `tests/chaos/writes [--kills N] [--seed S] [--store sqlite|postgresql|both] [--instances N] [--clients N] [--verify-every N] [--control] [--tamper]
Clients make writes while N gateways (12) are killed with SIGKILL, at crash points and at random, and restarted on their data: one on
SQLite, three (--instances) on one PostgreSQL. After each kill (or each Nth: --verify-every) the audit log is exported and verified. Then
every receipt is compared with what Stripe executed, with what the clients read, and with the audit log.
--control: the guarantee is switched off (Stripe ignores keys, clients repeat without one), so violations must be found.
--tamper: a record is changed in SQLite behind the gateway's back, so that violations must be found.
Exit status 0: no violation, 1: violations, 2: the run did not come to its end.`;

const settleMs = 90_000;
const reconcileAfterMs = 12_000; // what has not been looked at by then is looked at by request

// Waits until nothing is left to be learned about any receipt; what stays open is for the judge.
async function settle(cluster, facts) {
  const began = performance.now();
  for (;;) {
    const open = [...await cluster.receipts('&state=intended'), ...await cluster.receipts('&state=unknown')];
    const unresolved = new Set(check(facts(open)).violations.filter((one) => one.kind === 'unresolved').map((one) => one.receipt));
    const waiting = open.filter((receipt) => unresolved.has(receipt.id));
    if (!waiting.length || performance.now() - began > allowed(settleMs)) return;
    const { gateway } = cluster.instances[0];
    if (performance.now() - began > reconcileAfterMs)
      for (const { id, state } of waiting) if (state === 'unknown') await gateway.admin('POST', `/receipt/${id}/reconcile`);
    await sleep(250);
  }
}

const listed = (counts) => Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', ');

// Each with what is known about its key, and with the faults that were meant for it.
function print(violations, { history, effects, receipts }) {
  for (const { kind, what, ...where } of violations.slice(0, 10)) {
    console.log(`VIOLATION ${kind}: ${what}\n  ${JSON.stringify(where)}`);
    const mine = (one) => (where.key && (one.key === where.key || one.operation_key === where.key)) || (where.write && one.write === where.write);
    for (const one of [...history, ...effects, ...receipts]) if (mine(one)) console.log(`    ${JSON.stringify(one)}`);
  }
}

// Changes one word of the oldest record of a stopped gateway. True once there was one.
function tamper({ gateway }) {
  const database = new DatabaseSync(join(gateway.data, 'tollgate.db'));
  try {
    const { changes } = database.prepare(`UPDATE audit_records SET entry = replace(entry, 'allowed', 'refused') WHERE id = (SELECT id FROM
      audit_records WHERE position < (SELECT max(checkpoint_size) FROM audit_logs WHERE team_id = audit_records.team_id)
      AND kind = 'write_intended' ORDER BY position LIMIT 1)`).run();
    return changes === 1;
  } finally {
    database.close();
  }
}

async function run(store, { kills: count, seed, clients, control, instances, every, tampers }, file, scope) {
  const random = dice(seed);
  const ledger = new Ledger(file);
  const labels = crashLabels();
  if (!labels.length) console.log('the gateway was built without TOLLGATE_CRASH_POINTS: it is killed at random only');
  const stripe = await new ScriptedStripe({ random, ledger, ignoresKeys: control }).start(scope);
  const cluster = await new Cluster(store, stripe, instances).start(scope);
  const auditor = new Auditor({ cluster, every }).start(scope);
  const work = new Workload({ cluster, ledger, random, seed, repeatsWithoutKey: control });
  let tampered = !tampers;
  const killed = async (instance) => {
    if (!tampered) {
      ledger.inject({ fault: 'a record is changed', instance: instance.number });
      tampered = tamper(instance);
    }
    await auditor.afterKill();
    if (auditor.kills % 100 === 0) console.log(`${store}: ${auditor.kills} kills, ${work.made} writes, ${auditor.wrong.length} violations of the log`);
    if (tampers && auditor.wrong.length) kills.stop();
  };
  const kills = new Kills({ cluster, ledger, random, labels, count, killed });
  process.once('SIGINT', () => kills.stop()); // Ctrl-C: no more kills, and the judgement
  const working = Promise.all([work.run(clients), auditor.ask()]);
  await kills.run();
  stripe.calm();
  work.over = auditor.over = true;
  await working;
  const facts = (receipts) => ({ history: ledger.events, effects: stripe.effects, stored: stripe.stored, receipts, log: auditor.wrong });
  if (!tampers) await settle(cluster, facts);
  ledger.close();
  await auditor.verify('at the end');
  const all = { ...facts(await cluster.receipts()), records: await auditor.records() };
  const { violations, counts } = check(all);
  print(violations, all);
  console.log(`${store}, seed ${seed}, ${cluster.instances.length} gateways: kills ${auditor.kills} (${listed(kills.byPlace)}); ${listed(counts)}, `
    + `records ${all.records.length}, log verified ${auditor.verified}${auditor.anchored ? ' (anchored)' : ''}`);
  return violations.length === 0;
}

async function main() {
  const { values } = parseArgs({ options: { kills: { type: 'string', default: '12' }, store: { type: 'string', default: 'both' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) }, clients: { type: 'string' },
    instances: { type: 'string' }, 'verify-every': { type: 'string', default: '1' }, tamper: { type: 'boolean', default: false },
    control: { type: 'boolean', default: false }, help: { type: 'boolean' } } });
  const names = values.store === 'both' ? Object.keys(stores) : [values.store];
  const fits = names.every((name) => name in stores) && !(values.tamper && values.store !== 'sqlite')
    && !(Number(values.instances ?? 1) > 1 && values.store !== 'postgresql');
  if (values.help || !fits) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-writes-'));
  let good = true;
  for (const name of names) {
    const instances = Number(values.instances ?? stores[name]);
    const options = { kills: Number(values.kills), seed: Number(values.seed), control: values.control, tampers: values.tamper, instances,
      every: Number(values['verify-every']), clients: Number(values.clients ?? 16 * instances) };
    good = await scoped((scope) => run(name, options, join(directory, `${name}.jsonl`), scope)) && good;
  }
  if (good || values.control || values.tamper) rmSync(directory, { recursive: true, force: true });
  else console.log(`the ledgers are in ${directory}`);
  return good ? 0 : 1;
}

process.exit(await main().catch((error) => {
  console.error(error);
  return 2;
}));
