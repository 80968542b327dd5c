// A clock of the day that a test sets, for programs that it starts.
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// libfaketime of Debian's package of that name; undefined when it is not installed.
function fakeClockLibrary() {
  return readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`).find(existsSync);
}

// A clock in a file of `directory`, for the processes that are started with its environment(). Monotonic clocks go on as they are.
export class Clock {
  constructor(directory) {
    this.preloaded = fakeClockLibrary();
    this.file = join(directory, 'clock');
    this.offset = 0;
    this.write(0);
  }

  // `offset` in milliseconds: how far it is ahead.
  write(offset) {
    writeFileSync(`${this.file}.new`, `${offset < 0 ? '' : '+'}${offset / 1000}`);
    renameSync(`${this.file}.new`, this.file);
    this.offset = offset;
  }

  now() { return Date.now() + this.offset; }

  environment() {
    if (!this.preloaded) return {};
    return { LD_PRELOAD: this.preloaded, FAKETIME_TIMESTAMP_FILE: this.file, FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1' };
  }
}
