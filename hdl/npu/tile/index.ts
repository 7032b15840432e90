/** The tiles of a chip: the units, the controller around them, and what the host sees of them. */
export { type CounterName, counterBase, counterOffset, counters, queueNames } from "./counter-map.ts";
export { type Csr, type CsrField, type CsrName, csrMagic, csrs } from "./csr-map.ts";
