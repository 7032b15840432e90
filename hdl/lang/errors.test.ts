import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import {
  type AnyModule,
  Bool,
  Bundle,
  blackBox,
  ClockDomain,
  cat,
  check,
  clog2,
  cross,
  type Dynamic,
  Enum,
  elaborate,
  flip,
  inDomain,
  inst,
  match,
  mem,
  module,
  mux,
  pipe,
  reg,
  SInt,
  Stream,
  select,
  UInt,
  Vec,
  when,
  wire,
} from "./index.ts";

const source = readFileSync(fileURLToPath(import.meta.url), "utf8").split("\n");

/** The message of what `action` throws, each place in this file replaced by the start of the text that stands at it. */
function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message.replaceAll(/[\w/.-]*errors\.test\.ts:(\d+)(?::(\d+))?/g, (_, line: string, column = "1") => {
      const text = source[Number(line) - 1]?.slice(Number(column) - 1).trim() ?? "";
      return `«${text.match(/^(?:const )?[\w.]+[^\w]{0,3}\w*/)?.[0]}»`;
    });
  }
  return "nothing was thrown";
}

const errorOf = (top: () => AnyModule) => messageOf(() => elaborate(top()));
const Byte = UInt(8);
/** A width that the checker does not know, as of a parameter. */
const unknown: (width: number) => Dynamic = (width) => width;

test("width mismatch in an operator", () => {
  const Top = module("Top", { in: { a: UInt(unknown(8)), b: UInt(unknown(16)) }, out: { y: Byte } }, ({ a, b }) => {
    const y = a.add(b);
    return { y };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] width mismatch: add of a («a: UInt»): UInt<8> and b («b: UInt»): UInt<16>, at «add(b»; extend one with .extend(16) or cut the other with .trunc(8)"`,
  );
});

test("sign mismatch", () => {
  const Top = module("Top", { in: { a: UInt(8), b: SInt(8) }, out: { y: Byte } }, ({ a, b }) => {
    const other: Dynamic = b;
    return { y: a.add(other) };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] sign mismatch: add of a («a: UInt»): UInt<8> and b («b: SInt»): SInt<8>, at «add(other»; convert one of them with .asSInt() or .asUInt()"`,
  );
});

test("an output of the wrong width", () => {
  const Top = module("Top", { in: { a: UInt(unknown(4)) }, out: { y: Byte } }, ({ a }) => ({ y: a }));
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] the output y is a UInt<8> but is given a («a: UInt»): UInt<4>, at «module("Top»; extend or truncate it to the same width"`,
  );
});

test("an input of an instance of the wrong width, in a nested module", () => {
  const Inner = module("Inner", { in: { x: Byte }, out: { y: Byte } }, ({ x }) => ({ y: x }));
  const Core = module("Core", { in: { a: UInt(unknown(4)) }, out: { y: Byte } }, ({ a }) => {
    const inner = Inner({ x: a });
    return { y: inner.y };
  });
  const Top = module("Top", { in: { a: UInt(4) }, out: { y: Byte } }, ({ a }) => {
    const core = Core({ a });
    return { y: core.y };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top.core] Inner's input x is a UInt<8> but is given a («a: UInt»): UInt<4>, at «Inner({ x»; extend or truncate it to the same width"`,
  );
});

test("an extra output", () => {
  const Top = module("Top", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const outputs = { q: a, typo: a };
    return outputs;
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] the output typo does not exist in module Top, at «module("Top»; use q"`,
  );
});

test("a literal out of range", () => {
  const Top = module("Top", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const q = a.add(4096);
    return { q };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] 4096 does not fit UInt<8> (0 to 255), at «add(4096»; use a literal in range or a wider type"`,
  );
});

test("extend that narrows and trunc that widens", () => {
  const Narrow = module("Narrow", { in: { a: Byte }, out: { q: UInt(4) } }, ({ a }) => ({ q: a.extend(4) }));
  const Wide = module("Wide", { in: { a: Byte }, out: { q: UInt(16) } }, ({ a }) => ({ q: a.trunc(16) }));
  expect(errorOf(() => Narrow)).toMatchInlineSnapshot(
    `"[Narrow] .extend(4) narrows a («a: Byte»): UInt<8>, at «extend(4»; use .trunc(4), or extend to at least 8"`,
  );
  expect(errorOf(() => Wide)).toMatchInlineSnapshot(
    `"[Wide] .trunc(16) widens a («a: Byte»): UInt<8>, at «trunc(16»; use .extend(16), or cut to at most 8"`,
  );
});

test("bits beyond the width", () => {
  const Top = module("Top", { in: { a: Byte }, out: { q: UInt(4) } }, ({ a }) => ({ q: a.bits(6, 4) }));
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] bits 9 to 6 are not all in a («a: Byte»): UInt<8>, at «bits(6»; take bits from 0 to 7"`,
  );
});

