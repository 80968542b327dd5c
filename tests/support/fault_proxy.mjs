// A TCP proxy on loopback that breaks what passes through it, as told while it runs.
//
// `proxy.faults` holds at once any of these; `set({})` is a healthy network again:
//   latency:   { ms, jitter = 0 }         every chunk later, in order, both ways
//   slice:     { bytes, pause = 1 }       so many bytes at a time, `pause` ms in between
//   bandwidth: { bytesPerSecond }         of each direction of each link
//   swallow:   true | 'server' | 'client' what goes there (true: anywhere) is taken and never passed on
//   reset:     { after = 0, toward }      RST on both sides before byte `after` + 1 of what goes there
//              { at: 'text', toward, skip = 0 }  or before the chunk that holds the text, the first `skip` times excepted
//   halfClose: { after = 0, toward }      FIN instead of byte `after` + 1; the other direction goes on
//   down:      'refuse' | 'drop'          nobody listens; or links are accepted and closed. Cuts open links
// `toward` is 'client' (answers; the default) or 'server' (requests). `after` counts from the moment of set().
import net from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

const queueBytesMax = 256 * 1024; // then the sender waits, as on a network

// One direction of a link: chunks in order, each when it is due.
class Pump {
  constructor(link, from, to, toward) {
    Object.assign(this, { link, from, to, toward, queue: [], queued: 0, sinceSet: 0, running: false });
    from.on('data', (chunk) => this.take(chunk));
    from.on('end', () => this.take(null)); // null: the end of this direction
  }

  get faults() { return this.link.proxy.faults; }
  hit(fault) { return fault && (fault.toward ?? 'client') === this.toward ? fault : undefined; }

  take(chunk) {
    const { latency } = this.faults;
    const late = latency ? latency.ms + (Math.random() * 2 - 1) * (latency.jitter ?? 0) : 0;
    this.queue.push({ chunk, due: performance.now() + Math.max(0, late) });
    this.queued += chunk?.length ?? 0;
    if (this.queued > queueBytesMax) this.from.pause();
    if (!this.running) void this.run();
  }

  async run() {
    this.running = true;
    while (this.queue.length && !this.link.over) {
      const { chunk, due } = this.queue.shift();
      const wait = due - performance.now();
      if (wait > 0) await sleep(wait);
      if (chunk === null) this.finish();
      else await this.pass(chunk);
      this.queued -= chunk?.length ?? 0;
      if (this.queued <= queueBytesMax) this.from.resume();
    }
    this.running = false;
  }

  finish() {
    const { swallow } = this.faults;
    if (swallow === true || swallow === this.toward) this.link.torn = true;
    else if (!this.to.destroyed) this.to.end();
  }

  // In pieces, each with the faults of its moment.
  async pass(chunk) {
    for (let at = 0; at < chunk.length && !this.link.over;) {
      const { slice, bandwidth, swallow } = this.faults;
      if (swallow === true || swallow === this.toward) {
        this.link.torn = true; // what comes later would not fit what came before
        return;
      }
      if (this.cut(chunk)) return;
      const most = Math.min(slice?.bytes ?? Infinity,
        bandwidth ? Math.max(1, Math.ceil(bandwidth.bytesPerSecond / 50)) : Infinity,
        this.roomToCut());
      const piece = chunk.subarray(at, at + most);
      at += piece.length;
      this.sinceSet += piece.length;
      this.link.proxy.bytes[this.toward] += piece.length;
      if (!this.to.destroyed && !this.to.writableEnded && !this.to.write(piece)) await this.drained();
      if (bandwidth) await sleep(piece.length * 1000 / bandwidth.bytesPerSecond);
      else if (slice && at < chunk.length) await (slice.pause === 0 ? nextTurn() : sleep(slice.pause ?? 1));
    }
  }

  roomToCut() {
    const fault = this.hit(this.faults.reset) ?? this.hit(this.faults.halfClose);
    return fault && !fault.at ? Math.max(1, (fault.after ?? 0) - this.sinceSet) : Infinity;
  }

