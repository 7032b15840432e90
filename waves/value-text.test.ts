import { expect, it } from "vitest";
import { type Radix, valueText } from "./value-text.ts";

it("writes values by their format and radix", () => {
  const text = (kind: "bool" | "uint" | "sint", value: bigint | null, width: number, radix?: Radix) =>
    valueText(value, width, { kind }, radix);
  expect(text("bool", 1n, 1)).toBe("1");
  expect(text("uint", 10n, 8)).toBe("0a");
  expect(text("uint", 10n, 9)).toBe("00a");
  expect(text("uint", 200n, 8, "decimal")).toBe("200");
  expect(text("uint", 5n, 4, "binary")).toBe("0101");
  expect(text("sint", 255n, 8)).toBe("-1");
  expect(text("sint", 127n, 8)).toBe("127");
  expect(text("sint", 255n, 8, "hex")).toBe("ff");
  expect(text("sint", 1n << 99n, 100)).toBe(`-${1n << 99n}`);
  expect(text("sint", null, 8)).toBe("x");
  const labels = ["Idle", "Run"];
  expect(valueText(1n, 2, { kind: "enum", labels })).toBe("Run");
  expect(valueText(3n, 2, { kind: "enum", labels })).toBe("3");
  expect(valueText(1n, 2, { kind: "enum", labels }, "decimal")).toBe("1");
});
