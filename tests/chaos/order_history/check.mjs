// Judges what was refunded: Stripe's refunds, the receipts, the refund log and the orders must say the same. Talks to nobody.

const sum = (rows) => rows.reduce((total, one) => total + one.amount, 0);

function group(rows, key) {
  const out = new Map();
  for (const row of rows) out.set(row[key], [...(out.get(row[key]) ?? []), row]);
  return out;
}

// orders: [{ id, payment, refunded }], log: rows as the admin API shows them, refunds: [{ id, amount, payment }] at Stripe,
// receipts: as GET /receipt shows them. Returns { differences: [{ kind, … }], counts }.
export function check({ orders, log, refunds, receipts }) {
  const differences = [];
  const report = (kind, facts) => differences.push({ kind, ...facts });
  const mine = receipts.filter((one) => one.order_id);
  const atStripe = group(refunds, 'payment');
  const lines = group(log, 'order_id');
  for (const order of orders) {
    const paidBack = sum(atStripe.get(order.payment) ?? []);
    const logged = sum(lines.get(order.id) ?? []);
    if (paidBack !== order.refunded || logged !== order.refunded)
      report('sums', { order: order.id, stripe: paidBack, log: logged, order_says: order.refunded });
  }
  const byRefund = group(log, 'stripe_refund_id');
  for (const refund of refunds) {
    const found = byRefund.get(refund.id) ?? [];
    if (found.length !== 1 || found[0].amount !== refund.amount) report('line of a refund', { refund, lines: found });
  }
  const known = new Set(refunds.map((one) => one.id));
  for (const line of log) if (!known.has(line.stripe_refund_id)) report('line without a refund', { line });
  const byReceipt = group(log, 'receipt_id');
  for (const receipt of mine) {
    const expected = receipt.state === 'succeeded' ? 1 : 0;
    const found = byReceipt.get(receipt.id)?.length ?? 0;
    if (found !== expected) report('line of a receipt', { receipt: receipt.id, state: receipt.state, lines: found });
    if (['intended', 'unknown'].includes(receipt.state)) report('receipt without an outcome', { receipt: receipt.id, state: receipt.state });
  }
  const counts = { 'refunds at Stripe': refunds.length, 'lines of the log': log.length, receipts: mine.length,
    failed: mine.filter((one) => one.state === 'failed').length, differences: differences.length };
  return { differences, counts };
}
