import fc from "fast-check";
import { expect, test } from "vitest";
import { verilogFileNames } from "./verilog-files.ts";

test("a module's name is its file's", () => {
  expect(verilogFileNames(["PE", "PeArray_4_4"])).toEqual(["PE.v", "PeArray_4_4.v"]);
});

test("names that differ by case alone get different files", () => {
  expect(verilogFileNames(["Add", "ADD", "add", "add-2"])).toEqual(["Add.v", "ADD-2.v", "add-3.v", "add-2-2.v"]);
});

test("hostile names are cut and cleaned, and never clash", () => {
  const piece = fc.oneof(fc.constantFrom("../", ".", "a", "A", "-2", "/", "\\", "*/", "\n", "é", "con"), fc.string());
  const name = fc.oneof(
    fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")),
    fc.constantFrom("x".repeat(5000), `${"x".repeat(5000)}y`, "X".repeat(5000)),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
      const files = verilogFileNames(names);
      expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(names.length);
      for (const file of files) {
        expect(file).toMatch(/^\w[\w.-]*\.v$/);
        expect(file.length).toBeLessThan(160);
      }
    }),
  );
});
