import { describe, expect, it } from "vitest";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { MemorySink } from "./vcd-sink.ts";
import { traceClock, VcdWriter } from "./vcd-writer.ts";

const labels = ["Idle", "Load", "Run"];

function smallTrace() {
  const clock = traceClock("clock");
  const valid = sketchSignal("enq.valid", 1);
  const bits = sketchSignal("enq.bits", 8, { format: { kind: "sint" } });
  const state = sketchSignal("state", 2, { format: { kind: "enum", labels }, kind: "reg" });
  const wide = sketchSignal("held", 70, { kind: "reg" });
  const scope = sketchScope(
    "top",
    [clock, valid, bits, state],
    [sketchScope("empty", []), sketchScope("pe[0][1]", [wide])],
  );
  return { clock, valid, bits, state, wide, scope };
}

describe("VCD writer", () => {
  it("writes declarations, all values once, then changes alone", () => {
    const { clock, bits, state, wide, scope } = smallTrace();
    const sink = new MemorySink();
    const writer = new VcdWriter(sink, [scope]);
    writer.sample(0);
    writer.edge(5, clock, 1);
    bits.set(-1);
    state.set(2);
    wide.set((1n << 69n) | (1n << 31n) | 5n);
    writer.sample(5);
    writer.edge(10, clock, 0);
    writer.sample(10);
    bits.set(0);
    wide.set(1n << 32n);
    writer.sample(123456789012345);
    writer.close(123456789012350);
    expect(sink.text()).toBe(`$version systole $end
$timescale 1ns $end
$comment systole enum 0 ["Idle","Load","Run"] $end
$scope module top $end
$var wire 1 ! clock $end
$var wire 1 " enq_valid $end
$comment systole signal bool "enq.valid" $end
$var wire 8 # enq_bits [7:0] $end
$comment systole signal sint "enq.bits" $end
$var reg 2 $ state [1:0] $end
$comment systole signal enum:0 "state" $end
$scope module pe_0_1 $end
$comment systole scope "pe[0][1]" $end
$var reg 70 % held [69:0] $end
$upscope $end
$upscope $end
$enddefinitions $end
#0
$dumpvars
0!
0"
b0 #
b0 $
b0 %
$end
#5
1!
b11111111 #
b10 $
b1${"0".repeat(37)}10000000000000000000000000000101 %
#10
0!
#123456789012345
b0 #
b1${"0".repeat(32)} %
#123456789012350
`);
  });

  it("gives aliases one identifier code, by shared words or by net", () => {
    const shared = new Uint32Array(4);
    const code = (signals: Parameters<typeof sketchScope>[1]) => {
      const sink = new MemorySink();
      new VcdWriter(sink, [sketchScope("t", signals)]).close();
      return [...sink.text().matchAll(/^\$var wire \d+ (\S+)/gm)].map(([, found]) => found);
    };
    const view = (name: string, width: number, word: number) =>
      sketchSignal(name, width, { words: shared.subarray(word, word + 1) });
    expect(code([view("a", 8, 0), view("b", 8, 1), view("c", 8, 0), view("d", 7, 0)])).toEqual(["!", '"', "!", "#"]);
    const netted = (name: string, net: string, word: number) => ({ ...view(name, 8, word), net });
    expect(code([netted("a", "x", 0), netted("b", "y", 0), netted("c", "x", 2)])).toEqual(["!", '"', "!"]);
  });

  it("ignores bits above the width", () => {
    const signal = sketchSignal("s", 33);
    const sink = new MemorySink();
    const writer = new VcdWriter(sink, [sketchScope("t", [signal])]);
    writer.sample(0);
    signal.words[1] = 0xfffffffe;
    writer.sample(1);
    writer.close();
    expect(sink.text()).toMatch(/\$dumpvars\nb0 !\n\$end\n#1\n$/);
  });

  it("closes once, with a final time, and with values even when nothing was sampled", () => {
    const sink = new MemorySink();
    const writer = new VcdWriter(sink, [sketchScope("t", [sketchSignal("s", 4)])]);
    writer.close(7);
    writer.close(9);
    expect(sink.text()).toMatch(/\$enddefinitions \$end\n#7\n\$dumpvars\nb0 !\n\$end\n$/);
    expect(() => writer.sample(8)).toThrow("the trace is closed");
  });

  it("starts late with the values of that moment", () => {
    const { clock, bits, scope } = smallTrace();
    const sink = new MemorySink();
    const writer = new VcdWriter(sink, [scope]);
    bits.set(9);
    writer.edge(1000, clock, 1);
    writer.close(1001);
    expect(sink.text()).toMatch(/#1000\n\$dumpvars\n1!\n0"\nb1001 #\nb0 \$\nb0 %\n\$end\n#1001\n$/);
  });

  it("writes values wider than its buffer's slack, and more than its buffer holds", () => {
    const wide = sketchSignal("wide", 3_000_000);
    const sink = new MemorySink();
    const writer = new VcdWriter(sink, [sketchScope("t", [wide])]);
    writer.sample(0);
    wide.words.fill(0xffffffff);
    writer.sample(1);
    wide.set(1);
    writer.sample(2);
    writer.close();
    expect(sink.text().split("\n").slice(-6)).toEqual(["$end", "#1", `b${"1".repeat(3_000_000)} !`, "#2", "b1 !", ""]);
  });

  it("writes the same bytes for the same run", () => {
    const run = () => {
      const { clock, valid, bits, state, wide, scope } = smallTrace();
      const sink = new MemorySink();
      const writer = new VcdWriter(sink, [scope], { timescale: "100 ps" });
      for (let cycle = 0; cycle < 200; cycle++) {
        writer.edge(cycle * 10, clock, 1);
        valid.set(cycle % 3);
        bits.set(cycle * 37);
        state.set(cycle % 3);
        wide.set(BigInt(cycle) ** 9n);
        writer.sample(cycle * 10);
        writer.edge(cycle * 10 + 5, clock, 0);
      }
      writer.close(2000);
      return sink.text();
    };
    expect(run()).toBe(run());
  });

  it("refuses misuse", () => {
    const scope = sketchScope("t", [sketchSignal("s", 4)]);
    const make = (timescale: string) => () => new VcdWriter(new MemorySink(), [scope], { timescale });
    expect(make("7ns")).toThrow("the time scale 7ns is not 1, 10 or 100 of s, ms, us, ns, ps or fs (as in 1ns)");
    expect(make("1000ns")).toThrow("time scale");
    expect(() => new VcdWriter(new MemorySink(), [sketchScope("t", [])])).toThrow("there is no signal to trace");
    expect(() => new VcdWriter(new MemorySink(), [sketchScope("t", [{ ...sketchSignal("s", 4), width: 33 }])])).toThrow(
      "signal s of 33 bits has 1 words, not 2",
    );
    const writer = new VcdWriter(new MemorySink(), [scope]);
    writer.sample(5);
    expect(() => writer.sample(4)).toThrow("time runs backwards: a sample at 4 after one at 5");
    expect(() => writer.sample(5.5)).toThrow("the time of a sample is a whole number ≥ 0, not 5.5");
  });

  it("notices that the simulator's memory moved", () => {
    const memory = new ArrayBuffer(128);
    const signal = sketchSignal("s", 4, { words: new Uint32Array(memory, 64, 1) });
    const writer = new VcdWriter(new MemorySink(), [sketchScope("t", [signal])]);
    writer.sample(0);
    structuredClone(memory, { transfer: [memory] });
    expect(() => writer.sample(1)).toThrow("the memory of the traced signals has moved");
  });
});
