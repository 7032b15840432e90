import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { gtkwFiles, writeGtkw } from "./gtkw.ts";
import { arbitraryHostileName, hostileNames } from "./hostile-name.fuzz.ts";
import type { TraceScope } from "./trace.ts";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { VcdFile } from "./vcd-reader.ts";
import { FileSink } from "./vcd-sink.ts";
import { VcdWriter } from "./vcd-writer.ts";

const hasConverters =
  process.env.CI === "true" || ["vcd2fst", "fst2vcd"].every((tool) => spawnSync(tool, ["--help"]).error === undefined);

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "systole-waves-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Scopes in scopes whose parts are all named from `names`, each once a scope; one or eight bits. */
function tree(names: readonly string[], labels: readonly string[], depth: number): TraceScope {
  const signals = names.map((name, i) =>
    i % 3 === 2 && labels.length > 0
      ? sketchSignal(name, 8, { format: { kind: "enum", labels } })
      : sketchSignal(name, i % 2 === 0 ? 1 : 8),
  );
  const children = depth === 0 ? [] : names.slice(0, 3).map(() => tree([...names].reverse(), labels, depth - 1));
  return sketchScope(
    names[0] ?? "top",
    signals,
    children.map((child, i) => ({ ...child, name: names[i] ?? "" })),
  );
}

/** Paths of all signals, as the designer wrote them. */
function paths(scope: TraceScope, around: readonly string[] = []): string[][] {
  const here = [...around, scope.name];
  return [
    ...scope.signals.map(({ name }) => [...here, name]),
    ...scope.children.flatMap((child) => paths(child, here)),
  ];
}

function write(path: string, scope: TraceScope): void {
  const writer = new VcdWriter(new FileSink(path), [scope]);
  writer.sample(0);
  let value = 0;
  const change = ({ signals, children }: TraceScope) => {
    for (const { words } of signals) words[0] = ++value & 0xff;
    for (const child of children) change(child);
  };
  change(scope);
  writer.sample(10);
  writer.close(20);
}

const plain = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;
const distinct = (all: readonly (readonly string[])[]) => new Set(all.map((path) => JSON.stringify(path))).size;

const arbitraryTree = fc
  .tuple(
    fc.uniqueArray(arbitraryHostileName, { minLength: 1, maxLength: 12 }),
    fc.array(arbitraryHostileName, { maxLength: 3 }),
    fc.nat({ max: 2 }),
  )
  .map(([names, labels, depth]) => tree(names, labels, depth));

