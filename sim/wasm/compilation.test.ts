import { describe, expect, test } from "vitest";
import { Bool, cat, check, cover, elaborate, mem, module, reg, UInt, when } from "../../hdl/index.ts";
import type { Design, Module, Source } from "../../hdl/netlist/index.ts";
import { CheckFailure, type EngineOptions } from "../engine.ts";
import { Kept } from "../kept.fuzz.ts";
import { compile } from "./index.ts";

/** A counter with a memory, properties and numbers of more than 64 bits, and what of it may differ. */
const counter = ({
  step = 1,
  init = 5,
  wish = "count",
  word = 7,
  mask = 0x1234_5678_9abc_def0n,
  message = "few",
} = {}) =>
  elaborate(
    module(
      "Counter",
      { in: { enable: Bool }, out: { value: UInt(16), wide: UInt(80), read: UInt(8) } },
      ({ enable }) => {
        const count = reg(UInt(16), init).named(wish);
        const loose = reg(UInt(80));
        const store = mem(UInt(8), 16, { init: [1, word, 3] });
        when(enable, () => {
          count.next = count.add(step);
        });
        loose.next = loose.add(1);
        check(count.lt(40), message);
        cover(count.eq(30), "thirty");
        return {
          value: count,
          wide: cat(count, count, count, count, count).xor(mask).add(loose),
          read: store.read(count.bits(0, 4)),
        };
      },
    ),
  );

/** What a run of 60 cycles shows, up to the property that fails. */
function shown(design: Design, options: EngineOptions = {}): readonly string[] {
  const engine = compile(design, options);
  engine.poke("enable", 1);
  const seen: string[] = [];
  for (let cycle = 0; cycle < 60; cycle++) {
    for (const path of ["value", "wide", "read"]) seen.push(engine.peek(path).toString(16));
    const { failure } = engine.run(1);
    if (failure) seen.push(failure.message);
  }
  return [...seen, JSON.stringify([...engine.covers()])];
}

describe("a compilation", () => {
  test("is found again, and is the same as one that nothing kept", () => {
    const cache = new Kept();
    const expected = shown(counter());
    expect(shown(counter(), { cache })).toEqual(expected);
    const { misses } = cache;
    expect(misses).toBe(cache.entries.size);
    expect(misses).toBeGreaterThan(2);
    expect(shown(counter(), { cache })).toEqual(expected);
    expect(cache.misses).toBe(misses);
    expect(expected.at(-2)).toContain("check failed in cycle");
  });

  test("is put together from whatever is still there", () => {
    const expected = shown(counter());
    const full = new Kept();
    shown(counter(), { cache: full });
    for (const [key, bytes] of full.entries) {
      const cache = new Kept();
      cache.entries.set(key, bytes);
      expect(shown(counter(), { cache })).toEqual(expected);
      expect(cache.misses).toBe(full.entries.size - 1);
    }
  });

  test("serves every seed, and state that starts from 0", () => {
    const cache = new Kept();
    shown(counter(), { cache });
    const { misses } = cache;
    for (const options of [{ seed: 3 }, { seed: 4 }, { randomInit: false }])
      expect(shown(counter(), { ...options, cache })).toEqual(shown(counter(), options));
    expect(cache.misses).toBe(misses);
    expect(shown(counter(), { seed: 3 })).not.toEqual(shown(counter(), { seed: 4 }));
  });

  test.each<[string, Parameters<typeof counter>[0], EngineOptions]>([
    ["a constant", { step: 2 }, {}],
    ["a wide constant", { mask: 1n }, {}],
    ["a register's initial value", { init: 6 }, {}],
    ["a memory's contents", { word: 8 }, {}],
    ["a name", { wish: "total" }, {}],
    ["a message", { message: "many" }, {}],
    ["a clock", {}, { clocks: { clock: { period: 4, phase: 0 } } }],
    ["where there are lanes", {}, { lanes: "off" }],
  ])("is another one after a change of %s", (_, changed, options) => {
    const cache = new Kept();
    shown(counter(), { cache });
    const before = cache.entries.size;
    expect(shown(counter(changed), { ...options, cache })).toEqual(shown(counter(changed), options));
    expect(cache.entries.size).toBe(2 * before);
  });

  test("holds no line of the sources: after an edit that moves them, the new ones are named", () => {
    const cache = new Kept();
    shown(counter(), { cache });
    const { misses } = cache;
    const engine = compile(movedBy(1000, counter()), { cache });
    engine.poke("enable", 1);
    const { failure } = engine.run(60);
    expect(cache.misses).toBe(misses);
    expect(failure).toBeInstanceOf(CheckFailure);
    expect(failure?.source?.line).toBeGreaterThan(1000);
  });
});

/** The design as it would be elaborated from a file in which it stands so many lines further down. */
function movedBy(lines: number, { modules, top }: Design): Design {
  const move = (source: Source | null) => source && { ...source, line: source.line + lines };
  const moved = (module: Module): Module => ({
    ...module,
    source: move(module.source),
    sources: module.sources.flatMap((source) => move(source) ?? []),
    names: module.names.map((name) => ({ ...name, source: move(name.source) })),
    memories: module.memories.map((memory) => ({ ...memory, source: move(memory.source) })),
    checks: module.checks.map((one) => ({ ...one, source: move(one.source) })),
  });
  return { modules: modules.map(moved), top };
}
