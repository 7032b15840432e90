import fc from "fast-check";
import { describe, expect } from "vitest";
import { type Design, toVerilog } from "../../hdl/index.ts";
import { netlists, type RandomDesign } from "../../sim/fuzz/netlists.fuzz.ts";
import { seedOf } from "../index.ts";
import { differencesOf, differenceText, lockstepBatch, type PeerCase, type PeerName } from "./index.ts";
import { testWith } from "./tool-presence.fuzz.ts";

const seed = seedOf(undefined);
const designs = Number(process.env.SYSTOLE_RUNS ?? 110);
const folder = "out/lockstep/netlists";

/**
 * No memory is written by two clocks, nor read under a write of another one where that is undefined: what happens when
 * their edges coincide, Verilog leaves open, and does not see.
 */
function definedInVerilog({ modules }: Design): boolean {
  return modules.every(({ memories, nodes }) => {
    const domains = memories.map(({ writes }) => new Set(writes.map(({ domain }) => domain)));
    nodes.forEach((node) => {
      if (node.kind === "memRead" && node.sync && memories[node.memory]?.readUnderWrite === "undefined")
        domains[node.memory]?.add(node.sync.domain);
    });
    return domains.every(({ size }) => size <= 1);
  });
}

/**
 * What a peer does right: Icarus Verilog 11 does not divide more than 64 bits (all ones by 1 is 0), Verilator 5.006 not
 * more than 512 (its issue 6003), nor does that shift by an amount of more than 32 bits (31 bits by 32 in 128 bits as by
 * 0; constants of 2^32 it refuses).
 */
const widest: Record<PeerName, { readonly division: number; readonly shiftAmount: number }> = {
  icarus: { division: 64, shiftAmount: Number.POSITIVE_INFINITY },
  verilator: { division: 512, shiftAmount: 32 },
};

function isRightIn(peer: PeerName, { modules }: Design): boolean {
  const { division, shiftAmount } = widest[peer];
  return modules.every(({ nodes }) =>
    nodes.every((node) => {
      if (node.kind === "shl" || node.kind === "shru" || node.kind === "shrs")
        return (nodes[node.b]?.width ?? 0) <= shiftAmount;
      return node.width <= division || !["divu", "divs", "remu", "rems"].includes(node.kind);
    }),
  );
}

function comparable(peer: PeerName): fc.Arbitrary<RandomDesign> {
  return netlists().filter(({ design }) => definedInVerilog(design) && isRightIn(peer, design));
}

function caseOf({ design, clocks }: RandomDesign, index: number): PeerCase {
  const texts = [toVerilog(design, { prefix: `n${index}_` })];
  return { name: `netlist-${index}`, design, texts, seed: seed + index, clocks };
}

/** The smallest design that fast-check finds to differ, in Icarus Verilog, which is quick to build one. */
async function shrunk(peer: PeerName, index: number, cycles: number): Promise<string> {
  let drawn = 0;
  const differs = fc.asyncProperty(comparable(peer), async (random) => {
    // The designs before it agree; what comes after it are its simplifications.
    if (drawn++ < index || !isRightIn("icarus", random.design)) return true;
    const options = { peer: "icarus", cycles, folder } as const;
    const { comparisons } = await lockstepBatch([caseOf(random, index)], options);
    return comparisons.every(({ difference }) => difference === null);
  });
  const { counterexample, numShrinks } = await fc.check(differs, {
    seed,
    numRuns: index + 1,
    interruptAfterTimeLimit: 60_000,
  });
  const smallest = counterexample?.[0];
  if (!smallest) return "agrees in Icarus Verilog";
  const one = { ...caseOf(smallest, index), name: `netlist-${index}-shrunk` };
  const options = { peer: "icarus", cycles, folder } as const;
  const [found] = await differencesOf([one], await lockstepBatch([one], options), options);
  return `after ${numShrinks} simplifications: ${found ? differenceText(found) : "nothing"}`;
}

async function compare(peer: PeerName, cycles: number): Promise<void> {
  const options = { peer, cycles, folder, interpreted: 50 };
  const cases = fc.sample(comparable(peer), { seed, numRuns: designs }).map(caseOf);
  const report = await lockstepBatch(cases, options);
  const found = await differencesOf(cases, report, options);
  const first = found[0] && cases.findIndex(({ name }) => name === found[0]?.name);
  const simplest = first === undefined ? [] : [await shrunk(peer, first, cycles)];
  const differing = report.comparisons.flatMap(({ name, difference }) => (difference ? name : []));
  expect([...found.map(differenceText), ...simplest, ...differing]).toEqual([]);
}

describe(`${designs} random netlists (replay: SYSTOLE_SEED=${seed} SYSTOLE_RUNS=${designs})`, () => {
  testWith("verilator")("have the same outputs in Verilator", { timeout: 300_000 }, () => compare("verilator", 200));
  testWith("icarus")("have the same outputs in Icarus Verilog", { timeout: 300_000 }, () => compare("icarus", 50));
});
