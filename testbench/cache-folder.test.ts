import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { blocks, buildBlock } from "../hdl/catalogue/index.ts";
import { smallest } from "../hdl/catalogue/small.fuzz.ts";
import { elaborate } from "../hdl/index.ts";
import { netlists } from "../sim/fuzz/netlists.fuzz.ts";
import { type Stretch, stimuli } from "../sim/fuzz/stimulus.fuzz.ts";
import type { EngineOptions } from "../sim/index.ts";
import { Kept } from "../sim/kept.fuzz.ts";
import { WaveComparison } from "./bench/same-waves.fuzz.ts";
import { CacheFolder } from "./cache-folder.ts";

const scratch = mkdtempSync(join(tmpdir(), "systole-cache-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let folders = 0;
const fresh = (most?: number) => new CacheFolder(join(scratch, `cache${folders++}`), "1", most);
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (found: Uint8Array | null) => found && new TextDecoder().decode(found);
const only = (cache: CacheFolder): string => {
  const [name, ...others] = readdirSync(cache.path);
  if (name === undefined || others.length > 0) throw new RangeError("there is not just one file");
  return join(cache.path, name);
};

describe("a folder of entries", () => {
  test("gives what was put, to all who look there, and nothing else", () => {
    const cache = fresh();
    expect(cache.get("a")).toBeNull();
    cache.put("a", bytes("one"));
    cache.put("b", bytes(""));
    cache.put("a", bytes("two"));
    const other = new CacheFolder(cache.path, "1");
    expect([text(other.get("a")), text(other.get("b")), other.get("c")]).toEqual(["two", "", null]);
    expect(cache.usage()).toEqual({ entries: 2, bytes: 2 * 32 + 3 });
  });

  test("tells versions of the simulator apart", () => {
    const cache = fresh();
    cache.put("a", bytes("one"));
    expect(new CacheFolder(cache.path, "2").get("a")).toBeNull();
  });

  test.each<[string, (entry: Buffer) => Uint8Array]>([
    ["with a bit changed", (entry) => entry.map((byte, i) => (i === 40 ? byte ^ 1 : byte))],
    ["with its checksum changed", (entry) => entry.map((byte, i) => (i === 3 ? byte ^ 1 : byte))],
    ["cut", (entry) => entry.subarray(0, -1)],
    ["cut within its checksum", (entry) => entry.subarray(0, 20)],
    ["empty", () => new Uint8Array(0)],
    ["longer", (entry) => Buffer.concat([entry, Buffer.of(0)])],
    ["foreign", () => bytes("something else altogether, of more than 32 bytes")],
  ])("takes an entry that is %s for none", (_, change) => {
    const cache = fresh();
    cache.put("a", bytes("contents of an entry"));
    writeFileSync(only(cache), change(readFileSync(only(cache))));
    expect(cache.get("a")).toBeNull();
    cache.put("a", bytes("new"));
    expect(text(cache.get("a"))).toBe("new");
  });

  test("takes an entry under another one's name for none", () => {
    const cache = fresh();
    cache.put("a", bytes("one"));
    const a = readFileSync(only(cache));
    cache.clear();
    cache.put("b", bytes("two"));
    writeFileSync(only(cache), a);
    expect(cache.get("b")).toBeNull();
  });

  test("keeps nothing where it cannot, and says nothing", () => {
    const file = join(scratch, "file");
    writeFileSync(file, "");
    for (const path of [join(file, "below"), file, "/proc/none"]) {
      const cache = new CacheFolder(path, "1");
      cache.put("a", bytes("one"));
      expect(cache.get("a")).toBeNull();
    }
    const cache = fresh();
    cache.put("a", bytes("one"));
    const entry = only(cache);
    rmSync(entry);
    mkdirSync(entry);
    cache.put("a", bytes("one"));
    expect(cache.get("a")).toBeNull();
  });

  test("grows no larger than it may: what was not used for longest goes, and no file that is not its own", () => {
    const cache = fresh(5 * 132);
    mkdirSync(cache.path);
    writeFileSync(join(cache.path, "notes.txt"), "x".repeat(1000));
    const own = () => readdirSync(cache.path).filter((name) => name !== "notes.txt");
    const age = (name: string, seconds: number) => {
      const then = new Date(Date.now() - 1000 * seconds);
      utimesSync(join(cache.path, name), then, then);
    };
    for (const [at, key] of ["a", "b", "c", "d", "e"].entries()) {
      const before = own();
      cache.put(key, new Uint8Array(100));
      for (const name of own()) if (!before.includes(name)) age(name, 1000 - 10 * at);
    }
    expect(cache.usage()).toEqual({ entries: 5, bytes: 5 * 132 });
    expect(cache.get("a")).not.toBeNull();
    // Left by a process that was killed, longer ago than anything else.
    const left = `.${"0".repeat(64)}.0123456789ab.tmp`;
    writeFileSync(join(cache.path, left), "x");
    age(left, 2000);
    cache.put("f", new Uint8Array(100));
    expect(own()).not.toContain(left);
    expect(["a", "b", "c", "d", "e", "f"].filter((key) => cache.get(key))).toEqual(["a", "c", "d", "e", "f"]);
    cache.put("too large", new Uint8Array(5 * 132));
    expect(cache.usage().entries).toBe(5);
    expect(cache.clear()).toEqual({ entries: 5, bytes: 5 * 132 });
    expect(readdirSync(cache.path)).toEqual(["notes.txt"]);
  });
});

describe("waves and results of a run from the cache are byte for byte those of the run that filled it", () => {
  const seed = Number(process.env.SYSTOLE_SEED ?? 20_240_607);

  test(`of random netlists (replay: SYSTOLE_SEED=${seed})`, () => {
    fc.assert(
      fc.property(netlists(), stimuli(8), fc.nat(), ({ design, clocks }, stimulus, own) => {
        const cache = new Kept();
        const simulator = own % 2 === 0 ? ("parts that sleep" as const) : ("lanes everywhere" as const);
        const run = (options: EngineOptions) => {
          const wanted = { design, clocks, options: { seed: own, ...options }, memories: true };
          const { waves, end } = new WaveComparison(wanted, scratch).alone(simulator, stimulus);
          return [waves.toString("latin1"), end];
        };
        const expected = run({});
        expect(run({ cache })).toEqual(expected);
        const { misses } = cache;
        expect(run({ cache })).toEqual(expected);
        expect(cache.misses).toBe(misses);
      }),
      { seed, numRuns: 50 },
    );
  });

  const names = [
    "DualPE",
    "Accumulators",
    "Scratchpad",
    "AsyncFifo",
    "MaskedSram",
    "Sha256",
    "VectorCompute",
    "Requantiser",
  ];
  test.each(blocks.filter(({ name }) => names.includes(name)))("of $name", (block) => {
    const stimulus = Array.from({ length: 60 }, (_, cycle): Stretch => {
      return { inputs: ((seed + cycle * 97) * 40_503) % 65_536, resets: cycle < 2 ? 7 : 0, cycles: 1, action: "none" };
    });
    const cache = fresh();
    const run = (options: object) => {
      const design = elaborate(buildBlock(block, smallest(block)));
      const wanted = { design, clocks: {}, options: { seed, ...options }, memories: false };
      const { waves, end } = new WaveComparison(wanted, scratch).alone("lanes where they pay", stimulus);
      return [waves.toString("latin1"), end];
    };
    const expected = run({});
    expect(run({ cache })).toEqual(expected);
    const filled = cache.usage();
    expect(filled.entries).toBeGreaterThan(1);
    expect(run({ cache })).toEqual(expected);
    expect(cache.usage()).toEqual(filled);
  });
});
