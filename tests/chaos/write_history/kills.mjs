// Kills gateways in the middle of writes, and starts them again on the same data.
import { sleep } from '../../support/wait.mjs';
import { socketPorts } from './sockets.mjs';

const armedForMs = 1_500; // a place that is not passed so long is given up, and the gateway killed at random
const lifeMs = 900; // the longest life of a gateway that is killed at random
const livesPerKill = 20; // more lives without a kill at a place: the run does not get there

// The place between what Stripe received and what it answers. No crash point: the gateway is killed while Stripe executes a write of its.
export const atStripe = 'stripe.executes';

// How often a place may be passed before the kill: some are passed once or twice in a life.
const passesMax = (label) => (/sign|delivery|anchor/.test(label) ? 1 : /resend|integrate/.test(label) ? 2 : 6);

export class Kills {
  // labels: of the crash points that the binary has. killed(instance) is awaited after each kill, while that gateway is down.
  // onlyAtPlaces: gateways are killed at `labels` and `atStripe`, at each once before any is chosen by `random`, and what is not killed there
  // does not count. `stripe`: needed for that.
  constructor({ cluster, ledger, random, labels, count, stripe, onlyAtPlaces = false, killed = async () => {} }) {
    Object.assign(this, { cluster, ledger, random, labels, killed, count, left: count, stripe, onlyAtPlaces, byPlace: {} });
    this.places = onlyAtPlaces ? [...labels, atStripe] : labels;
    this.livesLeft = count * livesPerKill;
  }

  // The place of the next kill, or undefined for a kill at random.
  #plan() {
    if (!this.places.length || (!this.onlyAtPlaces && this.random(4) === 0)) return undefined;
    const unmet = this.onlyAtPlaces ? this.places.filter((place) => !this.byPlace[place]) : [];
    const among = unmet.length ? unmet : this.places;
    return among[this.random(among.length)];
  }

  // No more kills: the lives that are under way are the last ones, wherever they end.
  stop() { Object.assign(this, { stopped: true, left: 0 }); }

  #count(place) { this.byPlace[place] = (this.byPlace[place] ?? 0) + 1; }

  async #kill(instance, place = 'random') {
    this.ledger.inject({ kill: place === 'random' ? 'at random' : place, instance: instance.number });
    instance.up = false;
    await instance.gateway.kill();
    this.#count(place);
  }

  // Kills it while Stripe executes a write that it sent; false if there was none in time. Between the look and the kill nothing else
  // runs in this process, and Stripe is in this process: it cannot have answered.
  async #killAtStripe(instance) {
    for (const until = performance.now() + armedForMs; performance.now() < until; await sleep(3)) {
      if (!this.stripe.executing.size) continue;
      const ports = socketPorts(instance.gateway.process.pid);
      if (![...this.stripe.executing].some((socket) => ports.has(socket.remotePort))) continue;
      await this.#kill(instance, atStripe);
      return true;
    }
    return false;
  }

  // One life and its end; true if the end was at a place.
  async #live(instance) {
    const place = this.#plan();
    const armed = this.labels.includes(place) ? `${place}:${1 + this.random(passesMax(place))}` : undefined;
    this.ledger.inject({ kill: armed ?? place ?? 'planned at random', instance: instance.number });
    const alive = await instance.start(armed);
    if (place === atStripe && await this.#killAtStripe(instance)) return true;
    const ended = instance.gateway.ended;
    if (alive && place !== atStripe) await Promise.race([ended, sleep(armed ? armedForMs : this.random(lifeMs))]);
    const { exit, stderr } = instance.gateway;
    if (exit && !instance.died) throw new Error(`a gateway ended by itself: ${JSON.stringify(exit)}\n${stderr}`);
    const met = instance.died;
    if (met) this.#count(place);
    else await this.#kill(instance);
    return met;
  }

  // One life after the other, until the kills are used up.
  async #lives(instance) {
    await this.#kill(instance); // the first life was without a plan
    await this.killed(instance);
    while (this.left > 0) {
      --this.left;
      const met = await this.#live(instance);
      if (this.onlyAtPlaces && !met && !this.stopped) ++this.left;
      if (--this.livesLeft < 0) throw new Error(`after ${this.count * livesPerKill} lives, ${this.left} kills are left`);
      await this.killed(instance);
    }
    await instance.start();
  }

  run() {
    if (!this.onlyAtPlaces) this.left -= this.cluster.instances.length;
    return Promise.all(this.cluster.instances.map((instance) => this.#lives(instance)));
  }
}
