import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { signalPath } from "./vcd-declarations.ts";
import { type TimeWindow, type VcdChange, VcdFile } from "./vcd-reader.ts";
import { FileSink, MemorySink } from "./vcd-sink.ts";
import { VcdWriter } from "./vcd-writer.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "systole-waves-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, "f.vcd");
const open = (text: string | Uint8Array) => {
  writeFileSync(path(), text);
  return VcdFile.open(path());
};
const header = (variables: string) => `$timescale 1ns $end $scope module t $end ${variables} $upscope $end
$enddefinitions $end
`;
const three = header('$var wire 1 ! a $end $var wire 8 " b [7:0] $end $var real 64 # r $end');

const brief = ({ signal, time, value, unknown }: VcdChange) =>
  `${time}:${signal}=${value}${unknown === 0n ? "" : `/${unknown.toString(2)}`}`;
async function read(text: string, names: readonly string[], window?: TimeWindow): Promise<string[]> {
  const file = await open(text);
  return [...file.changes(file.select(names), window)].map(brief);
}
const failure = async (text: string | Uint8Array, names: readonly string[] = ["a"]) => {
  try {
    const file = await open(text);
    Array.from(file.changes(file.select(names)));
  } catch (error) {
    return String(error).replaceAll(path(), "f.vcd");
  }
  return "no error";
};

