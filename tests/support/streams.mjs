// Calls that last: totals over pages that Stripe answers slowly, with progress as events.
import http from 'node:http';
import { json } from './upstream.mjs';

// A totals call that reports its progress: { status, events, comments } once the stream has ended by itself, where
// `comments` is how many there were. Its member `begun` is a promise of its first bytes.
export function totals(url, headers = {}) {
  let begin;
  const begun = new Promise((resolve) => { begin = resolve; });
  const ended = new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers: { 'content-type': 'application/json',
      accept: 'application/json, text/event-stream', ...headers } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => { text += part; begin(); });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode, comments: text.match(/^:/gm)?.length ?? 0,
        events: text.split('\n\n').filter((event) => event && !event.startsWith(':'))
          .map((event) => JSON.parse(event.split('\n').find((line) => line.startsWith('data: ')).slice(6))) }));
    });
    request.on('error', reject);
    request.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_all_stripe_refunds',
      arguments: { aggregate: { value: 'amount' } }, _meta: { progressToken: 'p' } } }));
  });
  return Object.assign(ended, { begun });
}

// A script for startUpstream(): endless pages, 100 ms each.
export function slowPages() {
  let id = 0;
  return (asked, response) => setTimeout(() => json(response, 200, { object: 'list', has_more: true, url: '/v1/refunds',
    data: [{ id: `re_${++id}`, object: 'refund', amount: 1, currency: 'usd' }] }), 100);
}
