import { describe, expect, test } from "vitest";
import { Bool, check, elaborate, module, reg, UInt, when } from "../../../hdl/index.ts";
import { type Action, edgeActions, evaluatedOperands, isEvaluated, needs } from "../action.ts";
import { type Plan, plan } from "../plan.ts";
import { type Part, partsOf } from "./parts.ts";

const Word = UInt(32);

/** Mixes a word for a few operations while it is enabled. */
const Mixer = module("Mixer", { in: { enable: Bool, from: Word }, out: { mixed: Word, busy: Bool } }, (io) => {
  const state = reg(Word, 1);
  when(io.enable, () => {
    state.next = state.mul(state).bits(0, 32).add(io.from).xor(state.shr(3)).sub(io.from.shr(5));
  });
  check(state.eq(12_345).not(), "never");
  return { mixed: state.xor(io.from), busy: state.bit(0) };
});

/** Two of them, one after the other in the same cycle. */
const Pair = module("Pair", { in: { enable: Bool, from: Word }, out: { mixed: Word } }, ({ enable, from }) => {
  const first = Mixer({ enable, from });
  const second = Mixer({ enable: first.busy, from: first.mixed });
  const last = reg(Word, 0);
  last.next = second.mixed.add(first.mixed);
  return { mixed: last };
});

const sizes = { smallestScope: 2, smallest: 2, largest: 100 };

function divided(): { planned: Plan; actions: readonly Action[]; parts: readonly Part[] } {
  const planned = plan(elaborate(Pair), { lanes: "off" });
  const actions = edgeActions(planned, 0);
  return { planned, actions, parts: partsOf(planned, actions, sizes) };
}

describe("parts", () => {
  test("have each node that is needed, and each action, once", () => {
    const { planned, actions, parts } = divided();
    const nodes = parts.flatMap((part) => part.nodes);
    expect(new Set(nodes).size).toBe(nodes.length);
    const done = parts.flatMap((part) => part.actions);
    expect(new Set(done)).toEqual(new Set(actions));
    expect(done).toHaveLength(actions.length);
    for (const action of actions)
      for (const id of needs(planned, action)) if (isEvaluated(planned, id)) expect(nodes).toContain(id);
  });

  test("take no combinational value of a later one, and properties come first", () => {
    const { planned, parts } = divided();
    const at = new Map(parts.flatMap(({ nodes }, index) => nodes.map((id) => [id, index] as const)));
    parts.forEach((part, index) => {
      const taken = [
        ...part.nodes.flatMap((id) => evaluatedOperands(planned, id)),
        ...part.actions.flatMap((action) => needs(planned, action)),
      ];
      for (const id of taken) expect(at.get(id) ?? 0).toBeLessThanOrEqual(index);
      expect(part.early || !part.actions.some(({ kind }) => kind === "property")).toBe(true);
    });
    const firstLate = parts.findIndex(({ early }) => !early);
    expect(parts.slice(firstLate).some(({ early }) => early)).toBe(false);
  });

  test("are of one instance where instances are not small", () => {
    const { planned, parts } = divided();
    const instances = parts.map(
      ({ nodes }) => new Set(nodes.map((id) => planned.flat.groups[planned.flat.group[id] ?? 0]?.path)),
    );
    const whole = instances.filter((paths) => paths.size === 1).map(([...paths]) => paths[0]);
    expect(whole.length).toBeGreaterThan(2);
    expect(new Set(instances.flatMap((paths) => [...paths])).size).toBeGreaterThan(1);
  });

  test("are cut where they are too large, and joined where they are too small", () => {
    const { planned, actions } = divided();
    const count = (smallest: number, largest: number): number =>
      partsOf(planned, actions, { ...sizes, smallest, largest }).length;
    expect(partsOf(planned, actions, { ...sizes, largest: 4 }).every(({ cost }) => cost <= 4)).toBe(true);
    expect(count(2, 4)).toBeGreaterThan(count(2, 100));
    // What properties need is never joined with what they do not.
    expect(count(1000, 1000)).toBe(2);
  });
});
