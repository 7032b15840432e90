import { describe, expect, it } from "vitest";
import { pathGlob } from "./path-glob.ts";

/** Splits `scope/scope/name`, since a name may have dots of its own. */
const matching = (pattern: string, paths: readonly string[]) => {
  const matches = pathGlob(pattern);
  return paths.filter((path) => matches(path.split("/").slice(0, -1), path.split("/").at(-1) ?? ""));
};

const paths = [
  "top/clock",
  "top/state",
  "top/acts[3]",
  "top/array/pe[0][1]/held",
  "top/array/pe[0][1]/sum",
  "top/array/pe[0][2]/held",
  "top/array/pe[1][1]/held",
  "top/array/pe[10][1]/held",
  "top/array/pe_0_1/held",
  "top/fifo/enq.bits",
  "top/fifo/enq.valid",
  "top/fifo/control/state",
  "top/odd!(x)/{y}",
];

describe("path globs", () => {
  it("takes brackets literally", () => {
    expect(matching("array.pe[0][1].*", paths)).toEqual(["top/array/pe[0][1]/held", "top/array/pe[0][1]/sum"]);
    expect(matching("acts[3]", paths)).toEqual(["top/acts[3]"]);
    expect(matching("acts[0-9]", paths)).toEqual([]);
    expect(matching("acts[3", paths)).toEqual([]);
  });

  it("has stars inside brackets", () => {
    expect(matching("array.pe[*][1].held", paths)).toEqual([
      "top/array/pe[0][1]/held",
      "top/array/pe[1][1]/held",
      "top/array/pe[10][1]/held",
    ]);
    expect(matching("array.pe[?][*].held", paths)).toHaveLength(3);
    expect(matching("array.pe[{0,1}][1].held", paths)).toHaveLength(2);
  });

  it("keeps a star within one segment and lets two cross them", () => {
    expect(matching("*", paths)).toEqual(["top/clock", "top/state", "top/acts[3]"]);
    expect(matching("**.state", paths)).toEqual(["top/state", "top/fifo/control/state"]);
    expect(matching("fifo.**", paths)).toEqual(["top/fifo/enq.bits", "top/fifo/enq.valid", "top/fifo/control/state"]);
    expect(matching("**", paths)).toEqual(paths);
  });

  it("matches with or without the top, and a dotted name as segments or whole", () => {
    expect(matching("top.fifo.enq.bits", paths)).toEqual(["top/fifo/enq.bits"]);
    expect(matching("fifo.enq.*", paths)).toEqual(["top/fifo/enq.bits", "top/fifo/enq.valid"]);
    expect(matching("fifo.*", paths)).toEqual(["top/fifo/enq.bits", "top/fifo/enq.valid"]);
    expect(matching("**.enq.bits", paths)).toEqual(["top/fifo/enq.bits"]);
  });

  it("knows no other operators", () => {
    for (const pattern of [
      "!clock",
      "@(clock)",
      "+(clock)",
      "clock|state",
      "^clock$",
      "\\clock",
      "(clock)",
      "clock{1}",
    ])
      expect(matching(pattern, paths), pattern).toEqual([]);
    expect(matching("odd!(x).*", paths)).toEqual(["top/odd!(x)/{y}"]);
  });

  it("refuses patterns that are empty or endless", () => {
    expect(() => pathGlob("")).toThrow("an empty signal pattern selects nothing; write ** for all signals");
    expect(() => pathGlob("x".repeat(5000))).toThrow(
      "a signal pattern of 5000 characters; at most 4096 are understood",
    );
  });

  it("tells names with slashes apart from scopes", () => {
    const matches = pathGlob("a/b.c");
    expect(matches(["a/b"], "c")).toBe(true);
    expect(matches(["a", "b"], "c")).toBe(false);
  });
});
