// Sends a file of orders in parts that the API takes, whole lines each.
import {type Schemas, sendText, withQuery} from './client';

type Report = Schemas['ImportReport'];

const partBytes = 900_000; // below the API's limit on a body, with room for a header

// The parts of `text` with the line, from 1, on which each begins. Of CSV each part begins with the header.
export function partsOf(text: string, csv: boolean): {text: string; firstLine: number}[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const header = csv ? `${lines.shift() ?? ''}\n` : '';
  const parts: {text: string; firstLine: number}[] = [];
  const encoder = new TextEncoder();
  let part = '';
  let bytes = 0;
  let first = csv ? 2 : 1;
  let inQuotes = false; // a field of CSV in quotes may hold a line break
  lines.forEach((line, index) => {
    const size = encoder.encode(line).length + 1;
    if (part && !inQuotes && bytes + size > partBytes) {
      parts.push({text: header + part, firstLine: first});
      part = '';
      bytes = 0;
      first = index + (csv ? 2 : 1);
    }
    part += `${line}\n`;
    bytes += size;
    if (csv && (line.split('"').length - 1) % 2 === 1) inQuotes = !inQuotes;
  });
  if (part) parts.push({text: header + part, firstLine: first});
  return parts;
}

const add = (a: Schemas['ImportCounts'], b: Schemas['ImportCounts']): Schemas['ImportCounts'] => ({
  added: a.added + b.added,
  changed: a.changed + b.changed,
  unchanged: a.unchanged + b.unchanged,
});

// Imports `file` into the orders of an account, or says what would happen. `onProgress` is told how much is done, from 0 to 1.
export async function importOrders(accountId: string, file: File, dryRun: boolean, onProgress: (done: number) => void): Promise<Report> {
  const csv = /\.csv$/i.test(file.name);
  const parts = partsOf(await file.text(), csv);
  const none = {added: 0, changed: 0, unchanged: 0};
  const total: Report = {dry_run: dryRun, customers: none, orders: none, rejected: 0, rejected_lines: []};
  const path = withQuery(`/integrated-account/${accountId}/orders/import`, {dry_run: dryRun ? 'true' : undefined});
  for (const [index, part] of parts.entries()) {
    const report = await sendText<Report>(path, part.text, csv ? 'text/csv' : 'application/jsonl');
    total.customers = add(total.customers, report.customers);
    total.orders = add(total.orders, report.orders);
    total.rejected += report.rejected;
    const before = part.firstLine - (csv ? 2 : 1); // lines of the file that are not in this part
    total.rejected_lines.push(...report.rejected_lines.map((one) => ({line: one.line + before, reason: one.reason})));
    onProgress((index + 1) / parts.length);
  }
  return total;
}