  // True when a fault of the moment says that no further byte passes.
  cut(chunk) {
    const reset = this.hit(this.faults.reset);
    if (reset && (reset.at ? isDue(reset, chunk) : this.sinceSet >= (reset.after ?? 0))) {
      this.link.reset();
      return true;
    }
    const half = this.hit(this.faults.halfClose);
    if (!half || this.sinceSet < (half.after ?? 0)) return false;
    this.link.torn = true;
    if (!this.to.writableEnded) this.to.end();
    return true;
  }

  drained() {
    return new Promise((resolve) => {
      const done = () => {
        for (const event of ['drain', 'close']) this.to.off(event, done);
        resolve();
      };
      for (const event of ['drain', 'close']) this.to.on(event, done);
    });
  }
}

// True when the chunk holds the text of a reset that has let enough of them pass.
function isDue(reset, chunk) {
  if (!chunk.includes(reset.at)) return false;
  if ((reset.skip ?? 0) === 0) return true;
  reset.skip -= 1;
  return false;
}

// RST now. resetAndDestroy() would write what is queued and a FIN first; this is its second half.
function abort(socket) {
  socket.resetAndClosing = !socket.connecting;
  socket.destroy();
}

class Link {
  constructor(proxy, client) {
    this.proxy = proxy;
    this.client = client;
    this.over = false;
    this.torn = false; // bytes are missing: it ends when the faults do
    this.server = net.connect({ port: proxy.target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    this.pumps = [new Pump(this, client, this.server, 'server'), new Pump(this, this.server, client, 'client')];
    for (const socket of [client, this.server]) {
      socket.on('error', () => this.reset());
      socket.on('close', () => { if (client.destroyed && this.server.destroyed) this.forget(); });
    }
  }

  // RST on both sides.
  reset() {
    for (const socket of [this.client, this.server]) if (!socket.destroyed) abort(socket);
    this.forget();
  }

  forget() {
    this.over = true;
    this.proxy.links.delete(this);
  }
}

export class FaultProxy {
  // target: the port on loopback that it stands in front of
  constructor(target) {
    Object.assign(this, { target, faults: {}, links: new Set(), accepted: 0, bytes: { server: 0, client: 0 } });
  }

  async start() {
    await this.#listen(0);
    this.port = this.server.address().port;
    return this;
  }

  #listen(port) {
    this.server = net.createServer({ allowHalfOpen: true }, (client) => {
      ++this.accepted;
      client.on('error', () => {});
      if (this.faults.down) client.destroy();
      else this.links.add(new Link(this, client));
    });
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
  }

  // The faults from now on; those of before end. Links that lost bytes are reset when nothing swallows them any more.
  async set(faults) {
    const before = this.faults;
    this.faults = faults;
    for (const link of this.links) {
      for (const pump of link.pumps) pump.sinceSet = 0;
      if (link.torn && !faults.swallow) link.reset();
    }
    if (faults.down) this.resetAll();
    if (faults.down === 'refuse' && before.down !== 'refuse') this.server.close();
    if (before.down === 'refuse' && faults.down !== 'refuse') await this.#listen(this.port);
  }

  // RST on every link that is open now; new ones are accepted.
  resetAll() {
    for (const link of [...this.links]) link.reset();
  }

  // FIN on every link that is open now, toward 'client' or 'server'; what the other side says still passes.
  halfCloseAll(toward = 'client') {
    for (const link of this.links) {
      const socket = link[toward];
      if (!socket.writableEnded) socket.end();
    }
  }

  stop() {
    this.resetAll();
    if (this.server.listening) this.server.close();
  }
}

// In front of `target`, a port on loopback; gone after `scope`.
export async function startFaultProxy(scope, target) {
  const proxy = new FaultProxy(target);
  scope.after(() => proxy.stop());
  return proxy.start();
}
