import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { int8Matrix } from "../testbench/workloads/matrix.ts";
import { writeNpy } from "../testbench/workloads/npy.ts";

/** The package as npm would publish it, installed in an empty folder, used as its README says. */

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "systole-package-"));
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...readme.matchAll(/```(\w+)(?: file=(\S+))?\n([\s\S]*?)```/g)].map(([, language, file, text]) => ({
  language,
  file,
  text: text ?? "",
}));

/** A PATH with Node and a shell alone: no compiler, no Python. */
const bin = mkdtempSync(join(tmpdir(), "systole-bin-"));
for (const tool of ["node", "npm", "npx", "sh", "env", "sed", "uname", "dirname", "basename"]) {
  const found = (process.env.PATH ?? "").split(":").map((place) => join(place, tool));
  const real = tool === "node" ? process.execPath : found.find((path) => existsSync(path));
  if (real) symlinkSync(realpathSync(real), join(bin, tool));
}
const environment = { ...process.env, PATH: bin, CI: "" };
const run = (command: string, args: readonly string[]) =>
  spawnSync(command, args, { cwd: folder, encoding: "utf8", env: environment });
const node = (...args: readonly string[]) => run(process.execPath, args);

beforeAll(() => {
  const packed = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: root,
    encoding: "utf8",
  });
  const [{ filename }]: [{ filename: string }] = JSON.parse(packed);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  expect(spawnSync("sh", ["-c", "command -v cc gcc g++ python3 python"], { env: environment }).status).not.toBe(0);
  const quiet = ["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  execFileSync("npm", ["install", ...quiet, join(folder, filename)], {
    cwd: folder,
    stdio: "pipe",
    env: environment,
  });
  for (const { file, text } of blocks) if (file) writeFileSync(join(folder, file), text);
  writeNpy(
    join(folder, "a.npy"),
    int8Matrix(
      3,
      4,
      Int8Array.from({ length: 12 }, (_, i) => i - 6),
    ),
  );
  writeNpy(
    join(folder, "b.npy"),
    int8Matrix(
      4,
      2,
      Int8Array.from({ length: 8 }, (_, i) => 3 * i - 9),
    ),
  );
}, 240_000);

afterAll(() => {
  for (const path of [folder, bin]) rmSync(path, { recursive: true, force: true });
});

test("ships built code and types, no sources and no tests", () => {
  const shipped = readdirSync(join(folder, "node_modules/systole"), { recursive: true }).map(String);
  expect(shipped).toContain("dist/scripts/systole.js");
  expect(shipped).toContain("dist/hdl/index.d.ts");
  expect(shipped.filter((file) => /\.(test|fuzz)\.|(^|[^d])\.ts$/.test(file) && !file.endsWith(".d.ts"))).toEqual([]);
  expect(existsSync(join(folder, "node_modules/systole/LICENSE"))).toBe(true);
});

test("a block of a user's own runs from plain JavaScript, and names its signals", () => {
  const script = `
    import { module, reg, UInt, elaborate } from "systole/hdl";
    import { simulate } from "systole/testbench";
    const Counter = module("Counter", { in: {}, out: { count: UInt(8) } }, () => {
      const ticks = reg(UInt(8), 0);
      ticks.next = ticks.add(3);
      return { count: ticks };
    });
    const dut = simulate(Counter);
    dut.step(5);
    console.log(dut.out.count, dut.peek("ticks"), elaborate(Counter).modules[0].names.map(({ name }) => name).join());
  `;
  writeFileSync(join(folder, "user.js"), script);
  const { stdout, stderr } = node("user.js");
  expect(stderr).toBe("");
  expect(stdout.trim()).toBe("15 15 count,ticks");
});

