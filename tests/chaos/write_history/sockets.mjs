// Which sockets a process has, from Linux's /proc.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

// The local ports of the TCP sockets over IPv4 that the process has open; none if it has ended.
export function socketPorts(pid) {
  const inodes = new Set();
  try {
    for (const name of readdirSync(`/proc/${pid}/fd`)) {
      const target = link(`/proc/${pid}/fd/${name}`);
      if (target.startsWith('socket:[')) inodes.add(target.slice('socket:['.length, -1));
    }
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return new Set();
    throw error;
  }
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1).map((line) => line.trim().split(/\s+/));
  return new Set(rows.filter((row) => inodes.has(row[9])).map((row) => parseInt(row[1].split(':')[1], 16)));
}

// What a descriptor stands for; nothing if it was closed meanwhile.
function link(path) {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
