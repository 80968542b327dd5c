// What the clients and the faults write down: in memory, and in a file, a line an event, which outlives this process.
import { closeSync, openSync, writeSync } from 'node:fs';

export class Ledger {
  constructor(file) {
    Object.assign(this, { file, events: [], handle: openSync(file, 'w') });
  }

  add(event) {
    const dated = { ...event, at: performance.now() };
    this.events.push(dated);
    writeSync(this.handle, JSON.stringify(dated) + '\n');
    return dated;
  }

  // Called before the fault happens.
  inject(what) { return this.add({ type: 'inject', ...what }); }

  close() { closeSync(this.handle); }
}