test("a user's TypeScript block comes out as Verilog and runs again, with install scripts off", () => {
  const block = `
    import { module, reg, UInt } from "systole/hdl";
    interface Sizes { readonly width?: number }
    export const Ticks = ({ width = 8 }: Sizes) =>
      module("Ticks", { params: { width }, in: { by: UInt(width) }, out: { count: UInt(width) } }, ({ by }) => {
        const ticks = reg(UInt(width), 0);
        ticks.next = ticks.add(by);
        return { count: ticks };
      });
  `;
  writeFileSync(join(folder, "ticks.ts"), block);
  const binary = join(folder, "node_modules/.bin/systole");
  const written = run(binary, ["verilog", "./ticks.ts", "--set", "width=12", "-o", "ticks.v"]);
  expect(written.stderr).toBe("");
  expect(written.status).toBe(0);
  expect(readFileSync(join(folder, "ticks.v"), "utf8")).toMatch(/^module Ticks_12\b/m);
  const simulated = run(binary, ["simulate", "ticks.v", "--set", "by=3", "--cycles", "108", "--json"]);
  expect(simulated.stderr).toBe("");
  expect(JSON.parse(simulated.stdout)).toMatchObject({
    yosys: expect.stringContaining("npm"),
    resets: [{ port: "reset", level: "high", cycles: 8 }],
    outputs: { count: "0x12c" },
  });
});

test("what compares with ONNX Runtime runs without it, and says how to have it", () => {
  const { stdout, stderr, status } = run(join(folder, "node_modules/.bin/systole"), [
    "run",
    "vector",
    "--kernel",
    "requantise",
  ]);
  expect(stderr).not.toContain("Error");
  expect(status).toBe(0);
  expect(stdout).toMatch(/requantise .* bit for bit/);
  expect(stdout).toContain("not compared with: not installed; npm install onnxruntime-web@1.30.0");
});

test("the README's tutorial compiles strictly and passes", () => {
  const files = blocks.flatMap(({ file }) => (file ? [file] : []));
  expect(files).toEqual(["gcd.ts", "gcd.test.ts"]);
  const lines = blocks.filter(({ file }) => file).reduce((sum, { text }) => sum + text.trim().split("\n").length, 0);
  expect(lines).toBeLessThanOrEqual(60);
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--allowImportingTsExtensions"];
  const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  const checked = node(compiler, ...flags, ...types, ...files);
  expect(checked.stdout).toBe("");
  expect(checked.status).toBe(0);
  const ran = node("--import", join(root, "node_modules/tsx/dist/loader.mjs"), "gcd.test.ts");
  expect(ran.stderr).toBe("");
  expect(ran.status).toBe(0);
  expect(ran.stdout).toContain("busy");
  expect(existsSync(join(folder, "gcd.vcd"))).toBe(true);
});

test("the README's commands run", () => {
  const commands = blocks
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.trim().split("\n"))
    .map((line) => line.replace(/\s+#.*$/, "").trim())
    .filter((line) => line !== "");
  const script = readFileSync(join(root, ".ci/run"), "utf8");
  for (const command of commands) {
    if (command.startsWith("npm ")) {
      for (const part of command.split(" && ")) expect(script.split("\n")).toContain(part);
      continue;
    }
    if (command.startsWith("gtkwave ")) {
      for (const file of command.split(" ").slice(1)) expect(existsSync(join(folder, file)), command).toBe(true);
      continue;
    }
    if (command.startsWith("npx tsx ")) continue;
    const [, name, ...rest] = command.match(/'[^']*'|\S+/g) ?? [];
    expect(name).toBe("systole");
    const systole = join(folder, "node_modules/.bin/systole");
    // These need another simulator; they have tests of their own.
    if (rest[0] === "lockstep") continue;
    const words = rest.map((word) => word.replace(/^'|'$/g, ""));
    const { status, stderr } = rest.some((word) => word.startsWith("testbench/"))
      ? spawnSync("sh", ["-c", `${systole} ${rest.join(" ")}`], { cwd: root, encoding: "utf8", env: environment })
      : run(systole, words);
    expect(status, `${command}\n${stderr}`).toBe(0);
  }
}, 300_000);
