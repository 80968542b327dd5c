// Clients that make writes, repeat those whose answer was lost, and write down every intention before it is sent and every answer.
import http from 'node:http';
import { chosen } from '../../support/dice.mjs';
import { sleep } from '../../support/wait.mjs';

const answerTimeoutMs = 25_000; // longer than a gateway takes
const triesMax = 60;
const customers = 40;
// What a client does with a write, by weight.
const habits = { keyed: 60, keyless: 12, twice: 4, together: 8, again: 8, other: 3, delete: 5 };

export class Workload {
  // repeatsWithoutKey: every write is without a key, and is repeated all the same (the positive control)
  constructor({ cluster, ledger, random, seed, repeatsWithoutKey = false }) {
    Object.assign(this, { cluster, ledger, random, seed, repeatsWithoutKey, made: 0, calls: 0, over: false });
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 512 });
  }

  // One tools/call at any gateway that is up; `times` are those of the ledger.
  async #call(write, { distinct = false } = {}) {
    const { gateway, number } = await this.cluster.anyUp(this.random);
    const call = ++this.calls;
    const { tool, args, key } = write;
    this.ledger.add({ type: 'intend', call, write: write.number, key, kind: write.kind, amount: args.amount ?? null, distinct,
      instance: number });
    const answer = await this.#ask(gateway, { name: tool, arguments: args });
    this.ledger.add({ type: 'answer', call, write: write.number, key, ...answer });
    return answer;
  }

  #ask(gateway, params) {
    const message = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    return new Promise((resolve) => {
      const sent = http.request(gateway.base + this.cluster.path, { method: 'POST', agent: this.agent,
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' } });
      const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), answerTimeoutMs);
      const done = (answer) => { clearTimeout(timer); resolve(answer); };
      const lost = (error) => done({ outcome: 'lost', why: error.message });
      sent.on('error', lost);
      sent.on('response', (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', lost);
        answer.on('end', () => done(reading(answer.statusCode, Buffer.concat(parts).toString())));
      });
      sent.end(message);
    });
  }

  #write(habit) {
    const number = ++this.made;
    const key = habit === 'keyless' || habit === 'twice' || this.repeatsWithoutKey ? null : `op-${this.seed}-${number}`;
    const own = key ? { operation_key: key } : {};
    if (habit === 'delete')
      return { number, key, kind: 'delete', tool: 'delete_a_stripe_customer_by_id', args: { id: `cus_w${number}`, ...own } };
    const args = { charge: `ch_${number % customers}`, amount: 100 + this.random(9900), metadata: { write: String(number) }, ...own };
    return { number, key, kind: 'refund', tool: 'create_a_stripe_refund', args };
  }

  // Calls until the outcome is known. A write without a key is not repeated: that would be another write.
  async #toItsEnd(write) {
    for (let tries = 0; tries < triesMax; ++tries) {
      const answer = await this.#call(write);
      const open = ['lost', 'unknown', 'unsent', 'limited', 'unrecorded'].includes(answer.outcome);
      if (!open || (!write.key && !this.repeatsWithoutKey)) return;
      if (this.over && answer.outcome === 'unknown') return; // a stored 500 stays as it is
      if (tries > 4 && answer.outcome === 'unknown') return;
      await sleep(20 + this.random(150));
    }
  }

  async #step() {
    const habit = this.repeatsWithoutKey ? 'keyed' : chosen(habits, this.random);
    const write = this.#write(habit);
    if (habit === 'together') await Promise.all([this.#toItsEnd(write), this.#toItsEnd(write)]);
    else await this.#toItsEnd(write);
    if (habit === 'twice') await this.#call(write, { distinct: true });
    if (habit === 'again') await this.#toItsEnd(write);
    if (habit === 'other') await this.#call({ ...write, args: { ...write.args, amount: write.args.amount + 1 } });
  }

  async #client() {
    while (!this.over) {
      await this.#step();
      await sleep(this.random(20));
    }
  }

  // clients: how many at once. Ends after `over` is set, when each has its last answer.
  async run(clients) {
    await Promise.all(Array.from({ length: clients }, () => this.#client()));
    this.agent.destroy();
  }
}

const ofCode = { outcome_unknown: 'unknown', in_progress: 'unknown', idempotency_key_in_use: 'unknown', not_sent: 'unsent',
  audit_unavailable: 'unrecorded', operation_key_reused: 'refused', rate_limit: 'limited' };

// What a client reads in an answer: { outcome, receipt, objectId, amount, … }.
//   outcome: 'succeeded', 'failed', 'unknown', 'unsent' (nothing was done), 'limited', 'unrecorded', 'refused', 'lost', 'strange'
export function reading(status, text) {
  try {
    const { result } = JSON.parse(text);
    const value = JSON.parse(result.content[0].text);
    const receipt = value.receipt?.id ?? value.receipt ?? result._meta?.['tollgate/receipt'] ?? null;
    const stored = value.receipt?.id ? value.receipt : {};
    if (!result.isError)
      return { outcome: 'succeeded', receipt, objectId: value.id ?? stored.object_id, amount: value.amount ?? stored.amount ?? null,
        replayed: value.replayed === true };
    const { code, type, source } = value.error;
    const unclear = source === 'stripe' && value.error.status >= 500;
    return { outcome: ofCode[code] ?? (unclear ? 'unknown' : source === 'stripe' ? 'failed' : 'strange'), receipt,
      code: code ?? type, replayed: value.replayed === true, ...(!ofCode[code] && source !== 'stripe' && { text }) };
  } catch {
    return { outcome: 'strange', status, text: text.slice(0, 500) };
  }
}
