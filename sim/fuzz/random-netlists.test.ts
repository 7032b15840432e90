import fc from "fast-check";
import { expect, test } from "vitest";
import { checkCrossings } from "../../hdl/netlist/crossings.ts";
import { type Node, validate } from "../../hdl/netlist/index.ts";
import { checkLoops } from "../../hdl/netlist/loops.ts";
import { interpret } from "../interpreter/interpreter.ts";
import { compile } from "../wasm/index.ts";
import { lockstep, type Watch } from "./lockstep.fuzz.ts";
import { netlists } from "./netlists.fuzz.ts";
import { stimuli } from "./stimulus.fuzz.ts";

const seed = Number(process.env.SYSTOLE_SEED ?? 20_240_607);
const runs = Number(process.env.SYSTOLE_RUNS ?? 1000);
const cycles = 50;

const kinds: Record<Node["kind"], true> = {
  const: true,
  input: true,
  not: true,
  cross: true,
  and: true,
  or: true,
  xor: true,
  add: true,
  sub: true,
  mul: true,
  divu: true,
  divs: true,
  remu: true,
  rems: true,
  eq: true,
  ltu: true,
  lts: true,
  shl: true,
  shru: true,
  shrs: true,
  mux: true,
  case: true,
  cat: true,
  slice: true,
  zext: true,
  sext: true,
  reduce: true,
  reg: true,
  memRead: true,
  instOut: true,
};
const kindNames = Object.keys(kinds).flatMap((kind) =>
  kind === "reduce" ? ["reduce and", "reduce or", "reduce xor"] : kind,
);
const expected = [
  ...kindNames.flatMap((kind) => ["to 32", "to 64", "above 64"].map((width) => `${kind}, ${width} bits`)),
  ...[
    "register with init",
    "register without init",
    "register that holds",
    "delay line",
    "memory with init",
    "memory without init",
  ],
  ...["masked write", "unmasked write", "several write ports", "asynchronous read"],
  ...["old", "new", "undefined"].map((kind) => `synchronous read, ${kind} under write`),
  ...["domain: rising edge", "domain: falling edge", "several domains"],
  ...["sync", "async", "none"].map((kind) => `domain: ${kind} reset`),
  ...[0, 1, 2].map((dimensions) => `instance of ${dimensions} dimensions`),
  ...["broadcast", "shift", "permutation", "general"].map((kind) => `gather: ${kind}`),
  ...["combinational path through an instance", "false loop", "word by fields", "operands in any order"],
  ...["check", "assume", "cover"],
];

test(`${runs} random netlists agree for ${cycles} cycles (replay: SYSTOLE_SEED=${seed})`, () => {
  const counts = new Map<string, number>(expected.map((feature) => [feature, 0]));
  fc.assert(
    fc.property(
      netlists(),
      stimuli(cycles),
      fc.record({ seed: fc.nat(), randomInit: fc.boolean() }),
      fc.constantFrom<Watch>("ports", "every signal"),
      ({ design, clocks, features }, stimulus, options, watch) => {
        for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
        validate(design);
        checkLoops(design);
        checkCrossings(design);
        lockstep([interpret, compile], design, { ...options, clocks }, stimulus, watch);
      },
    ),
    { seed, numRuns: runs },
  );
  if (runs < 500) return;
  expect([...counts].filter(([, count]) => count === 0)).toEqual([]);
  expect([...counts.keys()].sort()).toEqual([...expected].sort());
});
