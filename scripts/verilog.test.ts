import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";

/** The command line as built, and a user's folder in which the package is installed. */
const root = fileURLToPath(new URL("..", import.meta.url));
const binary = join(root, "dist/scripts/systole.js");
const folder = mkdtempSync(join(tmpdir(), "systole-verilog-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "node_modules"));
symlinkSync(root, join(folder, "node_modules/systole"));

const verilog = (...args: readonly string[]) =>
  spawnSync(process.execPath, [binary, "verilog", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
const file = (name: string, content: string) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
  return `./${name}`;
};

const adder = `import { module, reg, UInt } from "systole/hdl";
import { names } from "./names.ts";
interface Sizes { readonly width?: number; readonly stages?: number }
export const MyAdder = ({ width = 8, stages = 1 }: Sizes = {}) =>
  module(names.adder, { params: { width }, in: { a: UInt(width), b: UInt(width) }, out: { sum: UInt(width) } }, ({ a, b }) => {
    const total = reg(UInt(width), 0);
    total.next = a.add(b);
    return { sum: total };
  });
`;
file("names.ts", 'export const names: Record<"adder", string> = { adder: "MyAdder" };\n');
const one = file("adder.ts", adder);
const many = file(
  "many.ts",
  `import { module, reg, UInt, wire } from "systole/hdl";
export const Counter = module("Counter", { in: {}, out: { count: UInt(8) } }, () => {
  const ticks = reg(UInt(8), 0);
  ticks.next = ticks.add(3);
  return { count: ticks };
});
export const Wide = module("Wide", { in: { a: UInt(4) }, out: { q: UInt(8) } }, ({ a }) => ({ q: (a as any).add(reg(UInt(8), 0)) }));
export const Open = module("Open", { in: {}, out: { q: UInt(8) } }, () => ({ q: wire(UInt(8)) }));
export const Throws = module("Throws", { in: {}, out: { q: UInt(8) } }, () => {
  const table: number[] = [];
  return { q: (table[3] as any).value };
});
export const positional = (rows: number, cols: number) => rows * cols;
export const nothing = () => undefined;
export const later = async ({ n = 1 }) => module("Later", { in: {}, out: { q: UInt(8) } }, () => ({ q: n as any }));
export const rows = 4;
`,
);
const script = file(
  "plain/block.mjs",
  `import { module, UInt } from "systole/hdl";
export default module("Plain", { in: { a: UInt(3) }, out: { q: UInt(3) } }, ({ a }) => ({ q: a.not() }));
`,
);

describe("what succeeds", () => {
  test("a block of the catalogue, with its parameters, on standard output", () => {
    const { status, stdout, stderr } = verilog("Fifo", "--set", "width=5,depth=3");
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^module \w*Fifo\w*\b/m);
    expect(stdout).toMatch(/\[4:0\]/);
    expect(stdout).toMatch(/^endmodule\b.*\n$/m);
    expect(status).toBe(0);
  });

  test("a folder with a file for each module and a list of them", () => {
    const { status, stdout } = verilog("PeArray", "--set", "rows=2", "--set", "cols=3", "-o", "rtl/array");
    expect(status).toBe(0);
    const [, top] = stdout.match(/^rtl\/array: \d+ modules, [\d,]+ lines, top (\w+); verilator -F (\S+) /) ?? [];
    const files = readFileSync(join(folder, `rtl/array/${top}.f`), "utf8")
      .trim()
      .split("\n");
    expect(readdirSync(join(folder, "rtl/array")).sort()).toEqual([...files, `${top}.f`].sort());
    expect(files.at(-1)).toBe(`${top}.v`);
    for (const name of files) {
      const text = readFileSync(join(folder, "rtl/array", name), "utf8");
      expect(text).toMatch(new RegExp(`^module ${name.slice(0, -2)}\\b`, "m"));
      expect(text).toMatch(/^endmodule\b.*\n$/m);
    }
    const lint = spawnSync("iverilog", ["-g2005", "-t", "null", "-s", top ?? "", ...files], {
      cwd: join(folder, "rtl/array"),
      encoding: "utf8",
    });
    if (process.env.CI === "true" || !lint.error) expect([lint.status, lint.stderr]).toEqual([0, ""]);
  });

  test("a generator of a user's TypeScript file, called with the values", () => {
    const { status, stdout, stderr } = verilog(one, "--set", "width=12");
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^module MyAdder_12\b/m);
    expect(stdout).toContain("adder.ts:6");
    expect(stdout).toMatch(/\btotal\b/);
    expect(status).toBe(0);
    expect(verilog(`${one}#MyAdder`).stdout).toMatch(/^module MyAdder_8\b/m);
  });

  test("a module of several, of a script, and of a promise, into one file", () => {
    expect(verilog(`${many}#Counter`, "-o", "counter.v").stdout).toMatch(
      /^counter\.v: 1 module, \d+ lines, top Counter\n$/,
    );
    expect(readFileSync(join(folder, "counter.v"), "utf8")).toMatch(/^module Counter\b/m);
    expect(verilog(script).stdout).toMatch(/^module Plain\b/m);
    expect(verilog(`${many}#later`, "--set", "n=7").stdout).toMatch(/^module Later\b/m);
  });

  test("a file whose package does not say that it is an ES module, with the lines of the file", () => {
    file("common/package.json", "{}");
    const plain = file("common/adder.ts", adder.replace("./names.ts", "../names.ts"));
    expect(verilog(plain).stdout).toContain("common/adder.ts:6");
  });

  test("a path with spaces and a #", () => {
    const odd = file("odd #1/my block%20.ts", readFileSync(join(folder, "plain/block.mjs"), "utf8"));
    expect(verilog(odd).stdout).toMatch(/^module Plain\b/m);
    expect(verilog(`${odd}#default`).stdout).toMatch(/^module Plain\b/m);
  });

  test("the report for machines", () => {
    const text = JSON.parse(verilog(`${many}#Counter`, "--json").stdout);
    expect(text).toMatchObject({ top: "Counter", modules: [{ name: "Counter" }], blackBoxes: [] });
    const { ports } = text;
    expect(ports).toContainEqual({
      identifier: "clock",
      direction: "in",
      width: 1,
      role: { kind: "clock", domain: 0 },
    });
    const written = JSON.parse(verilog(`${many}#Counter`, "-o", "json", "--json").stdout);
    expect(written).toEqual({
      ...{ top: "Counter", ports, files: ["json/Counter.v"], filelist: "json/Counter.f", blackBoxes: [] },
    });
  });

  test("black boxes are named, not written", () => {
    const boxed = file(
      "boxed.ts",
      `import { blackBox, module, UInt } from "systole/hdl";
const Pll = blackBox("Pll", { in: { a: UInt(1) }, out: { q: UInt(1) } });
export const Boxed = module("Boxed", { in: { a: UInt(1) }, out: { q: UInt(1) } }, ({ a }) => ({ q: Pll({ a }).q }));
`,
    );
    const { stdout } = verilog(boxed, "-o", "boxed");
    expect(stdout).toContain("to be given elsewhere (black boxes): Pll\n");
    expect(readdirSync(join(folder, "boxed")).sort()).toEqual(["Boxed.f", "Boxed.v"]);
  });
});

test("a design error in a user's module exits with 1, in one line with its place", () => {
  for (const [name, place] of [
    ["Wide", "many.ts:7:"],
    ["Open", "many.ts:8:"],
  ]) {
    const { status, stdout, stderr } = verilog(`${many}#${name}`);
    expect(stderr).toMatch(/^systole: \[.*\n$/);
    expect(stderr).toContain(place);
    expect([status, stdout]).toEqual([1, ""]);
  }
});

describe("bad input is one clear line, exit code 2, and nothing written", () => {
  const out = ["-o", "never"];
  test.each<[string, string[], string]>([
    ["no module", [], "missing required argument 'module'"],
    ["a block that is none", ["Fifi", ...out], "there is no block Fifi; did you mean Fifo?"],
    ["a block in other letters", ["pearray", ...out], "did you mean PeArray?"],
    [
      "a parameter that is none",
      ["Fifo", "--set", "dept=3", ...out],
      "[Fifo] has no parameter dept; did you mean depth?",
    ],
    ["a parameter out of range", ["Fifo", "--set", "depth=0", ...out], "depth (items held) is a whole number from 1"],
    ["parameters that do not go together", ["AsyncFifo", "--set", "depth=3", ...out], "a power of two"],
    ["values that are none", ["Fifo", "--set", "depth", ...out], "--set depth: give names and whole numbers"],
    ["a file that is not there", ["./none.ts", ...out], "./none.ts: no such file"],
    ["a folder", ["./plain", ...out], "./plain: give a .ts, .js or .mjs file"],
    ["an export that is none", [`${one}#MyAder`, ...out], "./adder.ts: does not export MyAder; did you mean MyAdder?"],
    ["several modules", [many, ...out], "./many.ts: exports Counter, Open, Throws, Wide"],
    ["no module in the file", ["./names.ts", ...out], "./names.ts: exports no module"],
    ["a number", [`${many}#rows`, ...out], "./many.ts#rows is a number, not a module"],
    ["a function of two parameters", [`${many}#positional`, ...out], "positional takes 2 parameters"],
    ["a function that returns nothing", [`${many}#nothing`, ...out], "nothing returned undefined, not a module"],
    ["a value that nobody reads", [one, "--set", "witdh=4", ...out], "does not read witdh; it reads width, stages"],
    ["a value for a plain module", [`${many}#Counter`, "--set", "n=4", ...out], "a module without parameters"],
    ["an error in the body", [`${many}#Throws`, ...out], "many.ts:11:33: TypeError: "],
    ["a syntax error", [file("syntax.ts", "export const a = 1;\nconst b = = 2;\n"), ...out], "syntax.ts:2:11: "],
    ["a syntax error in an import", [file("outer.ts", 'export * from "./syntax.ts";\n'), ...out], "syntax.ts:2:11: "],
    ["an error at the top", [file("top.ts", "const a: any = {};\na.b.c();\n"), ...out], "top.ts:2:5: TypeError: "],
    [
      "an import that is none",
      [file("lost.ts", 'import { a } from "./lots.ts";\nexport const A = a;\n'), ...out],
      "cannot find lots.ts",
    ],
    [
      "a package that is none",
      [file("no.ts", 'import { a } from "nowhere";\nexport const A = a;\n'), ...out],
      "no.ts: cannot find nowhere",
    ],
    [
      "a name that systole does not have",
      [file("typo.ts", 'import { Uint } from "systole/hdl";\nexport const A = Uint(3);\n'), ...out],
      "typo.ts: SyntaxError: ",
    ],
    [
      "a wait without end",
      [file("wait.ts", "await new Promise(() => {});\n"), ...out],
      "wait.ts: awaits something that never",
    ],
    ["a thrown text", [file("text.ts", 'throw "no";\n'), ...out], "text.ts: threw no"],
    ["a file as a folder", ["PE", "-o", "adder.ts"], "adder.ts: it is no folder"],
    ["a folder in a file", ["PE", "-o", "adder.ts/rtl"], "adder.ts"],
    ["a folder that cannot be", ["PE", "-o", "/proc/none/rtl"], "/proc/none: cannot make the folder"],
    ["a file in no folder", ["PE", "-o", "no/such.v"], "no/such.v: cannot write: no such file or folder"],
    ["an empty name", ["PE", "-o", ""], "-o: the name is empty"],
  ])("%s", (_, args, message) => {
    const before = readdirSync(folder).sort();
    const { status, stdout, stderr } = verilog(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n").length, stderr).toBeLessThanOrEqual(1);
    expect(stdout).toBe("");
    expect(status).toBe(2);
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});