describe("hostile names in a trace", () => {
  it("are declared one a line, as plain identifiers that differ within their scope", async () => {
    const path = join(folder, "names.vcd");
    fc.assert(
      fc.property(arbitraryTree, (scope) => {
        write(path, scope);
        const text = readFileSync(path, "latin1");
        const [declared = ""] = text.split("$enddefinitions");
        expect(text).toMatch(/^[\n -~]*$/);

        const open: Set<string>[] = [new Set()];
        let variables = 0;
        for (const line of declared.split("\n")) {
          const [keyword, ...words] = line.split(" ");
          if (keyword === "$upscope") open.pop();
          if (keyword !== "$scope" && keyword !== "$var") continue;
          expect(line).toMatch(/^(\$scope module [^ ]+|\$var (wire|reg) \d+ [^ ]+ [^ ]+( \[\d+:0\])?) \$end$/);
          const name = words[keyword === "$scope" ? 1 : 3] ?? "";
          expect(name).toMatch(plain);
          expect(open.at(-1)?.has(name)).toBe(false);
          open.at(-1)?.add(name);
          if (keyword === "$scope") open.push(new Set());
          else variables++;
        }
        expect(open).toHaveLength(1);
        expect(variables).toBe(paths(scope).length);
      }),
      { numRuns: 150 },
    );
  });

  it("come back as many signals as there were, with the values of each and the designer's names unless too long", async () => {
    const path = join(folder, "back.vcd");
    await fc.assert(
      fc.asyncProperty(arbitraryTree, async (scope) => {
        write(path, scope);
        const file = await VcdFile.open(path);
        const { signals } = file.declarations;
        const written = paths(scope);
        const read = signals.map(({ scopes, name }) => [...scopes, name]);
        expect(distinct(read)).toBe(distinct(written));
        expect(distinct(signals.map(({ vcdScopes, vcdName }) => [...vcdScopes, vcdName]))).toBe(written.length);
        read.forEach((names, i) => {
          names.forEach((name, level) => {
            if ((written[i]?.[level]?.length ?? 0) < 500) expect(name).toBe(written[i]?.[level]);
          });
        });

        const last = new Map<number, bigint>();
        for (const { signal, value } of file.changes(signals)) last.set(signal, value);
        const expected = signals.map(({ width }, i) => BigInt.asUintN(width, BigInt((i + 1) & 0xff)));
        expect(signals.map((_, i) => last.get(i))).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it("leave a save file of one line a signal, that names what the trace declares, and files that can be written", async () => {
    const path = join(folder, "save.vcd");
    await fc.assert(
      fc.asyncProperty(arbitraryTree, async (scope) => {
        write(path, scope);
        const save = join(folder, "save.gtkw");
        const [file, ...filters] = gtkwFiles(save, [scope], { vcd: path, limit: 1000 });
        expect(file?.text).toMatch(/^[\n -~]*$/);
        const { signals } = (await VcdFile.open(path)).declarations;
        const known = new Set(
          signals.map(({ vcdScopes, vcdName, width }) =>
            [...vcdScopes, vcdName + (width === 1 ? "" : `[${width - 1}:0]`)].join("."),
          ),
        );
        const shown = (file?.text ?? "").split("\n").filter((line) => line.startsWith("+"));
        expect(shown.length).toBeGreaterThan(0);
        for (const line of shown) {
          const [, label = "", name = ""] = /^\+\{([^{}]+)\} (\S+)$/.exec(line) ?? [];
          expect(label).not.toBe("");
          expect(known.has(name)).toBe(true);
        }
        for (const line of (file?.text ?? "").split("\n")) expect(line).toMatch(/^([[\]*@\-+^]|$)/);
        for (const { path: name, text } of filters) {
          expect(name).toMatch(/^\S{1,400}$/);
          expect(text).toMatch(/^([0-9A-F]{2} [!-~][ -~]*\n)+$/);
        }
        expect(new Set(filters.map(({ path: name }) => name.toLowerCase())).size).toBe(filters.length);
        writeGtkw(save, [scope], { vcd: path });
      }),
      { numRuns: 30 },
    );
  });

  it("do not take hours or the stack when a thousand scopes are nested", async () => {
    let scope = sketchScope("leaf", [sketchSignal("q", 1)]);
    for (let level = 0; level < 1000; level++) scope = sketchScope("a[0]", [], [scope]);
    const path = join(folder, "deep.vcd");
    write(path, scope);
    expect((await VcdFile.open(path)).declarations.signals).toHaveLength(1);
    expect(gtkwFiles(join(folder, "deep.gtkw"), [scope], { vcd: path })).toHaveLength(1);
  });
});

describe.skipIf(!hasConverters)("GTKWave's converters on hostile names", () => {
  it("take the trace and give as many signals back", async () => {
    const scope = tree(hostileNames, hostileNames.slice(0, 20), 1);
    const path = join(folder, "hostile.vcd");
    write(path, scope);
    const there = spawnSync("vcd2fst", [path, join(folder, "hostile.fst")], { encoding: "utf8" });
    expect(`${there.status} ${there.stderr}`).toBe("0 ");
    const back = spawnSync("fst2vcd", [join(folder, "hostile.fst")], { encoding: "utf8", maxBuffer: 1e8 });
    expect(`${back.status} ${back.stderr}`).toBe("0 ");
    const returned = join(folder, "returned.vcd");
    writeFileSync(returned, back.stdout);
    const namesIn = async (file: string) =>
      (await VcdFile.open(file)).declarations.signals.map(({ vcdScopes, vcdName }) =>
        [...vcdScopes, vcdName].join("."),
      );
    const names = await namesIn(path);
    expect(new Set(names).size).toBe(paths(scope).length);
    expect((await namesIn(returned)).sort()).toEqual(names.sort());
  });
});
