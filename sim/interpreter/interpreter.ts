import { type Design, hierarchy, isState, joinPath, type Port } from "../../hdl/netlist/index.ts";
import { resettableDomain } from "../clock-domain.ts";
import {
  CheckFailure,
  type Checkpoint,
  type Engine,
  type EngineOptions,
  type RunResult,
  SimulationError,
} from "../engine.ts";
import { powerOnValue, powerOnWords } from "../power-on.ts";
import { type Schedule, schedule } from "../schedule.ts";
import { unknownName } from "../unknown-name.ts";
import { checkAddress, decodeNumbers, encodeNumbers, fitting, readWords, wordCount, writeWords } from "../words.ts";
import { type OfDomain, resetAsynchronously, sampleEdge } from "./edge.ts";
import { at, LiveInstance, type PowerOn } from "./instance.ts";

/**
 * Simulates a design by the definition of each node, one instance at a time: the meaning that every other simulator is
 * held to. Throws a SimulationError for a design that has no clock, a black box without a model or bad options.
 */
export function interpret(design: Design, options: EngineOptions = {}): Engine {
  return new Interpreter(design, options);
}

interface Signal {
  readonly instance: LiveInstance;
  readonly node: number;
  readonly width: number;
}

interface Input {
  readonly port: Port;
  readonly words: Uint32Array;
}

const coverKey = (path: string, message: string) => `${path === "" ? "top" : path}: ${message}`;

class Interpreter implements Engine {
  readonly kind = "interpreter";
  readonly #top: LiveInstance;
  /** Every instance, parents first. */
  readonly #instances: readonly LiveInstance[];
  readonly #inputs = new Map<string, Input>();
  readonly #signals = new Map<string, Signal>();
  readonly #memories = new Map<string, { readonly instance: LiveInstance; readonly memory: number }>();
  readonly #views = new Map<string, Uint32Array>();
  readonly #covers = new Map<string, number>();
  readonly #schedule: Schedule;
  /** By domain of the top. */
  readonly #asserted: boolean[];
  #cycle = 0;
  #time = 0;
  /** Index of the next moment in the schedule, and when the schedule's current period began. */
  #moment = 0;
  #periodStart = 0;
  #settled = false;

  constructor(design: Design, { seed = 0, randomInit = true, clocks, observe = [] }: EngineOptions) {
    const scope = hierarchy(design);
    const { module } = scope;
    if (module.domains.length === 0) throw new SimulationError(`${module.name} has no clock domain to simulate`);
    this.#schedule = schedule(module.domains, clocks);
    this.#asserted = module.domains.map(() => false);

    const powerOn: PowerOn = (path) => {
      const words = powerOnWords(seed, path);
      return (width) => (randomInit ? powerOnValue(words, width) : 0n);
    };
    this.#top = new LiveInstance(
      scope,
      module.domains.map((_, domain) => domain),
      powerOn,
    );
    this.#instances = [...this.#top.all()];

    for (const port of module.ports)
      if (port.direction === "in") this.#inputs.set(port.name, { port, words: new Uint32Array(wordCount(port.width)) });
    for (const instance of this.#instances) {
      const { path, module } = instance;
      for (const { name, node } of [...module.names, ...module.ports]) {
        const signal = joinPath(path, name);
        // Where an outer signal is spelt like an inner one's path, it is the outer one that is meant.
        if (!this.#signals.has(signal))
          this.#signals.set(signal, { instance, node, width: at(module.nodes, node).width });
      }
      for (const [memory, { name }] of module.memories.entries())
        this.#memories.set(joinPath(path, name), { instance, memory });
      for (const { kind, message } of module.checks) if (kind === "cover") this.#covers.set(coverKey(path, message), 0);
    }
    for (const path of observe) this.#find(path);
  }

  get cycle(): number {
    return this.#cycle;
  }

  get time(): number {
    return this.#time;
  }

  input(port: string): Uint32Array {
    return this.#inputNamed(port).words;
  }

  signal(path: string): Uint32Array {
    const { instance, node, width } = this.#find(path);
    const view = this.#views.get(path) ?? new Uint32Array(wordCount(width));
    this.#views.set(path, view);
    writeWords(view, instance.value(node));
    return view;
  }

  touch(): void {
    this.#settled = false;
  }

