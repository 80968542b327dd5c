// Plain HTTP for the tests: requests whose answers keep everything, and raw sockets.
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { within } from './wait.mjs';

// Certificates of gateways under test; every HTTPS request trusts them and nothing else.
const trusted = [];
export function trust(pem) {
  trusted.push(pem);
}

// One request: { status, headers, rawHeaders, text, body }; `body` is the parsed JSON, or undefined.
// Host, and every other header, is sent as given.
export function request(url, { method = 'GET', headers = {}, body, agent = false } = {}) {
  const client = url.startsWith('https:') ? https : http;
  const done = new Promise((resolve, reject) => {
    const sent = client.request(url, { method, headers, agent, ca: trusted }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        resolve({ status: answer.statusCode, headers: answer.headers, rawHeaders: answer.rawHeaders,
          text, body: parsed(text) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
  return within(20_000, `${method} ${url.replace(/tgm_\w+/, 'tgm_…')}`, done);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// A raw connection. `text()` is all that came so far; `closed` resolves when the other side ended it.
export class RawConnection {
  static async open(port, host = '127.0.0.1') {
    const raw = new RawConnection();
    raw.socket = net.connect({ port, host, allowHalfOpen: true });
    raw.received = Buffer.alloc(0);
    raw.socket.on('data', (part) => { raw.received = Buffer.concat([raw.received, part]); });
    raw.closed = new Promise((resolve) => {
      raw.socket.once('end', () => resolve('end'));
      raw.socket.once('close', () => resolve('close'));
    });
    raw.socket.on('error', (error) => { raw.error = error; });
    await within(5_000, 'connecting', new Promise((resolve, reject) => {
      raw.socket.once('connect', resolve);
      raw.socket.once('error', reject);
    }));
    return raw;
  }

  send(text) { this.socket.write(text); return this; }
  halfClose() { this.socket.end(); return this; }
  text() { return this.received.toString('latin1'); }
  destroy() { this.socket.destroy(); }

  // Everything up to the moment the server closed the connection.
  async whole(ms = 10_000) {
    await within(ms, 'the connection\'s end', this.closed);
    this.destroy();
    return this.text();
  }

  // The status codes of the answers so far, in order.
  statuses() {
    return [...this.text().matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((found) => Number(found[1]));
  }
}