test("a wire that nothing drives", () => {
  const Top = module("Top", { in: {}, out: { q: Byte } }, () => {
    const idle = wire(Byte);
    return { q: idle };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] the wire idle («wire(Byte») is never driven; assign its .value on every path, for example a default before the first when"`,
  );
});

test("a wire that one path does not drive", () => {
  const State = Enum("Idle", "Busy", "Done");
  const Top = module("Top", { in: { go: Bool }, out: { q: Byte } }, ({ go }) => {
    const state = reg(State, "Idle");
    const result = wire(Byte);
    match(state, {
      Idle: () => {
        result.value = 1;
      },
      Busy: () => {
        when(go, () => {
          result.value = 2;
        });
      },
      Done: () => {
        result.value = 3;
      },
    });
    return { q: result };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] the wire result («wire(Byte») is not driven when state («reg(State») is Busy and none of the conditions of the when at «when(go» is 1; assign its .value on every path, for example a default before the first when"`,
  );
});

test("an assignment that never takes effect", () => {
  const Top = module("Top", { in: { a: Byte, go: Bool }, out: { q: Byte } }, ({ a, go }) => {
    const held = reg(Byte, 0);
    held.next = a;
    when(go, () => {
      held.next = 1;
    }).otherwise(() => {
      held.next = 2;
    });
    return { q: held };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] the assignment to held at «next = a» can never take effect: the one at «next = 2» always overrides it; remove one of them, or put the later one in a when"`,
  );
});

test("a combinational loop, named whole, through instances", () => {
  const Adder = module("Adder", { in: { x: Byte, y: Byte }, out: { sum: Byte } }, ({ x, y }) => ({ sum: x.add(y) }));
  const Top = module("Top", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const back = wire(Byte);
    const total = Adder({ x: a, y: back });
    const flipped = total.sum.not();
    back.value = flipped;
    return { q: flipped };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"combinational loop in Top: back[0] («const back = wire») -> through instance total (Adder) from y[0] to sum[0] («const total = Adder») -> flipped[0] («const flipped = total») -> back[0]; put a register (reg or pipe) on one of these signals"`,
  );
});

test("bits that only seem to go round are no loop", () => {
  const Top = module("Top", { in: { a: Bool }, out: { q: Byte } }, ({ a }) => {
    const chain = wire(Byte);
    chain.value = cat(chain.bits(0, 7), a);
    return { q: chain };
  });
  expect(errorOf(() => Top)).toBe("nothing was thrown");
});

test("memory port clash", () => {
  const Top = module("Top", { in: { go: Bool, a: UInt(4), d: Byte }, out: { q: Byte } }, ({ go, a, d }) => {
    const ram = mem(Byte, 16);
    when(go, () => ram.write(a, d));
    ram.write(a, d.not());
    return { q: ram.read(a) };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] memory port clash: ram («mem(Byte») has 1 write port but the writes at «write(a» and «write(a» may happen in the same cycle; put them in arms that exclude each other, or declare the memory with writePorts: 2"`,
  );
});

test("writes in arms that exclude each other share a port", () => {
  const Top = module("Top", { in: { go: Bool, a: UInt(4), d: Byte }, out: { q: Byte } }, ({ go, a, d }) => {
    const ram = mem(Byte, 16);
    when(go, () => ram.write(a, d)).otherwise(() => ram.write(a, d.not()));
    return { q: ram.read(a) };
  });
  const [top] = elaborate(Top).modules;
  expect(top?.memories[0]?.writes).toHaveLength(1);
});

test("an address of the wrong width", () => {
  const Top = module("Top", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const ram = mem(Byte, 16);
    return { q: ram.read(a) };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] the address a («a: Byte») has 8 bits but a memory of 16 words needs 4, at «read(a»; use .trunc(4)"`,
  );
});

test("a signal used outside its module", () => {
  let leaked: Dynamic;
  const Inner = module("Inner", { in: { x: Byte }, out: { y: Byte } }, ({ x }) => {
    leaked = x.not();
    return { y: x };
  });
  const Top = module("Top", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const inner = Inner({ x: a });
    return { q: inner.y.add(leaked) };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] leaked («not();») belongs to Top.inner (module Inner) but is used in module Top, at «add(leaked»; pass it through a port"`,
  );
});

test("hardware outside a module", () => {
  expect(messageOf(() => reg(Byte, 0))).toMatchInlineSnapshot(
    `"reg at «reg(Byte» is outside a module; hardware can only be made in a module's body"`,
  );
});

test("a signal in an if", () => {
  const Compared = module("Compared", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    if (a.eq(3)) return { q: a };
    return { q: a.not() };
  });
  const Bare = module("Bare", { in: { go: Bool, a: Byte }, out: { q: Byte } }, ({ go, a }) => {
    if (go) return { q: a };
    return { q: a.not() };
  });
  expect(errorOf(() => Compared)).toMatchInlineSnapshot(
    `"[Compared] a signal is used as the condition of a JavaScript if at «eq(3»; use when(condition, () => { … })"`,
  );
  expect(errorOf(() => Bare)).toMatchInlineSnapshot(
    `"[Bare] the signal go is used as the condition of a JavaScript if at «go) return»; use when(condition, () => { … })"`,
  );
});

test("a signal with ?:, &&, ||, !, ==, < and in a template", () => {
  const body = (name: string, make: (a: Dynamic, b: Dynamic) => Dynamic) =>
    errorOf(() => module(name, { in: { a: Byte, b: Byte }, out: { q: Bool } }, ({ a, b }) => ({ q: make(a, b) })));
  expect(body("Choice", (a, b) => (a.eq(b) ? a : b))).toMatchInlineSnapshot(
    `"[Choice] a signal is used as the condition of a JavaScript '?:' at «eq(b»; use mux(condition, a, b)"`,
  );
  expect(body("Both", (a, b) => a.eq(1) && b.eq(1))).toMatchInlineSnapshot(
    `"[Both] a signal is used as the condition of a JavaScript '&&' at «eq(1»; use .and()"`,
  );
  expect(body("Either", (a, b) => a.eq(1) || b.eq(1))).toMatchInlineSnapshot(
    `"[Either] a signal is used as the condition of a JavaScript '||' at «eq(1»; use .or()"`,
  );
  expect(body("Not", (a, b) => !a.eq(b))).toMatchInlineSnapshot(
    `"[Not] a signal is used as the condition of a JavaScript '!' at «eq(b»; use .not()"`,
  );
  // biome-ignore lint/suspicious/noDoubleEquals: what this test is about
  expect(body("Equal", (a) => a == 1)).toMatchInlineSnapshot(
    `"[Equal] the signal a («a: Byte») is used with a JavaScript operator, at «a ==»; use .eq(), .lt(), .add() and the like in place of ==, < and +; in a condition, use when(condition, () => { … })"`,
  );
  expect(body("Less", (a, b) => a < b)).toMatchInlineSnapshot(
    `"[Less] the signal a («a: Byte») is used with a JavaScript operator, at «a < b»; use .eq(), .lt(), .add() and the like in place of ==, < and +; in a condition, use when(condition, () => { … })"`,
  );
  expect(body("Text", (a) => `${a}`)).toMatchInlineSnapshot(
    `"[Text] the signal a («a: Byte») is used as a JavaScript string, at «undefined»; a signal has no text; use its name yourself"`,
  );
});

test("crossing clock domains", () => {
  const io = ClockDomain("io");
  const Top = module("Top", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const fast = reg(Byte, 0);
    fast.next = a;
    return inDomain(io, () => {
      const slow = reg(Byte, 0);
      slow.next = fast.add(1);
      return { q: slow };
    });
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"clock domain crossing in Top: fast (clock clock, «const fast = reg») reaches slow (clock io, «const slow = reg») without a synchroniser; use a synchroniser from hdl/lib, or cross(...) where it is known to be safe"`,
  );
});

test("a word that is passed on to another clock at the edge that writes it", () => {
  const io = ClockDomain("io");
  const Top = module("Top", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const words = mem(Byte, 4, { readUnderWrite: "new" });
    words.write(a.trunc(2), a);
    return { q: inDomain(io, () => words.readSync(a.trunc(2))) };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"Top: q: it reads memory words by clock io and is to see what clock clock writes at the same edge («words.write(a»), which no logic can pass on between two clocks; use readUnderWrite "old" or "undefined" («readSync(a»)"`,
  );
});

test("a crossing marked as deliberate passes", () => {
  const io = ClockDomain("io");
  const Top = module("Top", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const fast = pipe(a);
    return { q: inDomain(io, () => pipe(cross(fast))) };
  });
  expect(errorOf(() => Top)).toBe("nothing was thrown");
});

test("an instance that is never bound, and one bound twice", () => {
  const Inner = module("Inner", { in: { x: Byte }, out: { y: Byte } }, ({ x }) => ({ y: pipe(x) }));
  const Unbound = module("Unbound", { in: {}, out: { q: Byte } }, () => {
    const inner = inst(Inner);
    return { q: inner.out.y };
  });
  const Twice = module("Twice", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const inner = inst(Inner);
    inner.in = { x: a };
    inner.in = { x: a };
    return { q: inner.out.y };
  });
  expect(errorOf(() => Unbound)).toMatchInlineSnapshot(
    `"[Unbound] the inputs of the instance of Inner at «inst(Inner» are never bound; assign its .in"`,
  );
  expect(errorOf(() => Twice)).toMatchInlineSnapshot(
    `"[Twice] the inputs of an instance of Inner are bound twice, at «in = »; assign .in once"`,
  );
});

test("an arm missing in a match of which the checker knows nothing", () => {
  const State = Enum("A", "B");
  const Top = module("Top", { in: {}, out: {} }, () => {
    const state = reg(State, "A");
    const arms: Dynamic = { A: () => {} };
    match(state, arms);
    return {};
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] match on state («reg(State») has no arm for B, at «match(state»; name every state; an arm may be () => {}"`,
  );
});

test("a register's next read, and a register assigned in another module", () => {
  const Read = module("Read", { in: {}, out: { q: Byte } }, () => {
    const held = reg(Byte, 0);
    const next: Dynamic = held.next;
    return { q: next };
  });
  expect(errorOf(() => Read)).toMatchInlineSnapshot(
    `"[Read] .next of a reg is read, at «next;»; .next can only be assigned; read the reg itself"`,
  );
  const Outer = module("Outer", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => {
    const held = reg(Byte, 0);
    const Inner = module("Inner", { in: { x: Byte }, out: {} }, ({ x }) => {
      held.next = x;
      return {};
    });
    Inner({ x: a });
    return { q: held };
  });
  expect(errorOf(() => Outer)).toMatchInlineSnapshot(
    `"[Outer.Inner] held of Outer is assigned outside its module's body, at «next = x»; assign it in the body that declares it"`,
  );
});

test("a delayed register assigned as if it were the register", () => {
  const Top = module("Top", { in: {}, out: { q: Byte } }, () => {
    const held = reg(Byte, 0);
    const late = pipe(held);
    late.next = 1;
    return { q: late };
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] late («pipe(held») is no register but its .next is assigned, at «next = 1»; assign the register itself"`,
  );
});

test("a module that contains itself", () => {
  const Loop: AnyModule = module("Loop", { in: { a: Byte }, out: { q: Byte } }, ({ a }) => ({ q: Loop({ a }).q }));
  expect(errorOf(() => Loop)).toMatchInlineSnapshot(
    `"[Loop.q] module Loop contains itself; end the recursion with a parameter that shrinks"`,
  );
});

test("arms of a mux that differ, an index of the wrong width, a condition that is no Bool", () => {
  const Arms = module("Arms", { in: { s: Bool, a: Byte, b: UInt(unknown(4)) }, out: { q: Byte } }, ({ s, a, b }) => ({
    q: mux(s, a, b),
  }));
  const Index = module("Index", { in: { i: UInt(unknown(3)), v: Vec(4, Byte) }, out: { q: Byte } }, ({ i, v }) => ({
    q: select(v, i),
  }));
  const Wide = module("Wide", { in: { c: UInt(unknown(2)) }, out: {} }, ({ c }) => {
    when(c, () => {});
    return {};
  });
  expect(errorOf(() => Arms)).toMatchInlineSnapshot(
    `"[Arms] the arms of a mux are UInt<8> and UInt<4>, at «mux(s»; extend, truncate or convert one of them"`,
  );
  expect(errorOf(() => Index)).toMatchInlineSnapshot(
    `"[Index] the index into 4 elements is not 2 bits wide, at «select(v»; use a UInt(2)"`,
  );
  expect(errorOf(() => Wide)).toMatchInlineSnapshot(
    `"[Wide] the condition of when is c («c: UInt»): UInt<2>, at «when(c»; a condition is a Bool; compare with .ne(0), or take one .bit(i)"`,
  );
});

test("a stream into an instance without its parts", () => {
  const Sink = module("Sink", { in: { x: Stream(Byte) }, out: {} }, () => ({ x: { ready: Bool.lit(1) } }));
  const Top = module("Top", { in: { a: Byte }, out: {} }, ({ a }) => {
    const half: Dynamic = { bits: a };
    Sink({ x: half });
    return {};
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] Sink's input x.valid is not driven, at «Sink({ x»; give it a signal of type Bool"`,
  );
});

test("types that cannot be", () => {
  expect(messageOf(() => UInt(0))).toMatchInlineSnapshot(`"a width is a whole number from 1 to 65536, not 0"`);
  expect(messageOf(() => Enum())).toMatchInlineSnapshot(`"an Enum needs at least one name"`);
  expect(messageOf(() => Enum("A", "A"))).toMatchInlineSnapshot(`"the Enum has A twice"`);
  expect(messageOf(() => Vec(0, Byte))).toMatchInlineSnapshot(`"a Vec has at least one element, not 0"`);
  expect(messageOf(() => Bundle({ next: Bool }))).toMatchInlineSnapshot(
    `"a Bundle's field cannot be called next: registers and wires use that name"`,
  );
  expect(messageOf(() => Bundle({ x: flip(Stream(Byte)) }))).toMatchInlineSnapshot(
    `"the flipped field x has a part that flows backwards already; flip its parts instead"`,
  );
  expect(messageOf(() => clog2(0))).toMatchInlineSnapshot(`"clog2 needs a whole number from 1 up, not 0"`);
  expect(messageOf(() => ClockDomain("clock"))).toMatchInlineSnapshot(
    `"a clock domain cannot be called "clock"; use letters, digits and _, and not clock, which is the implicit one"`,
  );
});

test("a condition of check that belongs elsewhere, a black box that drives nothing", () => {
  const Box = blackBox("Vendor", { in: { a: Byte }, out: { q: Byte } });
  expect(elaborate(Box).modules[0]?.blackBox).toEqual({ parameters: {}, modelled: false });
  const Top = module("Top", { in: { a: Byte }, out: {} }, ({ a }) => {
    const wide: Dynamic = a;
    check(wide, "is one bit");
    return {};
  });
  expect(errorOf(() => Top)).toMatchInlineSnapshot(
    `"[Top] the condition of check is a («a: Byte»): UInt<8>, at «check(wide»; a condition is a Bool; compare with .ne(0), or take one .bit(i)"`,
  );
});
