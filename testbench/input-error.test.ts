import { expect, it } from "vitest";
import { InputError } from "./input-error.ts";

it("is one line with exit code 2, whatever the message brings in", () => {
  const cause = new Error("why");
  const error = new InputError("a\nb\r\u001b[31m\u2028\u0085c: é is wrong", { cause });
  expect(error.message).toBe("a\\u000ab\\u000d\\u001b[31m\\u2028\\u0085c: é is wrong");
  expect([error.exitCode, error.name, error.cause]).toEqual([2, "InputError", cause]);
});
