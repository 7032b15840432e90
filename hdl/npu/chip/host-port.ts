import {
  Bool,
  Bundle,
  clog2,
  Enum,
  match,
  module,
  mux,
  reg,
  Stream,
  select,
  UInt,
  Vec,
  when,
} from "../../lang/index.ts";
import { anyOf } from "../../lib/index.ts";
import { axiResponses } from "../axi.ts";
import { AxiLite } from "../axi-lite.ts";
import { CsrRequest, CsrResponse } from "../tile/index.ts";

const HostState = Enum("Idle", "Ask", "Wait", "Answer");

/**
 * The host's way to the tiles: one access after the other, of whole aligned words. Bits 31 to 24 of an address choose
 * the tile, the others are the byte in its window.
 *
 * - `ids[i]`: what these bits are for tile i. Others are answered with a decode error.
 * - `csr[i]` → `response[i]`: to and from tile i. A write of only some bytes does not go there, and is an error.
 *
 * A read takes at least 5 cycles, a write as well. Where both wait they take turns.
 */
export const HostPort = (ids: readonly number[]) => {
  const count = ids.length;
  const Index = UInt(clog2(count));

  return module(
    "HostPort",
    {
      params: { tiles: count },
      in: { host: AxiLite, response: Vec(count, Stream(CsrResponse)) },
      out: { csr: Vec(count, Stream(CsrRequest)) },
    },
    ({ host, response, csr }) => {
      const { okay, subordinateError, decodeError } = axiResponses;
      const state = reg(HostState, "Idle");
      const writes = reg(Bool, 0);
      const chosen = reg(Index, 0);
      const request = reg(CsrRequest);
      const answer = reg(Bundle({ data: UInt(32), resp: UInt(2) }));

      const { ar, r, aw, w, b } = host;
      const idle = state.is("Idle");
      const canWrite = aw.valid.and(w.valid);
      const takesWrite = idle.and(canWrite).and(writes.not().or(ar.valid.not()));
      const takesRead = idle.and(ar.valid).and(takesWrite.not());

      const address = mux(takesWrite, aw.bits.addr, ar.bits.addr);
      const here = ids.map((id) => address.bits(24, 8).eq(id));
      const known = anyOf(here);
      const whole = takesRead.or(w.bits.strb.all());
      const number = here.reduce((rest, own, i) => mux(own, Index.lit(i), rest), Index.lit(0));
      const asking = state.is("Ask");
      const waiting = state.is("Wait");
      const of = (i: number) => chosen.eq(i);
      const asked = select(
        csr.map(({ ready }) => ready),
        chosen,
      );
      const came = select(response, chosen);

      match(state, {
        Idle: () => {
          when(takesWrite.or(takesRead), () => {
            writes.next = takesWrite;
            chosen.next = number;
            request.next = { write: takesWrite, address: address.bits(0, 24), data: w.bits.data };
            answer.next = {
              data: UInt(32).lit(0),
              resp: mux(known, UInt(2).lit(subordinateError), UInt(2).lit(decodeError)),
            };
            state.next = mux(known.and(whole), HostState.lit("Ask"), "Answer");
          });
        },
        Ask: () => {
          when(asked, () => {
            state.next = "Wait";
          });
        },
        Wait: () => {
          when(came.valid, () => {
            answer.next = { data: mux(came.bits.resp.eq(okay), came.bits.data, 0), resp: came.bits.resp };
            state.next = "Answer";
          });
        },
        Answer: () => {
          when(mux(writes, b.ready, r.ready), () => {
            state.next = "Idle";
          });
        },
      });

      const answers = state.is("Answer");
      return {
        host: {
          ar: { ready: takesRead },
          aw: { ready: takesWrite },
          w: { ready: takesWrite },
          r: { valid: answers.and(writes.not()), bits: answer },
          b: { valid: answers.and(writes), bits: { resp: answer.resp } },
        },
        response: response.map((_, i) => ({ ready: waiting.and(of(i)) })),
        csr: csr.map((_, i) => ({ valid: asking.and(of(i)), bits: request })),
      };
    },
  );
};