  settle(): void {
    if (this.#settled) return;
    const { domains } = this.#top.module;
    const held = (domain: number) => at(domains, domain).reset === "async" && at(this.#asserted, domain);
    if (domains.some((_, domain) => held(domain)))
      for (const instance of this.#instances) resetAsynchronously(instance, held);
    this.#top.settle([...this.#inputs.values()].map(({ port, words }) => readWords(words, port.width)));
    this.#settled = true;
    this.#refreshViews();
  }

  poke(port: string, value: bigint | number): void {
    const { port: found, words } = this.#inputNamed(port);
    writeWords(words, fitting(value, found.width, port));
    this.touch();
  }

  peek(path: string): bigint {
    const { instance, node } = this.#find(path);
    this.settle();
    return instance.value(node);
  }

  peekMemory(path: string, address: number): bigint {
    return at(this.#memoryNamed(path, address).words, address);
  }

  pokeMemory(path: string, address: number, value: bigint): void {
    const { instance, words, width } = this.#memoryNamed(path, address);
    words[address] = fitting(value, width, `${path}[${address}]`);
    instance.invalidate();
    this.touch();
  }

  reset(asserted: boolean, domain?: string): void {
    const index = resettableDomain(this.#top.module, domain);
    this.#asserted[index] = asserted;
    this.touch();
  }

  step(cycles = 1): void {
    const { failure } = this.run(cycles);
    if (failure) throw failure;
  }

  run(cycles: number): RunResult {
    if (!Number.isSafeInteger(cycles) || cycles < 0)
      throw new RangeError(`the number of cycles must be a whole number from 0, not ${cycles}`);
    const start = this.#cycle;
    let failure: CheckFailure | null = null;
    this.settle();
    while (failure === null && this.#cycle < start + cycles) failure = this.#takeEdge();
    return { cycles: this.#cycle - start, failure };
  }

  /** All that a checkpoint holds beside cycle and time, in the order in which `restore` takes it back. */
  #numbers(): bigint[] {
    const state = [BigInt(this.#moment), BigInt(this.#periodStart)];
    for (const asserted of this.#asserted) state.push(asserted ? 1n : 0n);
    for (const count of this.#covers.values()) state.push(BigInt(count));
    for (const { port, words } of this.#inputs.values()) state.push(readWords(words, port.width));
    for (const { module, values, memories } of this.#instances) {
      for (const [id, node] of module.nodes.entries()) if (isState(node)) state.push(at(values, id));
      for (const words of memories) for (const word of words) state.push(word);
    }
    return state;
  }

  checkpoint(): Checkpoint {
    return { cycle: this.#cycle, time: this.#time, state: encodeNumbers(this.#numbers()) };
  }

  restore({ cycle, time, state }: Checkpoint): void {
    const numbers = decodeNumbers(state);
    if (numbers === null || numbers.length !== this.#numbers().length)
      throw new SimulationError(`the checkpoint is not one of ${this.#top.module.name} in the interpreter`);
    let position = 0;
    const next = () => at(numbers, position++);
    this.#cycle = cycle;
    this.#time = time;
    this.#moment = Number(next());
    this.#periodStart = Number(next());
    for (const domain of this.#asserted.keys()) this.#asserted[domain] = next() === 1n;
    for (const key of this.#covers.keys()) this.#covers.set(key, Number(next()));
    for (const { words } of this.#inputs.values()) writeWords(words, next());
    for (const instance of this.#instances) {
      instance.module.nodes.forEach((node, id) => {
        if (isState(node)) instance.values[id] = next();
      });
      for (const words of instance.memories) for (const address of words.keys()) words[address] = next();
      instance.invalidate();
    }
    this.touch();
  }

  covers(): ReadonlyMap<string, number> {
    return new Map(this.#covers);
  }

  /** Goes on to the next moment of the schedule, unless a check fails there. Settled before and after. */
  #takeEdge(): CheckFailure | null {
    const moment = at(this.#schedule.moments, this.#moment);
    const active = (domain: number) => ((moment.domains >>> domain) & 1) === 1;
    const asserted = (domain: number) => at(this.#asserted, domain);

    const properties = this.#sampleChecks((domain) => active(domain) && !asserted(domain));
    if (properties instanceof CheckFailure) return properties;
    for (const cover of properties) this.#covers.set(cover, (this.#covers.get(cover) ?? 0) + 1);

    const updates = this.#instances.flatMap((instance) => sampleEdge(instance, active, asserted));
    for (const update of updates) update();
    this.#time = this.#periodStart + moment.time;
    if (active(0)) this.#cycle++;
    this.#moment++;
    if (this.#moment === this.#schedule.moments.length) {
      this.#moment = 0;
      this.#periodStart += this.#schedule.period;
    }
    this.touch();
    this.settle();
    return null;
  }

  /** The first failing property in the order of the hierarchy, or else all covers that are hit. */
  #sampleChecks(sampled: OfDomain): CheckFailure | string[] {
    const hits: string[] = [];
    for (const instance of this.#instances) {
      const { path, module, domains } = instance;
      for (const { kind, condition, enable, domain, message, source } of module.checks) {
        if (!sampled(at(domains, domain)) || instance.value(enable) === 0n) continue;
        const holds = instance.value(condition) === 1n;
        if (kind === "cover" && holds) hits.push(coverKey(path, message));
        if (kind !== "cover" && !holds) return new CheckFailure(path, message, this.#cycle, source, kind);
      }
    }
    return hits;
  }

  #refreshViews(): void {
    for (const [path, view] of this.#views) {
      const { instance, node } = this.#find(path);
      writeWords(view, instance.value(node));
    }
  }

  #find(path: string): Signal {
    const signal = this.#signals.get(path);
    if (!signal) throw unknownName("signal", path, this.#signals.keys());
    return signal;
  }

  #inputNamed(name: string): Input {
    const input = this.#inputs.get(name);
    if (!input) throw unknownName("input port", name, this.#inputs.keys());
    return input;
  }

  #memoryNamed(path: string, address: number): { instance: LiveInstance; words: bigint[]; width: number } {
    const found = this.#memories.get(path);
    if (!found) throw unknownName("memory", path, this.#memories.keys());
    const { instance, memory } = found;
    const { width, depth } = at(instance.module.memories, memory);
    checkAddress(path, address, depth);
    return { instance, words: at(instance.memories, memory), width };
  }
}
