import { describe, expect, test } from "vitest";
import { removeDead } from "./dead.ts";
import { designOf, Sketch } from "./sketch.fuzz.ts";
import { validate } from "./validate.ts";

describe("removeDead", () => {
  function design() {
    const leaf = new Sketch("Leaf");
    leaf.output("y", leaf.reg(8, leaf.input("x", 8), "r"));
    const checked = new Sketch("Checked");
    checked.check(checked.input("x", 1), checked.constant(1, 1), "holds");
    const s = new Sketch("Top");
    const x = s.input("x", 8);
    s.instance("unused", 0, [x]);
    s.instance("checked", 1, [s.slice(x, 0, 1)]);
    s.instance("used", 0, [x]);
    const write = (address: number) => ({
      writes: [{ domain: 0, enable: s.constant(1, 1), address, data: x, mask: null, source: null }],
    });
    s.memory("unused", 8, 4, write(x));
    const memory = s.memory("ram", 8, 4, write(s.not(x)));
    const q = s.node({ kind: "memRead", width: 8, memory, address: x, sync: null });
    s.op("add", x, x, "probe");
    s.op("sub", x, x);
    s.output("y", s.op("xor", q, s.out(2, 1, 8)));
    return designOf(leaf, checked, s);
  }

  test("keeps what outputs and checks need", () => {
    const before = design();
    const after = removeDead(before);
    validate(after);
    const top = after.modules[2];
    expect(top?.instances.map(({ name }) => name)).toEqual(["checked", "used"]);
    expect(top?.memories.map(({ name }) => name)).toEqual(["ram"]);
    expect(top?.names.map(({ name }) => name)).toEqual(["x", "y"]);
    expect(top?.nodes.some(({ kind }) => kind === "add")).toBe(false);
    expect(after.modules[0]).toBe(before.modules[0]);
  });

  test("keeps what names need when asked to", () => {
    const before = design();
    const after = removeDead(before, { keepNames: true });
    validate(after);
    expect(after.modules[2]?.names.map(({ name }) => name)).toEqual(["x", "probe", "y"]);
    expect(after.modules[2]?.memories.length).toBe(2);
    expect(after.modules[2]?.instances.length).toBe(3);
    expect(after.modules[2]?.nodes.length).toBeLessThan(before.modules[2]?.nodes.length ?? 0);
  });
});
