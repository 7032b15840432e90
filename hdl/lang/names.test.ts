import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { Bool, elaborate, inst, mem, module, mux, pipe, reg, SInt, UInt, Vec, when, wire } from "./index.ts";

const Cell = module("Cell", { in: { x: UInt(8) }, out: { y: UInt(8) } }, ({ x }) => ({ y: pipe(x) }));

const Named = module(
  "Named",
  { in: { a: UInt(8), b: UInt(8), go: Bool }, out: { total: UInt(8), grid: UInt(8), high: Bool } },
  ({ a, b, go }) => {
    const sum = a.add(b).xor(1);
    const count = reg(UInt(8), 0);
    when(go, () => {
      count.next = count.add(sum);
    });
    const later = wire(Vec(2, UInt(8)));
    later.value = [pipe(a), mux(go, a, b)];
    const table = mem(SInt(4), 8);
    table.write(a.trunc(3), b.trunc(4).asSInt());
    let grid = Array.from({ length: 3 }, () => a);
    for (let r = 0; r < 2; r++)
      grid = grid.map((x) => {
        const cell = Cell({ x });
        return cell.y;
      });
    const late = inst(Cell);
    late.in = { x: later[0] ?? a };
    const stages = [1, 2].map((init) => {
      const stage = reg(UInt(8), init);
      stage.next = stage.add(1);
      return stage;
    });
    const renamed = a.sub(b).named("difference");
    const high = renamed.gt(table.read(a.trunc(3)).asUInt().extend(8));
    const last = stages.reduce((all, stage) => all.or(stage), late.out.y);
    return { total: count.add(last), grid: grid[2] ?? a, high };
  },
);

test("signals, memories and instances are named after their declarations", () => {
  const { modules, top } = elaborate(Named);
  const named = modules[top];
  expect(named?.names.filter(({ kind }) => kind !== "port").map(({ name }) => name)).toEqual([
    "high",
    "count",
    "later[0]",
    "later[1]",
    "later_2",
    "stage[0]",
    "stage[1]",
    "sum",
    "difference",
  ]);
  expect(named?.memories.map(({ name }) => name)).toEqual(["table"]);
  expect(named?.instances.map(({ name, dims }) => [name, dims])).toEqual([
    ["cell", [2, 3]],
    ["late", []],
  ]);
});

test("every name knows its line", () => {
  const lines = readFileSync(fileURLToPath(import.meta.url), "utf8").split("\n");
  const { modules, top } = elaborate(Named);
  for (const name of ["count", "sum", "stage[0]", "a"]) {
    const source = modules[top]?.names.find((candidate) => candidate.name === name)?.source;
    expect(source?.file).toBe("hdl/lang/names.test.ts");
    const text = lines[(source?.line ?? 0) - 1]?.slice((source?.column ?? 1) - 1);
    expect(text, name).toMatch({ count: /^reg\(/, sum: /^xor\(/, "stage[0]": /^reg\(/, a: /^a: UInt/ }[name] ?? /^$/);
  }
});

const script = (language: string) => `
import { Bool, elaborate, module, pipe, reg, UInt, when } from ${JSON.stringify(language)};

const Counter = module("Counter", { in: { en: Bool }, out: { count: UInt(8) } }, ({ en }) => {
  const count = reg(UInt(8), 0);
  const delayed = pipe(
    count.add(3),
  );

  when(en, () => { count.next = delayed.xor(count); });
  return { count };
});
console.log(elaborate(Counter).modules[0].names.map(({ name, source }) => name + ":" + source.line).join(" "));
`;

test.each([
  ["tsx", ["--import", "tsx"], "user.ts", "./index.ts"],
  ["built code", [], "user.mjs", "../../dist/hdl/lang/index.js"],
])("names and lines are the same under %s", (_, flags, file, language) => {
  const folder = mkdtempSync(join(tmpdir(), "systole-names-"));
  try {
    const path = join(folder, file);
    writeFileSync(path, script(new URL(language, import.meta.url).href));
    const printed = execFileSync(process.execPath, [...flags, pathToFileURL(path).pathname], { encoding: "utf8" });
    expect(printed.trim()).toBe("en:4 count:5 delayed:6");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
