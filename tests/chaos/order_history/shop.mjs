// A company with paid orders, and clients that refund parts of them while gateways are killed.
import { randomBytes } from 'node:crypto';
import { request } from '../../support/http.mjs';
import { sleep } from '../../support/wait.mjs';
import { testKey } from '../../support/gateway.mjs';
import { reading } from '../write_history/workload.mjs';

const amount = 5_000_000; // of an order: more than a run refunds of it
const linesMax = 100; // what the admin API shows of an order's refund log

export class Shop {
  // stripe: the sandbox's address; orders: how many there are
  constructor({ cluster, stripe, random, ledger, orders }) {
    Object.assign(this, { cluster, stripe, random, ledger, size: orders, calls: 0, lost: 0, over: false, orders: [] });
  }

  async #atStripe(method, path, form) {
    const done = await request(this.stripe + path, { method, body: form && new URLSearchParams(form).toString(),
      headers: { authorization: `Bearer ${testKey}`, 'idempotency-key': randomBytes(8).toString('hex'),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) } });
    if (done.status >= 300) throw new Error(`${method} ${path}: ${done.status} ${done.text}`);
    return done.body;
  }

  // Makes the account, its customer and its orders, each paid at Stripe.
  async open() {
    const { gateway } = this.cluster.instances[0];
    const { id: customer } = await this.#atStripe('POST', '/v1/customers', { email: 'sarah@example.com', name: 'Sarah' });
    this.account = (await gateway.connect({ orders: 'tables', name: 'Shop' })).id;
    const records = [{ type: 'customer', id: 'c1', email: 'sarah@example.com', stripe_customer_id: customer, created_at: '2026-01-01' }];
    for (let i = 0; i < this.size; ++i) {
      const paid = await this.#atStripe('POST', '/v1/payment_intents',
        { amount, currency: 'usd', customer, payment_method: 'pm_card_visa', confirm: true });
      this.orders.push({ id: `o${i}`, payment: paid.id });
      records.push({ type: 'order', id: `o${i}`, customer_id: 'c1', payment_id: paid.id, amount, currency: 'usd',
        created_at: new Date(Date.now() - 60_000 * (i + 1)).toISOString() });
    }
    const done = await gateway.admin('POST', `/integrated-account/${this.account}/orders/import`,
      records.map((one) => JSON.stringify(one)).join('\n'), { headers: { 'content-type': 'application/jsonl' } });
    if (done.status !== 200 || done.body.rejected) throw new Error(done.text);
    this.path = (await gateway.mint({ account: this.account, name: 'Support' })).path;
    return this;
  }

  // Refunds past the gateway, for the positive control.
  refundAtStripe() { return this.#atStripe('POST', '/v1/refunds', { payment_intent: this.orders[0].payment, amount: 1 }); }

  async #refund() {
    const up = await this.cluster.anyUp(this.random);
    const call = ++this.calls;
    const order = this.orders[this.random(this.size)].id;
    const args = { email: 'sarah@example.com', order, amount: 1 + this.random(900), reason: `call ${call}`, confirmed: true };
    this.ledger.add({ type: 'intend', call, ...args });
    const message = { jsonrpc: '2.0', id: call, method: 'tools/call', params: { name: 'issue_refund', arguments: args } };
    try {
      const done = await request(up.gateway.base + this.path, { method: 'POST', body: JSON.stringify(message),
        headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' } });
      this.ledger.add({ type: 'answer', call, ...reading(done.status, done.text) });
    } catch (error) {
      ++this.lost;
      this.ledger.add({ type: 'answer', call, outcome: 'lost', why: String(error) });
    }
  }

  // Each refund is asked for once: without a key, to repeat a lost one would be another refund.
  async work(clients) {
    const client = async () => {
      while (!this.over) {
        await this.#refund();
        await sleep(this.random(30));
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
  }

  // { orders: [{ id, payment, refunded }], log: [row], refunds: [Stripe's] }, read from one gateway and from Stripe.
  async facts() {
    const { gateway } = this.cluster.instances.find((one) => one.up);
    const at = `/integrated-account/${this.account}/orders`;
    const found = { orders: [], log: [], refunds: [] };
    for (const { id, payment } of this.orders) {
      found.orders.push({ ...(await gateway.must('GET', `${at}?id=${id}`)).result[0], payment });
      const lines = (await gateway.must('GET', `${at}/refunds?order=${id}`)).result;
      if (lines.length >= linesMax) throw new Error('too many refunds of one order to see them all: give more orders');
      found.log.push(...lines);
      for (let after = ''; ;) {
        const page = await this.#atStripe('GET', `/v1/refunds?limit=100&payment_intent=${payment}${after}`);
        found.refunds.push(...page.data.map((one) => ({ id: one.id, amount: one.amount, payment })));
        if (!page.has_more) break;
        after = `&starting_after=${page.data.at(-1).id}`;
      }
    }
    return found;
  }
}
