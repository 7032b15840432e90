import { DesignError, type Domain } from "../netlist/index.ts";
import { mapSignals } from "./aggregate.ts";
import { fail, makeExpression, requireBuilder } from "./builder.ts";

export type DomainOptions = Partial<Omit<Domain, "name">>;

/** The name of the clock that every module has without asking. */
const implicitName = "clock";

/** The implicit domain where nothing else is said: rising edge, synchronous reset, active high. */
export const implicitDomain: Domain = { name: implicitName, edge: "rising", reset: "sync", polarity: "high" };

/**
 * A named clock with its reset: rising edge, synchronous and active high unless said. Every module that uses it gets a
 * clock input of that name, connected by its parent.
 */
export function ClockDomain(name: string, options: DomainOptions = {}): Domain {
  if (name === implicitName || !/^[A-Za-z_]\w*$/.test(name))
    throw new DesignError(
      `a clock domain cannot be called ${JSON.stringify(name)}; use letters, digits and _, and not ${implicitName}, which is the implicit one`,
    );
  return { ...implicitDomain, ...options, name };
}

/** Registers, memories, properties and instances that `body` declares belong to the domain. Returns what `body` does. */
export function inDomain<T>(domain: Domain, body: () => T): T {
  const builder = requireBuilder("inDomain");
  if (builder.block !== builder.root)
    fail("inDomain", "inDomain is inside a when or match", "put the when inside the inDomain");
  const outer = builder.domain;
  builder.domain = builder.domainIndex(domain);
  try {
    return body();
  } finally {
    builder.domain = outer;
  }
}

/**
 * Marks a crossing between clock domains as deliberate, for a signal that a protocol or a synchroniser makes safe to
 * sample in the other domain. The value is the same; only the check of crossings stops here.
 */
export function cross<S>(signals: S): S {
  return mapSignals("cross", signals, (signal) => {
    const a = signal["~expression"];
    return signal["~like"](makeExpression("cross", { kind: "cross", a }, a.width, a.format, [a]));
  });
}
