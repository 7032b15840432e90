import { Bool, check, inst, module, Vec } from "../lang/index.ts";
import { StreamArbiter } from "../lib/index.ts";
import { anyOf } from "../lib/priority.ts";
import { AxiAddress, type AxiConfig, AxiRead } from "./axi.ts";

/**
 * Lets several managers share the read channels of a port, in the same cycle. Addresses go out round robin; data go to
 * the manager whose id they carry: manager i gives all its bursts the id `ids[i]`, and no two have the same.
 */
export const AxiReadMux = (config: AxiConfig, ids: readonly number[]) => {
  if (new Set(ids).size !== ids.length) throw new RangeError(`managers with the same id: ${ids.join(", ")}`);
  const Addresses = StreamArbiter(AxiAddress(config), ids.length);

  return module(
    "AxiReadMux",
    {
      params: { ...config, ids: ids.length },
      in: { from: Vec(ids.length, AxiRead(config)) },
      out: { to: AxiRead(config) },
    },
    ({ from, to }) => {
      const addresses = inst(Addresses);
      addresses.in = { enq: from.map(({ ar }) => ar), deq: { ready: to.ar.ready } };
      const { valid, bits } = to.r;
      const meant = ids.map((id) => bits.id.eq(id));
      const takes = from.map(({ r }, i) => r.ready.and(meant[i] ?? Bool.lit(0)));
      check(valid.not().or(anyOf(meant)), "data that come are of one of the managers");

      return {
        from: addresses.out.enq.map(({ ready }, i) => ({
          ar: { ready },
          r: { valid: valid.and(meant[i] ?? Bool.lit(0)), bits },
        })),
        to: { ar: addresses.out.deq, r: { ready: anyOf(takes) } },
      };
    },
  );
};