describe("VCD reader", () => {
  it("lists what a file declares, by its names and by the designer's", async () => {
    const sink = new MemorySink();
    const labels = ["Idle", "Run"];
    const pe = sketchScope("pe[0][1]", [
      sketchSignal("state", 1, { format: { kind: "enum", labels } }),
      sketchSignal("enq.bits", 8, { format: { kind: "sint" } }),
    ]);
    new VcdWriter(sink, [sketchScope("top", [sketchSignal("clock", 1)], [pe])], { timescale: "10ps" }).close();
    const { declarations } = await open(sink.bytes());
    expect(declarations.timescale).toBe("10ps");
    expect(declarations.signals).toEqual([
      {
        scopes: ["top"],
        name: "clock",
        vcdScopes: ["top"],
        vcdName: "clock",
        width: 1,
        type: "wire",
        format: { kind: "bool" },
        code: "!",
      },
      {
        scopes: ["top", "pe[0][1]"],
        name: "state",
        vcdScopes: ["top", "pe_0_1"],
        vcdName: "state",
        width: 1,
        type: "wire",
        format: { kind: "enum", labels },
        code: '"',
      },
      {
        scopes: ["top", "pe[0][1]"],
        name: "enq.bits",
        vcdScopes: ["top", "pe_0_1"],
        vcdName: "enq_bits",
        width: 8,
        type: "wire",
        format: { kind: "sint" },
        code: "#",
      },
    ]);
  });

  it("reads declarations of other writers", async () => {
    const { declarations } = await open(`$date\n today\n$end\n$version Icarus (x) $end
$timescale\n\t10 us\n$end\n$attrbegin misc 07 thing 1 $end
$scope module a $end $var integer 32 a! acts[3] [31:0] $end $var reg 4 b slice [7:4] $end
$scope begin b $end $var wire 1 c acts [3] $end $var string 1 s msg $end $upscope $end $upscope $end
$enddefinitions $end\n#0\nsIDLE s\nb1 a!\n1c`);
    expect(declarations.timescale).toBe("10us");
    expect(declarations.version).toBe("Icarus (x)");
    expect(declarations.signals.map((s) => `${signalPath(s)} ${s.type} ${s.width}`)).toEqual([
      "acts[3] integer 32",
      "slice reg 4",
      "b.acts[3] wire 1",
      "b.msg string 1",
    ]);
  });

  it("streams changes of the chosen signals, also the last without a newline", async () => {
    const changes = `#0\n$dumpvars\n0!\nb101 "\nr1.5 #\n$end\n#5 1! b11111111 "\n$comment b1 ! $end\n#5\n0!\n#7\nr2 #\nb0 "`;
    expect(await read(three + changes, ["a", "b"])).toEqual(["0:0=0", "0:1=5", "5:0=1", "5:1=255", "5:0=0", "7:1=0"]);
    expect(await read(three + changes, ["b"])).toEqual(["0:0=5", "5:0=255", "7:0=0"]);
  });

  it("cuts a window and begins it with the values held", async () => {
    const changes = '#0\n0!\n#10\n1!\nb1 "\n#20\n0!\n#30\n1!\n#40\nb10 "\n';
    expect(await read(three + changes, ["a", "b"], { from: 10, to: 30 })).toEqual([
      "10:0=1",
      "10:1=1",
      "20:0=0",
      "30:0=1",
    ]);
    expect(await read(three + changes, ["a", "b"], { from: 15, to: 15 })).toEqual(["15:0=1", "15:1=1"]);
    expect(await read(three + changes, ["a", "b"], { from: 99 })).toEqual(["99:0=1", "99:1=2"]);
    expect(await read(three + changes, ["a", "b"], { to: 5 })).toEqual(["0:0=0"]);
    await expect(read(three + changes, ["a"], { from: 6, to: 5 })).rejects.toThrow(
      "the window ends at time 5, before it starts at time 6",
    );
  });

  it("keeps x and z, extends short vectors, and takes either form for one bit", async () => {
    const changes = '#0\nx!\nbx "\n#1\nz!\nbz1 "\n#2\nb1 !\nb0x "\n#3\n1"\n#4\nH!\nbU "\n';
    expect(await read(three + changes, ["a", "b"])).toEqual([
      "0:0=0/1",
      "0:1=0/11111111",
      "1:0=1/1",
      "1:1=255/11111110",
      "2:0=1",
      "2:1=0/1",
      "3:1=1",
      "4:0=1",
      "4:1=0/11111111",
    ]);
  });

  it("keeps times beyond 32 bits apart", async () => {
    const changes = "#4294967295\n1!\n#4294967296\n0!\n#9007199254740991\n1!\n";
    expect(await read(three + changes, ["a"])).toEqual(["4294967295:0=1", "4294967296:0=0", "9007199254740991:0=1"]);
  });

  it("reads values as wide as can be, and says so of wider ones", async () => {
    const ones = "1".repeat(262_144);
    const wide = header('$var wire 262144 ! a $end $var wire 262145 " b $end');
    const file = await open(`${wide}#0\nb${ones} !\nb1 "\n#1\nb0 !\n`);
    const values = [...file.changes(file.select(["a"]))].map((change) => change.value);
    expect(values).toEqual([(1n << 262_144n) - 1n, 0n]);
    expect(await failure(`${wide}#0\n`, ["b"])).toBe(
      "WaveError: f.vcd: b has 262145 bits; only vectors of up to 262144 bits can be read",
    );
  });

  it.each([
    ["", "f.vcd is not a VCD: it is empty"],
    ["hello world", 'f.vcd is not a VCD: "hello" where a declaration ($scope, $var, …) belongs'],
    [new Uint8Array(3_000_000), "f.vcd is not a whole VCD: it ends inside its declarations, on line 1"],
    [
      Uint8Array.from({ length: 3_000_000 }, () => 200),
      "f.vcd is not a VCD: binary data where a declaration ($scope, $var, …) belongs",
    ],
    ["$scope module t $end\n$var wire 1 ! a", "f.vcd is not a whole VCD: it ends inside its declarations, on line 2"],
    [`$comment ${"x ".repeat(2_000_000)}`, "f.vcd:1: $comment has no $end within 1048576 bytes"],
    ["$upscope $end", "f.vcd:1: an $upscope closes a scope that is not open"],
    [
      header("$var wire x ! a $end"),
      'f.vcd:1: "$var wire x ! a" is not a variable: it needs a type, a width, a code and a name',
    ],
    [
      header("$var wire 1 ! $end"),
      'f.vcd:1: "$var wire 1 !" is not a variable: it needs a type, a width, a code and a name',
    ],
    [three, "no error"],
    [`${three}#0\nhello`, 'f.vcd:4: a value for "ello", which no $var declares'],
    [`${three}#0\n?!`, 'f.vcd:4: "?!" is not a value change'],
    [`${three}#0\nb12 "`, 'f.vcd:4: "b12" is not a vector'],
    [`${three}#0\nb "`, "f.vcd:4: a vector without digits"],
    [`${three}#0\n0 !`, "f.vcd:4: the value 0 has no identifier code"],
    [`${three}#0\nb101`, "f.vcd:4: the file ends inside a value change"],
    [`${three}#-1`, 'f.vcd:3: "#-1" is not a time from 0 to 2^53 − 1'],
    [`${three}#`, 'f.vcd:3: "#" is not a time from 0 to 2^53 − 1'],
    [`${three}#9007199254740992`, 'f.vcd:3: "#9007199254740992" is not a time from 0 to 2^53 − 1'],
    [`${three}#5\n0!\n#4`, "f.vcd:5: time runs backwards, from 5 to 4"],
    [`${three}#0\nb11 !`, "f.vcd:4: a value of 2 digits for !, which has 1 bits"],
  ])("says what is wrong with broken file %#", async (text, message) => {
    const found = await failure(text);
    expect(found).toBe(message === "no error" ? message : `WaveError: ${message}`);
  });

  it("names signals that it cannot read, and files", async () => {
    expect(await failure(three, ["r"])).toBe(
      "WaveError: f.vcd: r is a real; only vectors of up to 262144 bits can be read",
    );
    expect(await failure(three, ["c"])).toBe("WaveError: f.vcd: no signal matches c; did you mean a?");
    await expect(VcdFile.open(join(folder, "none"))).rejects.toThrow(
      /^cannot read .*: no such file or directory \(ENOENT\)$/,
    );
    await expect(VcdFile.open(folder)).rejects.toThrow("is not a file");
  });

  it("reads back what was written: any signals, any changes, any cut of the file into pieces", async () => {
    const width = fc.oneof(fc.constantFrom(1, 2, 8, 31, 32, 33, 63, 64, 65, 130), fc.integer({ min: 1, max: 300 }));
    const run = fc.array(width, { minLength: 1, maxLength: 12 }).chain((widths) =>
      fc.record({
        widths: fc.constant(widths),
        steps: fc.array(
          fc.record({
            delay: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(2 ** 33)),
            changes: fc.array(
              fc.record({ signal: fc.nat(widths.length - 1), value: fc.bigInt({ min: 0n, max: (1n << 300n) - 1n }) }),
              { maxLength: 8 },
            ),
          }),
          { maxLength: 30 },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(run, async ({ widths, steps }) => {
        const signals = widths.map((bits, i) => sketchSignal(`s[${i}]`, bits));
        const writer = new VcdWriter(new FileSink(path()), [sketchScope("top", signals)]);
        const values = widths.map(() => 0n);
        const expected = new Map(widths.map((_, i) => [`0 ${i}`, 0n]));
        writer.sample(0);
        let time = 0;
        for (const { delay, changes } of steps) {
          time += delay + 1;
          const before = [...values];
          for (const { signal, value } of changes) {
            values[signal] = BigInt.asUintN(widths[signal] ?? 1, value);
            signals[signal]?.set(value);
          }
          values.forEach((value, i) => {
            if (value !== before[i]) expected.set(`${time} ${i}`, value);
          });
          writer.sample(time);
        }
        writer.close(time + 1);
        const file = await VcdFile.open(path());
        const found = [...file.changes(file.declarations.signals)];
        expect(found.every(({ unknown }) => unknown === 0n)).toBe(true);
        expect(found.map((change) => [`${change.time} ${change.signal}`, change.value])).toEqual([...expected]);
      }),
      { numRuns: 60 },
    );
  });

  it("reads a long file in pieces, up to the line where it was cut", async () => {
    const signals = Array.from({ length: 50 }, (_, i) => sketchSignal(`s${i}`, 24));
    const writer = new VcdWriter(new FileSink(path()), [sketchScope("top", signals)]);
    const expected: string[] = [];
    for (let time = 0; time < 4000; time++) {
      signals.forEach((signal, i) => {
        signal.set(time * 50 + i + 1);
      });
      writer.sample(time);
      expected.push(`${time}:0=${time * 50 + 8}`, `${time}:1=${time * 50 + 50}`);
    }
    writer.close();
    const file = await VcdFile.open(path());
    const chosen = file.select(["s7", "s49"]);
    expect([...file.changes(chosen)].map(brief)).toEqual(expected);
    const early = [];
    for (const change of file.changes(chosen)) {
      early.push(brief(change));
      if (early.length === 5) break;
    }
    expect(early).toEqual(expected.slice(0, 5));
    truncateSync(path(), 3_000_000);
    const cut = await VcdFile.open(path());
    const whole: string[] = [];
    const readCut = () => {
      for (const change of cut.changes(cut.select(["s7", "s49"]))) whole.push(brief(change));
    };
    try {
      readCut();
    } catch (error) {
      expect(String(error)).toMatch(/WaveError: .*: the file ends inside a value change$/);
    }
    expect(whole.length).toBeGreaterThan(3000);
    expect(whole).toEqual(expected.slice(0, whole.length));
  });
});
