/**
 * What the type checker must reject. Each `@ts-expect-error` is held to account twice: `tsc` fails where the line below
 * one has no error, and the test at the end strips them all and counts an error for each.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import {
  Bool,
  Bundle,
  cat,
  check,
  Enum,
  elaborate,
  flip,
  inst,
  match,
  mem,
  module,
  mux,
  pipe,
  reg,
  SInt,
  Stream,
  type Sum,
  select,
  type Type,
  UInt,
  Vec,
  when,
  wire,
} from "../hdl/index.ts";
import { simulate } from "./index.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <T extends true>(): T[] => [];

declare const u8: UInt<8>;
declare const u16: UInt<16>;
declare const s8: SInt<8>;
declare const s32: SInt<32>;
declare const b: Bool;
// biome-ignore lint/suspicious/noExplicitAny: a width that the checker does not know
declare const dynamic: UInt<any>;

const Byte = UInt(8);
const State = Enum("A", "B", "C");
const Link = Bundle({ flit: UInt(64), valid: Bool, credit: flip(Bool) });
const Counter = <W extends number>(width: W) =>
  module("Counter", { in: { en: Bool }, out: { count: UInt(width) } }, () => ({ count: reg(UInt(width), 0) }));
const PE = module(
  "PE",
  { in: { act: SInt(8), load: Bool, sum: SInt(32) }, out: { act: SInt(8), sum: SInt(32) } },
  ({ act, sum }) => ({ act, sum }),
);
const Fifo = <T extends Type>(item: T) =>
  module("Fifo", { in: { enq: Stream(item) }, out: { deq: Stream(item) } }, ({ enq, deq }) => ({
    enq: { ready: deq.ready },
    deq: enq,
  }));
const Router = module("Router", { in: { west: Link }, out: { east: Link } }, ({ west, east }) => ({
  west: { credit: east.credit },
  east: { flit: west.flit, valid: west.valid },
}));
const Machine = module("Machine", { in: { go: State, many: Vec(2, Byte) }, out: { at: State } }, ({ go }) => ({
  at: go,
}));

/** Never called: these are for the checker. */
const rejected = {
  operators() {
    same<Equal<Sum<8, 8>, 16>>();
    same<Equal<Sum<32, 1>, 33>>();
    same<Equal<Sum<512, 512>, 1024>>();
    same<Equal<Sum<1000, 24>, 1024>>();
    same<Equal<Sum<4096, 4096>, 8192>>();
    const product = s8.mul(s8);
    const both = cat(u8, u16);
    const either = mux(b, u8, u8);
    same<Equal<typeof product, SInt<16>>>();
    same<Equal<typeof both, UInt<24>>>();
    same<Equal<typeof either, UInt<8>>>();
    u8.add(dynamic);
    dynamic.add(u8);
    u8.add(255);
    // @ts-expect-error E1 width mismatch in an operator
    u8.add(u16);
    // @ts-expect-error E2 signed/unsigned mixing
    u8.add(s8);
    // @ts-expect-error E3 mux arms of different width
    mux(b, u8, u16);
    // @ts-expect-error E4 an 8-bit condition
    when(u8, () => {});
    // @ts-expect-error E5 product too wide for the accumulator (needs .extend)
    s32.add(s8.mul(s8));
    // @ts-expect-error a signed part of a concatenation
    cat(s8, u8);
    // @ts-expect-error an unsigned number read as unsigned again
    u8.asUInt();
    // @ts-expect-error arithmetic on states
    State.lit("A").add(1);
    // @ts-expect-error comparison with a state that does not exist
    State.lit("A").is("D");
    // @ts-expect-error a literal of a state that does not exist
    State.lit("D");
    // @ts-expect-error mux arms of different structure
    mux(b, { x: u8, y: b }, { x: u8 });
    // @ts-expect-error mux arms whose parts differ in width
    mux(b, [u8], [u16]);
    // @ts-expect-error select over mixed widths
    select<UInt<8>>([u8, u16], b);
    // @ts-expect-error a JavaScript boolean as a condition
    when(true, () => {});
    // @ts-expect-error a property of 8 bits
    check(u8, "it holds");
    // @ts-expect-error a signed shift amount
    u8.shl(s8);
    // @ts-expect-error the wider sum is 9 bits
    u8.add(u8.addFull(u8));
  },
  modules() {
    module("M", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
      // @ts-expect-error E6 driving an input
      a.next = 1;
      return { q: a };
    });
    // @ts-expect-error E7 an undriven output
    module("M", { in: { a: Byte }, out: { q: Byte, r: Bool } }, ({ a }) => ({ q: a }));
    // @ts-expect-error E8 an output of the wrong width
    module("M", { in: { a: Byte }, out: { q: UInt(16) } }, ({ a }) => ({ q: a }));
    // @ts-expect-error E9 a missing connection
    PE({ act: s8, load: b });
    // @ts-expect-error E10 a misspelt connection
    PE({ act: s8, load: b, sum: s32, psum: s32 });
    // @ts-expect-error E11 a stream without its ready coming back
    module("M", { in: { x: Stream(Byte) }, out: { y: Bool } }, ({ x }) => ({ y: x.valid }));
    module("M", { in: { x: Stream(Byte) }, out: { y: Stream(Byte) } }, ({ x, y }) => {
      // @ts-expect-error E12 reading the wrong half of a stream
      y.valid;
      return { x: { ready: y.ready }, y: x };
    });
    // @ts-expect-error E17 a 16-bit stream into an 8-bit fifo
    Fifo(Byte)({ enq: { valid: b, bits: u16 }, deq: { ready: b } });
    // @ts-expect-error an unsigned payload for a signed stream
    Fifo(SInt(8))({ enq: { valid: b, bits: u8 }, deq: { ready: b } });
    // @ts-expect-error a valid of 8 bits
    Fifo(Byte)({ enq: { valid: u8, bits: u8 }, deq: { ready: b } });
    // @ts-expect-error a stream output without its ready
    Fifo(Byte)({ enq: { valid: b, bits: u8 } });
    // @ts-expect-error an output that the instance does not have
    PE({ act: s8, load: b, sum: s32 }).psum;
    // @ts-expect-error an instance's output of the wrong width
    PE({ act: s8, load: b, sum: PE({ act: s8, load: b, sum: s32 }).act });
    // @ts-expect-error a late-bound instance without one of its inputs
    inst(PE).in = { act: s8, load: b };
    // @ts-expect-error a late-bound instance whose inputs are read
    inst(PE).in.act;
    // @ts-expect-error elements of the wrong type in a Vec
    module("M", { in: {}, out: { q: Vec(2, Byte) } }, () => ({ q: [u8, u16] }));
    // @ts-expect-error a bundle without one of its fields
    module("M", { in: { east: Bool }, out: { link: Link } }, () => ({ link: { valid: b } }));
    // @ts-expect-error driving the part of a bundle that flows backwards
    Router({ west: { flit: UInt(64).lit(0), valid: b, credit: b } });
    // @ts-expect-error E21 a plain `number` width must be generic or declared dynamic
    return (width: number): UInt<8> => reg(UInt(width), 0);
  },
  state() {
    const state = reg(State, "A");
    const count = reg(Byte, 0);
    const driven = wire(Byte);
    // @ts-expect-error E13 a state without an arm
    match(state, { A: () => {}, B: () => {} });
    // @ts-expect-error E14 no such state
    state.next = "D";
    // @ts-expect-error E15 a register's next of the wrong width
    count.next = u16;
    // @ts-expect-error E16 writing the wrong item into a memory
    mem(Byte, 16).write(u8, u16);
    // @ts-expect-error a signed word for an unsigned memory
    mem(Byte, 16).write(u8, s8);
    // @ts-expect-error a number for a memory of states
    mem(State, 16).write(u8, u8);
    // @ts-expect-error a signed address
    mem(Byte, 16).read(s8);
    // @ts-expect-error initial words of a memory of states
    mem(State, 16, { init: ["A", "D"] });
    // @ts-expect-error an initial state that does not exist
    reg(State, "D");
    // @ts-expect-error what a register's next is can only be assigned
    count.add(count.next);
    // @ts-expect-error a register has no driver of its own
    count.value = u8;
    // @ts-expect-error a wire has no next
    driven.next = u8;
    // @ts-expect-error a wire driven by the wrong width
    driven.value = u16;
    // @ts-expect-error one initial value for a structure
    pipe({ a: u8 }, 0);
    // @ts-expect-error an arm for a state that does not exist
    match(state, { A: () => {}, B: () => {}, C: () => {}, D: () => {} });
  },
  simulation() {
    const counter = simulate(Counter(8));
    const fifo = simulate(Fifo(Byte));
    const machine = simulate(Machine);
    const router = simulate(Router);
    const states = simulate(Fifo(State));
    // @ts-expect-error E18 poking an output
    counter.out.count = 3;
    // @ts-expect-error E19 no such port
    counter.in.enable = 1;
    const wide = simulate(Counter(64)).out.count;
    // @ts-expect-error E20 64-bit values are bigints
    counter.in.en = wide;
    // @ts-expect-error a number where a port takes bigints
    router.in.west.flit = 1;
    // @ts-expect-error a bigint where a port takes numbers
    counter.in.en = 1n;
    // @ts-expect-error text for a number
    counter.in.en = "1";
    // @ts-expect-error no such output
    counter.out.total;
    // @ts-expect-error a plain port is no stream
    counter.out.count.recv();
    // @ts-expect-error receiving from an input
    fifo.in.enq.recv();
    // @ts-expect-error sending on an output
    fifo.out.deq.send(1);
    // @ts-expect-error the wrong payload
    fifo.in.enq.send("1");
    // @ts-expect-error the design drives ready of its inputs
    fifo.in.enq.ready = 1;
    // @ts-expect-error the design drives valid of its outputs
    fifo.out.deq.valid = 1;
    // @ts-expect-error a payload that is no state
    states.in.enq.send("D");
    // @ts-expect-error a state that does not exist
    machine.in.go = "D";
    // @ts-expect-error one element of a Vec cannot be written
    machine.in.many[0] = 1;
    // @ts-expect-error comparison with a state that does not exist
    machine.out.at === "D";
    // @ts-expect-error the design drives what flows backwards through its inputs
    router.in.west.credit = 1;
    // @ts-expect-error the design drives what flows forwards through its outputs
    router.out.east.valid = 1;
    // @ts-expect-error a process that is none
    counter.run(() => 5);
    // @ts-expect-error no such engine
    simulate(Counter(8), { engine: "verilator" });
    same<Equal<typeof wide, bigint>>();
    router.in.west.flit = 1n;
    router.out.east.credit = router.in.west.credit;
    same<Equal<typeof router.out.east.flit, bigint>>();
    same<Equal<typeof machine.out.at, "A" | "B" | "C">>();
  },
};

