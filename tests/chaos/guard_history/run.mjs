// What the runs about approvals and caps have in common: their options, the gateways, Stripe and the kills, and how they end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dice } from '../../support/dice.mjs';
import { scoped } from '../../support/scope.mjs';
import { Cluster, crashLabels, stores } from '../write_history/cluster.mjs';
import { atStripe, Kills } from '../write_history/kills.mjs';
import { Ledger } from '../write_history/ledger.mjs';
import { ScriptedStripe } from '../write_history/stripe.mjs';

const names = { kills: '12', clients: '24', store: 'both', seed: String(Date.now() % 1_000_000) };

// What one run on one store works with. `labels`: of the crash points at which gateways are killed; `onlyAtPlaces`: as Kills takes it.
class Stage {
  constructor({ store, options, labels, onlyAtPlaces, file }) {
    Object.assign(this, { store, options, onlyAtPlaces, random: dice(options.seed), ledger: new Ledger(file), labels: crashLabels(labels) });
    const missing = labels.filter((label) => !this.labels.includes(label));
    if (this.labels.length && missing.length) throw new Error(`the gateway has no crash point ${missing.join(', ')}`);
  }

  async start(scope, { ignoresKeys }) {
    if (!this.labels.length)
      console.log('the gateway was built without TOLLGATE_CRASH_POINTS: it is killed '
      + (this.onlyAtPlaces ? 'only while Stripe executes' : 'at random only'));
    this.stripe = await new ScriptedStripe({ ...this, ignoresKeys }).start(scope);
    this.cluster = await new Cluster(this.store, this.stripe).start(scope);
    this.kills = new Kills({ ...this, count: this.options['kills-between'] || this.options.kills });
    process.once('SIGINT', () => this.kills.stop()); // Ctrl-C: no more kills, and the judgement
    return this;
  }

  // True if Stripe keeps a 500 for the receipt's key: its outcome can never be learned.
  staysUnknown = (receipt) => this.stripe.stored.get(receipt.operation_key)?.status >= 500;

  // True if Stripe has refused the receipt's key: with a stored answer, or by a 429, which it does not store.
  hasRefused = ({ operation_key: key }) => {
    const { status } = this.stripe.stored.get(key) ?? {};
    return (status >= 400 && status < 500) || this.ledger.events.some((one) => one.fault === 'rate_limit' && one.key === key);
  };

  // Throws if kills at places were planned, and none (of many, or if only they count: not every place) was met.
  #checkPlaces() {
    const { places, byPlace, count } = this.kills;
    if (!places.length || (this.options.control && !this.onlyAtPlaces)) return;
    const missed = places.filter((place) => !byPlace[place]);
    if (missed.length === places.length || ((this.onlyAtPlaces || count >= 100) && missed.length))
      throw new Error(`no gateway was killed at ${missed.join(', ')}: this run shows nothing of it`);
  }

  // Prints what was found; true if nothing was wrong.
  report({ violations, counts }) {
    for (const one of violations.slice(0, 10)) console.log(`VIOLATION ${JSON.stringify(one)}`);
    const listed = (all) => Object.entries(all).map(([name, value]) => `${name} ${value}`).join(', ');
    console.log(`${this.store}, seed ${this.options.seed}, ${this.cluster.instances.length} gateways: kills ${listed(this.kills.byPlace)}; `
      + `${listed(counts)}, violations ${violations.length}`);
    this.#checkPlaces();
    return violations.length === 0;
  }
}

// Runs `act(stage)` on each store that is asked for, and ends the process with the status that `help` names. `more`: numbers among the
// options, with their defaults; `kills-between` is the number of kills if only those at places count. `labels(options)`: as Stage takes them.
export async function runOnStores({ help, labels, more = {}, ignoresKeys = () => false }, act) {
  const texts = Object.entries({ ...names, ...more }).map(([name, value]) => [name, { type: 'string', default: value }]);
  const { values } = parseArgs({ options: { ...Object.fromEntries(texts), control: { type: 'boolean', default: false }, help: { type: 'boolean' } } });
  const chosen = values.store === 'both' ? Object.keys(stores) : [values.store];
  if (values.help || !chosen.every((name) => name in stores)) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  const numbers = Object.fromEntries(Object.keys({ ...names, ...more }).filter((name) => name !== 'store').map((name) => [name, Number(values[name])]));
  const options = { ...numbers, control: values.control };
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-guards-'));
  const onlyAtPlaces = options['kills-between'] > 0;
  let good = true;
  for (const store of chosen)
    good = await scoped(async (scope) => {
      const stage = new Stage({ store, options, labels: labels(options), onlyAtPlaces, file: join(directory, `${store}.jsonl`) });
      const right = await act(await stage.start(scope, { ignoresKeys: ignoresKeys(options) }));
      stage.ledger.close();
      return right;
    }) && good;
  if (good || options.control) rmSync(directory, { recursive: true, force: true });
  else console.log(`the ledgers are in ${directory}`);
  return good ? 0 : 1;
}

// Ends the process with the status that `running` comes to, or with 2.
export async function endWith(running) {
  process.exit(await running.catch((error) => {
    console.error(error);
    return 2;
  }));
}
