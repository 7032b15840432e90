import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Design, type Domain, toVerilog, type Verilog } from "../../hdl/index.ts";
import { designOf, Sketch } from "../../hdl/netlist/sketch.fuzz.ts";
import { caseOf, differenceText, lockstep, lockstepBatch, type PeerCase, type PeerName } from "./index.ts";
import { testWith } from "./tool-presence.fuzz.ts";

const folder = mkdtempSync(join(tmpdir(), "systole-lockstep-"));
afterAll(() => rmSync(folder, { recursive: true }));

const peers: readonly PeerName[] = ["verilator", "icarus"];
const clock: Domain = { name: "clock", edge: "rising", reset: "sync", polarity: "high" };

/** Sums up its input in a register a domain, 70 bits wide so that words of every size are exchanged. */
function accumulator(domains: readonly Domain[]): Design {
  const sketch = new Sketch("Accumulator", domains);
  domains.forEach((_, domain) => {
    const step = sketch.input(`step${domain}`, 40);
    const wide = sketch.node({ kind: "zext", width: 70, a: step });
    const crossed = domains.length > 1 ? sketch.node({ kind: "cross", width: 70, a: wide }) : wide;
    const sum = sketch.reg(70, 0, `sum${domain}`, domain, 5n);
    sketch.set(sum, { next: sketch.op("add", sum, crossed) });
    sketch.output(`total${domain}`, sum);
  });
  return designOf(sketch);
}

/** The case with part of its text replaced. */
function edited(one: PeerCase, from: string | RegExp, to: string): PeerCase {
  const edit = (verilog: Verilog): Verilog => {
    const modules = verilog.modules.map((module) => ({ ...module, text: module.text.replace(from, to) }));
    expect(modules).not.toEqual(verilog.modules);
    return { ...verilog, modules };
  };
  return { ...one, texts: one.texts.map(edit) };
}

describe.each(peers)("lockstep with %s", (peer) => {
  const options = { peer, cycles: 400, folder };

  testWith(peer)("resets of every kind, on both edges, with both polarities, in clocks of their own", async () => {
    const domains = (["sync", "async", "none"] as const).flatMap((reset) =>
      (["rising", "falling"] as const).flatMap((edge) =>
        (["high", "low"] as const).map((polarity): Domain => ({ name: "", edge, reset, polarity })),
      ),
    );
    const named = domains.map((domain, i) => ({ ...domain, name: i === 0 ? "clock" : `clock${i}` }));
    const together = caseOf("together", accumulator(named), 3, "t_");
    const alone = named.map((domain, i) =>
      caseOf(`alone-${i}`, accumulator([{ ...domain, name: "clock" }]), i, `a${i}_`),
    );
    const { comparisons } = await lockstepBatch([together, ...alone], options);
    expect(comparisons.filter(({ difference }) => difference)).toEqual([]);
    expect(comparisons).toHaveLength(1 + domains.length);
  });

  testWith(peer)("memories between clocks whose edges never coincide", async () => {
    const clocks = { clock: { period: 6, phase: 0 }, other: { period: 10, phase: 1 } };
    const cases = (["old", "undefined"] as const).map((readUnderWrite, i) => {
      const sketch = new Sketch("Shared", [clock, { ...clock, name: "other" }]);
      const [address, data] = [sketch.input("address", 2), sketch.input("data", 8)];
      const enables = [sketch.input("write", 1), sketch.input("writeOther", 1)];
      const port = { address, data, mask: null, source: null };
      const writes = enables.map((enable, domain) => ({ ...port, domain, enable }));
      const memory = sketch.memory("ram", 8, 4, { init: [], readUnderWrite, writes });
      const read = { kind: "memRead", width: 8, memory, address: sketch.input("at", 2) } as const;
      sketch.output("now", sketch.node({ ...read, sync: null }));
      const on = sketch.constant(1, 1);
      for (const at of [0, 1]) sketch.output(`later${at}`, sketch.node({ ...read, sync: { domain: at, enable: on } }));
      return { ...caseOf(`shared-${readUnderWrite}`, designOf(sketch), i, `s${i}_`), clocks };
    });
    const { comparisons } = await lockstepBatch(cases, options);
    expect(comparisons.filter(({ difference }) => difference)).toEqual([]);
    expect(comparisons).toHaveLength(2);
  });

  testWith(peer)("a difference is told with its cycle, both values and waves of both sides", async () => {
    const late = edited(caseOf(`late-${peer}`, accumulator([clock]), 1), / \+ /, " - ");
    const { difference, cycles } = await lockstep(late, options);
    if (!difference) throw new Error("nothing was found");
    const { waves, ...found } = difference;
    expect(found).toMatchObject({ seed: 1, output: "total0", width: 70, engine: "interpreter", unknown: 0n });
    expect(cycles).toBe(found.cycle + 1);
    const told = differenceText(difference);
    expect(told).toContain(`late-${peer}, seed 1: in cycle ${found.cycle}, total0 is 0x`);
    expect(told).toContain(`${waves.ours} and ${waves.theirs}`);
    const [ours, theirs] = [waves.ours, waves.theirs].map((path) => readFileSync(path, "utf8"));
    for (const [text, value] of [[ours, found.ours] as const, [theirs, found.theirs] as const])
      expect(text).toContain(value.toString(2));
    expect(readFileSync(found.verilog, "utf8")).toContain("module Accumulator");
  });

  testWith(peer)("text that is no Verilog is refused with what the peer says", async () => {
    const broken = edited(caseOf("broken", accumulator([clock]), 1), "endmodule", "endmodul");
    await expect(lockstep(broken, options)).rejects.toThrow(/could not build the design: .*(syntax|error)/i);
  });
});

testWith("icarus")("the same seed gives the same difference, another seed another stimulus", async () => {
  const run = async (seed: number) => {
    const wrong = edited(caseOf("wrong", accumulator([clock]), seed), / \+ /, " - ");
    return (await lockstepBatch([wrong], { peer: "icarus", cycles: 400 })).comparisons;
  };
  const [first, again, other] = [await run(1), await run(1), await run(2)];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

testWith("icarus")("an output that Icarus Verilog does not know is a difference", async () => {
  const open = edited(caseOf("open", accumulator([clock]), 1), /reg \[69:0\] (\w+) = [^;]*;/, "reg [69:0] $1;");
  const noReset = edited(open, /if \(reset\)/, "if (1'b0)");
  const { comparisons } = await lockstepBatch([noReset], { peer: "icarus", cycles: 10 });
  expect(comparisons[0]?.difference).toMatchObject({ cycle: 0, unknown: (1n << 70n) - 1n });
});

test("a black box is refused by name", () => {
  const design = accumulator([clock]);
  const modules = design.modules.map((module) => ({ ...module, blackBox: { parameters: {}, modelled: true } }));
  expect(() => caseOf("top", { ...design, modules }, 1)).toThrow(/\[top\] Accumulator .* is a black box/);
});

test("a top without outputs is compared by its properties", () => {
  const sketch = new Sketch("Watcher", [clock]);
  const [condition, enable] = [sketch.input("condition", 1), sketch.input("enable", 1)];
  sketch.checks.push({ kind: "check", condition, enable, message: "holds", domain: 0, source: null });
  const { ports } = toVerilog(caseOf("watcher", designOf(sketch), 1).design);
  expect(ports.filter(({ direction }) => direction === "out").map(({ identifier }) => identifier)).toEqual([
    "property_0_holds",
    "property_0_enabled",
  ]);
});
