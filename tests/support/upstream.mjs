// A scripted Stripe: a loopback HTTP server that records what it was sent and answers as told.
import http from 'node:http';
import https from 'node:https';

const emptyList = { object: 'list', data: [], has_more: false, url: '/v1/charges' };

// { base, requests, script }: `script` is called with (request, response, body) and may be replaced;
// by default lists are empty and a POST answers an object. With `secure` (the options of a TLS server) it speaks HTTPS,
// as localhost. Closed after `scope`.
export async function startUpstream(scope, script = byDefault, secure = undefined) {
  const upstream = { requests: [], script, sockets: new Set() };
  const create = secure ? (handler) => https.createServer(secure, handler) : http.createServer;
  const server = create((asked, response) => {
    const parts = [];
    asked.on('data', (part) => parts.push(part));
    asked.on('error', () => {});
    response.on('error', () => {});
    asked.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      upstream.requests.push({ method: asked.method, path: asked.url, headers: asked.headers, body });
      upstream.script(asked, response, body);
    });
  });
  server.on('connection', (socket) => {
    upstream.sockets.add(socket);
    socket.on('close', () => upstream.sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  upstream.port = server.address().port;
  upstream.base = secure ? `https://localhost:${upstream.port}` : `http://127.0.0.1:${upstream.port}`;
  upstream.server = server;
  upstream.close = () => new Promise((resolve) => {
    for (const socket of upstream.sockets) socket.destroy();
    server.close(resolve);
  });
  scope.after(() => upstream.close());
  return upstream;
}

// The settings that make a gateway use it.
export function upstreamSettings(upstream) {
  return { 'sandbox.enabled': false, 'stripe.api_base': upstream.base,
    'stripe.test_upstream_host': new URL(upstream.base).hostname };
}

export function json(response, status, value, headers = {}) {
  const body = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_upstream',
    'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}

function byDefault(asked, response) {
  if (asked.method === 'GET') return json(response, 200, emptyList);
  return json(response, 200, { id: 'cus_1', object: 'customer' });
}