test("what the checker cannot see, elaboration rejects", () => {
  const top = (body: () => UInt<8>) => () =>
    elaborate(module("Top", { in: { a: Byte }, out: { q: Byte } }, () => ({ q: body() })));
  const extra = module("Top", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => ({ q: a, typo: a }));
  expect(() => elaborate(extra)).toThrow(
    /^\[Top\] the output typo does not exist in module Top, at .*; use a, q|use q/,
  );
  expect(top(() => Byte.lit(1).add(4096))).toThrow(/^\[Top\] 4096 does not fit UInt<8> \(0 to 255\), at .*; use a lit/);
  expect(top(() => Byte.lit(1).extend(4).extend(8))).toThrow(
    /^\[Top\] \.extend\(4\) narrows .*, at .*; use \.trunc\(4\)/,
  );
});

test("every line marked as an error is one, and no other", () => {
  expect(Object.values(rejected).every((body) => typeof body === "function")).toBe(true);
  const self = fileURLToPath(import.meta.url);
  const text = readFileSync(self, "utf8").split("\n");
  const marked = text.flatMap((line, i) => (line.trim().startsWith("// @ts-expect-error") ? [i + 2] : []));
  const folder = join(dirname(self), "..", "out", "rejected");
  mkdirSync(folder, { recursive: true });
  try {
    const stripped = text.map((line) => line.replace("@ts-expect-error", "")).join("\n");
    const copy = stripped
      .replaceAll('from "../hdl', 'from "../../hdl')
      .replaceAll('from "./', 'from "../../testbench/');
    writeFileSync(join(folder, "stripped.ts"), copy);
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../tsconfig.json", compilerOptions: {}, include: ["stripped.ts"] }),
    );
    const compiler = createRequire(import.meta.url).resolve("typescript/package.json");
    const { stdout } = spawnSync(process.execPath, [join(dirname(compiler), "bin", "tsc"), "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
    const errors = [...stdout.matchAll(/^stripped\.ts\((\d+),\d+\): error TS\d+/gm)].map((error) => Number(error[1]));
    expect([...new Set(errors)].sort((one, other) => one - other)).toEqual(marked);
    expect(marked.length).toBeGreaterThanOrEqual(21 + 15);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
