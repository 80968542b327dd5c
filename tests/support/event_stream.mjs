// A stream of server-sent events as it comes in, on a connection of its own.
import http from 'node:http';
import https from 'node:https';
import { request } from './http.mjs';
import { modernVersion } from './mcp.mjs';
import { until, within } from './wait.mjs';

const prefix = 'io.modelcontextprotocol/';

// `head` resolves to the status and headers; `events`, each { event, data, id, retry, at }, and
// `comments` grow as they come; `ended` resolves to whether the stream came to its end in order.
export class EventStream {
  constructor(url, { method = 'GET', headers = {}, body, agent = false } = {}) {
    Object.assign(this, { events: [], comments: [], text: '', rest: '' });
    const client = url.startsWith('https:') ? https : http;
    this.request = client.request(url, { method, agent, headers: { accept: 'text/event-stream', ...headers } });
    this.head = new Promise((resolve, reject) => {
      this.request.on('error', reject);
      this.request.on('response', (response) => {
        this.response = response;
        response.setEncoding('utf8');
        response.on('data', (part) => this.take(part));
        resolve({ status: response.statusCode, headers: response.headers });
      });
    });
    this.ended = new Promise((resolve) => {
      this.request.on('error', () => resolve(false));
      this.request.on('response', (response) => {
        response.on('error', () => resolve(false));
        response.on('close', () => resolve(response.complete));
      });
    });
    this.request.end(body);
  }

  take(part) {
    this.text += part;
    this.rest += part;
    const parts = this.rest.split('\n\n');
    this.rest = parts.pop();
    for (const block of parts) this.read(block);
  }

  read(block) {
    const event = { at: performance.now() };
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) this.comments.push(line.slice(1).trim());
      const field = /^(event|data|id|retry): ?(.*)$/.exec(line);
      if (field) event[field[1]] = field[2];
    }
    if ('event' in event || 'data' in event) this.events.push(event);
  }

  // The messages so far, parsed.
  get messages() {
    return this.events.filter((event) => event.event === 'message').map((event) => JSON.parse(event.data));
  }

  // Answers with the first message that `wanted` says yes to, or of the method of that name.
  message(wanted, ms = 5_000) {
    const fits = typeof wanted === 'string' ? (message) => message.method === wanted : wanted;
    return until(`a message: ${wanted}`, () => this.messages.find(fits), ms);
  }

  whole(ms = 5_000) { return within(ms, 'the end of the stream', this.ended); }
  close() { this.request.destroy(); }
}

// GET of the revisions before 2026-07-28; open when this resolves.
export async function openGet(url, { version = '2025-11-25', headers = {} } = {}) {
  const stream = new EventStream(url, { headers: { ...(version && { 'mcp-protocol-version': version }), ...headers } });
  stream.answer = await stream.head;
  return stream;
}

// subscriptions/listen of 2026-07-28; open when this resolves.
export async function openListen(url, notifications = { toolsListChanged: true }, { id = 'l1', headers = {} } = {}) {
  const stream = new EventStream(url, { method: 'POST', headers: { 'content-type': 'application/json',
    accept: 'application/json, text/event-stream', 'mcp-protocol-version': modernVersion,
    'mcp-method': 'subscriptions/listen', ...headers },
  body: JSON.stringify({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params: { notifications,
    _meta: { [prefix + 'protocolVersion']: modernVersion, [prefix + 'clientCapabilities']: {} } } }) });
  stream.answer = await stream.head;
  return stream;
}

// A client of the HTTP+SSE transport (2024-11-05): a stream, and messages sent by requests of their own.
export class SseClient extends EventStream {
  // `url` is what the stream is opened with; `at`, another origin to send the messages to.
  static async open(url, { headers = {}, at } = {}) {
    const client = new SseClient(url, { headers });
    client.sendHeaders = headers;
    client.answer = await client.head;
    if (client.answer.status !== 200) return client;
    const first = await until('the endpoint event', () => client.events[0]);
    client.endpoint = new URL(first.data, at ?? url).href;
    client.first = first;
    return client;
  }

  // Sends one message on a new connection: the answer of that request.
  post(message, headers = {}) {
    return request(this.endpoint, { method: 'POST', body: typeof message === 'string' ? message : JSON.stringify(message),
      headers: { 'content-type': 'application/json', ...this.sendHeaders, ...headers } });
  }

  // Sends a request and waits for its answer on the stream.
  async ask(method, params, { id = `id-${SseClient.next++}`, ms = 5_000 } = {}) {
    const sent = await this.post({ jsonrpc: '2.0', id, method, ...(params && { params }) });
    if (sent.status !== 202) throw new Error(`${method}: ${sent.status} ${sent.text}`);
    return this.message((message) => message.id === id, ms);
  }

  static next = 1;
}
