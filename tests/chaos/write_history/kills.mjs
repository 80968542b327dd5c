// Kills gateways in the middle of writes, and starts them again on the same data.
import { sleep } from '../../support/wait.mjs';

const armedForMs = 1_500; // a place that is not passed so long is given up, and the gateway killed at random
const lifeMs = 900; // the longest life of a gateway that is killed at random

// How often a place may be passed before the kill: some are passed once or twice in a life.
const passesMax = (label) => (/sign|delivery|anchor/.test(label) ? 1 : /resend|integrate/.test(label) ? 2 : 6);

export class Kills {
  // labels: of the crash points that the binary has. killed(instance) is awaited after each kill, while that gateway is down.
  constructor({ cluster, ledger, random, labels, count, killed = async () => {} }) {
    Object.assign(this, { cluster, ledger, random, labels, killed, left: count, byPlace: {} });
  }

  // The value of CRASH_AT, or undefined for a kill at random.
  #plan() {
    if (!this.labels.length || this.random(4) === 0) return undefined;
    const label = this.labels[this.random(this.labels.length)];
    return `${label}:${1 + this.random(passesMax(label))}`;
  }

  #count(place) { this.byPlace[place] = (this.byPlace[place] ?? 0) + 1; }

  async #kill(instance) {
    this.ledger.inject({ kill: 'at random', instance: instance.number });
    instance.up = false;
    await instance.gateway.kill();
    this.#count('random');
  }

  // One life after the other, until the kills are used up.
  async #lives(instance) {
    await this.#kill(instance); // the first life was without a plan
    await this.killed(instance);
    while (this.left-- > 0) {
      const plan = this.#plan();
      this.ledger.inject({ kill: plan ?? 'planned at random', instance: instance.number });
      const alive = await instance.start(plan);
      const ended = instance.gateway.ended;
      if (alive) await Promise.race([ended, sleep(plan ? armedForMs : this.random(lifeMs))]);
      const { exit, stderr } = instance.gateway;
      if (exit && !instance.died) throw new Error(`a gateway ended by itself: ${JSON.stringify(exit)}\n${stderr}`);
      if (instance.died) this.#count(plan.split(':')[0]);
      else await this.#kill(instance);
      await this.killed(instance);
    }
    await instance.start();
  }

  run() {
    this.left -= this.cluster.instances.length;
    return Promise.all(this.cluster.instances.map((instance) => this.#lives(instance)));
  }
}
