// What receives audit logs: a webhook and syslog over UDP, TCP, TLS and a Unix socket.
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import dgram from 'node:dgram';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { readFileSync } from 'node:fs';
import { until } from './wait.mjs';

export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

// The signature that Standard Webhooks asks for.
export const signatureOf = (id, timestamp, body, secret = webhookSecret) =>
  `v1,${createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64')}`;

const listening = (server, ...where) => new Promise((resolve) => { server.listen(...where, () => resolve(server.address().port)); });

// A webhook: `messages` are those that were signed and answered 2xx, `attempts` all. `answer` is the status of the next answers,
// or a function of the request and the response. `port`: the one to listen on.
export async function startWebhook(scope, { answer = 204, certificate, port = 0 } = {}) {
  const hook = { answer, attempts: [], messages: [], unsigned: 0 };
  const handle = (asked, response) => {
    let body = '';
    asked.on('data', (text) => { body += text; });
    asked.on('end', () => {
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = asked.headers;
      if (signature !== signatureOf(id, timestamp, body)) ++hook.unsigned;
      const message = { id, path: asked.url, seconds: Number(timestamp), ...JSON.parse(body) };
      hook.attempts.push(message);
      if (typeof hook.answer === 'function') return hook.answer(message, response);
      if (hook.answer < 300) hook.messages.push(message);
      return response.writeHead(hook.answer, { location: 'http://127.0.0.1:1/' }).end('thanks');
    });
  };
  const server = certificate
    ? https.createServer({ cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) }, handle)
    : http.createServer(handle);
  hook.port = await listening(server, port, '127.0.0.1');
  hook.url = `${certificate ? 'https' : 'http'}://127.0.0.1:${hook.port}/in?key=1`;
  hook.stop = () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
  scope.after(() => hook.stop());
  hook.records = (team) => hook.messages.filter((one) => one.data.team_id === team).flatMap((one) => one.data.records);
  return hook;
}

// A message of RFC 5424: { id, team, position, size, kind, text }.
export function parseSyslog(message) {
  const found = /^<(\d+)>1 (\d{4}-\d\d-\d\dT[\d:.]+Z) (\S+) tollgate (\d+) (\w+) \[tollgate@32473((?: \w+="(?:[^"\\\]]|\\.)*")*)\] ([^]*)$/.exec(message);
  if (!found) throw new Error(`no message of RFC 5424: ${message}`);
  const parameters = Object.fromEntries([...found[6].matchAll(/ (\w+)="((?:[^"\\\]]|\\.)*)"/g)].map(([, name, value]) => [name, value]));
  return { priority: Number(found[1]), at: found[2], kind: found[5], ...parameters, text: found[7] };
}

// Messages with their length before them (RFC 6587 §3.4.1).
function takeCounted(state, bytes, messages) {
  state.rest = Buffer.concat([state.rest, bytes]);
  for (;;) {
    const space = state.rest.indexOf(32);
    const length = Number(state.rest.subarray(0, space));
    if (space < 1 || state.rest.length < space + 1 + length) return;
    messages.push(parseSyslog(state.rest.subarray(space + 1, space + 1 + length).toString()));
    state.rest = state.rest.subarray(space + 1 + length);
  }
}

// Syslog over TCP, or TLS with a certificate: { url, messages, stop() }.
export async function startSyslogStream(scope, { certificate, port = 0 } = {}) {
  const got = { messages: [], connections: 0 };
  const take = (socket) => {
    ++got.connections;
    const state = { rest: Buffer.alloc(0) };
    socket.on('data', (bytes) => takeCounted(state, bytes, got.messages));
    socket.on('error', () => {});
  };
  const server = certificate
    ? tls.createServer({ cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) }, take)
    : net.createServer(take);
  got.port = await listening(server, port, '127.0.0.1');
  got.url = `${certificate ? 'tls' : 'tcp'}://127.0.0.1:${got.port}`;
  got.stop = () => new Promise((resolve) => { server.close(resolve); });
  scope.after(() => got.stop());
  return got;
}

export async function startSyslogUdp(scope) {
  const got = { messages: [] };
  const socket = dgram.createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  socket.on('message', (bytes) => got.messages.push(parseSyslog(bytes.toString())));
  await new Promise((resolve) => { socket.bind(0, '127.0.0.1', resolve); });
  got.url = `udp://127.0.0.1:${socket.address().port}`;
  scope.after(() => socket.close());
  return got;
}

// Syslog on a Unix socket of datagrams, which Node does not have: a program prints each as a line of JSON.
export async function startSyslogUnix(scope, path) {
  const got = { messages: [], url: `unix:${path}` };
  const program = `
import json, os, socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print("ready", flush=True)
while True:
    print(json.dumps(receiver.recv(1 << 20).decode()), flush=True)`;
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'python3', '-c', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let ready = false;
  let rest = '';
  child.stdout.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line === 'ready') ready = true;
      else got.messages.push(parseSyslog(JSON.parse(line)));
    }
  });
  scope.after(() => { child.kill('SIGKILL'); });
  await until('the Unix socket', () => ready);
  return got;
}
